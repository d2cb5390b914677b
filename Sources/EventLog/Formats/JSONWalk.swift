/// The fast walk over the tokens of one row that the scan has not called doubtful.
///
///     {"userId":"u1","context":{"app":{"v":1},"groupId":"g"}}
///     {        :              :{     :{   : }          :   }}     tokens
///     row      wanted         ╰context╰skipped╯        wanted
///
/// The walk follows the keys of the objects that wanted paths lead through, passes over all other
/// containers with a check of their brackets, and notes the tokens of wanted keys. It gives up, and
/// the exact parser decides, on anything that is not valid and on what is too rare to be worth a
/// line here: keys with escapes, more than 64 levels inside one skipped value, a table of keys that
/// is full.
struct JSONWalk {
  struct OpenObject {
    /// No two objects of a log have the same.
    var number: UInt64 = 0
    /// The colon of its key, as an index into the row's tokens; 0 for the row itself.
    var token = 0
    /// A key occurred again in it.
    var hasRepeat = false
  }

  enum Outcome {
    case row
    case givenUp
    /// Given up, and the table must forget its keys before the next row.
    case tableFull
  }

  /// Levels inside one skipped value, itself included: a bit each.
  static let levelsMax = 64

  /// The row's bytes in the chunk.
  let row: Range<Int>
  let hasEscapes: Bool
  /// Objects in which a key occurred again.
  private(set) var objectsWithRepeats = 0
  /// The latest key's value: where it begins, and what a container there is wanted for.
  private var valueStart = 0
  private var valueToken = 0
  private var valueSlot = -1
  private var valueChild = -1

  init(row: Range<Int>, hasEscapes: Bool) {
    self.row = row
    self.hasEscapes = hasEscapes
  }

  /// Fills `sources`, which are absent before, from the row whose tokens are in `range`.
  ///
  /// - Parameters:
  ///   - open: By node of the tree: the object that is open there.
  ///   - owners: By entry of `keys`: the number of the object that had the key last.
  ///   - objects: How many objects have been numbered, in this row and all before.
  @inline(__always)
  mutating func run(
    _ bytes: Span<UInt8>, _ range: Range<Int>, of index: borrowing JSONIndex,
    tree: borrowing JSONPathTree, keys: inout JSONKeyTable, open: inout [OpenObject],
    owners: inout [UInt64], objects: inout UInt64, sources: inout [JSONSource]
  ) -> Outcome {
    let tokens = index.tokens.span
    let quotes = index.quotes.span
    var owners = owners.mutableSpan
    var sources = sources.mutableSpan
    var at = range.lowerBound
    let end = range.upperBound
    guard at < end else { return .givenUp }
    let first = Int(tokens[at])
    guard bytes[first] == UInt8(ascii: "{"), isBlank(bytes, row.lowerBound..<first) else {
      return .givenUp
    }
    var node = 0
    objects += 1
    var object = objects
    open[0] = OpenObject(number: object)
    at += 1
    while at < end {
      let place = Int(tokens[at])
      at += 1
      switch bytes[place] {
      case UInt8(ascii: ":"):
        guard let key = Self.key(before: place, bytes, quotes) else { return .givenUp }
        if hasEscapes, hasBackslash(bytes, key) { return .givenUp }
        let entry = keys.lookUp(bytes, key, node: node)
        if entry < 0 { return .tableFull }
        let (slot, child) = (Int(keys.entries[entry].slot), Int(keys.entries[entry].child))
        if owners[entry] == object {
          countRepeat(in: &open[node])
          tree.clear(slot: slot, child: child, to: .absent, in: &sources)
        }
        owners[entry] = object
        valueStart = place + 1
        while valueStart < row.upperBound, Self.isBlank(bytes[valueStart]) { valueStart += 1 }
        valueToken = at - 1 - range.lowerBound
        // Text where objects are looked into, or a key that is a whole path: not for this walk.
        if child >= 0, valueStart < row.upperBound, bytes[valueStart] == UInt8(ascii: "\"") {
          return .givenUp
        }
        if keys.entries[entry].isWholePath { return .givenUp }
        valueSlot = slot
        valueChild = child
        if slot >= 0 { tree.set(JSONSource(colon: valueToken), from: slot, in: &sources) }
      case UInt8(ascii: "{"):
        guard place == valueStart else { return .givenUp }
        if valueChild >= 0 {
          node = valueChild
          objects += 1
          object = objects
          open[node] = OpenObject(number: object, token: valueToken)
        } else if !skip(bytes, tokens, quotes, &at, end, isObject: true) {
          return .givenUp
        } else if valueSlot >= 0 {
          let source = JSONSource(colon: valueToken, close: at - 1 - range.lowerBound)
          tree.set(source, from: valueSlot, in: &sources)
        }
      case UInt8(ascii: "["):
        guard place == valueStart, skip(bytes, tokens, quotes, &at, end, isObject: false)
        else { return .givenUp }
        if valueSlot >= 0 {
          let source = JSONSource(colon: valueToken, close: at - 1 - range.lowerBound)
          tree.set(source, from: valueSlot, in: &sources)
        }
      case UInt8(ascii: "}"):
        if node == 0 { return at == end ? .row : .givenUp }
        let source = JSONSource(colon: open[node].token, close: at - 1 - range.lowerBound)
        tree.set(source, from: tree.slots[node], in: &sources)
        node = tree.parents[node]
        object = open[node].number
      default:
        return .givenUp
      }
    }
    return .givenUp
  }
}

