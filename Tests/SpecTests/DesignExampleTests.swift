import EventLog
import Testing
import Timelines

@testable import Reports
@testable import Spec
@testable import Values

/// The examples of the design, read into exactly the values that they mean.
@Suite struct DesignExampleTests {
  static let example = """
    source:
      preset: segment               # fills format and fields; anything below overrides it
      format: jsonl                 # jsonl | csv | tsv | combined
      user: [userId, anonymousId]   # a path, or several
      account: context.groupId      # optional; dotted path into nested objects
      event: event                  # or {value: purchase}
      time: timestamp               # or {path: ts, format: seconds}
      id: messageId                 # optional
      properties:
        country: context.country    # text
        revenue: {path: properties.revenue, type: number}

    calendar:
      time_zone: Asia/Shanghai      # IANA name, default UTC
      week_start: monday            # or sunday
      from: 2026-01-01              # optional
      until: 2026-03-01             # optional, exclusive

    events:                         # names for what the business means
      visit: page_view
      paid: {event: purchase, where: {revenue: {gt: 0}}}
      engaged: {any: [check_in, feature_used]}

    reports:                        # a map: the key names the table's files
      weekly_retention: {type: retention, start: sign_up, return: any, interval: week, periods: 8}
      checkout:
        type: funnel
        steps: [view_item, add_to_cart, begin_checkout, paid]
        within: 7d
        breakdown: country
      daily: {type: activity, interval: day}
    """

  static let range = DateRange(
    from: CalendarDate(year: 2026, month: 1, day: 1),
    until: CalendarDate(year: 2026, month: 3, day: 1))

  static let paid = EventMatcher.filtered(
    .named(["purchase"]), [PropertyCondition(property: "revenue", test: .greater(.number(.zero)))])

  @Test func section4() throws {
    let spec = try AnalysisSpec.parse(yaml: Self.example)
    var source = SourceSpec(
      format: .jsonl, user: [FieldPath("userId"), FieldPath("anonymousId")],
      account: [FieldPath("context.groupId")], event: .paths([FieldPath("event")]),
      time: TimeField(paths: [FieldPath("timestamp")], format: .iso8601),
      id: [FieldPath("messageId")],
      properties: [
        SourceSpec.Property(name: "country", paths: [FieldPath("context.country")]),
        SourceSpec.Property(
          name: "revenue", paths: [FieldPath("properties.revenue")], type: .number),
      ])
    // What the preset fills in beside the user's own paths.
    source.anonymous = [FieldPath("anonymousId")]
    source.anonymousIsUser = false
    source.alias = AliasField(names: ["alias"], from: [FieldPath("previousId")])
    source.passive = PassiveNames(["identify", "group", "alias"])
    #expect(spec.source == source)
    var calendar = CalendarSpec(timeZone: "Asia/Shanghai", range: Self.range)
    calendar.origin = Self.range.from
    #expect(spec.calendar == calendar)
    #expect(spec.calendar.timeZoneMark == SpecMark(line: 14, column: 14))
    #expect(spec.goals.isEmpty)
    #expect(
      spec.reports.map(\.options.name) == ["weekly_retention", "checkout", "checkout.all", "daily"])

    let retention = try #require(spec.reports[0] as? RetentionDefinition)
    #expect(retention.options == ReportOptions(name: "weekly_retention", range: Self.range))
    #expect(retention.start == .named(["sign_up"]))
    #expect(retention.returning == .any)
    #expect(retention.interval == .week)
    #expect(retention.cohortInterval == nil)
    #expect(retention.periods == 8)
    #expect(retention.cohort == .first)
    #expect(retention.windows == .calendar)
    #expect(retention.mode == .on)
    #expect(retention.brackets == [])
    #expect(retention.minimum == 1)
    #expect(retention.measure == nil)
    #expect(retention.fileStems == ["weekly_retention", "weekly_retention.matrix"])

