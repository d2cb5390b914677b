import EventLog
import Spec
import Timelines
import Values

/// One of the two funnels, ready for a run: the search, and where a step's value is read.
struct FunnelSide: Sendable {
  private var search: FunnelSearch
  /// Number column of the amount.
  let amount: Int?
  var currency: CurrencyView
  /// By kind: the funnel's steps.
  let kinds: [Bool]

  init(
    _ side: DoubleFunnelDefinition.Side, _ definition: DoubleFunnelDefinition,
    _ context: ReportContext
  ) {
    search = FunnelSearch(FunnelPlan(side.funnel(definition.options), context))
    currency = CurrencyView(definition, context)
    let steps = side.steps.map { context.kinds.matching($0.event) }
    kinds = (steps.first ?? []).indices.map { kind in steps.contains { $0[kind] } }
    amount = side.amount.map(context.numberColumn)
  }

  var plan: FunnelPlan { search.plan }
  /// By step from 0: index in the timeline of the reported chain's event, or -1.
  var chain: [Int] { search.chain }

  /// The longest chain of an entity; nil if it never entered.
  mutating func find(_ timeline: Timeline) -> FunnelOutcome? {
    var outcome = FunnelOutcome()
    if let plain = search.searchPlain(timeline) {
      outcome = plain
    } else {
      let spans = search.gather(timeline)
      outcome = search.search(spans[...], entries: plan.entries)
    }
    return outcome.rank == 0 ? nil : outcome
  }

  /// Number of the furthest mandatory step, from 1.
  func furthestStep(_ outcome: FunnelOutcome) -> Int {
    plan.stepNumber(mandatory: outcome.mandatory)
  }
}

extension DoubleFunnelDefinition.Side {
  /// As a funnel of its own.
  func funnel(_ options: ReportOptions) -> FunnelDefinition {
    FunnelDefinition(options: options, steps: steps, within: within)
  }

  /// Numbers of the mandatory steps, from 1, after 0 for never entered: where an entity can stand.
  var standings: [Int] {
    [0] + steps.indices.filter { $0 == 0 || !steps[$0].optional }.map { $0 + 1 }
  }
}

/// Counts of one side, of one breakdown value, by step from 0.
struct FunnelSideTally: FieldwiseState {
  private(set) var tally = FunnelTally()
  /// Entities whose furthest mandatory step it is: what `reached` must add up to.
  private var furthest: [Int] = []
  /// Amounts of the reported chains' events.
  var values: [DecimalSum] = []

  init() {}

  init(steps: Int) {
    tally = FunnelTally(steps: steps)
    furthest = [Int](repeating: 0, count: steps)
    values = [DecimalSum](repeating: .zero, count: steps)
  }

  mutating func count(_ outcome: FunnelOutcome, _ side: FunnelSide, _ timeline: Timeline) {
    if furthest.isEmpty { self = FunnelSideTally(steps: side.plan.stepCount) }
    tally.count(outcome, chain: side.chain, eventTimes: timeline.times, plan: side.plan)
    if let amount = side.amount {
      for (step, event) in side.chain.enumerated()
      where event >= 0 && side.currency.admits(event, worth: amount, timeline) {
        values[step].add(timeline.numbers[amount][event])
      }
    }
    furthest[side.furthestStep(outcome) - 1] += 1
  }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.tally)
    fields.visit(\.furthest)
    fields.visit(\.values)
  }

  var reached: [Int] { tally.reached }

  /// Whether it counts so many steps, or nothing yet.
  func has(steps: Int) -> Bool {
    tally.has(steps: steps) && furthest.count == steps && values.count == steps
      || tally.has(steps: 0) && furthest.isEmpty && values.isEmpty
  }

  /// Whether every mandatory step was reached by those who stand there or further.
  func isConsistent(_ side: DoubleFunnelDefinition.Side) -> Bool {
    side.standings.dropFirst().allSatisfy { number in
      reached[number - 1] == furthest[(number - 1)...].reduce(0, +)
    }
  }
}

/// Users of accounts by the step that the account reached and the step that they reached in it.
struct LinkTally: FieldwiseState {
  /// By business step, then consumer step; 0 is never entered.
  private(set) var users: [[Int]] = []
  /// All of them, counted apart.
  var members = 0

  init() {}

  init(_ definition: DoubleFunnelDefinition) {
    let row = [Int](repeating: 0, count: definition.consumer.steps.count + 1)
    users = Array(repeating: row, count: definition.business.steps.count + 1)
  }

  /// Whether it is of two funnels of so many steps.
  func has(business: Int, consumer: Int) -> Bool {
    users.count == business + 1 && users.allSatisfy { $0.count == consumer + 1 }
  }

  mutating func count(business: Int, consumer: Int) {
    users[business][consumer] += 1
  }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.users)
    fields.visit(\.members)
  }
}
