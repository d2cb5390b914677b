import EventLog
import System
import Values

/// Whether what was read is good enough to publish: exit 65 when it is not.
struct Acceptance {
  var options: RunOptions
  /// The folder that tables are published to; nil where nothing is.
  var out: String?

  func check(_ analysis: Analysis, _ notices: Notices) throws(RunFailure) {
    try checkThatRowsAreEvents(analysis, notices)
    if options.strict {
      let reasons = notices.damages + notices.missingNames
      if !reasons.isEmpty {
        throw RunFailure(.badData, reasons + ["--strict: nothing was published"])
      }
    }
    if let limit = options.rejectsMax { try check(analysis, notices, limit) }
  }

  /// No set of tables is made of inputs that could not be read, and none of nothing replaces one.
  private func checkThatRowsAreEvents(
    _ analysis: Analysis, _ notices: Notices
  ) throws(RunFailure) {
    let hasEvents = analysis.files.contains { $0.judged.events > 0 }
    if !hasEvents, analysis.fresh.contains(where: \.isAllRejected) {
      throw RunFailure(
        .badData, notices.damages + ["no row of any input is an event: nothing was published"])
    }
    guard !hasEvents else { return }
    if let out, Self.hasEvents(out) {
      throw RunFailure(
        .badData,
        notices.damages + [
          "no input has any row: nothing was published, and the tables in \(out) stay as they are"
        ])
    }
  }

  /// Whether the tables in a folder were made of any event.
  private static func hasEvents(_ folder: String) -> Bool {
    let path = FilePath(folder).child("run.json")
    guard let bytes = try? FileSystem.read(path, limit: 64 << 20),
      let manifest = try? JSONReader.read(bytes),
      case .object(let members) = manifest,
      case .object(let sums)? = members.first(where: { $0.0 == "reconciliation" })?.1,
      case .integer(let used)? = sums.first(where: { $0.0 == "used" })?.1
    else { return false }
    return used > 0
  }

  private func check(
    _ analysis: Analysis, _ notices: Notices, _ limit: RejectLimit
  ) throws(RunFailure) {
    var lines: [String] = []
    var all = RejectCount()
    for reading in analysis.fresh {
      all = all + reading.rejectCount
      if let excess = limit.excess(reading.rejectCount) {
        lines.append("\(reading.file.path): \(excess) were rejected")
      }
    }
    if let excess = limit.excess(all) {
      lines = ["\(excess) were rejected"]
    } else if lines.count > Self.filesShown {
      let more = lines.count - Self.filesShown
      lines = lines.prefix(Self.filesShown) + ["and \(more) more inputs"]
    }
    if lines.isEmpty { return }
    lines[lines.count - 1] +=
      ", more than --max-rejects \(limit.text) allows: nothing was published"
    throw RunFailure(.badData, notices.damages + notices.warnings + lines)
  }

  private static let filesShown = 5
}

extension InputLedger {
  var rejectCount: RejectCount {
    RejectCount(
      rows: tally.rows - tally.blank, rejectedRows: rejectedTotal, bytes: source.textBytes,
      rejectedBytes: tally.rejectedBytes)
  }
}
