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
/// - With a term, `grace` or `effective` (`ContractSchedule`) a level begins and ends when they say;
///   what is to happen after the end of observation has not happened yet.
/// - An entity's breakdown value is the one on its first start or change.
/// - By currency (`ContractCurrencies`), a contract has the one of its latest start, or change that
///   names one: with another it ends in the rows of the one and begins in those of the other.
package struct RecurringFold: HistoryFold, CurrencyFold {
  let definition: RecurringDefinition
  let observation: Observation
  /// By kind.
  private let effects: [Effect]
  private let startAmount: Int
  private let changeAmount: Int
  /// Column of `Timeline.texts`.
  private let contract: Int?
  package var currency: CurrencyView
  private var currencies = ContractCurrencies()
  private var cursor: CalendarCursor
  package var groups: BreakdownGroups
  package var states: [GroupState] = []
  /// The first start or change in all logs, in or out of range.
  package var firstSeen = Int64.max
  /// Contract codes of the entity at hand to their amounts.
  private var contracts: [UInt32: ExactDecimal] = [:]
  /// Contracts of the instant at hand, where it has more than one event.
  private var instants: [ContractInstant] = []
  /// The interval before the first that the range touches, which takes what came before the range.
  private let historyIndex: Int
  private let days: DayReader
  /// Columns of `Timeline.texts`.
  private let termFrom: Int?
  private let termTo: Int?
  private let effective: Int?
  private var schedule: ContractSchedule
  private var acts: [ContractSchedule.Act] = []
  let trailing: TrailingLevels?
  /// Of the entity seen last: the first instant without the first of its contracts that is known to
  /// end; nil when none is.
  private(set) var firstEnd: Int64?
  /// The first instant of the day on which the logs begin.
  let historyStart: Int64

  package struct GroupState: FieldwiseState {
    var series = IntervalSeries<RecurringCell>()
    var trailing = IntervalSeries<TrailingCell>()
    /// Sum of all contracts' last amounts, which the sum of all changes must come to.
    var lastLevel = DecimalSum.zero
    var dues = RecurringDues()
    var doubts = ContractDoubts()

    package init() {}

    package static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.series)
      fields.visit(\.trailing)
      fields.visit(\.lastLevel)
      fields.visit(\.dues)
      fields.visit(\.doubts)
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
      (definition.cancel?.event, .cancel),
    ])
    startAmount = context.numberColumn(definition.start.amount)
    changeAmount = context.numberColumn((definition.change ?? definition.start).amount)
    contract = definition.contract.map { context.textColumn($0) }
    currency = CurrencyView(definition, context)
    cursor = CalendarCursor(context.calendar, definition.interval)
    groups = BreakdownGroups(definition.options, context)
    let from = observation.range.from
    historyIndex = from == .min ? .min : cursor.index(of: from) - 1
    days = DayReader(calendar: context.calendar)
    historyStart =
      context.observedFrom == .min
      ? .min
      : context.calendar.start(
        of: context.calendar.index(of: context.observedFrom, in: .day), in: .day)
    termFrom = (definition.term?.from).map { context.textColumn($0) }
    termTo = (definition.term?.to).map { context.textColumn($0) }
    effective = (definition.cancel?.effective).map { context.textColumn($0) }
    schedule = ContractSchedule(grace: definition.grace ?? 0, until: observation.until)
    let bounds = observation
    trailing = definition.trailingMonths.map {
      TrailingLevels(months: $0, definition.interval, bounds)
    }
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, effects) = (timeline.times, timeline.kinds, self.effects)
    let observed = observation.observed(timeline)
    if currency.isOn { tellCurrencies(timeline, observed) }
    let first = observed.first {
      !effects[Int(kinds[$0])].isDisjoint(with: .sets) && !isForeign($0)
    }
    guard let first else { return }
    firstSeen = min(firstSeen, times[first])
    let group = groups.group(of: first, in: observed, timeline)
    while states.count < groups.count { states.append(GroupState()) }

    var walk = LevelWalk()
    var event = first
    while event > observed.lowerBound, times[event - 1] == times[first] { event -= 1 }
    if definition.isScheduled {
      // Also what was cancelled before it began, for a day behind that.
      gatherActs(observed, group, timeline)
      schedule.arrange(acts)
      var last = DecimalSum.zero
      for step in schedule.steps where step.instant < observation.range.until {
        last.add(step.change)
        take(step.change, at: step.instant, group, &walk)
      }
      states[group].lastLevel.add(last)
      firstEnd = schedule.dues.map(\.end).min()
      for due in schedule.dues { noteDue(due, group, timeline) }
    } else {
      contracts.removeAll(keepingCapacity: true)
      while event < observed.upperBound, times[event] < observation.range.until {
        let time = times[event]
        if let change = takeInstant(&event, in: observed, timeline) {
          take(change, at: time, group, &walk)
        }
      }
      for amount in contracts.values { states[group].lastLevel.add(amount) }
    }
    if let current = walk.current {
      walk.cell.compare(start: walk.start, end: walk.level, hadPaid: walk.hadPaid)
      states[group].series[current].add(walk.cell)
    }
    trailing?.count(walk.steps, into: &states[group].trailing)
  }

  /// One entity's level, as far as its changes have been walked.
  private struct LevelWalk {
    var level = DecimalSum.zero
    var hasPaid = false
    // Of the interval at hand: its number, its cell, the level and `hasPaid` at its start.
    var current: Int?
    var cell = RecurringCell.zero
    var start = DecimalSum.zero
    var hadPaid = false
    /// Levels and from when on; kept for the trailing columns.
    var steps: [(instant: Int64, level: DecimalSum)] = []
  }

  /// Changes the entity's level at an instant, not before the one of the call before.
  @inline(__always)
  private mutating func take(
    _ change: DecimalSum, at time: Int64, _ group: Int, _ walk: inout LevelWalk
  ) {
    let index =
      time < observation.range.from
      ? min(cursor.index(of: time), historyIndex) : cursor.index(of: time)
    if index != walk.current {
      if let current = walk.current {
        walk.cell.compare(start: walk.start, end: walk.level, hadPaid: walk.hadPaid)
        states[group].series[current].add(walk.cell)
      }
      walk.current = index
      walk.cell = .zero
      (walk.start, walk.hadPaid) = (walk.level, walk.hasPaid)
    }
    let wasPaying = walk.level > .zero
    walk.level.add(change)
    let isPaying = walk.level > .zero
    walk.cell.levelChange.add(change)
    if wasPaying != isPaying { walk.cell.accountsChange += isPaying ? 1 : -1 }
    if trailing != nil { walk.steps.append((time, walk.level)) }
    // What several contracts do at one instant is one change to the entity.
    walk.hasPaid = walk.hasPaid || isPaying
  }

  /// What the events say, when it takes effect.
  private mutating func gatherActs(_ events: Range<Int>, _ group: Int, _ timeline: Timeline) {
    acts.removeAll(keepingCapacity: true)
    for event in events {
      let effect = effects[Int(timeline.kinds[event])]
      if effect.isEmpty { continue }
      let time = timeline.times[event]
      let instant = instant(of: event, effect, timeline)
      if isForeign(event) {
        // It takes the contract away when it would begin.
        var unheard = ContractDoubts()
        let day = days.day(termFrom, event, timeline, &unheard).map(days.start)
        acts.append(
          .init(instant: max(time, day ?? time), contract: instant.contract, kind: .cancel))
      } else if instant.cancels {
        let day = days.day(effective, event, timeline, &states[group].doubts).map(days.start)
        acts.append(
          .init(instant: max(time, day ?? time), contract: instant.contract, kind: .cancel))
      }
      for (kind, amount) in [
        (ContractSchedule.Kind.start, instant.start), (.change, instant.change),
      ] where !amount.isAbsent {
        acts.append(act(kind, amount, event, instant.contract, group, timeline))
      }
    }
  }

  private mutating func act(
    _ kind: ContractSchedule.Kind, _ amount: ExactDecimal, _ event: Int, _ contract: UInt32,
    _ group: Int, _ timeline: Timeline
  ) -> ContractSchedule.Act {
    let time = timeline.times[event]
    var act = ContractSchedule.Act(
      instant: time, contract: contract, kind: kind, amount: amount)
    if definition.term == nil { return act }
    let from = days.day(termFrom, event, timeline, &states[group].doubts)
    let until = days.day(termTo, event, timeline, &states[group].doubts).map { $0 + 1 }
    states[group].doubts.amounts += 1
    if from == nil || until == nil { states[group].doubts.undated += 1 }
    if let from, let until { act.amount = ContractTerm(from: from, until: until).monthly(amount) }
    if let from { act.instant = max(time, days.start(from)) }
    if let until { act.end = days.start(until) }
    // Over before it is known: it never has a level.
    if act.end <= act.instant {
      act.amount = .absent
      states[group].doubts.over += 1
    }
    return act
  }

  package func warnings() -> [String] {
    var doubts = ContractDoubts.zero
    for state in states { doubts.add(state.doubts) }
    return doubts.warnings(definition.options.name)
  }

  private mutating func noteDue(
    _ due: ContractSchedule.Due, _ group: Int, _ timeline: Timeline
  ) {
    guard due.end <= observation.until + RecurringDue.horizon else { return }
    states[group].dues.list.append(
      RecurringDue(
        entity: Array(timeline.shownID),
        contract: contract == nil ? [] : Array(timeline.values[Int(due.contract)]),
        level: DecimalSum(due.level), end: due.end))
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
    if isForeign(event) {
      (instant.start, instant.change) = (.absent, .absent)
      instant.cancels = true
    }
    return instant
  }

  /// Whether an event sets a contract in another currency than the one at hand.
  @inline(__always)
  private func isForeign(_ event: Int) -> Bool {
    guard let codes = currency.codes else { return false }
    return currencies[event].map { !codes.contains($0) } ?? false
  }

  /// Looks up which currency each start and change of the entity at hand is in.
  private mutating func tellCurrencies(_ timeline: Timeline, _ observed: Range<Int>) {
    let (view, effects) = (currency, effects)
    let (startAmount, changeAmount, contract) = (startAmount, changeAmount, contract)
    currencies.tell(observed, timeline.times) { event in
      let effect = effects[Int(timeline.kinds[event])]
      let isStart =
        effect.contains(.start) && !timeline.numbers[startAmount][event].isAbsent
      let isChange =
        !isStart && effect.contains(.change) && !timeline.numbers[changeAmount][event].isAbsent
      if !isStart && !isChange { return nil }
      return ContractCurrencies.Setter(
        isStart: isStart, contract: contract.map { timeline.texts[$0][event] } ?? 0,
        currency: view.code(of: event, worth: isStart ? startAmount : changeAmount, timeline))
    }
  }

  package static var standing: CurrencyStanding { .payers }
  package var priced: [(kinds: [Bool], amount: Int)] { [] }

  package mutating func currencies(of timeline: Timeline, _ observed: Range<Int>) -> [UInt32] {
    tellCurrencies(timeline, observed)
    return currencies.codes
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
