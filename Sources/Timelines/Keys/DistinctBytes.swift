/// Gives each distinct byte string a number, in order of arrival.
package struct DistinctBytes: Sendable {
  private var table = ByteInterner()
  private let hash = ByteHash.seeded()

  package init() {}

  package var count: Int { table.count }

  package mutating func code(of bytes: borrowing Span<UInt8>) -> Int {
    Int(table.intern(bytes, hash: hash(bytes)))
  }

  /// All of them, by number.
  package var strings: ByteTable { table.strings }
}
