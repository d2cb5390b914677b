import EventLog
import Values

/// Sentences about single inputs: how they were read, and what could not be.
enum InputNotices {
  /// What makes an input damaged above the level of bytes: not one of its rows is an event.
  static func damages(of reading: FileReading) -> [String] {
    guard reading.isAllRejected else { return [] }
    let rows = reading.tally.rejectedTotal
    return [
      "\(reading.file.path): \(rows == 1 ? "its only row is no" : "none of its \(rows) rows is an") event"
        + firstReject(of: [reading])
    ]
  }

  /// Warnings and notices.
  static func lines(of reading: FileReading) -> [String] {
    let path = reading.file.path
    let source = reading.source
    var lines: [String] = []
    if source.isEmpty {
      lines.append("notice: \(path): the file is empty")
    } else if reading.tally.rows == reading.tally.blank, source.damages.isEmpty {
      lines.append("notice: \(path): no rows in it")
    }
    if source.isGzipTwice { lines.append("notice: \(path): gzip inside gzip, inflated twice") }
    if source.isEncodingMarked, let encoding = source.encoding {
      lines.append("notice: \(path): read as \(encoding), by its byte order mark")
    }
    if source.undecodableBytes > 0, let encoding = source.encoding {
      lines.append(
        "warning: \(path): \(source.undecodableBytes) bytes are no characters of \(encoding)")
    }
    return lines
  }

  /// `; the first: FILE:LINE: REASON: ROW`, nothing when no row was rejected.
  static func firstReject(of files: [FileReading]) -> String {
    guard let reading = files.first(where: { !$0.tally.samples.isEmpty }),
      let reject = reading.tally.samples.min(by: { $0.byte < $1.byte })
    else { return "" }
    let row = ShownText.escaped(reject.prefix, charactersMax: 100)
    return "; the first: \(reading.file.path):\(reject.line): \(reject.reason.name): \(row)"
      + (hint(for: reject, of: reading).map { "; \($0)" } ?? "")
  }

  /// The word of a spec that would have read such a row, where the row shows it.
  private static func hint(for reject: Reject, of reading: FileReading) -> String? {
    let row = reject.prefix
    switch reject.reason {
    case .badTime where reading.tally.values.numericTimes.count > 0:
      return "its times are numbers: say `format: auto` in `time`, or their unit"
    case .malformedLine, .unclosedQuote, .wrongColumnCount:
      let hasEscape = zip(row, row.dropFirst()).contains { $0 == 0x5C && $1 == 0x22 }
      return hasEscape ? "for quotes behind a backslash, say `escape: \"\\\\\"`" : nil
    case .malformedJSON:
      guard let brace = row.firstIndex(of: UInt8(ascii: "{")), brace > 0,
        row[..<brace].contains(UInt8(ascii: " ")), row[0] != UInt8(ascii: "[")
      else { return nil }
      let isText = row[..<brace].contains { $0 > UInt8(ascii: " ") }
      return isText ? "for text before the JSON, say `prefix: skip`" : nil
    default: return nil
    }
  }
}
