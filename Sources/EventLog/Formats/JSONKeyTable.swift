/// Every key seen in the objects that wanted paths lead through, so that one lookup tells what a key
/// is wanted for and whether its object had it already.
///
/// An open-addressed table of a fixed size. The wanted keys are in it from the start; the others of
/// a log are learned on first sight, for repeats of them must be counted too. When their number
/// passes what the table takes (keys that are data, such as ids), `forget` starts over.
struct JSONKeyTable: Sendable {
  struct Entry: Sendable {
    /// The first eight bytes, zeros behind a shorter key.
    var head: UInt64 = 0
    /// The last eight bytes of a longer key, which may overlap `head`.
    var tail: UInt64 = 0
    /// `node << 32 | count`; all ones where the table is empty.
    var tag = UInt64.max
    /// Where a key beyond 16 bytes stands in `longKeys`.
    var longStart: Int32 = 0
    var slot: Int16 = -1
    var child: Int16 = -1
    var isWholePath = false
  }

  static let entryBits = 9
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
      let added = lookUp(key.bytes.span, 0..<key.bytes.count, node: key.node, isRoomy: true)
      entries[added].slot = Int16(key.slot)
      entries[added].child = Int16(key.child)
      entries[added].isWholePath = key.isWholePath
    }
  }
}

extension JSONKeyTable {
  /// The entry of a key without escapes, learned when it is new; -1 when there is no room to.
  @inline(__always)
  mutating func lookUp(
    _ bytes: Span<UInt8>, _ key: Range<Int>, node: Int, isRoomy: Bool = false
  ) -> Int {
    let head: UInt64
    var tail: UInt64 = 0
    if key.count <= 8 {
      head = Self.word(bytes, key)
    } else {
      head = Self.load(bytes, key.lowerBound)
      tail = Self.load(bytes, key.upperBound - 8)
    }
    let tag = UInt64(truncatingIfNeeded: node) << 32 | UInt64(truncatingIfNeeded: key.count)
    var hash = (head ^ (tail &>> 7) ^ tag &<< 3) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash &>> 32
    let mask = entries.count - 1
    var index = Int(truncatingIfNeeded: hash) & mask
    while true {
      // Field by field: a copy of the whole entry would be waited for.
      if entries[index].head == head, entries[index].tail == tail, entries[index].tag == tag,
        key.count <= 16 || isEqual(bytes, key, entries[index])
      {
        return index
      }
      if entries[index].tag == .max { break }
      index = (index + 1) & mask
    }
    return learn(bytes, key, Entry(head: head, tail: tail, tag: tag), at: index, isRoomy)
  }

  @inline(never)
  private mutating func learn(
    _ bytes: Span<UInt8>, _ key: Range<Int>, _ entry: Entry, at index: Int, _ isRoomy: Bool
  ) -> Int {
    let isLong = key.count > 16
    if !isRoomy {
      let isFull = count >= entries.count / 2
      guard !isFull, !isLong || longKeys.count + key.count <= Self.longKeyBytesMax else {
        return -1
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

  @inline(never)
  private func isEqual(_ bytes: Span<UInt8>, _ key: Range<Int>, _ entry: Entry) -> Bool {
    let start = Int(entry.longStart)
    for offset in 0..<key.count where bytes[key.lowerBound + offset] != longKeys[start + offset] {
      return false
    }
    return true
  }

  /// Eight bytes of a key that has them.
  @inline(__always)
  private static func load(_ bytes: Span<UInt8>, _ start: Int) -> UInt64 {
    // Any eight bytes make an integer, and the load checks that they are there.
    unsafe UInt64(
      littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
  }

  /// A key of at most eight bytes, zeros behind it.
  @inline(__always)
  private static func word(_ bytes: Span<UInt8>, _ key: Range<Int>) -> UInt64 {
    if key.lowerBound + 8 <= bytes.count {
      let word = load(bytes, key.lowerBound)
      // A shift by 64 gives zero, so the empty key is zero.
      return word & ~(UInt64.max << UInt64(key.count * 8))
    }
    var word: UInt64 = 0
    for place in key.reversed() { word = word << 8 | UInt64(bytes[place]) }
    return word
  }
}
