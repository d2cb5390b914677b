/// Packs whole numbers, 1,024 at a time, in as many bits as the largest of them needs above the
/// least (`SegmentFormat`).
enum SegmentBits {
  static let groupCount = 1024
  /// Wider values take whole words: a word of 8 bytes holds any 57 bits, wherever they begin.
  static let widthMax = 56
  static let paddingBytes = 8

  static func append(_ values: [UInt64], to out: inout RunBytes) {
    var start = 0
    while start < values.count {
      let end = min(start + groupCount, values.count)
      appendGroup(values, start..<end, to: &out)
      start = end
    }
  }

  private static func appendGroup(
    _ values: [UInt64], _ range: Range<Int>, to out: inout RunBytes
  ) {
    var (least, most) = (UInt64.max, UInt64.min)
    for at in range {
      least = min(least, values[at])
      most = max(most, values[at])
    }
    var width = UInt64.bitWidth - (most - least).leadingZeroBitCount
    if width > widthMax { width = 64 }
    out.bytes.append(UInt8(width))
    out.append(varint: least)
    if width == 64 {
      for at in range { out.append(fixed: values[at] - least, bytes: 8) }
      return
    }
    var (pending, filled) = (UInt64(0), 0)
    for at in range {
      pending |= (values[at] - least) << UInt64(filled)
      filled += width
      while filled >= 8 {
        out.bytes.append(UInt8(truncatingIfNeeded: pending))
        pending >>= 8
        filled -= 8
      }
    }
    if filled > 0 { out.bytes.append(UInt8(truncatingIfNeeded: pending)) }
  }
}

extension SegmentCursor {
  /// Unpacks `count` values into `values`, in place of what it held.
  mutating func unpack(_ count: Int, into values: inout [UInt64]) throws(Damage) {
    values.removeAll(keepingCapacity: true)
    // A group takes two bytes at least, so that a wrong count cannot ask for much memory.
    guard count / SegmentBits.groupCount <= bytes.count else {
      throw Damage(what: "a column is too short")
    }
    values.reserveCapacity(count)
    while values.count < count {
      let group = min(SegmentBits.groupCount, count - values.count)
      let width = Int(try byte())
      let least = try varint()
      guard width <= SegmentBits.widthMax || width == 64 else {
        throw Damage(what: "a width of \(width) bits")
      }
      let start = try range((group * width + 7) / 8).lowerBound
      guard bytes.count - at >= SegmentBits.paddingBytes else {
        throw Damage(what: "a column is too short")
      }
      unpackGroup(group, width: width, least: least, from: start, into: &values)
    }
  }

  @inline(__always)
  private func unpackGroup(
    _ group: Int, width: Int, least: UInt64, from start: Int, into values: inout [UInt64]
  ) {
    if width == 0 {
      values.append(contentsOf: repeatElement(least, count: group))
      return
    }
    // Safe for every load: the caller has seen that 8 bytes follow the group, any bit pattern is an
    // integer, and the span checks the bounds.
    let raw = unsafe bytes.span.bytes
    let mask = width == 64 ? UInt64.max : (1 << UInt64(width)) - 1
    var bit = 0
    for _ in 0..<group {
      let word = unsafe raw.unsafeLoadUnaligned(
        fromByteOffset: start &+ bit &>> 3, as: UInt64.self)
      values.append(least &+ (UInt64(littleEndian: word) &>> UInt64(bit & 7) & mask))
      bit &+= width
    }
  }
}
