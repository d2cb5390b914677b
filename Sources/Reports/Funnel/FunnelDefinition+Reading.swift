package import Spec
import Timelines

extension FunnelDefinition: ReadableDefinition {
  package static var breakdownChoices: [BreakdownOn] { [] }
  package static var canList: Bool { true }

  private static let stepsMax = 64
  /// In any order every set of steps is a state of its own.
  private static let stepsInAnyOrderMax = 14
  private static let exclusionsMax = 32

  package var tables: [String] {
    [options.name, options.name + ".times"] + (trend == nil ? [] : [options.name + ".trend"])
  }

  package init(reading report: inout SpecMapping, options: ReportOptions) {
    self.init(
      options: options, steps: Self.readSteps(&report), within: report.duration("within"),
      stepWithin: report.duration("step_within"), order: report.choice("order", default: .ordered),
      hold: report.properties("hold"), trend: report.choice("trend"),
      everything: report.everything)
    exclusions = readExclusions(&report)
    readAttribution(&report)
    readDormancy(&report)
    count = report.choice("count", default: .entities)
    if count == .attempts, within == nil, !report.has("within") {
      report.error(
        at: "count", "`count: attempts` needs `within`, which says when an attempt is over")
    }
    checkOrder(report)
  }

  /// The `steps` of a funnel, also of one inside another report.
  static func readSteps(_ report: inout SpecMapping) -> [Step] {
    guard let value = report.required("steps"), let items = value.list(of: "events") else {
      return []
    }
    let steps = items.map { item in
      let (event, (name, optional)) = item.event("a step") { step in
        (step.text("name") ?? item.label(), step.boolean("optional", default: false))
      }
      return Step(name: name, event: event, optional: optional)
    }
    if steps.isEmpty { value.error("a funnel needs at least one step") }
    if steps.count > stepsMax { value.error("a funnel has at most \(stepsMax) steps") }
    if let first = steps.first, first.optional {
      items[0].error("the first step cannot be optional: it is what enters the funnel")
    }
    if steps.count > 1, let last = steps.last, last.optional {
      items[steps.count - 1].error("the last step cannot be optional: it is what converts")
    }
    return steps
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
        let valid = ["first_step", "step N", "first_touch", "last_touch", "every_step"]
        return value.error(
          "`\(text)` is not a valid `attribution`\(NearestName.hint(for: text, among: valid))")
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

  private mutating func readDormancy(_ report: inout SpecMapping) {
    let length = report.duration("dormant_for")
    let activity = report.event("activity")
    if let length {
      dormancy = Dormancy(length: length, activity: activity)
    } else if activity != nil, !report.has("dormant_for") {
      report.error(
        at: "activity", "`activity` says what ends dormancy: it needs `dormant_for`")
    }
  }

  private func checkOrder(_ report: SpecMapping) {
    if exclusions.contains(where: { $0.last > max(1, steps.count) }) {
      report.error(at: "exclude", "`exclude` looks between steps: it needs at least two")
    }
    if exclusions.count > Self.exclusionsMax {
      report.error(at: "exclude", "a funnel has at most \(Self.exclusionsMax) exclusions")
    }
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
