/// Finds where JSON objects end, over bytes that arrive in pieces.
///
/// Behind the brace that closes an outermost object a row ends; outside of objects, at each line end.
/// Brackets outside of objects are those of an outer array. A line end inside a string, where none can
/// be, ends the row, too: a string that is not closed does not swallow the rest of the file.
struct JSONValueSplitter {
  private var depth = 0
  private var isInString = false
  private var isEscaped = false

  /// Passes over `bytes[start...]`. The offset just after the last row end in it, nil when none is.
  mutating func lastRowEnd(in bytes: Span<UInt8>, from start: Int) -> Int? {
    var last: Int?
    var at = start
    while let end = firstRowEnd(in: bytes, from: at) {
      last = end
      at = end
    }
    return last
  }

  /// As `lastRowEnd`, up to the first row end.
  mutating func firstRowEnd(in bytes: Span<UInt8>, from start: Int) -> Int? {
    for place in start..<bytes.count {
      let byte = bytes[place]
      if isInString {
        if byte == UInt8(ascii: "\n") {
          self = JSONValueSplitter()
          return place + 1
        }
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where depth > 0: isInString = true
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "[") where depth > 0: depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth > 0 {
          depth -= 1
          if depth == 0 { return place + 1 }
        }
      case UInt8(ascii: "\n") where depth == 0: return place + 1
      default: break
      }
    }
    return nil
  }

  /// A row without what separates it from others.
  static func trim(_ bytes: Span<UInt8>, _ row: Range<Int>) -> Range<Int> {
    func isBlank(_ byte: UInt8) -> Bool { byte <= UInt8(ascii: " ") }
    var (start, end) = (row.lowerBound, row.upperBound)
    while start < end {
      let byte = bytes[start]
      if start + 3 <= end, byte == 0xEF, bytes[start + 1] == 0xBB, bytes[start + 2] == 0xBF {
        start += 3
      } else if isBlank(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "[")
        || byte == UInt8(ascii: "]")
      {
        start += 1
      } else {
        break
      }
    }
    while end > start, isBlank(bytes[end - 1]) || bytes[end - 1] == UInt8(ascii: ",") { end -= 1 }
    return start..<end
  }

  /// Whether content that should be JSON lines, and begins with `head`, is laid out otherwise: in an
  /// array, with record separators, over several lines, or all without a line end.
  static func isOtherThanLines(_ head: Span<UInt8>) -> Bool {
    var at = 0
    func skip() {
      while at < head.count, head[at] <= UInt8(ascii: " "), head[at] != 0x1E { at += 1 }
    }
    skip()
    guard at < head.count else { return false }
    if head[at] == 0x1E { return true }
    if head[at] == UInt8(ascii: "[") {
      at += 1
      skip()
      return at < head.count && head[at] == UInt8(ascii: "{")
    }
    guard head[at] == UInt8(ascii: "{") else { return false }
    guard let lineEnd = LineSplitter.firstLineEnd(in: head, from: at) else {
      // One line without end: of one object or of many?
      var splitter = JSONValueSplitter()
      guard let end = splitter.firstRowEnd(in: head, from: at) else { return false }
      at = end
      skip()
      return at < head.count && head[at] == UInt8(ascii: "{")
    }
    var splitter = JSONValueSplitter()
    if splitter.firstRowEnd(in: head.extracting(0..<lineEnd), from: at) != nil { return false }
    // It goes on with what can only stand inside of an object, or it was cut and another line follows:
    // what begins like a row is taken for one, unless it is an item of the list that was opened.
    var last = lineEnd - 1
    while head[last] <= UInt8(ascii: " ") { last -= 1 }
    at = lineEnd
    skip()
    guard at < head.count else { return false }
    guard head[last] == UInt8(ascii: "["), head[at] == UInt8(ascii: "{") else {
      return "\"}],:".utf8.contains(head[at])
    }
    var item = JSONValueSplitter()
    guard let end = item.firstRowEnd(in: head, from: at) else { return false }
    at = end
    skip()
    return at < head.count && (head[at] == UInt8(ascii: ",") || head[at] == UInt8(ascii: "]"))
  }
}
