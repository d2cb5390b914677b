import EventLog
import Spec
import Timelines
import Values

extension RevenueFold: ExplainableFold {
  /// Of a fold that has seen the one timeline.
  func explanation(_ teller: EventTeller) -> Explanation {
    var explanation = Explanation()
    let (timeline, calendar) = (teller.timeline, observation.calendar)
    let interval = definition.interval
    var series = IntervalSeries<RevenueCell>()
    for state in states { series.add(state.series) }
    for event in observation.observed(timeline)
    where
      paying[Int(timeline.kinds[event])] && currency.admits(event, worth: amount, timeline)
    {
      let amount = timeline.numbers[self.amount][event]
      let order = amount.isAbsent ? "order without an amount, which adds 0" : "order of \(amount)"
      let time = timeline.times[event]
      if observation.range.contains(time) {
        let index = calendar.index(of: time, in: interval)
        let payer = series[index].newPayers > 0 ? "new" : "repeat"
        explanation.note(
          event, "\(order) in \(calendar.label(index, interval)), by a \(payer) payer")
      } else {
        explanation.note(event, "\(order), \(teller.outside(observation.range, time))")
      }
    }
    var silent: [Int] = []
    for (index, cell) in series.written {
      let label = calendar.label(index, interval)
      if cell.payers > 0 {
        let payer = cell.newPayers > 0 ? "new payer" : "repeat payer"
        explanation.conclude(
          "\(label): \(payer), \(counted(cell.orders, "order")), \(cell.revenue)"
            + (active[index] > 0 ? "" : "; not active, so no part of arpu"))
      }
    }
    for (index, count) in active.written where count > 0 && series[index].payers == 0 {
      silent.append(index)
    }
    if !silent.isEmpty {
      let labels = silent.prefix(12).map { calendar.label($0, interval) }.joined(separator: ", ")
      let more = silent.count > 12 ? " and \(silent.count - 12) more" : ""
      explanation.conclude("active without an order, which lowers arpu, in \(labels)\(more)")
    }
    if explanation.conclusions.isEmpty {
      explanation.conclude(
        explanation.notes.isEmpty ? EventTeller.nothing : "not counted: nothing is in range")
    } else {
      explanation.conclude(teller, definition.options.breakdown, groups)
    }
    return explanation
  }
}
