import EventLog
import Reports
import Spec
import Values

/// No table is made of millions of empty intervals because one event claims to be of the year 1.
///
/// Reports over time have a row for every interval from the first event to the end of observation. A
/// single wrong time can make that ages, so a longer span than anybody asks for is an error that
/// says which time it starts with.
struct SpanLimit {
  /// 22 years by the hour, 547 by the day.
  static let intervalsMax = 200_000

  var calendar: ReportCalendar
  var observation: Observation

  /// - Throws: `RunFailure` with exit 65, one line for each report that would be too long.
  func check(_ reports: [any ReportDefinition], _ files: [InputLedger]) throws(RunFailure) {
    let problems = reports.compactMap { problem(in: $0, files) }
    if !problems.isEmpty {
      throw RunFailure(
        .badData,
        problems + [
          "if such a time is wrong, leave it out with `from` or `until` in the spec's calendar; "
            + "nothing was published"
        ])
    }
  }

  private func problem(in report: any ReportDefinition, _ files: [InputLedger]) -> String? {
    guard let interval = report.rowInterval, let earliest = observation.earliest else { return nil }
    let from = report.options.range.from ?? calendar.range.from
    let until = report.options.range.until ?? calendar.range.until
    let first = max(earliest, from.map { calendar.instant(of: $0) } ?? earliest)
    let last = min(
      observation.until, until.map { calendar.instant(of: $0) - 1 } ?? observation.until)
    if first > last { return nil }
    let count = calendar.index(of: last, in: interval) - calendar.index(of: first, in: interval) + 1
    if count <= Self.intervalsMax { return nil }
    let path = files.first { $0.judged.events > 0 && $0.judged.earliest == earliest }?.file.path
    let start =
      first == earliest
      ? "the earliest event, \(calendar.timestamp(first)) in \(path ?? "the logs")"
      : "\(calendar.timestamp(first))"
    let end = observation.isGiven && last == observation.until ? "--observed-until" : "the last one"
    return "report \(report.options.name): from \(start), to \(end), \(calendar.timestamp(last)), "
      + "there are \(count) intervals (\(interval.rawValue)), more than the \(Self.intervalsMax) "
      + "that a table may have"
  }
}
