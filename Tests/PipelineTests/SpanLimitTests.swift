import EventLog
import Foundation
import Pipeline
import TestSupport
import Testing

/// Events of ages ago: refused where they would make ages of rows, and only there.
@Suite struct SpanLimitTests {
  /// What the run says is wrong, nil when it is fine.
  private func problem(
    _ reports: String, calendar: String = "{}", times: [String] = ["0003-01-01", "2024-03-01"],
    until: String? = nil
  ) throws -> [String]? {
    let folder = try TemporaryFolder(inMemory: true)
    let specPath = folder.url.appendingPathComponent("spec.yaml")
    let text = """
      source: {format: jsonl, user: user, event: event, time: time}
      calendar: \(calendar)
      reports:
      \(reports)

      """
    try Data(text.utf8).write(to: specPath)
    let log = folder.url.appendingPathComponent("log.jsonl")
    let rows = times.map { #"{"user": "u\#($0)", "event": "a", "time": "\#($0)"}"# + "\n" }
    try Data(rows.joined().utf8).write(to: log)
    let end = until.flatMap(TimeFormat.iso8601.parse).map { ObservationEnd.instant($0) }
    do throws(RunFailure) {
      _ = try AnalysisRun(
        spec: try SpecFile.load(specPath.path).spec, inputs: [log.path],
        options: RunOptions(observedUntil: end)
      ).analyse()
      return nil
    } catch {
      #expect(error.kind == .badData)
      return error.messages.map { $0.replacingOccurrences(of: folder.url.path + "/", with: "") }
    }
  }

  @Test func namesTheEventAndTheWayOut() throws {
    let found = try problem("  daily: {type: activity, interval: day}")
    #expect(
      found == [
        "report daily: from the earliest event, 0003-01-01T00:00:00Z in log.jsonl, to the last one, "
          + "2024-03-01T00:00:00Z, there are 738216 intervals (day), more than the 200000 that a "
          + "table may have",
        "if such a time is wrong, leave it out with `from` or `until` in the spec's calendar; "
          + "nothing was published",
      ])
  }

  @Test func everyReportOverTime() throws {
    for report in [
      "{type: activity, interval: hour}", "{type: lifecycle, interval: day, list: true}",
      "{type: retention, interval: day}", "{type: retention, cohort_interval: week, interval: day}",
    ] {
      let found = try problem("  one: \(report)\n  other: {type: stickiness}")
      #expect(found?.count == 2 && found?[0].hasPrefix("report one: ") == true, "\(report)")
      for range in ["from: 2024-02-01", "until: 0004-01-01"] where !report.contains("hour") {
        #expect(
          try problem("  one: \(report)", calendar: "{\(range)}") == nil, "\(report) \(range)")
      }
      let own = report.dropLast() + ", from: 2024-02-28}"
      #expect(try problem("  one: \(own)") == nil, "\(own)")
    }
    // 24,277 months, and 20,000 days since times began to be counted.
    #expect(try problem("  monthly: {type: activity, interval: month}") == nil)
    let epoch = try problem(
      "  daily: {type: activity, interval: day}", times: ["1970-01-01", "2024-03-01"])
    #expect(epoch == nil)
  }

  @Test func anEndOfObservationInAges() throws {
    let found = try problem(
      "  hourly: {type: activity, interval: hour}", times: ["2024-03-01"],
      until: "9000-01-01T00:00:00Z")
    #expect(found?[0].contains("to --observed-until, 8999-12-31T23:59:59.999999Z, there") == true)
  }
}
