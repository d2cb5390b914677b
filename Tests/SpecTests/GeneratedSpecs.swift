import TestSupport

/// Makes up reports from all options of section 5, mostly valid ones.
struct SpecGenerator: SeededGenerator {
  var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(state: seed) }

  static let head = """
    source:
      preset: segment
      properties:
        country: c
        plan: [p, q]
        revenue: {path: r, type: number}
    calendar: {from: 2025-06-01}
    events:
      visit: page_view
      paid: {event: purchase, where: {revenue: {gt: 0}}}
      engaged: {any: [visit, paid, feature_used]}
    reports:

    """

  mutating func pick(_ choices: String...) -> String { choices.randomElement(using: &random)! }

  mutating func condition() -> String {
    pick(
      "country: NO", "country: [a, 'b c']", "country: {ne: \"x\", starts_with: y}",
      "plan: {exists: false}", "revenue: {gte: 1, lt: 99.50}", "revenue: [1, 2.5]",
      "plan: {not_in: [free, on]}, revenue: 7", "country: {contains: \"\\\"\", ends_with: '\\'}")
  }

  mutating func reference(depth: Int = 2) -> String {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 5), using: &random) {
    case 0: return "any"
    case 1: return "visit"
    case 2: return "paid"
    case 3: return "engaged"
    case 4: return pick("sign_up", "404", "'a: b'", "on")
    case 5: return "{event: [\(pick("a", "visit")), b]}"
    case 6: return "{any: [\(reference(depth: depth - 1)), \(reference(depth: depth - 1))]}"
    case 7: return "{event: \(reference(depth: depth - 1)), where: {\(condition())}}"
    default: return "[\(reference(depth: depth - 1)), c]"
    }
  }

  mutating func interval() -> String { pick("hour", "day", "week", "month", "quarter", "year") }

  mutating func report() -> String {
    var options: [String] = []
    if chance(30) { options.append("entity: \(pick("user", "account"))") }
    if chance(40) { options.append("where: {\(condition())}") }
    if chance(50) {
      options.append("breakdown: \(pick("country", "[plan, country]", "[revenue]"))")
      if chance(30) { options.append("top: \(pick("1", "10"))") }
    }
    if chance(20) { options.append("from: \(pick("2026-01-01", "2025-12-31"))") }
    if chance(20) { options.append("until: 2026-02-28") }
    let type = pick("activity", "retention", "funnel", "lifecycle", "stickiness", "revenue")
    options.append("type: \(type)")
    switch type {
    case "retention": retention(&options)
    case "funnel": funnel(&options)
    case "revenue":
      options += ["event: \(reference())", "amount: revenue", "interval: \(interval())"]
    default:
      if chance(70) { options.append("event: \(reference())") }
      if chance(70) { options.append("interval: \(interval())") }
      if type == "lifecycle", chance(50) { options.append("gap: 3") }
    }
    options.shuffle(using: &random)
    return "{\(options.joined(separator: ", "))}"
  }

  private mutating func retention(_ options: inout [String]) {
    if chance(70) { options.append("start: \(reference())") }
    if chance(70) { options.append("return: \(reference())") }
    if chance(70) { options.append("interval: \(interval())") }
    if chance(20) { options.append("cohort_interval: \(interval())") }
    if chance(40) { options.append("windows: \(pick("calendar", "elapsed"))") }
    if chance(40) { options.append("cohort: \(pick("first", "recurring"))") }
    if chance(30) {
      options.append("brackets: [4, 10, 3]")
    } else {
      options.append("periods: \(pick("0", "12"))")
      if chance(40) { options.append("mode: \(pick("on", "on_or_after"))") }
    }
    if chance(30) { options.append("minimum: 2") }
    if chance(30) { options.append("measure: {sum: revenue}") }
    if chance(30) { options.append("list: true") }
  }

  private mutating func funnel(_ options: inout [String]) {
    var steps = [reference()]
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      steps.append(
        chance(20)
          ? "{event: \(reference(depth: 1)), optional: \(pick("true", "false")), name: n}"
          : reference())
    }
    steps.append(reference())
    options.append("steps: [\(steps.joined(separator: ", "))]")
    if chance(70) { options.append("within: \(pick("7d", "36h", "1d 90s", "250ms", "13us"))") }
    if chance(30) { options.append("step_within: 1w") }
    if chance(50) { options.append("order: \(pick("ordered", "strict", "any"))") }
    if chance(30) { options.append("hold: \(pick("plan", "[country, revenue]"))") }
    if chance(30) {
      options.append(
        "exclude: [{event: \(reference(depth: 1)), between: [1, 2], "
          + "effect: \(pick("stop", "discard"))}, {any: [x]}]")
    }
    if chance(30) {
      options.append(
        "attribution: \(pick("first_step", "step 2", "first_touch", "last_touch", "every_step"))")
    }
    if chance(30) { options.append("trend: \(interval())") }
    if chance(30) {
      options.append("dormant_for: 30d")
      if chance(50) { options.append("activity: \(reference())") }
    }
    if chance(30) { options.append("list: true") }
  }
}
