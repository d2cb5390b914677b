/// Byte strings, one after the other.
package struct ByteTable: Sendable, Equatable {
  package internal(set) var bytes: [UInt8] = []
  /// Where each string ends.
  package internal(set) var ends: [Int] = []

  package init() {}

  package init(_ strings: [String]) {
    for string in strings { append(string.utf8) }
  }

  package var count: Int { ends.count }

  /// Where a string stands in `bytes`.
  @inline(__always)
  func range(_ index: Int) -> Range<Int> {
    (index == 0 ? 0 : ends[index - 1])..<ends[index]
  }

  package subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }

  package mutating func append(_ string: some Sequence<UInt8>) {
    bytes.append(contentsOf: string)
    ends.append(bytes.count)
  }

  /// Takes in all strings of another table.
  mutating func append(_ other: ByteTable) {
    let start = bytes.count
    bytes += other.bytes
    for end in other.ends { ends.append(start + end) }
  }

  /// The string as text; bytes are valid UTF-8, since readers reject rows that are not.
  package func string(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }
}
