import Spec
package import Tables

extension FunnelFold {
  package func tables() throws -> [Table] {
    let name = definition.options.name
    let names = definition.steps.map(\.name)
    let leading = groups.tableColumns(of: touched)
    let values = groups.rows(
      top: definition.options.top,
      isLarger: { entered($0) > entered($1) })
    var rows: [[Cell]] = []
    var times: [[Cell]] = []
    for value in values {
      let tally = sum(value.groups)
      // A value that only the trend has; or no event was read.
      if tally.reached[0] == 0, !breakdown.isEmpty || plan.observedUntil == .min { continue }
      rows += try tally.rows(leading: value.cells, names: names, plan: plan, knownFrom: knownFrom)
      times += tally.timesRows(leading: value.cells, names: names, plan: plan)
    }
    var tables = [
      Table(name: name, columns: leading + FunnelTally.columns, rows: rows),
      Table(name: "\(name).times", columns: leading + FunnelTally.timesColumns, rows: times),
    ]
    if let interval = definition.trend {
      var rows: [[Cell]] = []
      for value in values {
        for (number, tally) in trendTallies(of: value.groups) {
          let cells = value.cells + [.text(calendar.label(number, interval))]
          let isCut = Cell.boolean(
            calendar.start(of: number, in: interval) < plan.entries.lowerBound
              || calendar.start(of: number + 1, in: interval) > plan.entries.upperBound)
          rows += try tally.rows(leading: cells, names: names, plan: plan, knownFrom: knownFrom)
            .map { $0 + [isCut] }
        }
      }
      let column = Column.interval(interval, "First date of the interval of entry.")
      tables.append(
        Table(
          name: "\(name).trend", columns: leading + [column] + FunnelTally.columns + [.cut],
          rows: rows))
    }
    return tables
  }

  /// The step from which on an entity's value is known: before it, who stands in a row of a value is
  /// known only from what came later, so that rates up to it say nothing.
  private var knownFrom: Int {
    if case .step(let number) = definition.attribution, !breakdown.isEmpty { return number }
    return 1
  }

  /// The event whose value a breakdown shows.
  private var touched: String {
    switch definition.attribution {
    case .firstStep: "event of step 1"
    case .step(let number): "event of step \(number)"
    case .firstTouch: "first event with one, up to the end of its chain"
    case .lastTouch: "last event with one, up to the end of its chain"
    case .everyStep: "every event of its chain"
    }
  }

  private func entered(_ group: Int) -> Int {
    group < tallies.count ? tallies[group].reached[0] : 0
  }

  private func sum(_ groups: [Int]) -> FunnelTally {
    if groups.count == 1, groups[0] < tallies.count { return tallies[groups[0]] }
    var sum = FunnelTally(steps: plan.stepCount)
    for group in groups where group < tallies.count { sum.add(tallies[group]) }
    return sum
  }

  private func trendTallies(of groups: [Int]) -> [(number: Int, tally: FunnelTally)] {
    let wanted = Set(groups)
    var tallies: [Int: FunnelTally] = [:]
    for (cohort, tally) in trend where wanted.contains(cohort.group) {
      tallies[cohort.interval, default: FunnelTally(steps: plan.stepCount)].add(tally)
    }
    return tallies.keys.sorted().map { ($0, tallies[$0]!) }
  }
}
