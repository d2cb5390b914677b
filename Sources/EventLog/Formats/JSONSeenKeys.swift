/// The keys of one object so far, to find those that come again; their bytes lie one behind the other.
struct JSONSeenKeys {
  private var bytes: [UInt8] = []
  private var ranges = SeenRanges()

  /// False for a key that is there.
  mutating func insert(_ key: [UInt8]) -> Bool {
    let start = bytes.count
    bytes += key
    // Taken out, so that it can change while the bytes are read.
    var own = SeenRanges()
    swap(&own, &ranges)
    let isNew = own.insert(start..<bytes.count, of: bytes.span)
    swap(&own, &ranges)
    if !isNew { bytes.removeLast(key.count) }
    return isNew
  }
}

/// Finds bytes that come again, by where they stand: 16 to 24 bytes a range, beside the text that they
/// are in. Open addressing, with a hash that differs by process.
struct SeenRanges {
  /// A power of two of them, at most half of them taken.
  private var slots: [(start: Int32, count: Int32)] = []
  private(set) var count = 0

  private static let free: (start: Int32, count: Int32) = (-1, 0)

  /// False, and nothing changed, where a range of the same bytes is there.
  ///
  /// - Parameter text: always the same, or one that begins with what it was; below 2^31 bytes.
  mutating func insert(_ range: Range<Int>, of text: Span<UInt8>) -> Bool {
    if 2 * count >= slots.count { grow(text) }
    var slot = place(range, text)
    while slots[slot].start >= 0 {
      if Self.areEqual(Self.range(slots[slot]), range, text) { return false }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = (
      Int32(truncatingIfNeeded: range.lowerBound), Int32(truncatingIfNeeded: range.count)
    )
    count += 1
    return true
  }

  private static func range(_ slot: (start: Int32, count: Int32)) -> Range<Int> {
    Int(slot.start)..<Int(slot.start) + Int(slot.count)
  }

  private func place(_ range: Range<Int>, _ text: Span<UInt8>) -> Int {
    var hasher = Hasher()
    // The bytes are read before this statement ends, while the span is alive.
    unsafe text.extracting(range).withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    return hasher.finalize() & (slots.count - 1)
  }

  private static func areEqual(
    _ left: Range<Int>, _ right: Range<Int>, _ text: Span<UInt8>
  ) -> Bool {
    guard left.count == right.count else { return false }
    for offset in 0..<left.count
    where text[left.lowerBound + offset] != text[right.lowerBound + offset] {
      return false
    }
    return true
  }

  private mutating func grow(_ text: Span<UInt8>) {
    let old = slots
    slots = [(start: Int32, count: Int32)](repeating: Self.free, count: max(32, 2 * old.count))
    for known in old where known.start >= 0 {
      var slot = place(Self.range(known), text)
      while slots[slot].start >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = known
    }
  }
}
