import EventLog
import Reports
import Spec
import Timelines
import Values

/// Sentences about a run for people: damage first, then what makes a table mean less than it seems.
struct Notices {
  var analysis: Analysis

  private var values: ValueNotices { analysis.values }

  var damages: [String] {
    analysis.lost.damages
      + analysis.fresh.flatMap { reading in
        reading.source.damages.map { Self.text($0, of: reading.taken) }
          + InputNotices.damages(of: reading.taken, nobodys: reading.judged.nobodys)
      } + values.damages + SpaceNotices(analysis).damages
  }

  var warnings: [String] {
    // What was not read comes before what follows from it.
    var lines: [String] = []
    let rejected = analysis.reconciliation.rejected
    if rejected > 0 {
      let reasons = RejectReason.allCases.filter {
        analysis.reconciliation.rejectedByReason[Int($0.rawValue)] > 0
      }
      let counts = reasons.map {
        "\(analysis.reconciliation.rejectedByReason[Int($0.rawValue)]) \($0.name)"
      }
      lines.append(
        "warning: \(rejected) of \(analysis.reconciliation.rows) rows were rejected: "
          + counts.joined(separator: ", ")
          + InputNotices.firstReject(of: analysis.files.map(\.taken)))
    }
    lines += analysis.warnings
    if let early = beforeLogs { lines.append(early) }
    lines += analysis.files.flatMap { InputNotices.lines(of: $0.taken) }
    for (entity, without) in [
      ("user", analysis.files.map(\.judged.withoutUser)),
      ("account", analysis.files.map(\.judged.withoutAccount)),
    ] {
      let count = without.reduce(0, +)
      if count > 0 {
        lines.append(
          "warning: events without \(entity): \(count); \(entity) reports do not count them")
      }
    }
    lines += IdentityNotices(analysis: analysis).warnings
    lines += values.warnings
    lines += analysis.files.flatMap(Self.repairs)
    lines += earlyTime.map { [$0] } ?? []
    lines += missingNames.map { "warning: \($0)" }
    if analysis.reconciliation.used > 0 {
      for property in analysis.unseenProperties {
        let paths = property.paths.map(\.description).joined(separator: ", ")
        lines.append("warning: no event has a value of '\(property.name)' (\(paths))")
      }
    }
    lines += SourceSums.warnings(of: analysis)
    lines += SpaceNotices(analysis).warnings
    if let late = lateHistory { lines.append(late) }
    lines += strayEvents
    if analysis.reconciliation.used == 0, analysis.reconciliation.rows > 0 {
      lines.append("warning: no event is counted by any report: every table is empty")
    }
    return lines
  }

  /// Times that no report begins with.
  private var beforeLogs: String? {
    let early = analysis.observation.early
    guard early.events > 0 else { return nil }
    let file =
      analysis.files.first { $0.judged.earliest == early.earliest }?.file.path ?? "the logs"
    let events = early.events == 1 ? "1 event" : "\(early.events) events"
    return "warning: \(events) before the logs, left out: the earliest is of "
      + "\(analysis.calendar.timestamp(early.earliest)) (\(file)), more than ten years before the "
      + "others begin; --earliest says from when times are to be believed"
  }

  /// Where the logs begin no earlier than the range, everybody's first event looks like the first
  /// ever: the first cohort holds old users too.
  private var lateHistory: String? {
    let ranges =
      analysis.spec.reports.map(\.options.range.from) + [analysis.spec.calendar.range.from]
    guard let from = ranges.compactMap({ $0 }).min(),
      let earliest = analysis.observation.earliest,
      earliest >= analysis.calendar.instant(of: from)
    else { return nil }
    return """
      warning: the logs begin at \(analysis.calendar.timestamp(earliest)), not before the range's \
      start \(from.text): whoever was there before looks new; add earlier logs
      """
  }

  /// A few events far from all others: one wrong clock must not decide where observation ends.
  private var strayEvents: [String] {
    let days = days
    var lines: [String] = []
    func date(_ day: Int) -> String { CalendarDate(daysSince1970: day).text }
    func events(_ count: Int) -> String { count == 1 ? "1 event lies" : "\(count) events lie" }
    if let strays = days.straysBehind, !analysis.observation.isGiven {
      lines.append(
        "warning: \(events(strays.events)) \(strays.days) days behind all others, and "
          + "observation ends with the last of them; if they are wrong, say "
          + "--observed-until \(date(strays.othersDay + 1))")
    }
    // What is left out, or asked about by its year, is said once.
    if let strays = straysBefore(days), analysis.observation.early.events == 0, earlyTime == nil {
      lines.append(
        "warning: \(events(strays.events)) \(strays.days) days before all others, and history "
          + "begins with the first of them; if they are wrong, say "
          + "--observed-from \(date(strays.othersDay))")
    }
    return lines
  }

