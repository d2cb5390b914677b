/// Every key seen in the objects that wanted paths lead through, so that one lookup tells what a key
/// is wanted for and whether its object had it already.
///
/// An open-addressed table of a fixed size. The wanted keys are in it from the start; the others of
/// a log are learned on first sight, for repeats of them must be counted too. When their number
/// passes what the table takes (keys that are data, such as ids), `forget` starts over.
struct JSONKeyTable: Sendable {
  struct Entry: Sendable {
    /// The last eight bytes, zeros before a shorter key.
    var tail: UInt64 = 0
    /// The eight bytes before them.
    var head: UInt64 = 0
    /// `node << 32 | count`; all ones where the table is empty.
    var tag = UInt64.max
    /// Where a key beyond 16 bytes stands in `longKeys`.
    var longStart: Int32 = 0
    var slot: Int16 = -1
    var child: Int16 = -1
    /// Nothing is wanted of it.
    var isOrdinary = true
    /// Its row is the slow reader's.
    var isHidden = false
  }

  static let entryBits = 9
  /// A key is looked for in as many places: others are not learned, for keys may have been chosen to
  /// make the table slow.
  private static let probesMax = 24
  /// Bytes before the end of a key that are looked at without a look at how long it is.
  private static let bytesBackMax = 16
  private static let longKeyBytesMax = 32 << 10

  private(set) var entries: [Entry]
  private(set) var longKeys: [UInt8] = []
  private var count = 0
  private let tree: JSONPathTree

  init(_ tree: JSONPathTree) {
    self.tree = tree
    // Wanted keys fill a quarter of the table at most, however many there are.
    var size = 1 << Self.entryBits
    while size < tree.keys.count * 4 { size *= 2 }
    entries = [Entry](repeating: Entry(), count: size)
    forget()
  }

  /// Keeps the wanted keys only: for between rows, for other keys will get other entries.
  mutating func forget() {
    for index in entries.indices { entries[index] = Entry() }
    longKeys.removeAll(keepingCapacity: true)
    count = 0
    for key in tree.keys {
      // As if it stood in a row: there are 16 bytes before its end.
      let padded = [UInt8](repeating: 0, count: Self.bytesBackMax) + key.bytes
      let added = lookUp(
        padded.span, Self.bytesBackMax..<padded.count, node: key.node, isWanted: true)
      entries[added].slot = Int16(key.slot)
      entries[added].child = Int16(key.child)
      entries[added].isHidden = key.isWholePath
      entries[added].isOrdinary = key.slot < 0 && key.child < 0 && !key.isWholePath
    }
  }
}

extension JSONKeyTable {
  /// What `lookUp` returns for a new key when there is no room for it.
  static let full = -1
  /// And for one that is never learned.
  private static let unknown = -2

  /// The entry of a key, learned when it is new; negative when it cannot be.
  @inline(__always)
  mutating func lookUp(
    _ bytes: Span<UInt8>, _ key: Range<Int>, node: Int, isWanted: Bool = false
  ) -> Int {
    let (tail, head) = Self.ends(bytes, key)
    let tag = UInt64(truncatingIfNeeded: node) << 32 | UInt64(truncatingIfNeeded: key.count)
    var hash = (tail ^ (head &>> 7) ^ tag &<< 3) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash &>> 32
    let mask = entries.count - 1
    var index = Int(truncatingIfNeeded: hash) & mask
    var probes = 0
    while true {
      // Field by field: a copy of the whole entry would be waited for.
      if entries[index].tail == tail, entries[index].head == head, entries[index].tag == tag,
        key.count <= 16 || isEqual(bytes, key, entries[index])
      {
        return index
      }
      if entries[index].tag == .max { break }
      index = (index + 1) & mask
      probes += 1
    }
    let isFar = probes > Self.probesMax && !isWanted
    return isFar
      ? Self.unknown
      : learn(bytes, key, Entry(tail: tail, head: head, tag: tag), at: index, isWanted)
  }

  @inline(never)
  private mutating func learn(
    _ bytes: Span<UInt8>, _ key: Range<Int>, _ entry: Entry, at index: Int, _ isWanted: Bool
  ) -> Int {
    let isLong = key.count > 16
    if !isWanted {
      // It has other spellings, so that it is not known by its bytes.
      if hasBackslash(bytes, key) { return Self.unknown }
      let isFull = count >= entries.count / 2
      guard !isFull, !isLong || longKeys.count + key.count <= Self.longKeyBytesMax else {
        return Self.full
      }
    }
    var entry = entry
    if isLong {
      entry.longStart = Int32(longKeys.count)
      for place in key { longKeys.append(bytes[place]) }
    }
    entries[index] = entry
    count += 1
    return index
  }

  /// A key of more than 16 bytes whose last 16 are known to be equal.
  @inline(never)
  private func isEqual(_ bytes: Span<UInt8>, _ key: Range<Int>, _ entry: Entry) -> Bool {
    let known = longKeys.span
    let start = Int(entry.longStart)
    for offset in stride(from: 0, to: key.count - 16, by: 8)
    where Self.load(bytes, key.lowerBound + offset) != Self.load(known, start + offset) {
      return false
    }
    return true
  }

  /// The last eight bytes of a key and the eight before, zeros where it has none.
  @inline(__always)
  private static func ends(_ bytes: Span<UInt8>, _ key: Range<Int>) -> (UInt64, UInt64) {
    guard key.upperBound >= bytesBackMax else { return endsByByte(bytes, key) }
    // Without a branch on how long the key is, which is anybody's guess. A shift by 64 gives zero.
    let count = UInt64(truncatingIfNeeded: min(key.count, 16))
    let tailBytes = min(count, 8)
    let tail = load(bytes, key.upperBound - 8) & UInt64.max << (64 &- 8 &* tailBytes)
    let head = load(bytes, key.upperBound - 16) & UInt64.max << (64 &- 8 &* (count &- tailBytes))
    return (tail, head)
  }

  /// The same near the beginning of a chunk.
  @inline(never)
  private static func endsByByte(_ bytes: Span<UInt8>, _ key: Range<Int>) -> (UInt64, UInt64) {
    var (tail, head): (UInt64, UInt64) = (0, 0)
    for place in key.suffix(16) {
      head = head >> 8 | tail << 56
      tail = tail >> 8 | UInt64(bytes[place]) << 56
    }
    return (tail, head)
  }

  /// Eight bytes that are there.
  @inline(__always)
  private static func load(_ bytes: Span<UInt8>, _ start: Int) -> UInt64 {
    // Any eight bytes make an integer, and the load checks that they are there.
    unsafe UInt64(
      littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
  }
}
