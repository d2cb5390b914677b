/// JSON values as a tree in flat memory: the slow reader, for rows in which places are looked up that
/// the walk does not know (text that holds JSON, elements of arrays), and for rows that need forgiving.
///
/// All that it reads is in `text`: the row's own bytes, and behind them whatever had to be decoded. So
/// a string that itself holds JSON is parsed in place, as the row was.
///
/// A row has a bound: on its values, and on what had to be decoded, which may be as long as the row. So
/// it takes no more than some five times the longest row (`ReadLimits.lineBytesMax`).
struct JSONDocument: Sendable {
  enum Kind: Sendable {
    case object, array, text, number, boolean, null
  }

  private(set) var text: [UInt8] = []
  var nodes: [Node] = []
  /// Bits of `Repair.rawValue`.
  private(set) var repairs: UInt16 = 0
  /// Why the last parse failed.
  private(set) var problem = RejectReason.malformedJSON
  var isLenient = false
  private var at = 0
  private var end = 0
  private let valuesMax: Int
  private var textMax = 0
  /// What the row has is more than is taken in: what was not found may be in the rest.
  private(set) var isTooLarge = false
  private static let keptBytesMax = 1 << 20
  private static let keptNodesMax = 1 << 14
  /// Bytes that a short row may take, decoded.
  private static let decodedBytesLeast = 1 << 20

  init(_ limits: ReadLimits) {
    valuesMax = limits.rowValuesMax
  }

  /// Takes in the bytes of a row.
  mutating func load(_ bytes: Span<UInt8>, _ row: Range<Int>) {
    release()
    repairs = 0
    isTooLarge = false
    textMax = min(row.count + max(row.count, Self.decodedBytesLeast), Int(Int32.max))
    // A list that grows by doubling is there one and a half times over while it does.
    if row.count > Self.keptBytesMax { nodes.reserveCapacity(min(valuesMax, row.count / 2)) }
    // The buffer is read before this statement ends, while the span that it came from is alive.
    unsafe bytes.extracting(row).withUnsafeBufferPointer {
      unsafe text.append(contentsOf: $0)
    }
  }

  /// Gives back what a rare long row took: a parser may be copied as it stands.
  mutating func release() {
    text.removeAll(keepingCapacity: text.capacity <= Self.keptBytesMax)
    nodes.removeAll(keepingCapacity: nodes.capacity <= Self.keptNodesMax)
  }

  mutating func note(_ repair: Repair) { repairs |= 1 << UInt16(repair.rawValue) }

  func has(_ repair: Repair) -> Bool { repairs >> UInt16(repair.rawValue) & 1 == 1 }

  /// The first value in a container, -1 for none.
  func firstChild(of node: Int) -> Int { nodes[node].hasChildren ? node + 1 : -1 }

  /// Behind the row, where what had to be decoded stands.
  ///
  /// - Returns: false where it would be too much; nothing is appended.
  mutating func append(_ bytes: [UInt8]) -> Bool {
    guard bytes.count <= textMax - text.count else {
      noteTooLarge()
      return false
    }
    text += bytes
    return true
  }

  /// A part of the text, its bytes that are no UTF-8 spelled out; nil where it would be too much.
  mutating func spelled(_ range: Range<Int>) -> [UInt8]? {
    let spelled = UTF8Repair.spelled(text.span, range, most: textMax - range.lowerBound)
    if spelled == nil { noteTooLarge() }
    return spelled
  }

  private mutating func noteTooLarge() {
    isTooLarge = true
    problem = .rowTooLarge
  }

  /// Parses the value that begins at `start`, or behind blanks there, and returns its node and where it
  /// ends; nil where there is no valid one before `limit`.
  mutating func parse(from start: Int, to limit: Int) -> (root: Int, end: Int)? {
    let (count, length) = (nodes.count, text.count)
    let known = repairs
    at = start
    end = limit
    problem = .malformedJSON
    guard let root = parseValue() else {
      nodes.removeLast(nodes.count - count)
      text.removeLast(text.count - length)
      repairs = known
      return nil
    }
    return (root, at)
  }
}

extension JSONDocument {
  /// A container whose end has not come yet.
  private struct Open {
    var node: Int
    var lastChild = -1
  }

