import EventLog
import Tables
import Testing
import Timelines

@testable import Reports
@testable import Spec
@testable import Values

@Suite struct ExtractionPlanTests {
  private func spec(_ reports: String, id: String = "i", user: String = "u") throws -> AnalysisSpec
  {
    try AnalysisSpec.parse(
      yaml: """
        source:
          user: \(user)
          account: a
          event: e
          time: t
          id: \(id)
          properties:
            country: c
            plan: [p, q]
            unused: x
            revenue: {path: r, type: number}
            seats: {path: s, type: number}
        reports:
          \(reports)
        """)
  }

  private func text(_ name: String, _ paths: String...) -> PropertyField {
    PropertyField(name: name, paths: paths.map { FieldPath($0) })
  }

  @Test func onlyWhatIsNeeded() throws {
    let plan = ExtractionPlan(try spec("daily: {type: activity}", id: "[]"))
    var wanted = ExtractionPlan(
      extraction: Extraction(
        format: .jsonl, user: [FieldPath("u")], account: [FieldPath("a")],
        event: .paths([FieldPath("e")]),
        time: TimeField(paths: [FieldPath("t")], format: .iso8601), keepsAccounts: false),
      schemas: [TimelineSchema(entity: .user, matchers: [.any])])
    wanted.spaces = [SourceSpaces()]
    #expect(plan == wanted)
  }

