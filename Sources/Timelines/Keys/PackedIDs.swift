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

  init() {}

  /// Bytes read back.
  init(bytes: [UInt8]) { self.bytes = bytes }

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

  /// Takes in one id of another table, in its form there.
  mutating func append(form: Range<Int>, of other: PackedIDs, grown: inout Int) -> UInt32 {
    let before = bytes.capacity
    if bytes.capacity - bytes.count < form.count {
      bytes.reserveCapacity(max(256, bytes.count + form.count, bytes.count / 2 * 3))
    }
    let position = UInt32(bytes.count)
    bytes.append(contentsOf: other.bytes[form])
    grown += bytes.capacity - before
    return position
  }

  /// Takes in an id in its packed form, which is not that of the absent one.
  mutating func append(form: ArraySlice<UInt8>) -> UInt32 {
    bytes.append(contentsOf: form)
    return UInt32(bytes.count - form.count)
  }

  /// Takes in all ids of another table; their positions rise by the returned amount.
  mutating func append(contentsOf other: PackedIDs) -> UInt32 {
    let shift = bytes.count - 1
    precondition(
      shift + other.bytes.count <= Int(UInt32.max), "more than 4 GiB of event ids in one partition")
    bytes.append(contentsOf: other.bytes.dropFirst())
    return UInt32(shift)
  }

  /// Packs a UUID.
  private mutating func appendUUID(_ id: borrowing Span<UInt8>) -> Bool {
    guard let (first, second) = UUIDForm.packed(id) else { return false }
    bytes.append(255)
    let words = (first.littleEndian, second.littleEndian)
    // Safe: two words are sixteen bytes without padding, copied inside the closure.
    unsafe withUnsafeBytes(of: words) { unsafe bytes.append(contentsOf: $0) }
    return true
  }

  /// The 16 bytes of a UUID in lower case with its four hyphens; nil for any other text.
  static func packedUUID(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var ids = PackedIDs(bytes: [])
    return ids.appendUUID(text.span) ? ids.bytes.dropFirst() : nil
  }

  /// Spells a packed UUID.
  static func appendUUID(_ packed: ArraySlice<UInt8>, to text: inout [UInt8]) {
    func word(_ at: Int) -> UInt64 {
      // Safe: any bit pattern is an integer, and the span checks the bounds.
      UInt64(
        littleEndian: unsafe packed.span.bytes.unsafeLoadUnaligned(
          fromByteOffset: at, as: UInt64.self))
    }
    let start = text.count
    text.append(contentsOf: repeatElement(0, count: UUIDForm.textBytes))
    var span = text.mutableSpan
    UUIDForm.spell(word(0), word(8), into: &span, at: start)
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
      Self.appendUUID(bytes[form.dropFirst()], to: &text)
      return text
    case 254: return Array(bytes[form.dropFirst(5)])
    default: return Array(bytes[form.dropFirst()])
    }
  }
}