  /// A value and all in it, without recursion.
  private mutating func parseValue() -> Int? {
    var open: [Open] = []
    var root = -1
    var key = 0..<0
    while true {
      skipBlanks()
      guard at < end else { return nil }
      let parent = open.last?.node ?? -1
      if parent >= 0 {
        let isObject = nodes[parent].kind == .object
        let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        let isFirst = !nodes[parent].hasChildren
        if text[at] == close, isFirst || isLenient {
          // Behind a comma: only lenient.
          if !isFirst { note(.trailingComma) }
          if finish(&open) { return root }
          continue
        }
        if isObject {
          guard text[at] == UInt8(ascii: "\""), let inside = string() else { return nil }
          key = inside.range
          skipBlanks()
          guard at < end, text[at] == UInt8(ascii: ":") else { return nil }
          at += 1
          skipBlanks()
          guard at < end else { return nil }
        }
      }
      let start = at
      var node = Node(kind: .null, start: at, end: at, key: key)
      var isOpen = false
      switch text[at] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard open.count < JSONExactParser.depthMax else {
          problem = .tooDeep
          return nil
        }
        node.kind = text[at] == UInt8(ascii: "{") ? .object : .array
        node.parent = parent
        at += 1
        isOpen = true
      case UInt8(ascii: "\""):
        guard let inside = string() else { return nil }
        (node.kind, node.start, node.end) = (
          .text, inside.range.lowerBound, inside.range.upperBound
        )
        node.isSpelled = inside.isSpelled
      default:
        guard let kind = scalar() else { return nil }
        (node.kind, node.end) = (kind, at)
        node.start = start
      }
      let index = nodes.count
      guard index < valuesMax else {
        noteTooLarge()
        return nil
      }
      nodes.append(node)
      if parent >= 0 {
        nodes[parent].hasChildren = true
        let last = open[open.count - 1].lastChild
        if last >= 0 { nodes[last].next = index }
        open[open.count - 1].lastChild = index
      } else {
        root = index
      }
      if isOpen {
        open.append(Open(node: index))
        continue
      }
      if open.isEmpty { return root }
      guard let isDone = goOn(&open) else { return nil }
      if isDone { return root }
    }
  }

  /// Steps over the closing byte of the innermost container and what comes behind it; true when the
  /// outermost is closed.
  private mutating func finish(_ open: inout [Open]) -> Bool {
    at += 1
    let closed = open.removeLast().node
    nodes[closed].end = at
    let isSound = checkRepeats(in: closed)
    if isSound, open.isEmpty { return true }
    if isSound, let isDone = goOn(&open) { return isDone }
    // Nothing that can follow: the loop finds no value there and fails.
    at = end
    return false
  }

  /// Behind a value in a container: a comma, or closing bytes. True when the outermost is closed, nil
  /// where neither is there.
  private mutating func goOn(_ open: inout [Open]) -> Bool? {
    while let parent = open.last?.node {
      skipBlanks()
      guard at < end else { return nil }
      if text[at] == UInt8(ascii: ",") {
        at += 1
        return false
      }
      let close = nodes[parent].kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]")
      guard text[at] == close else { return nil }
      at += 1
      nodes[parent].end = at
      open.removeLast()
      if !checkRepeats(in: parent) { return nil }
    }
    return true
  }

  /// Notes a key that an object has twice; false where nothing is forgiven.
  private mutating func checkRepeats(in object: Int) -> Bool {
    guard nodes[object].kind == .object, hasRepeats(object) else { return true }
    note(.duplicateKey)
    return isLenient
  }

  private func hasRepeats(_ object: Int) -> Bool {
    var keys: [Range<Int>] = []
    var many = SeenRanges()
    var child = firstChild(of: object)
    while child >= 0 {
      let key = nodes[child].key
      child = nodes[child].next
      if keys.count < 16 {
        for other in keys where other.count == key.count && text[other] == text[key] {
          return true
        }
        keys.append(key)
      } else {
        if many.count == 0 { for key in keys { _ = many.insert(key, of: text.span) } }
        if !many.insert(key, of: text.span) { return true }
      }
    }
    return false
  }

  mutating func skipBlanks() {
    while at < end {
      switch text[at] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): at += 1
      default: return
      }
    }
  }
}

