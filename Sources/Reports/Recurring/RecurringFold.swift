import EventLog
import Spec
import Tables
package import Timelines
import Values

extension RecurringDefinition: Report {
  package func makeFold(_ context: ReportContext) -> RecurringFold { RecurringFold(self, context) }
}

/// Contract value over time (`Documentation.docc/Recurring.md`).
///
/// An entity's level at an instant is the sum over its contracts of the latest start or change
/// amount, 0 after a cancellation. Where the definition leaves room:
/// - The level at an interval's start is the one before its first instant: what happens at that
///   instant happens in the interval. Intervals are counted whole, also those that the range cuts,
///   and what came before the range is history, which counts; the range decides which intervals are
///   rows. The interval in which observation ends is compared as of that end, and is `partial`.
/// - Only the two ends of an interval are compared: an account that leaves and comes back between
///   them has neither churned nor been reactivated, and one that comes and leaves was never there.
/// - Who has no level above 0 at the start and has one at the end is `new` if its level was never
///   above 0 before the interval, else `reactivated`. A trial of amount 0 makes nobody new.
/// - A start or change without an amount leaves its contract as it is. A change counts without a
///   start before it, which may lie before the logs, and after a cancellation.
/// - An event that is several of the three is a cancellation first, then a start, then a change.
/// - An absent `contract` is a contract of its own. A contract belongs to one entity: the same name
///   in two entities is two contracts.
/// - A level below 0 (credits) is kept in every sum; `grr`, `nrr` and the counts of accounts look
///   only at levels above 0.
/// - An entity's breakdown value is the one on its first start or change.
package struct RecurringFold: ReportFold {
  let definition: RecurringDefinition
  let observation: Observation
  /// By kind.
  private let effects: [Effect]
  private let startAmount: Int
  private let changeAmount: Int
  /// Column of `Timeline.texts`.
  private let contract: Int?
  private var cursor: CalendarCursor
  private(set) var groups: BreakdownGroups
  private(set) var states: [GroupState] = []
  /// The first start or change in all logs, in or out of range.
  private(set) var firstSeen = Int64.max
  /// Contract codes of the entity at hand to their amounts.
  private var contracts: [UInt32: ExactDecimal] = [:]

  struct GroupState: Sendable {
    var series = IntervalSeries<RecurringCell>()
    /// Sum of all contracts' last amounts, which the sum of all changes must come to.
    var lastLevel = DecimalSum.zero
  }

  private struct Effect: OptionSet, Sendable {
    let rawValue: UInt8
    static let start = Effect(rawValue: 1)
    static let change = Effect(rawValue: 2)
    static let cancel = Effect(rawValue: 4)
    static let sets: Effect = [.start, .change]
  }

  init(_ definition: RecurringDefinition, _ context: ReportContext) {
    self.definition = definition
    observation = Observation(definition.options, context)
    effects = context.roles([
      (definition.start.event, .start), (definition.change?.event, .change),
      (definition.cancel, .cancel),
    ])
    startAmount = context.numberColumn(definition.start.amount)
    changeAmount = context.numberColumn((definition.change ?? definition.start).amount)
    contract = definition.contract.map { context.textColumn($0) }
    cursor = CalendarCursor(context.calendar, definition.interval)
    groups = BreakdownGroups(definition.options, context)
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, effects) = (timeline.times, timeline.kinds, self.effects)
    let observed = observation.observed(timeline)
    let first = observed.first { !effects[Int(kinds[$0])].isDisjoint(with: .sets) }
    guard let first else { return }
    firstSeen = min(firstSeen, times[first])
    let group = groups.group(of: first, in: timeline)
    while states.count < groups.count { states.append(GroupState()) }

    contracts.removeAll(keepingCapacity: true)
    var level = DecimalSum.zero
    var hasPaid = false
    // Of the interval at hand: its number, its cell, the level and `hasPaid` at its start.
    var current: Int?
    var cell = RecurringCell.zero
    var (start, hadPaid) = (level, hasPaid)
    for event in first..<observed.upperBound {
      let effect = effects[Int(kinds[event])]
      if effect.isEmpty { continue }
      guard let change = change(event, effect, timeline) else { continue }
      let index = cursor.index(of: times[event])
      if index != current {
        if let current {
          cell.compare(start: start, end: level, hadPaid: hadPaid)
          states[group].series[current].add(cell)
        }
        current = index
        cell = .zero
        (start, hadPaid) = (level, hasPaid)
      }
      let wasPaying = level > .zero
      level.add(change)
      let isPaying = level > .zero
      cell.levelChange.add(change)
      if wasPaying != isPaying { cell.accountsChange += isPaying ? 1 : -1 }
      hasPaid = hasPaid || isPaying
    }
    if let current {
      cell.compare(start: start, end: level, hadPaid: hadPaid)
      states[group].series[current].add(cell)
    }
    for amount in contracts.values { states[group].lastLevel.add(amount) }
  }

  /// Sets the event's contract, and answers by how much that changes the entity's level; nil for
  /// not at all.
  @inline(__always)
  private mutating func change(
    _ event: Int, _ effect: Effect, _ timeline: Timeline
  ) -> DecimalSum? {
    var amount = ExactDecimal.absent
    if effect.contains(.cancel) {
      amount = .zero
    } else {
      if effect.contains(.start) { amount = timeline.numbers[startAmount][event] }
      if amount.isAbsent, effect.contains(.change) {
        amount = timeline.numbers[changeAmount][event]
      }
    }
    if amount.isAbsent { return nil }
    let code = contract.map { timeline.texts[$0][event] } ?? 0
    let before = contracts.updateValue(amount, forKey: code) ?? .zero
    return before == amount ? nil : DecimalSum(amount) - DecimalSum(before)
  }

  package mutating func merge(_ other: RecurringFold) {
    let mapping = groups.merge(other.groups)
    while states.count < groups.count { states.append(GroupState()) }
    for (theirs, state) in other.states.enumerated() {
      states[mapping[theirs]].series.add(state.series)
      states[mapping[theirs]].lastLevel.add(state.lastLevel)
    }
    firstSeen = min(firstSeen, other.firstSeen)
  }
}