/// Containers.
extension JSONWalk {
  /// Passes over a container whose opening byte was the token before `at`; false when brackets,
  /// commas or colons are not right in it.
  @inline(__always)
  private func skip(
    _ bytes: Span<UInt8>, _ tokens: Span<UInt32>, _ quotes: Span<UInt64>, _ at: inout Int,
    _ end: Int, isObject: Bool
  ) -> Bool {
    // One bit per level, the innermost lowest: 1 for an object.
    var kinds: UInt64 = isObject ? 1 : 0
    var depth = 1
    while at < end {
      let place = Int(tokens[at])
      let byte = bytes[place]
      at += 1
      switch byte {
      case UInt8(ascii: ":"):
        guard kinds & 1 == 1, Self.key(before: place, bytes, quotes) != nil else { return false }
      case UInt8(ascii: ","):
        if kinds & 1 == 1 { return false }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        // Directly inside an object, it must be the value of a key.
        guard depth < Self.levelsMax,
          kinds & 1 == 0 || bytes[Self.before(place, bytes)] == UInt8(ascii: ":")
        else { return false }
        kinds = kinds &<< 1 | (byte == UInt8(ascii: "{") ? 1 : 0)
        depth += 1
      default:
        // `{`, `[` and their closing bytes, `}` and `]`, differ in the same bit.
        guard kinds & 1 == UInt64(byte &>> 5 & 1) else { return false }
        kinds = kinds &>> 1
        depth -= 1
        if depth == 0 { return true }
      }
    }
    return false
  }
}

/// Keys.
extension JSONWalk {
  /// The inside of the key whose colon is at `colon`. Nil unless the colon stands behind a string, and
  /// the string behind a comma or an opening brace.
  @inline(__always)
  static func key(
    before colon: Int, _ bytes: Span<UInt8>, _ quotes: Span<UInt64>
  ) -> Range<Int>? {
    let close = before(colon, bytes)
    guard bytes[close] == UInt8(ascii: "\"") else { return nil }
    var word = (close - 1) &>> 6
    // Bits at or below close - 1, moved to the top.
    var bits = quotes[word] &<< UInt64(truncatingIfNeeded: 63 &- (close - 1))
    var highest = close - 1
    while bits == 0 {
      highest = word &<< 6 - 1
      word -= 1
      bits = quotes[word]
    }
    let open = highest - bits.leadingZeroBitCount
    let before = bytes[self.before(open, bytes)]
    guard before == UInt8(ascii: ",") || before == UInt8(ascii: "{") else { return nil }
    return open + 1..<close
  }

  /// The last place before `place` that is not blank; there is one, for a row begins with a brace.
  @inline(__always)
  static func before(_ place: Int, _ bytes: Span<UInt8>) -> Int {
    var before = place - 1
    while isBlank(bytes[before]) { before -= 1 }
    return before
  }

  /// Each object counts once, however many of its keys occur again.
  @inline(never)
  private mutating func countRepeat(in object: inout OpenObject) {
    if !object.hasRepeat { objectsWithRepeats += 1 }
    object.hasRepeat = true
  }
}

/// White space; the scan has seen to it that nothing else is where these look.
extension JSONWalk {
  @inline(__always)
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  @inline(__always)
  private func isBlank(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for place in range where !Self.isBlank(bytes[place]) { return false }
    return true
  }
}
