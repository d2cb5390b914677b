/// The keys of one object so far, to find those that come again.
///
/// Their bytes lie one behind the other, and a table of slots leads to them: a key costs its own bytes
/// and about twelve, however many an object has.
struct JSONSeenKeys {
  private var bytes: [UInt8] = []
  /// By key: where its bytes end.
  private var ends: [Int32] = []
  /// Numbers of keys plus 1, 0 for none; a power of two of them, at most half of them taken.
  private var slots: [Int32] = []

  var isEmpty: Bool { ends.isEmpty }

  /// False for a key that is there.
  mutating func insert(_ key: [UInt8]) -> Bool {
    if 2 * ends.count >= slots.count { grow() }
    var slot = key.hashValue & (slots.count - 1)
    while slots[slot] != 0 {
      let there = range(Int(slots[slot]) - 1)
      if bytes[there].elementsEqual(key) { return false }
      slot = (slot + 1) & (slots.count - 1)
    }
    bytes += key
    ends.append(Int32(truncatingIfNeeded: bytes.count))
    slots[slot] = Int32(truncatingIfNeeded: ends.count)
    return true
  }

  private func range(_ key: Int) -> Range<Int> {
    (key == 0 ? 0 : Int(ends[key - 1]))..<Int(ends[key])
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: max(8, 2 * slots.count))
    for key in ends.indices {
      var slot = Array(bytes[range(key)]).hashValue & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(truncatingIfNeeded: key + 1)
    }
  }
}
