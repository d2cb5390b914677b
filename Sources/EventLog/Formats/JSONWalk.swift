internal import CByteScan

/// The fast walk over the members of one row that the scan has not called doubtful.
///
///     {"userId":"u1","context":{"app":{"v":1},"groupId":"g"}}
///     {        :              :{     :{   : }          :   }}     tokens
///              ╵              ╵      ╵              ╵             members, two levels deep
///
/// `structural_members` checks the row's brackets and finds the members at the depths that wanted
/// paths have; the walk looks up the keys of those that are in an object on such a path, and notes the
/// tokens of wanted ones. It gives up, and the exact parser decides, on anything that is not valid and
/// on what is too rare to be worth a line here: keys with escapes, wanted places inside texts, a
/// table of keys that is full, and what `structural_members` does not take.
struct JSONWalk {
  /// An object that a wanted path leads through, by its depth in the row.
  struct OpenObject {
    /// Of the tree, -1 where no wanted path leads through what was opened last.
    var node = -1
    /// No two objects of a log have the same.
    var number: UInt64 = 0
    /// A key occurred again in it.
    var hasRepeat = false
  }

  enum Outcome {
    case row
    case givenUp
    /// Given up, and the table must forget its keys before the next row.
    case tableFull
  }

  /// Deeper paths are for the exact parser.
  static let depthMax = 30

  /// The row's bytes in the chunk.
  let row: Range<Int>
  /// Objects in which a key occurred again.
  private(set) var objectsWithRepeats = 0

  init(row: Range<Int>) { self.row = row }

  /// Fills `sources`, which are absent before, from the row whose tokens are in `range`.
  ///
  /// - Parameters:
  ///   - open: By depth, from 1 to the tree's: the object that is open there.
  ///   - owners: By entry of `keys`: the number of the object that had the key last.
  ///   - objects: How many objects have been numbered, in this row and all before.
  @inline(__always)
  mutating func run(
    _ bytes: Span<UInt8>, _ range: Range<Int>, of index: inout JSONIndex,
    tree: borrowing JSONPathTree, keys: inout JSONKeyTable, open: inout [OpenObject],
    owners: inout [UInt64], objects: inout UInt64, sources: inout [JSONSource]
  ) -> Outcome {
    guard let first = index.tokens[range].first,
      isBlank(bytes, row.lowerBound..<Int(first)),
      let count = index.findMembers(bytes, range, depth: tree.depth)
    else { return .givenUp }
    let members = index.members.span
    let tokens = index.tokens.span.extracting(range)
    let quotes = index.quotes.span
    var owners = owners.mutableSpan
    var sources = sources.mutableSpan
    var open = open.mutableSpan
    let isDeep = tree.depth > 1
    objects += 1
    open[1] = OpenObject(node: 0, number: objects)
    for number in 0..<count {
      let member = Int(members[number].token)
      let depth = isDeep ? (~members[number].stack).trailingZeroBitCount - 1 : 1
      let node = open[depth].node
      if node < 0 {
        if depth < tree.depth { open[depth + 1].node = -1 }
        continue
      }
      let colon = Int(tokens[member])
      let key = Self.key(before: colon, bytes, quotes)
      let entry = keys.lookUp(bytes, key, node: node)
      if entry < 0 { return entry == JSONKeyTable.full ? .tableFull : .givenUp }
      let (slot, child) = (Int(keys.entries[entry].slot), Int(keys.entries[entry].child))
      if owners[entry] == open[depth].number {
        countRepeat(in: &open[depth])
        tree.clear(slot: slot, child: child, to: .absent, in: &sources)
      }
      owners[entry] = open[depth].number
      if isDeep, depth < tree.depth {
        objects += 1
        open[depth + 1] = OpenObject(node: child, number: objects)
      }
      if keys.entries[entry].isOrdinary { continue }
      if keys.entries[entry].isHidden { return .givenUp }
      var start = colon + 1
      while start < row.upperBound, Self.isBlank(bytes[start]) { start += 1 }
      let byte = bytes[start]
      // Text where objects are looked into: not for this walk.
      if child >= 0, byte == UInt8(ascii: "\"") { return .givenUp }
      var close = -1
      if slot >= 0, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        close = Self.close(of: member + 1, bytes, tokens)
      }
      tree.set(JSONSource(colon: member, close: close), from: slot, in: &sources)
    }
    return .row
  }

  /// The token that closes the container that one opens; the brackets are known to match.
  @inline(never)
  private static func close(of open: Int, _ bytes: Span<UInt8>, _ tokens: Span<UInt32>) -> Int {
    var depth = 0
    for token in open..<tokens.count {
      switch bytes[Int(tokens[token])] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return token }
      default: break
      }
    }
    return tokens.count - 1
  }

  /// Each object counts once, however many of its keys occur again.
  @inline(never)
  private mutating func countRepeat(in object: inout OpenObject) {
    if !object.hasRepeat { objectsWithRepeats += 1 }
    object.hasRepeat = true
  }
}

/// Keys.
extension JSONWalk {
  /// The inside of the key whose colon is at `colon`, of a row that is not doubtful.
  @inline(__always)
  static func key(before colon: Int, _ bytes: Span<UInt8>, _ quotes: Span<UInt64>) -> Range<Int> {
    let close = before(colon, bytes)
    let last = close - 1
    var word = last &>> 6
    let shift = UInt64(truncatingIfNeeded: 63 &- (last & 63))
    // The 64 bytes up to `last`, put together from two words: where a word begins is anybody's guess.
    var window = quotes[word] &<< shift
    if word > 0 { window |= (quotes[word - 1] &>> 1) &>> (63 &- shift) }
    if window != 0 { return last - window.leadingZeroBitCount + 1..<close }
    word -= 1
    while quotes[word] == 0 { word -= 1 }
    return word &<< 6 + 64 - quotes[word].leadingZeroBitCount..<close
  }

  /// The last place before `place` that is not blank; there is one, for a row begins with a brace.
  @inline(__always)
  static func before(_ place: Int, _ bytes: Span<UInt8>) -> Int {
    var before = place - 1
    while isBlank(bytes[before]) { before -= 1 }
    return before
  }
}

/// White space; the scan has seen to it that nothing else is where these look.
extension JSONWalk {
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  @inline(__always)
  private func isBlank(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for place in range where !Self.isBlank(bytes[place]) { return false }
    return true
  }
}
