import Values

/// The bytes of a segment: one partition of one worker, on disk, with its own dictionaries. It refers
/// to nothing of its run but the numbers of the schema's matchers and deliveries.
///
/// Fixed numbers are little-endian. A *varint* is a number in base 128, the lowest 7 bits first,
/// with bit 7 set on every byte but the last; *zigzag* maps 0, -1, 1, -2, ... to 0, 1, 2, 3, ...
///
///     header, 40 bytes
///       0   8   "TWFNRUN" and the version, 4
///       8   4   number of the partition
///      12   4   number of rows
///      16   8   bytes of the body
///      24   8   checksum of the body
///      32   8   checksum of bytes 0 to 31
///
///     body
///       layout    1 byte each: text columns (varint), number columns (varint), and flags:
///                 1 rows have a user, 2 rows have an id and a file, 4 rows have a key that they came
///                 under
///       kinds     count; per kind: length of the name, name, number of the delivery plus 1 or 0,
///                 1 if its rows are marks or 0, count of matchers, their numbers ascending, each
///                 less the one before
///       entities  count; length of each; all bytes
///       values    count; length of each; all bytes; the first is the absent value, which is empty
///       numbers   count; per number: twice its scale (zigzag), plus 1 if it is long; significand
///                 (zigzag; of a long one 16 bytes)
///       ids       length; packed ids as they are in memory (see `PackedIDs`)
///       rows      column by column in order of arrival; the first three have an entry for every
///                 row, the others only for rows that are no marks:
///                 entity: code
///                 time: less the row before (zigzag), microseconds since 1970
///                 kind: code
///                 each text: code; 0 is absent
///                 each number: 0 is absent, else 1 + position less that of the last one (zigzag),
///                 positions counted from 1
///                 user: code
///                 key: code
///                 id: like a number, with positions in `ids`
///                 file: twice the number of the input, plus 1 if duplicates are counted there
///
/// All counts, lengths and codes of the body are varints. Matchers and deliveries are numbered as
/// in the schema, which whoever reads a segment must know to be the same.
package enum RunFormat {
  static let magic: [UInt8] = Array("TWFNRUN".utf8)
  static let version: UInt8 = 4
  static let headerBytes = 40

  /// For each 8 bytes (the last ones filled up with zeros): exclusive or, multiplication by an odd
  /// number, rotation. Each step can be undone, so whatever changes within 8 bytes changes the sum.
  package static func checksum(_ bytes: borrowing Span<UInt8>) -> UInt64 {
    var sum = 0x9e37_79b9_7f4a_7c15 ^ UInt64(bytes.count)
    let (raw, count) = unsafe (bytes.bytes, bytes.count)
    var at = 0
    while at + 8 <= count {
      // Safe: any bit pattern is an integer, and the span checks the bounds.
      let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
      sum = step(sum, UInt64(littleEndian: word))
      at += 8
    }
    var last: UInt64 = 0
    var shift: UInt64 = 0
    while at < count {
      last |= UInt64(bytes[at]) << shift
      shift += 8
      at += 1
    }
    return step(sum, last)
  }

  @inline(__always)
  private static func step(_ sum: UInt64, _ word: UInt64) -> UInt64 {
    let product = (sum ^ word) &* 0xa076_1d64_78bd_642f
    return product << 29 | product >> 35
  }
}

extension RowLayout {
  /// As a run notes which columns there are.
  var flags: UInt8 { (hasUser ? 1 : 0) | (hasID ? 2 : 0) | (hasCarried ? 4 : 0) }
}

/// Where the segments of one spill stand in a scratch file: one after the other, by partition.
///
/// Large inputs spill a hundred times into thousands of partitions, so a segment has eight bytes
/// here.
struct RunSpill: Sendable {
  /// By partition, where its segment ends; one without rows has none, and ends where it begins.
  private var ends: [Int] = []
  private let start: Int

  init(start: Int, partitions: Int) {
    self.start = start
    ends.reserveCapacity(partitions)
  }

  /// Adds the segment of the next partition, of 0 bytes for none.
  mutating func append(byteCount: Int) { ends.append((ends.last ?? start) + byteCount) }

  /// Where the last of them ends.
  var end: Int { ends.last ?? start }

  /// As lengths by partition.
  var lengths: [Int] {
    zip(ends, [start] + ends.dropLast()).map { $0 - $1 }
  }

  /// The bytes of a partition's segment, if it has one.
  func range(of partition: Int) -> Range<Int>? {
    let begin = partition == 0 ? start : ends[partition - 1]
    return begin == ends[partition] ? nil : begin..<ends[partition]
  }
}

/// Appends numbers and strings in the forms of `RunFormat`.
struct RunBytes {
  var bytes: [UInt8] = []

  private static let varintBytesMax = 10

  @inline(__always)
  private static func append(varint value: UInt64, to bytes: inout OutputSpan<UInt8>) {
    var rest = value
    while rest >= 128 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  @inline(__always)
  mutating func append(varint value: UInt64) {
    bytes.append(addingCapacity: Self.varintBytesMax) { Self.append(varint: value, to: &$0) }
  }

  /// As many varints, with room made for all of them at once.
  @inline(__always)
  mutating func append(varints count: Int, _ value: (Int) -> UInt64) {
    bytes.append(addingCapacity: count * Self.varintBytesMax) { bytes in
      for at in 0..<count { Self.append(varint: value(at), to: &bytes) }
    }
  }

  @inline(__always)
  static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }

  @inline(__always)
  mutating func append(_ value: Int) { append(varint: UInt64(value)) }

  @inline(__always)
  mutating func append(zigzag value: Int64) {
    append(varint: Self.zigzag(value))
  }

  mutating func append(fixed value: UInt64, bytes count: Int) {
    for at in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * at))) }
  }

  mutating func append(_ table: ByteTable) {
    append(table.count)
    var start = 0
    for end in table.ends {
      append(end - start)
      start = end
    }
    bytes.append(contentsOf: table.bytes)
  }

  mutating func append(_ numbers: PackedDecimals) {
    append(numbers.count)
    for index in 0..<numbers.count {
      let (significand, scale) = (numbers[index].significand, numbers[index].scale)
      let short = Int64(exactly: significand)
      let sign = Int64(scale) << 1 ^ Int64(scale) >> 63
      append(varint: UInt64(bitPattern: sign) << 1 | (short == nil ? 1 : 0))
      if let short {
        append(zigzag: short)
      } else {
        append(fixed: UInt64(truncatingIfNeeded: significand), bytes: 8)
        append(fixed: UInt64(truncatingIfNeeded: significand >> 64), bytes: 8)
      }
    }
  }
}