/// Scalars.
extension JSONDocument {
  private mutating func scalar() -> Kind? {
    if word("true") || word("false") { return .boolean }
    if word("null") { return .null }
    if isLenient, word("NaN") || word("Infinity") || word("-Infinity") {
      note(.notANumber)
      return .null
    }
    func digits() -> Bool {
      let start = at
      while at < end, text[at] &- UInt8(ascii: "0") <= 9 { at += 1 }
      return at > start
    }
    if text[at] == UInt8(ascii: "-") { at += 1 }
    guard at < end else { return nil }
    if text[at] == UInt8(ascii: "0") { at += 1 } else if !digits() { return nil }
    if at < end, text[at] == UInt8(ascii: ".") {
      at += 1
      if !digits() { return nil }
    }
    if at < end, text[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < end, text[at] == UInt8(ascii: "+") || text[at] == UInt8(ascii: "-") { at += 1 }
      if !digits() { return nil }
    }
    return .number
  }

  private mutating func word(_ word: String) -> Bool {
    guard text[at..<end].starts(with: word.utf8) else { return false }
    at += word.utf8.count
    return true
  }

  /// The string at `at`, decoded; nil where it is not valid, as far as what is forgiven is.
  private mutating func string() -> (range: Range<Int>, isSpelled: Bool)? {
    at += 1
    let start = at
    var needsDecoding = false
    while at < end {
      switch text[at] {
      case UInt8(ascii: "\""):
        let inside = start..<at
        at += 1
        let isUTF8 = isValidUTF8(text.span, inside)
        if !isUTF8, !isLenient {
          problem = .invalidUTF8
          return nil
        }
        if !needsDecoding, isUTF8 { return (inside, false) }
        return decode(inside)
      case UInt8(ascii: "\\"):
        guard at + 1 < end else { return nil }
        needsDecoding = true
        at += 2
      case 0..<0x20:
        guard isLenient else { return nil }
        note(.controlCharacter)
        at += 1
      default:
        at += 1
      }
    }
    return nil
  }

  /// Appends what the inside of a string stands for to `text`.
  private mutating func decode(_ inside: Range<Int>) -> (range: Range<Int>, isSpelled: Bool)? {
    // It is no longer than what it is decoded from, so that one check is enough.
    guard inside.count <= textMax - text.count else {
      noteTooLarge()
      return nil
    }
    let start = text.count
    var place = inside.lowerBound
    while place < inside.upperBound {
      let byte = text[place]
      guard byte == UInt8(ascii: "\\"), place + 1 < inside.upperBound else {
        if byte == UInt8(ascii: "\\") { return nil }
        text.append(byte)
        place += 1
        continue
      }
      let letter = text[place + 1]
      place += 2
      switch letter {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "u"):
        guard var scalar = hexadecimal(place, 4, in: inside) else { return nil }
        place += 4
        if scalar & 0xFC00 == 0xD800, place + 1 < inside.upperBound,
          text[place] == UInt8(ascii: "\\"), text[place + 1] == UInt8(ascii: "u"),
          let low = hexadecimal(place + 2, 4, in: inside), low & 0xFC00 == 0xDC00
        {
          scalar = 0x10000 + (scalar & 0x3FF) << 10 + low & 0x3FF
          place += 6
        }
        if Unicode.Scalar(scalar) == nil {
          if !isLenient { return nil }
          note(.loneSurrogate)
          scalar = 0xFFFD
        }
        if let known = Unicode.Scalar(scalar) { text += Array(String(Character(known)).utf8) }
      case UInt8(ascii: "x") where isLenient:
        guard let value = hexadecimal(place, 2, in: inside) else { return nil }
        note(.byteEscape)
        text.append(UInt8(truncatingIfNeeded: value))
        place += 2
      default:
        return nil
      }
    }
    if isValidUTF8(text.span, start..<text.count) { return (start..<text.count, false) }
    note(.invalidUTF8)
    guard let spelled = spelled(start..<text.count) else { return nil }
    text.removeLast(text.count - start)
    text += spelled
    return (start..<text.count, true)
  }

  private func hexadecimal(_ start: Int, _ count: Int, in inside: Range<Int>) -> UInt32? {
    guard start + count <= inside.upperBound else { return nil }
    var value: UInt32 = 0
    for byte in text[start..<start + count] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte & 0x0F)
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
        value = value << 4 | UInt32((byte & 0x0F) + 9)
      default: return nil
      }
    }
    return value
  }
}