  /// Events by day.
  private var days: DayCounts {
    var days = DayCounts()
    for reading in analysis.files { days.add(reading.judged.days) }
    return days
  }

  private func straysBefore(_ days: DayCounts) -> DayCounts.Strays? {
    analysis.observation.isFromGiven ? nil : days.straysBefore
  }

  /// Seconds read as milliseconds, and zeros, are of 1970.
  private var earlyTime: String? {
    let unbounded = analysis.spec.reports.contains {
      $0.options.range.from == nil && analysis.spec.calendar.range.from == nil
    }
    guard unbounded, let earliest = analysis.observation.earliest, earliest < Self.plausibleTimeMin,
      let file = analysis.files.first(where: {
        $0.judged.events > 0 && $0.judged.earliest == earliest
      })
    else { return nil }
    return "warning: the earliest event, in \(file.file.path), is of "
      + "\(analysis.calendar.timestamp(earliest)): is that its time, and in the right unit?"
      + (straysBefore(days).map {
        " All but \($0.events) are of \(CalendarDate(daysSince1970: $0.othersDay).text) and later: "
          + "--observed-from says where history begins"
      } ?? "")
  }

  /// 1980-01-01, in microseconds since 1970.
  private static let plausibleTimeMin: Int64 = 315_532_800_000_000

  /// Event names that the spec asks for and no event carried.
  var missingNames: [String] {
    let asked = Set(analysis.plan.schemas.flatMap(\.matchers).flatMap(\.names))
    let names = analysis.facts.names
    let missing = asked.filter { names[$0] == nil }.sorted()
    let known = names.keys.sorted().map(\.string)
    // What the most of them are called says more of a wrong `event` path than what is spelt alike.
    let frequent = names.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
      .map { "'\($0.key)' (\($0.value))" }
    return missing.enumerated().map { index, name in
      let hint = NearestName.of(name.string, among: known).map { "; did you mean '\($0)'?" } ?? ""
      let most =
        index == missing.count - 1 && !frequent.isEmpty
        ? "; the most frequent are \(frequent.joined(separator: ", "))" : ""
      return "no event is named '\(name)'\(hint)\(most)"
    }
  }

  /// What was forgiven in a file, and how it was read otherwise than the spec says.
  private static func repairs(_ reading: InputLedger) -> [String] {
    let path = reading.file.path
    var lines = zip(Repair.allCases, reading.tally.values.repairs).compactMap { repair, found in
      found.count == 0
        ? nil
        : "warning: \(path): \(found.count) rows with \(repair.name) (\(repair.meaning)), "
          + "the first in line \(found.first?.line ?? 0)"
    }
    if !reading.tally.missingColumns.isEmpty {
      let names = reading.tally.missingColumns.map { "'\($0)'" }.joined(separator: ", ")
      lines.append("warning: \(path): no column \(names); absent in this file")
    }
    if reading.source.isReadAsValues {
      lines.append("notice: \(path): not one JSON object a line; read as format json")
    }
    if reading.source.hasReturnsOnly {
      lines.append("notice: \(path): lines end in CR alone")
    }
    return lines
  }

  static func text(_ damage: Damage, of reading: TakenInput) -> String {
    let what: String =
      switch damage.kind {
      case .truncated: "the file ends inside a gzip member: it was cut off"
      case .badChecksum: "the CRC-32 of a gzip member does not fit its content"
      case .badLength: "the length of a gzip member does not fit its content"
      case .corrupt: "the gzip data is corrupt"
      case .noEndMarker: "the end marker of BGZF is missing: the file was cut off between blocks"
      case .cutMember: "the archive ends inside this member: it was cut off"
      case .badEntry: "the content is not what the zip archive's directory says of it"
      case .brokenArchive: "behind this member the archive is broken: what follows is not read"
      case .bomb: "it inflates to more than 2,000 times its size: no log does"
      case .trailingBytes: "bytes that are not gzip follow the last member"
      case .changedWhileRead: "the file changed while it was read"
      case .readFailed: damage.kind.readFailure ?? "reading failed"
      }
    let kept = reading.tally.rows
    let cut =
      damage.partialRowBytes > 0
      ? ", a last one that was cut off after \(damage.partialRowBytes) bytes is not" : ""
    return """
      \(reading.file.path): damaged at byte \(damage.fileOffset): \(what); \
      the \(kept) whole rows before it are counted\(cut)
      """
  }
}
