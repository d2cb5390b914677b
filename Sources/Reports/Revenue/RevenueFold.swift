import EventLog
import Spec
import Tables
package import Timelines
import Values

extension RevenueDefinition: FoldableDefinition {
  package func makeFold(_ context: ReportContext) -> RevenueFold { RevenueFold(self, context) }
}

/// Revenue, orders and payers by interval, in exact decimals (`Documentation.docc/Revenue.md`).
///
/// Where the definition leaves room:
/// - A payer is new in the interval of its first payment in all logs, with all it pays in that
///   interval, and a repeat payer in every later one: `payers` = `new_payers` + `repeat_payers`.
/// - An order without an amount is an order of 0, and makes a payer.
/// - An entity's breakdown value is the one on its first payment; one that never paid has that of its
///   first event that makes it active, so that `arpu` of a value counts it.
package struct RevenueFold: ReportFold {
  let definition: RevenueDefinition
  let observation: Observation
  let paying: [Bool]
  let acting: [Bool]
  let amount: Int
  private var cursor: CalendarCursor
  private(set) var groups: BreakdownGroups
  private(set) var states: [GroupState] = []
  /// The first payment or activity in all logs, in or out of range.
  private(set) var firstSeen = Int64.max

  struct GroupState: Sendable {
    /// In range: what `top` goes by.
    var revenue = DecimalSum.zero
    var series = IntervalSeries<RevenueCell>()
  }

  init(_ definition: RevenueDefinition, _ context: ReportContext) {
    self.definition = definition
    observation = Observation(definition.options, context)
    paying = context.kinds.matching(definition.event)
    acting = context.kinds.matching(definition.activity)
    amount = context.numberColumn(definition.amount)
    cursor = CalendarCursor(context.calendar, definition.interval)
    groups = BreakdownGroups(definition.options, context)
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, amounts) = (timeline.times, timeline.kinds, timeline.numbers[amount])
    let (paying, acting, range) = (self.paying, self.acting, observation.range)
    let observed = observation.observed(timeline)
    let firstPayment = observed.first { paying[Int(kinds[$0])] }
    let firstActivity = observed.first { acting[Int(kinds[$0])] }
    guard let named = firstPayment ?? firstActivity else { return }
    firstSeen = min(firstSeen, times[named], firstActivity.map { times[$0] } ?? .max)

    var event = observed.lowerBound
    if times[event] < range.from {
      event = times.firstIndex(notBefore: range.from, from: event, to: observed.upperBound)
    }
    if event == observed.upperBound || times[event] >= range.until { return }
    let group = groups.group(of: named, in: timeline)
    while states.count < groups.count { states.append(GroupState()) }

    let paidFirst = firstPayment.map { times[$0] } ?? .max
    let newIndex = range.contains(paidFirst) ? cursor.index(of: paidFirst) : nil
    var previous: Int?
    var cell = RevenueCell.zero
    while event < observed.upperBound, times[event] < range.until {
      let index = cursor.index(of: times[event])
      if index != previous {
        if let previous { add(cell, group, previous, isNew: previous == newIndex) }
        cell = .zero
        previous = index
      }
      let pieceEnd = min(cursor.end, range.until)
      repeat {
        let kind = Int(kinds[event])
        if acting[kind] { cell.active = 1 }
        if paying[kind] {
          cell.orders += 1
          cell.revenue.add(amounts[event])
        }
        event += 1
      } while event < observed.upperBound && times[event] < pieceEnd
    }
    if let previous { add(cell, group, previous, isNew: previous == newIndex) }
  }

  /// Adds what one entity did in one interval.
  @inline(__always)
  private mutating func add(_ cell: RevenueCell, _ group: Int, _ index: Int, isNew: Bool) {
    if cell.orders == 0 {
      if cell.active > 0 { states[group].series[index].active += 1 }
      return
    }
    var cell = cell
    if isNew {
      cell.newPayers = 1
      cell.newRevenue = cell.revenue
    } else {
      cell.repeatPayers = 1
      cell.repeatRevenue = cell.revenue
    }
    cell.payers = 1
    states[group].series[index].add(cell)
    states[group].revenue.add(cell.revenue)
  }

  package mutating func merge(_ other: RevenueFold) {
    let mapping = groups.merge(other.groups)
    while states.count < groups.count { states.append(GroupState()) }
    for (theirs, state) in other.states.enumerated() {
      states[mapping[theirs]].revenue.add(state.revenue)
      states[mapping[theirs]].series.add(state.series)
    }
    firstSeen = min(firstSeen, other.firstSeen)
  }
}

/// One interval of a revenue table, for one breakdown value.
struct RevenueCell: FieldwiseState {
  var revenue = DecimalSum.zero
  var orders = 0
  var active = 0
  var payers = 0
  var newPayers = 0
  var repeatPayers = 0
  var newRevenue = DecimalSum.zero
  var repeatRevenue = DecimalSum.zero

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.revenue)
    fields.visit(\.orders)
    fields.visit(\.active)
    fields.visit(\.payers)
    fields.visit(\.newPayers)
    fields.visit(\.repeatPayers)
    fields.visit(\.newRevenue)
    fields.visit(\.repeatRevenue)
  }
}
