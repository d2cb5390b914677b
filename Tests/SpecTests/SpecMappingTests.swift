import EventLog
import Testing
import Timelines

@testable import Reports
@testable import Spec
@testable import Values

/// The getters that no report of the core uses, as reports to come will use them.
@Suite struct SpecMappingTests {
  private enum Day: String, CaseIterable {
    case mon, tue, wed
  }

  private func read<T>(_ yaml: String, _ body: (inout SpecMapping) -> T) throws -> (T?, [String]) {
    let context = SpecContext(reportTypes: [])
    context.properties = [
      SourceSpec.Property(name: "country", paths: []),
      SourceSpec.Property(name: "amount", paths: [], type: .number),
    ]
    let condition = PropertyCondition(property: "country", test: .exists(true))
    let node = try #require(try SpecNode.compose(yaml: yaml))
    let value = SpecValue(node, name: "test", context: context, conditions: [condition])
      .mapping("a test", body)
    return (value, context.errors.map(\.description))
  }

  private func filtered(_ names: String...) -> EventMatcher {
    .filtered(
      .named(Set(names.map { LogText($0) })),
      [PropertyCondition(property: "country", test: .exists(true))])
  }

  @Test func lists() throws {
    let (values, errors) = try read("{days: [mon, wed], one: tue, roles: [user, on], bad: [sun]}") {
      (
        $0.choices("days", of: Day.self), $0.choices("one", of: Day.self), $0.texts("roles"),
        $0.choices("bad", of: Day.self), $0.texts("absent"), $0.integers("none", in: 0...9)
      )
    }
    let read = try #require(values)
    #expect(read.0 == [.mon, .wed])
    #expect(read.1 == [.tue])
    #expect(read.2 == ["user", "on"])
    #expect(read.3.isEmpty && read.4.isEmpty && read.5.isEmpty)
    #expect(errors == ["1:55: `sun` is not a valid `bad`; valid: `mon`, `tue`, `wed`"])
  }

  /// A key that is only misspelt is one mistake; one that means something else excuses nobody.
  @Test func missingKeys() throws {
    func missing(_ yaml: String) throws -> [String] {
      try read(yaml) { (test: inout SpecMapping) -> Void in
        _ = test.required("rate")
        _ = test.text("date")
        _ = test.required("column")
      }.1
    }
    #expect(
      try missing("{rat: x, colum: y}") == [
        "1:2: unknown key `rat` in a test; did you mean `rate`? Valid: `rate`, `date`, `column`",
        "1:10: unknown key `colum` in a test; did you mean `column`? Valid: `rate`, `date`, `column`",
      ])
    #expect(try missing("{date: x, column: y}") == ["1:1: a test needs `rate`"])
    #expect(
      try missing("{dat: x, column: y}") == [
        "1:1: a test needs `rate`",
        "1:2: unknown key `dat` in a test; did you mean `date`? Valid: `rate`, `date`, `column`",
      ])
    #expect(try missing("{}") == ["1:1: a test needs `rate`", "1:1: a test needs `column`"])
  }

  @Test func eventsWithOptions() throws {
    let (values, errors) = try read(
      "{a: x, b: {event: y, within: 2h, amount: amount}, c: {event: z, wihtin: 1h}, d: [u, v]}"
    ) { mapping in
      ["a", "b", "c", "d", "e"].map { key in
        mapping.event(key, "a stage") { stage in
          (stage.duration("within"), stage.numberProperty("amount"))
        }
      }
    }
    let read = try #require(values)
    #expect(
      read.map { $0?.event } == [
        filtered("x"), filtered("y"), filtered("z"), filtered("u", "v"), nil,
      ])
    #expect(read.map { $0?.options.0 } == [nil, 2 * Microseconds.hour, nil, nil, nil])
    #expect(read.map { $0?.options.1 } == [nil, "amount", nil, nil, nil])
    #expect(
      errors == [
        "1:65: unknown key `wihtin` in a stage; did you mean `within`? Valid: `event`, `any`, `where`, `within`, `amount`"
      ])
  }

  @Test func requiredOptionsOfAPlainEvent() throws {
    let (_, errors) = try read("{revenue: purchase}") {
      $0.event("revenue", "a revenue stage") { $0.required("amount")?.numberProperty() ?? "" }
    }
    #expect(errors == ["1:2: a revenue stage needs `amount`"])
  }

  @Test func namedEventsKeepTheirOrder() throws {
    let (values, errors) = try read("{features: {search: s, export: [e1, e2], any: any}}") {
      $0.namedEvents("features")
    }
    let read = try #require(values)
    #expect(read.map(\.name) == ["search", "export", "any"])
    #expect(
      read.map(\.event) == [
        filtered("s"), filtered("e1", "e2"),
        EventMatcher.any.narrowed(
          by: [PropertyCondition(property: "country", test: .exists(true))]),
      ])
    #expect(errors.isEmpty)
  }

  @Test func nullIsNotGiven() throws {
    let (values, errors) = try read("{a: null, b: ~, c: , d: 'null'}") { mapping in
      (
        mapping.integer("a", in: 0...9, default: 7), mapping.duration("b"), mapping.text("c"),
        mapping.text("d"), mapping.has("a")
      )
    }
    let read = try #require(values)
    #expect(read == (7, nil, nil, "null", true))
    #expect(errors.isEmpty)
  }
}