    let funnel = try #require(spec.reports[1] as? FunnelDefinition)
    #expect(
      funnel.options
        == ReportOptions(name: "checkout", breakdown: ["country"], range: Self.range))
    #expect(
      funnel.steps == [
        .init(name: "view_item", event: .named(["view_item"])),
        .init(name: "add_to_cart", event: .named(["add_to_cart"])),
        .init(name: "begin_checkout", event: .named(["begin_checkout"])),
        .init(name: "paid", event: Self.paid),
      ])
    #expect(funnel.within == 7 * Microseconds.day)
    #expect(funnel.stepWithin == nil)
    #expect(funnel.order == .ordered)
    #expect(funnel.hold == [])
    #expect(funnel.exclusions == [])
    #expect(funnel.attribution == .firstStep)
    #expect(funnel.trend == nil)
    #expect(funnel.dormancy == nil)
    #expect(funnel.everything == .any)

    let daily = try #require(spec.reports[3] as? ActivityDefinition)
    #expect(daily.options == ReportOptions(name: "daily", range: Self.range))
    #expect(daily.event == .any)
    #expect(daily.interval == .day)
  }

  static func report(_ text: String) throws -> any ReportDefinition {
    try spec("r: \(text)").reports[0]
  }

  static func spec(_ reports: String, goals: String = "[]") throws -> AnalysisSpec {
    try AnalysisSpec.parse(
      yaml: """
        source:
          preset: segment
          properties:
            country: context.country
            plan: context.plan
            revenue: {path: properties.revenue, type: number}
        events:
          paid: {event: purchase, where: {revenue: {gt: 0}}}
        goals: \(goals)
        reports:
          \(reports)
        """)
  }

  @Test func retentionOptions() throws {
    func retention(_ text: String) throws -> RetentionDefinition {
      try #require(try Self.report("{type: retention, \(text)}") as? RetentionDefinition)
    }
    // `on` is true in YAML 1.1, and the name of a mode here.
    #expect(try retention("mode: on").mode == .on)
    #expect(try retention("mode: on_or_after, periods: 4").mode == .onOrAfter)
    #expect(try retention("cohort: recurring").cohort == .recurring)
    let brackets = try retention("interval: day, brackets: [4, 10, 3]")
    #expect(brackets.brackets == [4, 10, 3])
    #expect(brackets.periods == 17)
    let coarser = try retention("cohort_interval: week, interval: day")
    #expect(coarser.cohortInterval == .week)
    #expect(coarser.interval == .day)
    for interval in ["hour", "day", "week", "month"] {
      #expect(try retention("windows: elapsed, interval: \(interval)").windows == .elapsed)
    }
    #expect(try retention("minimum: 3, measure: {sum: revenue}").minimum == 3)
    #expect(try retention("measure: {sum: revenue}").measure == "revenue")
    #expect(
      try retention("list: true, entity: account").fileStems == ["r", "r.matrix", "r.entities"])
  }

  @Test func funnelOptions() throws {
    func funnel(_ text: String) throws -> FunnelDefinition {
      try #require(try Self.report("{type: funnel, \(text)}") as? FunnelDefinition)
    }
    let full = try funnel(
      "steps: [visit, {event: x, optional: true}, {event: paid, name: Paid}], step_within: 1d12h, "
        + "order: strict, hold: [plan], exclude: [{event: refund, between: [1, 2], effect: discard}], "
        + "breakdown: [country, plan], top: 5, attribution: step 2, trend: week, list: true, "
        + "dormant_for: 30d, activity: app_open, entity: account, from: 2026-02-01")
    #expect(
      full.steps == [
        .init(name: "visit", event: .named(["visit"])),
        .init(name: "x", event: .named(["x"]), optional: true),
        .init(name: "Paid", event: Self.paid),
      ])
    #expect(full.stepWithin == 36 * Microseconds.hour)
    #expect(full.within == nil)
    #expect(full.order == .strict)
    #expect(full.hold == ["plan"])
    #expect(
      full.exclusions == [
        .init(event: .named(["refund"]), first: 1, last: 2, effect: .discard)
      ])
    #expect(full.attribution == .step(2))
    #expect(full.trend == .week)
    #expect(
      full.dormancy
        == .init(length: 30 * Microseconds.day, activity: .named(["app_open"])))
    #expect(
      full.options
        == ReportOptions(
          name: "r", entity: .account, breakdown: ["country", "plan"], top: 5,
          range: DateRange(from: CalendarDate(year: 2026, month: 2, day: 1)), list: true))
    #expect(full.fileStems == ["r", "r.times", "r.trend", "r.entities"])

    let attributions: [(String, FunnelDefinition.Attribution)] = [
      ("first_step", .firstStep), ("step 1", .step(1)), ("first_touch", .firstTouch),
      ("last_touch", .lastTouch), ("every_step", .everyStep),
    ]
    for (text, attribution) in attributions {
      let read = try funnel("steps: [a, b], breakdown: plan, attribution: \(text)")
      #expect(read.attribution == attribution)
    }
    // Whole funnel, stop, when the exclusion says no more.
    #expect(
      try funnel("steps: [a, b, c], exclude: x").exclusions
        == [.init(event: .named(["x"]), first: 1, last: 3, effect: .stop)])
    #expect(try funnel("steps: [a, b], hold: plan, order: any").order == .any)
    // A step's name, where the spec gives none, is the reference as written.
    #expect(
      try funnel(
        "steps: [paid, {any: [a, b]}, [c, d], {event: e, where: {plan: pro}}, "
          + "{event: f, where: {revenue: {gte: 1, lt: 5}}}]"
      ).steps.map(\.name)
        == ["paid", "a or b", "c or d", "e, plan pro", "f, revenue gte 1 and lt 5"])
  }

  /// The report's `where` reaches every matcher, `any` and stand-ins for it too.
  @Test func whereIsFoldedIn() throws {
    let condition = PropertyCondition(property: "country", test: .equals(.text("NO")))
    func filtered(_ matcher: EventMatcher) -> EventMatcher { .filtered(matcher, [condition]) }
    let tested = "where: {country: NO}"

    let activity = try #require(
      try Self.report("{type: activity, \(tested)}") as? ActivityDefinition)
    #expect(activity.event == filtered(.any))
    #expect(activity.options.conditions == [condition])

    let retention = try #require(
      try Self.report("{type: retention, start: a, \(tested)}") as? RetentionDefinition)
    #expect(retention.start == filtered(.named(["a"])))
    #expect(retention.returning == filtered(.any))

    let revenue = try #require(
      try Self.report("{type: revenue, event: paid, amount: revenue, \(tested)}")
        as? RevenueDefinition)
    #expect(
      revenue.event
        == .filtered(
          .named(["purchase"]),
          [PropertyCondition(property: "revenue", test: .greater(.number(.zero))), condition]))
    #expect(revenue.activity == filtered(.any))
    #expect(revenue.amount == "revenue")
    #expect(revenue.interval == .month)

    let funnel = try #require(
      try Self.report(
        "{type: funnel, steps: [a, {any: [b, c]}], exclude: x, dormant_for: 1d, activity: y, \(tested)}"
      )
        as? FunnelDefinition)
    #expect(funnel.steps.map(\.event) == [filtered(.named(["a"])), filtered(.named(["b", "c"]))])
    #expect(funnel.exclusions.map(\.event) == [filtered(.named(["x"]))])
    #expect(funnel.dormancy?.activity == filtered(.named(["y"])))
    #expect(funnel.everything == filtered(.any))
  }

  @Test func otherReports() throws {
    let lifecycle = try #require(
      try Self.report("{type: lifecycle, event: a, interval: month, gap: 2, list: true}")
        as? LifecycleDefinition)
    #expect(lifecycle.event == .named(["a"]))
    #expect(lifecycle.interval == .month)
    #expect(lifecycle.gap == 2)
    let stickiness = try #require(
      try Self.report("{type: stickiness, event: [a, b], interval: week}") as? StickinessDefinition)
    #expect(stickiness.event == .named(["a", "b"]))
    #expect(stickiness.interval == .week)
  }

  @Test func goals() throws {
    let spec = try Self.spec(
      "aarrr: {type: retention}",
      goals: "[{name: activate, table: aarrr, column: rate, "
        + "row: {state: complete, cohort: 2026-01-01}, start: 0.18, from: 2026-01-01, "
        + "target: 0.25, by: 2026-03-31, stages: [{by: 2026-01-31, target: 0.20}], better: higher}, "
        + "{name: churn, table: aarrr.matrix, column: period_1, target: -5, by: 2026-12-31, better: lower}]"
    )
    func date(_ month: Int, _ day: Int) -> CalendarDate {
      CalendarDate(year: 2026, month: month, day: day)
    }
    #expect(
      spec.goals == [
        GoalSpec(
          name: "activate", table: "aarrr", column: "rate",
          row: [("state", "complete"), ("cohort", "2026-01-01")],
          start: ExactDecimal(significand: 18, scale: 2), from: date(1, 1),
          stages: [
            .init(by: date(1, 31), target: ExactDecimal(significand: 2, scale: 1)),
            .init(by: date(3, 31), target: ExactDecimal(significand: 25, scale: 2)),
          ], higherIsBetter: true),
        GoalSpec(
          name: "churn", table: "aarrr.matrix", column: "period_1", row: [], start: nil, from: nil,
          stages: [.init(by: date(12, 31), target: ExactDecimal(significand: -5, scale: 0))],
          higherIsBetter: false),
      ])
  }
}
