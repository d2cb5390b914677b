/// How entities are called where some rows know a person and others only a device.
///
/// A known id is itself. A row without one is called by all its anonymous ids, each ended by a byte
/// that is in no UTF-8 text: so the place where an id stood can be told from the key, and a known
/// `x` and an anonymous `x` are two.
///
///     alice                 known
///     d1 FF                 one anonymous id
///     union1 FF d1 FF       several, in the order of the source
///     alice FE              somebody's id, of which nobody says in which place it stands
///     alice FC              a row's user in its account's place, which is to be found (`Carriers`)
///     crm:alice FD          an id of the space `crm`, which no map leads out of
///
/// A known id and the anonymous ids beside it are a *tuple*: `alice FF union1 FF d1 FF`. Where links go
/// with their rows, the tuple is the key until a partition is built, but for its last end:
///
///     alice FF d1 FA        known, of a row with a link
package enum EntityKey {
  /// Ends an anonymous id.
  package static let anonymousEnd: UInt8 = 0xff
  /// End a user's key in the place of an account, by the rule that finds it.
  static let (forwardEnd, aroundEnd): (UInt8, UInt8) = (0xfb, 0xfc)
  /// Ends the last id of a tuple that is the key of its rows.
  static let linkEnd: UInt8 = 0xfa
  /// Ends an id of a space of its own, which its space and a colon stand before.
  package static let spaceEnd: UInt8 = 0xfd
  /// Ends an id that may be a known or an anonymous one.
  package static let openEnd: UInt8 = 0xfe

  @inline(__always)
  package static func isAnonymous(_ key: borrowing Span<UInt8>) -> Bool {
    key.count > 0 && key[key.count - 1] == anonymousEnd
  }

  @inline(__always)
  package static func isCarried(_ key: borrowing Span<UInt8>) -> Bool {
    key.count > 0 && (key[key.count - 1] == forwardEnd || key[key.count - 1] == aroundEnd)
  }

  @inline(__always)
  static func isLink(_ key: borrowing Span<UInt8>) -> Bool {
    key.count > 0 && key[key.count - 1] == linkEnd
  }

  /// Bytes of the key without the link that it may have.
  @inline(__always)
  static func unlinkedCount(_ key: borrowing Span<UInt8>) -> Int {
    isLink(key) ? end(in: key, from: 0, atLeast: openEnd) : key.count
  }

  @inline(__always)
  static func isOpen(_ key: borrowing Span<UInt8>) -> Bool {
    key.count > 0 && key[key.count - 1] == openEnd
  }

  /// Bytes of the key's first id, which choose its partition: whatever the place or the space, ids
  /// that look the same have one.
  @inline(__always)
  static func firstCount(_ key: borrowing Span<UInt8>) -> Int {
    let count = key.count
    if count == 0 || key[count - 1] < spaceEnd && key[count - 1] != linkEnd { return count }
    return end(in: key, from: 0, atLeast: spaceEnd)
  }

  /// Where the first byte from `start` on is that ends an id, one of 0x80 and more; the key's end if
  /// there is none.
  @inline(__always)
  static func end(in key: borrowing Span<UInt8>, from start: Int, atLeast least: UInt8) -> Int {
    // Eight at a time: the low seven bits of such a byte carry into its highest, which is set.
    let ones: UInt64 = 0x0101_0101_0101_0101
    let carrying = ones &* UInt64(0x80 &- (least & 0x7f))
    var at = start
    while key.count - at >= 8 {
      let found = ends(in: key, at: at, carrying)
      if found != 0 { return at + found.trailingZeroBitCount / 8 }
      at += 8
    }
    if at < key.count, key.count - start >= 8 {
      // The last eight, some of which are none, as is known by now.
      let found = ends(in: key, at: key.count - 8, carrying)
      return found == 0 ? key.count : key.count - 8 + found.trailingZeroBitCount / 8
    }
    while at < key.count, key[at] < least { at += 1 }
    return at
  }

  /// The highest bit of each of eight bytes that ends an id.
  @inline(__always)
  private static func ends(
    in key: borrowing Span<UInt8>, at: Int, _ carrying: UInt64
  ) -> UInt64 {
    // Safe: any bit pattern is an integer, and the span checks the bounds.
    let word = UInt64(
      littleEndian: unsafe key.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
    let ones: UInt64 = 0x0101_0101_0101_0101
    return ((word & (ones &* 0x7f)) &+ carrying) & word & (ones &* 0x80)
  }

  /// The first id, as people know it.
  package static func shown(_ key: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let last = key.last, last >= spaceEnd || last == linkEnd else { return key }
    return key.prefix { $0 < spaceEnd }
  }

  /// The key of an id of a space.
  package static func inSpace(_ space: String, _ id: some Sequence<UInt8>) -> [UInt8] {
    Array(space.utf8) + [UInt8(ascii: ":")] + id + [spaceEnd]
  }

  /// Where the ids of a key or tuple stand, each once: of two that are equal the first.
  package static func ids(_ key: ArraySlice<UInt8>) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start = key.startIndex
    for at in key.indices where key[at] >= openEnd {
      let id = start..<at
      if !found.contains(where: { key[$0].elementsEqual(key[id]) }) { found.append(id) }
      start = at + 1
    }
    if start < key.endIndex { found.append(start..<key.endIndex) }
    return found
  }

  /// Where the ids of a tuple stand: the known one, and each anonymous one once.
  static func tuple(
    _ tuple: ArraySlice<UInt8>
  ) -> (known: Range<Int>, anonymous: [Range<Int>]) {
    let end = tuple.firstIndex { $0 >= openEnd } ?? tuple.endIndex
    let rest = min(end + 1, tuple.endIndex)
    return (tuple.startIndex..<end, ids(tuple[rest...]))
  }
}
