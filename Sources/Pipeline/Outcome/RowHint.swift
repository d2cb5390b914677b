import EventLog
import Values

/// The word of a spec that would have read a rejected row, where the row shows it.
enum RowHint {
  /// A phrase, or nil.
  ///
  /// - Parameter isAll: no row of the file is an event, so that the row stands for all.
  static func text(for reject: Reject, of reading: TakenInput, isAll: Bool) -> String? {
    let row = reject.prefix
    switch reject.reason {
    case .badTime: return time(reading.tally.values)
    case .malformedLine, .unclosedQuote, .wrongColumnCount:
      let hasEscape = zip(row, row.dropFirst()).contains { $0 == 0x5C && $1 == 0x22 }
      return hasEscape ? "for quotes behind a backslash, say `escape: \"\\\\\"`" : nil
    case .malformedJSON:
      guard let brace = row.firstIndex(of: UInt8(ascii: "{")), brace > 0,
        row[..<brace].contains(UInt8(ascii: " ")), row[0] != UInt8(ascii: "[")
      else { return nil }
      let isText = row[..<brace].contains { $0 > UInt8(ascii: " ") }
      return isText ? "for text before the JSON, say `prefix: skip`" : nil
    case .noUser, .noAccount, .noEvent, .noTime:
      guard isAll else { return nil }
      if reading.tally.values.containerIDs.count > 0 {
        return "what stands there is a list or an object: `PATH[0]` is a list's first element, "
          + "`PATH.KEY` an object's value"
      }
      guard let key = listKey(row) else { return nil }
      let shown = ShownText.escaped(key, charactersMax: 40)
      return "its `\(shown)` is a list of objects: if they are the events, say `records: \(shown)`"
    default: return nil
    }
  }

  private static func time(_ values: ValueTally) -> String? {
    if values.numericTimes.count > 0 {
      return "its times are numbers: say `format: auto` in `time`, or their unit"
    }
    guard let bytes = values.unreadTimes.first?.text else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    if TimeFormat.auto.parse(text) != nil { return "`format: auto` in `time` reads it" }
    if bytes.count > 2, bytes.first == UInt8(ascii: "'"), bytes.last == UInt8(ascii: "'") {
      return "for values between such quotes, say `quote: \"'\"`"
    }
    switch TimeGuess.patterns(reading: text) {
    case let patterns where patterns.isEmpty: return nil
    case let patterns where patterns.count == 1:
      return "`format: \"\(patterns[0])\"` in `time` reads it"
    case let patterns:
      let listed = patterns.map { "`\"\($0)\"`" }.joined(separator: " and ")
      return "\(listed) read it: say in `time` which `format` it is"
    }
  }

  /// The first key of a JSON object, in what is kept of it, behind which a list of objects begins.
  static func listKey(_ row: [UInt8]) -> [UInt8]? {
    let bytes = row.filter { $0 > UInt8(ascii: " ") }
    guard bytes.first == UInt8(ascii: "{") else { return nil }
    var (depth, place) = (0, 0)
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "\""):
        var end = place + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
          end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        if depth == 1, bytes.dropFirst(end + 1).starts(with: Array(":[{".utf8)) {
          return Array(bytes[(place + 1)..<end])
        }
        place = end
      default: break
      }
      place += 1
    }
    return nil
  }
}
