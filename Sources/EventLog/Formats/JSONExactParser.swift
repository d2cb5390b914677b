/// One row, byte by byte, by the letter of RFC 8259: what the fast walk gives up on is decided here.
///
/// It says why a row is rejected, and accepts whatever is valid: empty containers with blanks inside,
/// keys with escapes, 1,024 levels. It shares nothing with the scan but the row's bounds, so a row's
/// fate and values do not depend on which of the two parsers read it.
///
/// Checks, in this order: a row of white space is blank; one that is not UTF-8 throughout is invalid
/// UTF-8; then the first byte that breaks the grammar, opens level 1,025, or is of one value more than
/// a row may have, decides; at last, a valid row that is not an object is not an event.
struct JSONExactParser {
  enum Outcome: Equatable {
    case row
    case blank
    case rejected(RejectReason)
  }

  static let depthMax = 1024

  private enum State {
    case value
    /// Behind `[`.
    case valueOrClose
    /// Behind `{`.
    case keyOrClose
    case key
    case colon
    /// Behind a value; at level 0 the row is over.
    case commaOrClose
  }

  private var at: Int
  private let end: Int
  /// Values that may still come.
  private var valuesLeft: Int
  /// One bit per level, 1 for an object: 1,024 of them.
  private var kinds = [UInt64](repeating: 0, count: depthMax / 64)
  private var depth = 0
  /// The wanted objects that are open: a node of the tree at depth 1, 2, ...
  private var nodes: [Int] = []
  private var starts: [Int] = []
  /// Decoded keys of each of `nodes`.
  private var seen: [JSONSeenKeys] = []
  private var hasRepeat: [Bool] = []
  /// What the value that comes next is wanted for.
  private var valueSlot = -1
  private var valueChild = -1
  /// An open container that a slot takes whole, and its level.
  private var containers: [(depth: Int, start: Int, slot: Int)] = []
  /// Objects in which a key occurred again.
  private(set) var objectsWithRepeats = 0
  /// Wanted places may be where only the slow reader looks: inside a text, or behind a key that is
  /// spelled as a whole path.
  private(set) var hasHiddenPlaces = false

  /// - Parameter valuesMax: of the row, objects and arrays among them.
  init(row: Range<Int>, valuesMax: Int) {
    at = row.lowerBound
    end = row.upperBound
    valuesLeft = valuesMax
  }

  /// Fills `values`, which are absent before.
  mutating func run(
    _ bytes: Span<UInt8>, tree: borrowing JSONPathTree, values: inout [RawValue]
  ) -> Outcome {
    var values = values.mutableSpan
    let row = at..<end
    skipBlanks(bytes)
    if at == end { return .blank }
    if !isValidUTF8(bytes, row) { return .rejected(.invalidUTF8) }
    let isObject = bytes[at] == UInt8(ascii: "{")
    var state = State.value
    valueChild = 0
    while true {
      skipBlanks(bytes)
      if at == end {
        guard depth == 0, state == .commaOrClose else { return .rejected(.malformedJSON) }
        return isObject ? .row : .rejected(.notAnObject)
      }
      let byte = bytes[at]
      switch state {
      case .keyOrClose where byte == UInt8(ascii: "}"),
        .valueOrClose where byte == UInt8(ascii: "]"):
        close(tree, &values)
        state = .commaOrClose
      case .key, .keyOrClose:
        guard let inside = string(bytes) else { return .rejected(.malformedJSON) }
        want(inside, bytes, tree, &values)
        state = .colon
      case .colon:
        guard byte == UInt8(ascii: ":") else { return .rejected(.malformedJSON) }
        at += 1
        state = .value
      case .value, .valueOrClose:
        if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
          guard depth < Self.depthMax else { return .rejected(.tooDeep) }
          guard takeOne() else { return .rejected(.rowTooLarge) }
          open(isObject: byte == UInt8(ascii: "{"))
          state = byte == UInt8(ascii: "{") ? .keyOrClose : .valueOrClose
        } else {
          guard let value = scalar(bytes) else { return .rejected(.malformedJSON) }
          guard takeOne() else { return .rejected(.rowTooLarge) }
          if valueSlot >= 0 { tree.set(value, from: valueSlot, in: &values) }
          if valueChild >= 0, depth > 0, byte == UInt8(ascii: "\"") { hasHiddenPlaces = true }
          forgetWanted()
          state = .commaOrClose
        }
      case .commaOrClose:
        guard depth > 0 else { return .rejected(.malformedJSON) }
        let isInObject = isObjectOpen
        switch byte {
        case UInt8(ascii: ","):
          at += 1
          state = isInObject ? .key : .value
        case UInt8(ascii: "}") where isInObject, UInt8(ascii: "]") where !isInObject:
          close(tree, &values)
        default:
          return .rejected(.malformedJSON)
        }
      }
    }
  }
}

/// Containers.
extension JSONExactParser {
  /// Counts a value; false when it is one too many.
  private mutating func takeOne() -> Bool {
    valuesLeft -= 1
    return valuesLeft >= 0
  }

  private var isObjectOpen: Bool { kinds[(depth - 1) / 64] >> UInt64((depth - 1) % 64) & 1 == 1 }