  @Test func everyKindOfNeed() throws {
    let plan = ExtractionPlan(
      try spec(
        """
        funnel:
            type: funnel
            entity: account
            steps: [x, {event: y, where: {seats: {gte: 5}, country: DE}}]
            hold: plan
            breakdown: revenue
            list: true
          money: {type: revenue, event: x, amount: revenue, breakdown: [plan]}
          again: {type: activity, event: x}
        """))
    let conditions = [
      PropertyCondition(
        property: "seats",
        test: .greaterOrEqual(.number(ExactDecimal(significand: 5, scale: 0)))),
      PropertyCondition(property: "country", test: .equals(.text("DE"))),
    ]
    #expect(
      plan.schemas == [
        TimelineSchema(
          entity: .user, matchers: [.named(["x"]), .any], texts: ["plan"], numbers: ["revenue"],
          readOn: ["revenue": [.named(["x"])]], keepsIDs: true),
        TimelineSchema(
          entity: .account,
          matchers: [.named(["x"]), .filtered(.named(["y"]), conditions)],
          texts: ["revenue", "plan"], readOn: ["revenue": [.named(["x"])]], keepsIDs: true,
          sortsEntities: true),
      ])
    #expect(
      plan.extraction
        == Extraction(
          format: .jsonl, user: [FieldPath("u")], account: [FieldPath("a")],
          event: .paths([FieldPath("e")]),
          time: TimeField(paths: [FieldPath("t")], format: .iso8601), id: [FieldPath("i")],
          // `revenue` is a breakdown of one report and the amount of another: read as both.
          texts: [text("plan", "p", "q"), text("revenue", "r"), text("country", "c")],
          numbers: [text("revenue", "r"), text("seats", "s")]))
  }

  /// What ids a row must have is the source's; reports say which of them are kept.
  @Test func keptEntities() throws {
    let users = ExtractionPlan(try spec("r: {type: activity}")).extraction
    #expect(users.keepsUsers && !users.keepsAccounts && users.account == [FieldPath("a")])
    let accounts = ExtractionPlan(try spec("r: {type: activity, entity: account}", user: "[]"))
    #expect(!accounts.extraction.keepsUsers && accounts.extraction.keepsAccounts)
    #expect(accounts.extraction.user.isEmpty)
    let both = ExtractionPlan(
      try spec("r: {type: activity}\n  s: {type: activity, entity: account}")
    ).extraction
    #expect(both.keepsUsers && both.keepsAccounts)
  }

  /// A report that says what it needs itself: deliveries, users, both kinds of timelines.
  private struct Custom: ReportDefinition {
    static let type = "custom"
    static let summary = "Whatever a test needs"
    static var declared: Options<Custom> { [] }
    var options: ReportOptions
    var needs: ReportNeeds
    var other: ReportNeeds?

    init(options: ReportOptions) {
      self.init(options: options, needs: ReportNeeds())
    }

    init(options: ReportOptions, needs: ReportNeeds, other: ReportNeeds? = nil) {
      self.options = options
      self.needs = needs
      self.other = other
    }

    var heads: [TableOutline] { [TableOutline(options.name, [])] }

    var needsByEntity: [(entity: TimelineSchema.Entity, needs: ReportNeeds)] {
      [(options.entity, needs.joined(with: options))] + (other.map { [(.user, $0)] } ?? [])
    }
  }

  @Test func deliveriesAndUsers() throws {
    let condition = PropertyCondition(property: "seats", test: .exists(true))
    let join = Delivery(
      event: .filtered(.named(["join"]), [condition]), property: "country")
    let report = Custom(
      options: ReportOptions(name: "r", entity: .account),
      needs: ReportNeeds(matchers: [.delivered(join)], users: true, deliveries: [join]),
      other: ReportNeeds(matchers: [.named(["x"])]))
    var spec = try spec("r: {type: activity, entity: account}")
    spec.reports = [report]
    let plan = ExtractionPlan(spec)
    #expect(
      plan.schemas == [
        TimelineSchema(entity: .user, matchers: [.named(["x"])], keepsIDs: true),
        TimelineSchema(
          entity: .account, matchers: [.delivered(join)], keepsUsers: true, keepsIDs: true,
          deliveries: [join]),
      ])
    #expect(plan.extraction.texts == [text("country", "c")])
    #expect(plan.extraction.numbers == [text("seats", "s")])

    spec.reports = [Custom(options: report.options, needs: report.needs, other: nil)]
    let accounts = ExtractionPlan(spec).extraction
    #expect(accounts.user == [FieldPath("u")])
    #expect(accounts.keepsUsers && accounts.keepsAccounts)
  }

  @Test func description() throws {
    let spec = try AnalysisSpec.parse(
      yaml: """
        source: {preset: segment, properties: {country: c}}
        calendar: {time_zone: Asia/Tokyo, from: 2026-01-01}
        reports: {r: {type: activity, event: [b, a], breakdown: country}}
        goals: [{name: g, table: r, column: active, row: {country: DE}, target: 10.50, by: 2026-06-30}]
        """)
    let plan = spec.planDescription
    let heads = plan["reports"]?.elements?.map { $0["tables"]?.elements?.first?["columns"] }
    #expect(heads?.map { $0?.elements?.first?["name"] } == [.text("country"), .text("interval")])
    #expect(
      json(plan.without("tables")) == """
        {"source": {"format": "jsonl", "user": ["userId", "anonymousId"], \
        "account": ["context.groupId", "groupId"], \
        "event": ["event", "type"], "time": {"path": ["timestamp"], "format": "iso8601"}, \
        "id": ["messageId"], "passive": ["alias", "group", "identify"], \
        "texts": {"country": ["c"]}, "numbers": {}}, \
        "calendar": {"time_zone": "Asia/Tokyo", "week_start": "monday", \
        "year_start": 1, "observed": "event", "from": "2026-01-01", \
        "until": null}, \
        "timelines": [{"entity": "user", "events": [{"event": ["a", "b"]}], \
        "texts": ["country"], "numbers": [], "read_on": {}, "users": false, "ids": true, "sorted": false}], \
        "reports": [{"name": "r", "type": "activity", "entity": "user", \
        "files": ["r.csv", "r.json"], "definition": {"type": "activity", "title": null, \
        "description": null, "entity": "user", "where": {}, "breakdown": ["country"], \
        "top": null, "breakdown_on": "event", "from": "2026-01-01", "until": null, \
        "list": false, "event": {"event": ["a", "b"]}, "interval": "day"}}, \
        {"name": "r.all", "type": "activity", "entity": "user", \
        "files": ["r.all.csv", "r.all.json"], "definition": {"type": "activity", "title": null, \
        "description": null, "entity": "user", "where": {}, "breakdown": [], \
        "top": null, "breakdown_on": null, "from": "2026-01-01", "until": null, \
        "list": false, "event": {"event": ["a", "b"]}, "interval": "day"}}], \
        "goals": [{"name": "g", "table": "r", "column": "active", "row": {"country": "DE"}, \
        "by": "2026-06-30", "target": 10.5}], "checks": []}
        """)
  }
}

extension JSONValue {
  /// Without the members of that name, at any depth.
  fileprivate func without(_ key: String) -> JSONValue {
    switch self {
    case .object(let members):
      .object(members.filter { $0.key != key }.map { ($0.key, $0.value.without(key)) })
    case .list(let items): .list(items.map { $0.without(key) })
    default: self
    }
  }
}

/// JSON text on one line, which is YAML too.
func json(_ value: JSONValue) -> String {
  switch value {
  case .null: return "null"
  case .boolean(let value): return value ? "true" : "false"
  case .integer(let value): return String(value)
  case .number(let value): return String(value)
  case .digits(let digits): return digits
  case .text(let text):
    let escaped = text.unicodeScalars.map { scalar -> String in
      scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : String(scalar)
    }
    return "\"\(escaped.joined())\""
  case .list(let items): return "[\(items.map(json).joined(separator: ", "))]"
  case .object(let fields):
    let parts = fields.map { "\(json(.text($0.key))): \(json($0.value))" }
    return "{\(parts.joined(separator: ", "))}"
  }
}
