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
///   instant happens in the interval. Of an interval that the range cuts, the part in range is
///   compared: from the level where the range begins to the one where it ends. What came before is
///   history, which counts. The interval in which observation ends is compared as of that end. Both
///   are `partial`.
/// - Only the two ends of an interval are compared: an account that leaves and comes back between
///   them has neither churned nor been reactivated, and one that comes and leaves was never there.
/// - Who has no level above 0 at the start and has one at the end is `new` if its level was never
///   above 0 before the interval, else `reactivated`. A trial of amount 0 makes nobody new.
/// - A start or change without an amount leaves its contract as it is. A change counts without a
///   start before it, which may lie before the logs, and after a cancellation.
/// - What happens to a contract at one instant is one step (`ContractInstant`): names never decide.
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
  var groups: BreakdownGroups
  var states: [GroupState] = []
  /// The first start or change in all logs, in or out of range.
  var firstSeen = Int64.max
  /// Contract codes of the entity at hand to their amounts.
  private var contracts: [UInt32: ExactDecimal] = [:]
  /// Contracts of the instant at hand, where it has more than one event.
  private var instants: [ContractInstant] = []
  /// The interval before the first that the range touches, which takes what came before the range.
  private let historyIndex: Int

  struct GroupState: FieldwiseState {
    var series = IntervalSeries<RecurringCell>()
    /// Sum of all contracts' last amounts, which the sum of all changes must come to.
    var lastLevel = DecimalSum.zero

    static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.series)
      fields.visit(\.lastLevel)
    }
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
    let from = observation.range.from
    historyIndex = from == .min ? .min : cursor.index(of: from) - 1
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, effects) = (timeline.times, timeline.kinds, self.effects)
    let observed = observation.observed(timeline)
    let first = observed.first { !effects[Int(kinds[$0])].isDisjoint(with: .sets) }
    guard let first else { return }
    firstSeen = min(firstSeen, times[first])
    let group = groups.group(of: first, in: observed, timeline)
    while states.count < groups.count { states.append(GroupState()) }

    contracts.removeAll(keepingCapacity: true)
    var level = DecimalSum.zero
    var hasPaid = false
    // Of the interval at hand: its number, its cell, the level and `hasPaid` at its start.
    var current: Int?
    var cell = RecurringCell.zero
    var (start, hadPaid) = (level, hasPaid)
    var event = first
    while event > observed.lowerBound, times[event - 1] == times[first] { event -= 1 }
    let range = observation.range
    while event < observed.upperBound, times[event] < range.until {
      let time = times[event]
      let change = takeInstant(&event, in: observed, timeline)
      guard let change else { continue }
      let index =
        time < range.from ? min(cursor.index(of: time), historyIndex) : cursor.index(of: time)
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

  /// Takes all events of the instant of `event`, which then stands behind them. Answers by how much
  /// they change the entity's level; nil for not at all.
  @inline(__always)
  private mutating func takeInstant(
    _ event: inout Int, in observed: Range<Int>, _ timeline: Timeline
  ) -> DecimalSum? {
    let first = event
    let time = timeline.times[first]
    event += 1
    if event == observed.upperBound || timeline.times[event] != time {
      let effect = effects[Int(timeline.kinds[first])]
      if effect.isEmpty { return nil }
      return settle(instant(of: first, effect, timeline))
    }
    instants.removeAll(keepingCapacity: true)
    event = first
    while event < observed.upperBound, timeline.times[event] == time {
      let effect = effects[Int(timeline.kinds[event])]
      if !effect.isEmpty { gather(instant(of: event, effect, timeline)) }
      event += 1
    }
    var sum = DecimalSum.zero
    for instant in instants {
      if let change = settle(instant) { sum.add(change) }
    }
    return sum.isZero ? nil : sum
  }

  private mutating func gather(_ instant: ContractInstant) {
    if let index = instants.firstIndex(where: { $0.contract == instant.contract }) {
      instants[index].add(instant)
    } else {
      instants.append(instant)
    }
  }

  /// What one event does to its contract.
  @inline(__always)
  private func instant(
    of event: Int, _ effect: Effect, _ timeline: Timeline
  ) -> ContractInstant {
    var instant = ContractInstant(contract: contract.map { timeline.texts[$0][event] } ?? 0)
    instant.cancels = effect.contains(.cancel)
    if effect.contains(.start) { instant.start = timeline.numbers[startAmount][event] }
    // An event that is a start and a change is a change only where it has no amount as a start.
    if effect.contains(.change), instant.start.isAbsent {
      instant.change = timeline.numbers[changeAmount][event]
    }
    return instant
  }

  /// Sets the contract, and answers by how much that changes the entity's level; nil for not at all.
  @inline(__always)
  private mutating func settle(_ instant: ContractInstant) -> DecimalSum? {
    let before = contracts[instant.contract] ?? .zero
    guard let after = instant.amount(after: before), after != before else { return nil }
    contracts[instant.contract] = after
    return DecimalSum(after) - DecimalSum(before)
  }
}