  private mutating func open(isObject: Bool) {
    let bit: UInt64 = 1 << UInt64(depth % 64)
    if isObject { kinds[depth / 64] |= bit } else { kinds[depth / 64] &= ~bit }
    depth += 1
    if valueSlot >= 0 { containers.append((depth, at, valueSlot)) }
    if isObject, valueChild >= 0 {
      // Wanted objects are open one inside the other, so their depth is their number.
      nodes.append(valueChild)
      seen.append(JSONSeenKeys())
      hasRepeat.append(false)
    }
    forgetWanted()
    at += 1
  }

  private mutating func close(
    _ tree: borrowing JSONPathTree, _ values: inout MutableSpan<RawValue>
  ) {
    if nodes.count == depth {
      nodes.removeLast()
      seen.removeLast()
      if hasRepeat.removeLast() { objectsWithRepeats += 1 }
    }
    if let last = containers.last, last.depth == depth {
      let value = RawValue(start: last.start, end: at + 1, shape: .container)
      tree.set(value, from: last.slot, in: &values)
      containers.removeLast()
    }
    depth -= 1
    at += 1
  }

  private mutating func forgetWanted() {
    valueSlot = -1
    valueChild = -1
  }

  /// Looks up what the value of a key, whose inside is given, is wanted for.
  private mutating func want(
    _ inside: Range<Int>, _ bytes: Span<UInt8>, _ tree: borrowing JSONPathTree,
    _ values: inout MutableSpan<RawValue>
  ) {
    forgetWanted()
    guard nodes.count == depth else { return }
    var key: [UInt8] = []
    _ = JSONUnescape.append(bytes, inside, to: &key)
    let wanted = tree.key(key, of: nodes[depth - 1])
    if let wanted {
      (valueSlot, valueChild) = (wanted.slot, wanted.child)
      if wanted.isWholePath { hasHiddenPlaces = true }
    }
    if !seen[depth - 1].insert(key) {
      hasRepeat[depth - 1] = true
      tree.clear(slot: valueSlot, child: valueChild, to: .absent, in: &values)
    }
  }
}

/// Tokens.
extension JSONExactParser {
  private mutating func skipBlanks(_ bytes: Span<UInt8>) {
    while at < end {
      switch bytes[at] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): at += 1
      default: return
      }
    }
  }

  /// Steps over a string and returns its inside; nil when there is no valid one.
  private mutating func string(_ bytes: Span<UInt8>) -> Range<Int>? {
    guard bytes[at] == UInt8(ascii: "\"") else { return nil }
    at += 1
    let start = at
    while at < end {
      switch bytes[at] {
      case UInt8(ascii: "\""):
        at += 1
        return start..<at - 1
      case UInt8(ascii: "\\"):
        guard at + 1 < end else { return nil }
        switch bytes[at + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
          UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
          at += 2
        case UInt8(ascii: "u"):
          guard at + 6 <= end else { return nil }
          for place in at + 2..<at + 6 where !isHexadecimal(bytes[place]) { return nil }
          at += 6
        default:
          return nil
        }
      case 0..<0x20:
        return nil
      default:
        at += 1
      }
    }
    return nil
  }

  /// Steps over a string, number or literal; nil when there is no valid one.
  private mutating func scalar(_ bytes: Span<UInt8>) -> RawValue? {
    let start = at
    switch bytes[at] {
    case UInt8(ascii: "\""):
      guard let inside = string(bytes) else { return nil }
      var shape = RawValue.Shape.text
      for place in inside where bytes[place] == UInt8(ascii: "\\") { shape = .escaped }
      return RawValue(start: inside.lowerBound, end: inside.upperBound, shape: shape)
    case UInt8(ascii: "t"): return literal("true", bytes, .boolean)
    case UInt8(ascii: "f"): return literal("false", bytes, .boolean)
    case UInt8(ascii: "n"): return literal("null", bytes, .absent)
    default:
      return number(bytes) ? RawValue(start: start, end: at, shape: .number) : nil
    }
  }

  private mutating func literal(
    _ word: StaticString, _ bytes: Span<UInt8>, _ shape: RawValue.Shape
  ) -> RawValue? {
    let start = at
    guard start + word.utf8CodeUnitCount <= end else { return nil }
    // A static string's bytes live for ever, and the offsets stay within its count.
    for offset in 0..<word.utf8CodeUnitCount
    where unsafe bytes[start + offset] != word.utf8Start[offset] {
      return nil
    }
    at = start + word.utf8CodeUnitCount
    return RawValue(start: start, end: at, shape: shape)
  }

  private mutating func number(_ bytes: Span<UInt8>) -> Bool {
    if bytes[at] == UInt8(ascii: "-") { at += 1 }
    guard at < end else { return false }
    if bytes[at] == UInt8(ascii: "0") {
      at += 1
    } else {
      guard digits(bytes) else { return false }
    }
    if at < end, bytes[at] == UInt8(ascii: ".") {
      at += 1
      guard digits(bytes) else { return false }
    }
    if at < end, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < end, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
      guard digits(bytes) else { return false }
    }
    return true
  }

  /// Steps over digits; false when there is none.
  private mutating func digits(_ bytes: Span<UInt8>) -> Bool {
    let start = at
    while at < end, bytes[at] &- UInt8(ascii: "0") <= 9 { at += 1 }
    return at > start
  }

  private func isHexadecimal(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") <= 9 || (byte | 0x20) &- UInt8(ascii: "a") <= 5
  }
}
