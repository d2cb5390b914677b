/// One event of a partition as a worker keeps it: 16 bytes.
struct EventRow: Sendable {
  /// Microseconds since 1970-01-01 00:00 UTC.
  var time: Int64
  /// Code of the entity in its shard.
  var entity: UInt32
  /// Code of the kind: the worker's, or the segment's when read back from a run.
  var kind: UInt32
}

/// What else is kept of each event, as words of 32 bits in this order:
///
///     texts...      code of the shard's values, 0 for absent
///     numbers...    position in the shard's numbers plus 1, 0 for absent
///     user          code of the shard's values, 0 for absent: if users are kept or delivered
///     id            position in the shard's packed ids, 0 for absent: if ids are kept
///     file          the input's number and one flag: if ids are kept
///
/// Numbers are kept beside the rows, since most events have none: a price costs 20 bytes where
/// there is one and 4 where there is none.
struct RowLayout: Sendable, Equatable {
  let textCount: Int
  let numberCount: Int
  let hasUser: Bool
  let hasID: Bool

  init(_ schema: TimelineSchema) {
    textCount = schema.texts.count
    numberCount = schema.numbers.count
    hasUser = schema.keepsUsers || !schema.deliveries.isEmpty
    hasID = schema.keepsIDs
  }

  var user: Int { textCount + numberCount }
  var id: Int { user + (hasUser ? 1 : 0) }
  var file: Int { id + 1 }
  /// Words beside each row.
  var words: Int { id + (hasID ? 2 : 0) }

  /// The file word: the flag says that a duplicate of this row is to be counted here. It is not for
  /// rows that another schema's timelines have counted already, nor for delivered events.
  static func fileWord(_ file: UInt32, counted: Bool) -> UInt32 { file << 1 | (counted ? 1 : 0) }
}

/// Event ids, one after the other, found by position; position 0 is the absent id.
///
///     [0]                       nothing: the absent id
///     [n] n bytes               an id of 1 to 253 bytes
///     [254] n as 4 bytes, n bytes   a longer one, little-endian
///     [255] 16 bytes            a UUID in lower case with its four hyphens
///
/// The form follows from the id, so equal forms are equal ids.
struct PackedIDs: Sendable {
  private(set) var bytes: [UInt8] = [0]

  /// Bytes of memory held.
  var footprint: Int { bytes.capacity }

  mutating func append(_ id: borrowing Span<UInt8>, grown: inout Int) -> UInt32 {
    let count = id.count
    if count == 0 { return 0 }
    let before = bytes.capacity
    if bytes.capacity - bytes.count < count + 5 {
      bytes.reserveCapacity(max(256, bytes.count + count + 5, bytes.count / 2 * 3))
    }
    let position = UInt32(bytes.count)
    if !appendUUID(id) {
      if count < 254 {
        bytes.append(UInt8(count))
      } else {
        bytes.append(254)
        for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
      }
      // Safe: the bytes are copied inside the closure.
      unsafe id.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }
    grown += bytes.capacity - before
    return position
  }

  /// Takes in all ids of another table; their positions rise by the returned amount.
  mutating func append(contentsOf other: PackedIDs) -> UInt32 {
    let shift = bytes.count - 1
    precondition(
      shift + other.bytes.count <= Int(UInt32.max), "more than 4 GiB of event ids in one partition")
    bytes.append(contentsOf: other.bytes.dropFirst())
    return UInt32(shift)
  }

  private mutating func appendUUID(_ id: borrowing Span<UInt8>) -> Bool {
    guard id.count == 36 else { return false }
    var high: UInt64 = 0
    var low: UInt64 = 0
    var digits = 0
    for at in 0..<36 {
      let byte = id[at]
      if at == 8 || at == 13 || at == 18 || at == 23 {
        if byte != UInt8(ascii: "-") { return false }
        continue
      }
      let value: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = byte - UInt8(ascii: "a") + 10
      default: return false
      }
      if digits < 16 { high = high << 4 | UInt64(value) } else { low = low << 4 | UInt64(value) }
      digits += 1
    }
    bytes.append(255)
    for word in [high, low] {
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
      }
    }
    return true
  }

  /// The packed form at a position: equal ids have equal forms.
  func form(_ position: UInt32) -> Range<Int> {
    let start = Int(position)
    switch bytes[start] {
    case 255: return start..<start + 17
    case 254:
      var count = 0
      for at in 0..<4 { count |= Int(bytes[start + 1 + at]) << (8 * at) }
      return start..<start + 5 + count
    case let count: return start..<start + 1 + Int(count)
    }
  }

  /// The id itself: for comparisons of events with equal times, which are few.
  func id(_ position: UInt32) -> [UInt8] {
    let form = form(position)
    switch bytes[form.lowerBound] {
    case 255:
      var text: [UInt8] = []
      for (index, byte) in bytes[form.dropFirst()].enumerated() {
        if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
        for digit in [byte >> 4, byte & 15] {
          text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
      }
      return text
    case 254: return Array(bytes[form.dropFirst(5)])
    default: return Array(bytes[form.dropFirst()])
    }
  }
}
