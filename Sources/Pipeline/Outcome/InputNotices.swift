import EventLog
import Values

/// Sentences about single inputs: how they were read, and what could not be.
enum InputNotices {
  /// What makes an input damaged above the level of bytes: not one of its rows is an event.
  ///
  /// - Parameter nobodys: events of nobody whom the spec looks for.
  static func damages(of reading: TakenInput, nobodys: Int = 0) -> [String] {
    guard reading.isAllRejected(nobodys: nobodys) else { return [] }
    let rows = reading.tally.rejectedTotal + nobodys
    return [
      "\(reading.file.path): \(rows == 1 ? "its only row is no" : "none of its \(rows) rows is an") event"
        + firstReject(of: [reading], isAll: true)
    ]
  }

  /// Warnings and notices.
  static func lines(of reading: TakenInput) -> [String] {
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
  ///
  /// - Parameter isAll: no row of the files is an event.
  static func firstReject(of files: [TakenInput], isAll: Bool = false) -> String {
    guard let reading = files.first(where: { !$0.tally.samples.isEmpty }),
      let reject = reading.tally.samples.min(by: { $0.byte < $1.byte })
    else { return "" }
    let row = ShownText.escaped(reject.prefix, charactersMax: 100)
    return "; the first: \(reading.file.path):\(reject.line): \(reject.reason.name): \(row)"
      + (RowHint.text(for: reject, of: reading, isAll: isAll).map { "; \($0)" } ?? "")
  }
}
