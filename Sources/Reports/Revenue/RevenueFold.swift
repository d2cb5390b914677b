import EventLog
import Spec
import Tables
package import Timelines
import Values

extension RevenueDefinition: Report {
  package func makeFold(_ context: ReportContext) -> RevenueFold { RevenueFold(self, context) }
}

/// Revenue, orders and payers by interval, in exact decimals (`Documentation.docc/Revenue.md`).
///
/// Where the definition leaves room:
/// - A payer is new in the interval of its first payment in all logs, with all it pays in that
///   interval, and a repeat payer in every later one: `payers` = `new_payers` + `repeat_payers`.
/// - An order without an amount is an order of 0, and makes a payer.
/// - A breakdown shows the value on each payment (`breakdown_on`). Whether a payer is new is told by
///   its whole history: all that it pays in the interval of its first payment is a new payer's, under
///   whichever values. `arpu` of every row divides by all entities active in the interval, so that it
///   adds up over values.
/// - By currency, a payment stands in the rows of its own. Who is new is told by all payments, of
///   whichever currency, and `arpu` of every row divides by all active entities.
package struct RevenueFold: CurrencyFold {
  let definition: RevenueDefinition
  let observation: Observation
  let paying: [Bool]
  let acting: [Bool]
  let amount: Int
  package var currency: CurrencyView
  private var cursor: CalendarCursor
  var groups: BreakdownGroups
  var states: [GroupState] = []
  /// By interval: entities active, under all values.
  var active = IntervalSeries<Int>()
  /// The first payment or activity in all logs, in or out of range.
  var firstSeen = Int64.max
  /// By group: the entity at hand.
  private var traces: [ValueTrace] = []
  private var entity = 0
  /// Of the entity at hand, where values may be put together.
  private var entries: [IntervalEntry] = []
  var mixed = MixedValues<IntervalEntry>()
  /// Payments in range, and those of them without any value, where each has its own.
  var payments = 0
  var valueless = 0

  struct GroupState: FieldwiseState {
    /// In range: what `top` goes by.
    var revenue = DecimalSum.zero
    var series = IntervalSeries<RevenueCell>()

    static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.revenue)
      fields.visit(\.series)
    }
  }

  init(_ definition: RevenueDefinition, _ context: ReportContext) {
    self.definition = definition
    observation = Observation(definition.options, context)
    paying = context.kinds.matching(definition.event)
    acting = context.kinds.matching(definition.activity)
    amount = context.numberColumn(definition.amount)
    currency = CurrencyView(definition, context)
    cursor = CalendarCursor(context.calendar, definition.interval)
    groups = BreakdownGroups(definition.options, context, standard: .event)
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, amounts) = (timeline.times, timeline.kinds, timeline.numbers[amount])
    let (paying, acting, range) = (self.paying, self.acting, observation.range)
    let observed = observation.observed(timeline)
    let firstPayment = observed.first { paying[Int(kinds[$0])] }
    let firstActivity = observed.first { acting[Int(kinds[$0])] }
    guard firstPayment != nil || firstActivity != nil else { return }
    for case let first? in [firstPayment, firstActivity] {
      firstSeen = min(firstSeen, times[first])
    }

    var event = observed.lowerBound
    if times[event] < range.from {
      event = times.firstIndex(notBefore: range.from, from: event, to: observed.upperBound)
    }
    if event == observed.upperBound || times[event] >= range.until { return }
    entity += 1
    entries.removeAll(keepingCapacity: true)
    let isByEvent = groups.isByEvent
    if isByEvent { groups.begin(observed) }
    let own =
      isByEvent ? nil : firstPayment.map { groups.group(of: $0, in: observed, timeline) }

    let paidFirst = firstPayment.map { times[$0] } ?? .max
    let newIndex = range.contains(paidFirst) ? cursor.index(of: paidFirst) : nil
    var lastActive: Int?
    while event < observed.upperBound, times[event] < range.until {
      let index = cursor.index(of: times[event])
      let pieceEnd = min(cursor.end, range.until)
      repeat {
        let kind = Int(kinds[event])
        if acting[kind], index != lastActive {
          active[index] += 1
          lastActive = index
        }
        if paying[kind], currency.admits(event, worth: amount, timeline) {
          let group = own ?? groups.groupByEvent(event, timeline)
          if isByEvent {
            payments += 1
            if groups.isEmpty(group) { valueless += 1 }
          }
          count(amounts[event], group, index, isNew: index == newIndex)
        }
        event += 1
      } while event < observed.upperBound && times[event] < pieceEnd
    }
    if let first = entries.first, entries.contains(where: { $0.group != first.group }) {
      mixed.append(entries, newIn: newIndex)
    }
  }

  /// Adds one payment. `isNew`: the entity is a new payer of the interval.
  @inline(__always)
  private mutating func count(_ amount: ExactDecimal, _ group: Int, _ index: Int, isNew: Bool) {
    makeRoom()
    if amount.isAbsent { states[group].series[index].ordersWithoutAmount += 1 }
    states[group].revenue.add(amount)
    states[group].series[index].revenue.add(amount)
    states[group].series[index].orders += 1
    if isNew {
      states[group].series[index].newRevenue.add(amount)
    } else {
      states[group].series[index].repeatRevenue.add(amount)
    }
    if traces[group].entity == entity, traces[group].counted == index { return }
    traces[group] = ValueTrace(entity: entity, last: index, counted: index)
    states[group].series[index].countPayers(1, isNew: isNew)
    if groups.isByEvent, definition.options.top != nil {
      entries.append(.init(group: group, interval: index, isCounted: true))
    }
  }

  mutating func makeRoom() {
    while states.count < groups.count { states.append(GroupState()) }
    while traces.count < groups.count { traces.append(ValueTrace()) }
  }

  /// What the sum of some groups counts too much: entities that have several of their values.
  func surplus(of groups: [Int]) -> IntervalSeries<RevenueCell> {
    var surplus = IntervalSeries<RevenueCell>()
    mixed.forEach(in: groups) { entries, newIn in
      for (interval, values) in Dictionary(grouping: entries, by: \.interval) {
        surplus[interval].countPayers(1 - values.count, isNew: interval == newIn)
      }
    }
    return surplus
  }

  package static var standing: CurrencyStanding { .everybody }
  package var priced: [(kinds: [Bool], amount: Int)] { [(paying, amount)] }

  package func warnings() -> [String] {
    definition.options.warnings(counted: payments, valueless: valueless)
  }
}

/// One interval of a revenue table, for one breakdown value.
struct RevenueCell: FieldwiseState {
  var revenue = DecimalSum.zero
  var orders = 0
  var ordersWithoutAmount = 0
  var payers = 0
  var newPayers = 0
  var repeatPayers = 0
  var newRevenue = DecimalSum.zero
  var repeatRevenue = DecimalSum.zero

  mutating func countPayers(_ count: Int, isNew: Bool) {
    payers += count
    if isNew { newPayers += count } else { repeatPayers += count }
  }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.revenue)
    fields.visit(\.orders)
    fields.visit(\.ordersWithoutAmount)
    fields.visit(\.payers)
    fields.visit(\.newPayers)
    fields.visit(\.repeatPayers)
    fields.visit(\.newRevenue)
    fields.visit(\.repeatRevenue)
  }
}
