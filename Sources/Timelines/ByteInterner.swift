/// Gives each distinct byte string a code: 0, 1, 2, ... in order of arrival.
///
/// An open-addressing table of slots, probed one after the other. A slot holds the low 32 bits of
/// the hash and the code plus 1 (0 is empty), so that growing needs no hashing again, and most
/// other strings are told apart without reading their bytes:
///
///     slots   [0] [hash 9f02.. | 3] [0] [hash 77aa.. | 1] ...
///     strings     code 2                 code 0
struct ByteInterner: Sendable {
  private(set) var strings = ByteTable()
  private var slots: [UInt64]

  /// `slots` is a power of two.
  init(slots: Int = 16) {
    self.slots = [UInt64](repeating: 0, count: slots)
  }

  var count: Int { strings.count }

  /// Bytes of memory held.
  var footprint: Int {
    slots.count * 8 + strings.bytes.capacity + strings.ends.capacity * 8
  }

  // Interning waits for memory three times: for the slot, for where the string starts, and for its
  // bytes. The three functions below each do one of these loads; when they run over all rows of a
  // batch before any is interned, the processor waits for many at once.

  /// Loads the first slot whose string may have this hash, or an empty one.
  @inline(__always)
  func slot(hash: UInt64) -> UInt64 {
    let fingerprint = UInt32(truncatingIfNeeded: hash)
    let mask = slots.count - 1
    var index = Int(fingerprint) & mask
    while true {
      let slot = slots[index]
      if slot == 0 || UInt32(truncatingIfNeeded: slot >> 32) == fingerprint { return slot }
      index = (index + 1) & mask
    }
  }

  /// Loads where the string of a slot starts.
  @inline(__always)
  func start(slot: UInt64) -> Int {
    let code = Int(UInt32(truncatingIfNeeded: slot))
    return code < 2 ? 0 : strings.ends[code - 2]
  }

  /// Loads the first byte of the string that starts there, and the byte at its end, which may stand
  /// in the next line of the cache.
  @inline(__always)
  func ends(start: Int, count: Int) -> UInt8 {
    let end = start + count
    return end < strings.bytes.count ? strings.bytes[start] &+ strings.bytes[end] : 0
  }

  /// The code of `bytes`, whose hash is `hash`; `grown` rises by the memory this took.
  @inline(__always)
  mutating func intern(_ bytes: borrowing Span<UInt8>, hash: UInt64, grown: inout Int) -> UInt32 {
    let fingerprint = UInt32(truncatingIfNeeded: hash)
    let mask = slots.count - 1
    var index = Int(fingerprint) & mask
    while true {
      let slot = slots[index]
      if slot == 0 { break }
      if UInt32(truncatingIfNeeded: slot >> 32) == fingerprint {
        let code = UInt32(truncatingIfNeeded: slot) &- 1
        if isString(Int(code), bytes) { return code }
      }
      index = (index + 1) & mask
    }
    return insert(bytes, fingerprint: fingerprint, at: index, grown: &grown)
  }

  mutating func intern(_ bytes: borrowing Span<UInt8>, hash: UInt64) -> UInt32 {
    var grown = 0
    return intern(bytes, hash: hash, grown: &grown)
  }

  @inline(__always)
  private func isString(_ code: Int, _ bytes: borrowing Span<UInt8>) -> Bool {
    let start = code == 0 ? 0 : strings.ends[code - 1]
    let all = strings.bytes.span
    return equalBytes(all.extracting(start..<strings.ends[code]), bytes)
  }

  @inline(never)
  private mutating func insert(
    _ bytes: borrowing Span<UInt8>, fingerprint: UInt32, at index: Int, grown: inout Int
  ) -> UInt32 {
    let before = footprint
    precondition(count < Int(UInt32.max) - 1, "more than 2^32 distinct values in one partition")
    let code = UInt32(count)
    strings.append(bytes)
    slots[index] = UInt64(fingerprint) << 32 | UInt64(code + 1)
    if count * 3 > slots.count * 2 { doubleSlots() }
    grown += footprint - before
    return code
  }

  private mutating func doubleSlots() {
    var doubled = [UInt64](repeating: 0, count: slots.count * 2)
    let mask = doubled.count - 1
    for slot in slots where slot != 0 {
      var index = Int(slot >> 32) & mask
      while doubled[index] != 0 { index = (index + 1) & mask }
      doubled[index] = slot
    }
    slots = doubled
  }
}

extension ByteTable {
  mutating func append(_ string: borrowing Span<UInt8>) {
    if bytes.capacity - bytes.count < string.count {
      // By half, not double: these tables are most of the memory when each event has its own user.
      bytes.reserveCapacity(max(64, bytes.count + string.count, bytes.count / 2 * 3))
    }
    if ends.capacity == ends.count { ends.reserveCapacity(max(8, ends.count / 2 * 3)) }
    // Safe: the buffer is read inside the closure, and bytes may have any value.
    unsafe string.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    ends.append(bytes.count)
  }

  /// Positions of the strings in the order of their bytes.
  func sortedOrder() -> [UInt32] {
    // The first eight bytes as a big-endian number decide most comparisons.
    var keyed: [(prefix: UInt64, index: UInt32)] = []
    keyed.reserveCapacity(count)
    var start = 0
    for (index, end) in ends.enumerated() {
      var prefix: UInt64 = 0
      for at in 0..<8 {
        prefix = prefix << 8 | (start + at < end ? UInt64(bytes[start + at]) : 0)
      }
      keyed.append((prefix, UInt32(index)))
      start = end
    }
    keyed.sort { left, right in
      if left.prefix != right.prefix { return left.prefix < right.prefix }
      return self[Int(left.index)].lexicographicallyPrecedes(self[Int(right.index)])
    }
    return keyed.map(\.index)
  }
}
