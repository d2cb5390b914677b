import Testing

@testable import Reports
@testable import Spec
@testable import Values

/// What a spec takes from beside its text: the day, the environment, flags.
@Suite struct SurroundingsTests {
  private static let source = """
    source: {format: jsonl, user: u, event: e, time: t}

    """
  private static let report = """
    reports:
      daily: {type: activity, interval: day}

    """

  /// It is 31 March 2026 in UTC, and 1 April in Shanghai.
  private func surroundings(
    _ variables: [String: String] = [:], timeZone: String? = nil, from: String? = nil,
    until: String? = nil
  ) throws -> SpecSurroundings {
    SpecSurroundings(
      environment: { variables[$0] },
      today: { zone in
        zone == "Asia/Shanghai"
          ? CalendarDate(year: 2026, month: 4, day: 1)
          : CalendarDate(year: 2026, month: 3, day: 31)
      }, timeZone: timeZone, from: try from.map { try DateExpression.parse($0) },
      until: try until.map { try DateExpression.parse($0) })
  }

  private func parse(
    _ rest: String, _ surroundings: SpecSurroundings
  ) throws(SpecErrors) -> AnalysisSpec {
    try AnalysisSpec.parse(yaml: Self.source + rest, surroundings: surroundings)
  }

  private func errors(_ rest: String, _ surroundings: SpecSurroundings) -> String {
    do throws(SpecErrors) {
      _ = try parse(rest, surroundings)
      return ""
    } catch {
      return error.description
    }
  }

  private func range(_ from: String?, _ until: String?) -> DateRange {
    DateRange(
      from: from.flatMap { CalendarDate($0) }, until: until.flatMap { CalendarDate($0) })
  }

  @Test func datesHangOnTheDayInTheCalendarsZone() throws {
    let calendar = "calendar: {from: -1 month, until: today}\n"
    #expect(
      try parse(calendar + Self.report, surroundings()).calendar.range
        == range("2026-02-28", "2026-03-31"))
    let zoned = "calendar: {from: month_start, until: tomorrow, time_zone: Asia/Shanghai}\n"
    #expect(
      try parse(zoned + Self.report, surroundings()).calendar.range
        == range("2026-04-01", "2026-04-02"))
    let weeks = "calendar: {from: week_start, week_start: sunday}\n"
    #expect(
      try parse(weeks + Self.report, surroundings()).calendar.range == range("2026-03-29", nil))
  }

  @Test func reportsAndGoalsTakeThem() throws {
    let spec = try parse(
      """
      reports:
        daily: {type: activity, interval: day, from: -7d, until: today}
      goals:
        - {name: g, table: daily, column: active, row: {interval: 2026-03-30}, start: 1, from: year_start, target: 5, by: quarter_start + 1 quarter}
      """, surroundings())
    #expect(spec.reports[0].options.range == range("2026-03-24", "2026-03-31"))
    #expect(spec.goals[0].from == CalendarDate("2026-01-01"))
    #expect(spec.goals[0].stages[0].by == CalendarDate("2026-04-01"))
    // What is told of it is a date.
    #expect(spec.reports[0].definition["from"] == .text("2026-03-24"))
  }

  @Test func mistakesNameTheirPlace() throws {
    #expect(
      errors("calendar: {from: -3m}\n" + Self.report, try surroundings())
        == "2:18: `from` must be a date such as 2026-01-31, today, -30d or month_start: `m` is "
        + "no unit of dates: d, weeks, months, quarters or years")
    #expect(
      errors("calendar: {from: today, until: -1d}\n" + Self.report, try surroundings())
        == "2:32: an empty range: `until` (2026-03-30) is not after `from` (2026-03-31)")
    #expect(
      errors("calendar: {from: -9000 years}\n" + Self.report, try surroundings())
        == "2:18: `from` leads out of the years 1 to 9999")
    #expect(
      errors("calendar: {from: -1d}\n" + Self.report, SpecSurroundings())
        == "2:18: `from` hangs on the day of the run, which is not known here")
  }

  @Test func flagsGoBeforeTheCalendar() throws {
    let calendar = "calendar: {from: 2020-01-01, until: 2020-02-01, time_zone: Europe/Berlin}\n"
    let spec = try parse(
      calendar + """
        reports:
          daily: {type: activity, interval: day}
          own: {type: activity, interval: day, from: -7d}
        """, surroundings(timeZone: "Asia/Shanghai", from: "-2d", until: "today"))
    #expect(spec.calendar.timeZone == "Asia/Shanghai")
    #expect(spec.calendar.range == range("2026-03-30", "2026-04-01"))
    #expect(spec.reports[0].options.range == range("2026-03-30", "2026-04-01"))
    #expect(spec.reports[1].options.range == range("2026-03-25", "2026-04-01"))
    // Also where the spec has no calendar.
    #expect(
      try parse(Self.report, surroundings(from: "today")).calendar.range
        == range("2026-03-31", nil))
    #expect(
      errors(calendar + Self.report, try surroundings(from: "today"))
        == "an empty range: with what flags say, until 2020-02-01 is not after from 2026-03-31")
  }

  @Test func variablesFillTexts() throws {
    let spec = try parse(
      """
      calendar: {time_zone: "${ZONE}", from: "${YEAR}-01-01"}
      reports:
        daily: {type: activity, interval: day, title: 'a ${YEAR}, $5, $${YEAR} and ${A_1}$'}
      """, surroundings(["ZONE": "Asia/Tokyo", "YEAR": "2025", "A_1": "${YEAR}"]))
    #expect(spec.calendar.timeZone == "Asia/Tokyo")
    #expect(spec.calendar.range.from == CalendarDate("2025-01-01"))
    // A value is text: nothing in it is looked at again.
    #expect(spec.reports[0].options.title == "a 2025, $5, ${YEAR} and ${YEAR}$")
  }

  /// A value cannot become anything but the text that it stands in.
  @Test func variablesAreNoYAML() throws {
    let spec = try parse(
      "reports:\n  daily: {type: activity, interval: day, title: '${T}'}\n",
      surroundings(["T": "x}, list: true, y: {z: [1"]))
    #expect(spec.reports[0].options.title == "x}, list: true, y: {z: [1")
  }

  @Test func variablesThatAreNotSet() throws {
    #expect(
      errors(
        """
        calendar: {time_zone: "${ZONE}"}
        reports:
          daily: {type: activity, interval: day, title: "${ZONE} ${OTHER}", description: "${a-b}"}
        """, try surroundings())
          == """
          2:23: the variable `ZONE` of the environment is not set
          4:49: the variable `ZONE` of the environment is not set
          4:82: `${` begins a variable of the environment, `${NAME}`; write `$${` for itself
          """)
  }

  /// A store's own source is read as it was written down.
  @Test func withoutAnEnvironmentNothingIsFilled() throws {
    let spec = try AnalysisSpec.parse(
      yaml: Self.source + "reports:\n  daily: {type: activity, interval: day, title: '${T}'}\n")
    #expect(spec.reports[0].options.title == "${T}")
  }

  @Test func variablesDoNotMultiply() throws {
    let title = String(repeating: "${A}", count: 2000)
    let big = String(repeating: "x", count: 100_000)
    #expect(
      errors(
        "reports:\n  daily: {type: activity, interval: day, title: '\(title)'}\n",
        try surroundings(["A": big]))
        == "3:49: variables make this spec larger than 16 MiB")
  }
}
