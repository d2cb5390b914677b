import EventLog
import Testing
import Timelines

@testable import Reports
@testable import Spec
@testable import Values

/// Flags go through the spec's own reader: same defaults, same checks, same words.
@Suite struct FlagReadingTests {
  /// `name=value` each; several values of one flag are several entries.
  private func read<Definition: ReportDefinition>(_ type: Definition.Type, _ words: String...)
    throws(FlagErrors) -> FlagReading
  {
    let flags =
      OptionFlag.flags(
        of: ReportOptions.declared.outlines(blank: ReportOptions(name: "r")))
      + OptionFlag.flags(
        of: Definition.declared.outlines(blank: Definition(options: ReportOptions(name: "r"))))
    var given: [(flag: OptionFlag, texts: [String])] = []
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard let flag = flags.first(where: { $0.name == parts[0] }) else {
        throw FlagErrors(lines: ["no flag \(parts[0])"])
      }
      if let index = given.firstIndex(where: { $0.flag == flag }) {
        given[index].texts.append(parts[1])
      } else {
        given.append((flag, [parts[1]]))
      }
    }
    return try FlagReading(
      type: type, name: "r", given: given, calendar: CalendarSpec(), types: ReportRegistry.types)
  }

  private func errors<Definition: ReportDefinition>(_ type: Definition.Type, _ words: String...)
    -> [String]
  {
    do throws(FlagErrors) {
      // A pack of words cannot be forwarded: each call here has at most three.
      switch words.count {
      case 0: _ = try read(type)
      case 1: _ = try read(type, words[0])
      case 2: _ = try read(type, words[0], words[1])
      default: _ = try read(type, words[0], words[1], words[2])
      }
      return []
    } catch {
      return error.lines
    }
  }

  @Test func flagsSayWhatASpecSays() throws {
    let reading = try read(
      RetentionDefinition.self, "start=view", "return=buy, cart", "periods=3", "where=plan!=free",
      "where=revenue>=10", "where=plan!=trial", "breakdown=country,city", "measure-sum=price")
    let conditions = [
      PropertyCondition(property: "plan", test: .notEquals(.text("free"))),
      PropertyCondition(property: "plan", test: .notEquals(.text("trial"))),
      PropertyCondition(
        property: "revenue", test: .greaterOrEqual(.number(ExactDecimal.parse("10")!))),
    ]
    let definition = try #require(reading.definition as? RetentionDefinition)
    #expect(Set(definition.options.conditions) == Set(conditions))
    #expect(definition.start.names == ["view"])
    #expect(definition.returning.names == ["buy", "cart"])
    #expect(definition.periods == 3 && definition.interval == .week)
    #expect(definition.options.breakdown == ["country", "city"])
    #expect(definition.measure == "price")
    #expect(
      reading.properties.map { "\($0.name) \($0.type.rawValue)" } == [
        "city text", "country text", "plan text", "price number", "revenue number",
      ])
  }

  @Test func stepsAreItemsAndCommasAreAlternatives() throws {
    let reading = try read(
      FunnelDefinition.self, "steps=view", "steps=cart,wish", "steps={event: buy, name: bought}")
    let definition = try #require(reading.definition as? FunnelDefinition)
    #expect(definition.steps.map(\.name) == ["view", "cart or wish", "bought"])
    #expect(definition.steps[1].event == .named(["cart", "wish"]))
  }

  /// What YAML would read into a bare word means nothing here.
  @Test func wordsAreThemselves() throws {
    let reading = try read(ActivityDefinition.self, "count=~", "where=plan=null")
    let definition = try #require(reading.definition as? ActivityDefinition)
    #expect(definition.event.names == ["~"])
    #expect(
      definition.options.conditions == [
        PropertyCondition(property: "plan", test: .equals(.text("null")))
      ])
  }

  @Test func noFlagSkipsACheck() {
    let steps = (1...17).map { "s\($0)" }.joined(separator: ", ")
    #expect(
      errors(FunnelDefinition.self, "order=any", "steps=[\(steps)]") == [
        "--order: with `order: any` a funnel has at most 14 steps"
      ])
    let many = (1...70).map { "s\($0)" }.joined(separator: ", ")
    #expect(
      errors(FunnelDefinition.self, "steps=[\(many)]") == [
        "--steps: a funnel has at most 64 steps"
      ])
    #expect(errors(FunnelDefinition.self) == ["a funnel report needs --steps"])
    #expect(
      errors(RetentionDefinition.self, "periods=1000000000") == [
        "--periods: `periods` must be a whole number from 0 to 10000, not `1000000000`"
      ])
    #expect(
      errors(RetentionDefinition.self, "windows=elapsed", "interval=quarter") == [
        "--interval: elapsed windows have a fixed length: hour, day, week (7 days) or month "
          + "(30 days), not quarter"
      ])
    #expect(
      errors(LifecycleDefinition.self, "gap=10001", "top=5") == [
        "--gap: `gap` must be a whole number from 1 to 10000, not `10001`",
        "--top: `top` needs a `breakdown`",
      ])
    #expect(
      errors(ActivityDefinition.self, "where=country", "interval=fortnight") == [
        "--where: 'country': write FIELD=VALUE, or with != > >= < <=",
        "--interval: `fortnight` is not a valid `interval`; "
          + "valid: `hour`, `day`, `week`, `month`, `quarter`, `year`, `N days`, `N weeks`",
      ])
    #expect(
      errors(FunnelDefinition.self, "steps={event: [", "within=7q") == [
        "a funnel report needs --steps",
        "--steps: not valid YAML: did not find expected node content while parsing a flow node, "
          + "begun at 2:1",
        "--within: `within` must be a duration such as 7d or 1d12h: `q` is not a unit "
          + "(w, d, h, m, s, ms)",
      ])
  }

  @Test func aPropertyIsANumberWhereOneIsNeeded() throws {
    let reading = try read(
      RevenueDefinition.self, "count=buy", "amount=price", "breakdown=price")
    #expect(
      reading.properties == [
        SourceSpec.Property(name: "price", paths: [FieldPath("price")], type: .number)
      ])
  }
}
