package import Spec
import Timelines
import Values

extension FunnelDefinition {
  /// In any order every set of steps is a state of its own.
  private static let stepsInAnyOrderMax = 14
  private static let exclusionsMax = 32

  package init(options: ReportOptions) {
    self.options = options
  }

  package static var declared: Options<Self> {
    [
      Step.part(\.steps),
      .option("within", \.within, .duration, "Time from the first step to the last, inclusive."),
      .option(
        "step_within", \.stepWithin, .duration, "Time from each step to the next, inclusive."),
      .option(
        "order", \.order, .choice,
        "Anything may lie between the steps, nothing may (strict), or any order will do."),
      .option(
        "hold", \.hold, .properties(max: 8),
        "Properties that must have the same value on all events of a chain."),
      .written("exclude", Exclusion.shape, "Events that may not lie between two steps.") {
        $0.exclusions = $0.readExclusions(&$1)
      } show: {
        .list($0.exclusions.map(\.described))
      },
      .written(
        "attribution", .forms(Attribution.forms),
        "Which event of a chain gives a breakdown's value."
      ) {
        $0.readAttribution(&$1)
      } show: {
        .text($0.attribution.described)
      },
      .option("trend", \.trend, .interval, "Also a table by interval of entry."),
      .option(
        "count", \.count, .choice,
        "What the rows count: entities, each by its furthest chain, or all of their attempts, one "
          + "after the other."),
      .option(
        "dormant_for", \.dormantFor, .duration,
        "Only entries after such a time without `activity`: awakening."),
      .written("activity", .event, "What ends dormancy.") {
        $0.readActivity(&$1)
      } show: {
        $0.dormancy?.activity.map { .describing($0) } ?? .null
      }.standard("any event that is not a step"),
    ]
  }

  private var dormantFor: Int64? {
    get { dormancy?.length }
    set { dormancy = newValue.map { Dormancy(length: $0, activity: dormancy?.activity) } }
  }

  private func readExclusions(_ report: inout SpecMapping) -> [Exclusion] {
    // One exclusion needs no list around it.
    guard let items = report.value("exclude")?.items() else { return [] }
    return items.map { item in
      let (event, (between, effect)) = item.event("an exclusion") { exclusion in
        (
          exclusion.value("between").flatMap { readBetween($0) },
          exclusion.choice("effect", default: Exclusion.Effect.stop)
        )
      }
      return Exclusion(
        event: event, first: between?.first ?? 1, last: between?.last ?? max(2, steps.count),
        effect: effect)
    }
  }

  private func readBetween(_ value: SpecValue) -> (first: Int, last: Int)? {
    guard let items = value.list(of: "two step numbers") else { return nil }
    guard items.count == 2 else { return value.expected("two step numbers such as [1, 2]") }
    let numbers = items.compactMap { $0.integer(in: 1...max(1, steps.count)) }
    guard numbers.count == 2 else { return nil }
    guard numbers[0] < numbers[1] else {
      value.error("`between` goes from an earlier step to a later one, not \(numbers)")
      return nil
    }
    return (numbers[0], numbers[1])
  }

  private mutating func readAttribution(_ report: inout SpecMapping) {
    guard let value = report.value("attribution"), let text = value.text() else { return }
    switch text {
    case "first_step": attribution = .firstStep
    case "first_touch": attribution = .firstTouch
    case "last_touch": attribution = .lastTouch
    case "every_step": attribution = .everyStep
    default:
      let words = text.split(separator: " ")
      guard words.count == 2, words[0] == "step", words[1].utf8.count < 4,
        let number = Int(words[1])
      else {
        let hint = NearestName.hint(for: text, among: Attribution.forms)
        return value.error("`\(text)` is not a valid `attribution`\(hint)")
      }
      guard (1...max(1, steps.count)).contains(number) else {
        return value.error("there is no step \(number): the funnel has \(steps.count) steps")
      }
      attribution = .step(number)
    }
    if attribution != .firstStep, options.breakdown.isEmpty {
      value.error("`attribution` says whose value a breakdown shows: it needs a `breakdown`")
    }
  }

  private mutating func readActivity(_ report: inout SpecMapping) {
    let activity = report.event("activity")
    if dormancy != nil {
      dormancy?.activity = activity
    } else if activity != nil, !report.has("dormant_for") {
      report.error(
        at: "activity", "`activity` says what ends dormancy: it needs `dormant_for`")
    }
  }

  package mutating func check(_ report: inout SpecMapping) {
    everything = report.everything
    if exclusions.contains(where: { $0.last > max(1, steps.count) }) {
      report.error(at: "exclude", "`exclude` looks between steps: it needs at least two")
    }
    if exclusions.count > Self.exclusionsMax {
      report.error(at: "exclude", "a funnel has at most \(Self.exclusionsMax) exclusions")
    }
    if count == .attempts, within == nil, !report.has("within") {
      report.error(
        at: "count", "`count: attempts` needs `within`, which says when an attempt is over")
    }
    checkSessions(report)
    guard order == .any else { return }
    if steps.count > Self.stepsInAnyOrderMax {
      report.error(
        at: "order", "with `order: any` a funnel has at most \(Self.stepsInAnyOrderMax) steps")
    }
    if !exclusions.isEmpty {
      report.error(
        at: "exclude",
        "`exclude` looks between two steps, and with `order: any` no step comes before another")
    }
    if steps.contains(where: { $0.optional }) {
      report.error(
        at: "order", "with `order: any` a step cannot be optional: none can be passed over")
    }
  }
}

extension FunnelDefinition {
  private func checkSessions(_ report: SpecMapping) {
    guard options.isBySession else { return }
    if dormancy != nil {
      report.error(
        at: "dormant_for", "`dormant_for` looks at what was before, and a session begins anew")
    }
    if attribution != .firstStep, options.breakdown.contains(where: { SessionProperty($0) != nil })
    {
      report.error(
        at: "attribution", "a session has one number, length and beginning: leave `attribution` out"
      )
    }
  }
}

extension FunnelDefinition.Exclusion {
  fileprivate static let shape = OptionShape.oneOrMore(
    .stage([
      OptionOutline(
        key: "between", shape: .list(.integer(1...FunnelDefinition.Step.countMax), max: 2),
        doc: "Numbers of two steps, from 1.", standard: .text("first to last step")),
      OptionOutline(
        key: "effect", shape: .choice(Effect.allCases.map(\.rawValue)),
        doc: "Makes the chain invalid, or removes the entity too.", standard: .text("stop")),
    ]), max: 32)

  fileprivate var described: JSONValue {
    .object([
      ("event", .describing(event)), ("between", .list([.integer(first), .integer(last)])),
      ("effect", .text(effect.rawValue)),
    ])
  }
}

extension FunnelDefinition.Attribution {
  static let forms = ["first_step", "step N", "first_touch", "last_touch", "every_step"]

  var described: String {
    switch self {
    case .firstStep: "first_step"
    case .step(let number): "step \(number)"
    case .firstTouch: "first_touch"
    case .lastTouch: "last_touch"
    case .everyStep: "every_step"
    }
  }
}
