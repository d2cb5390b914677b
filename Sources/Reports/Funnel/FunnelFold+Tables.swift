import Spec
package import Tables

extension FunnelFold {
  package func tables() throws -> [Table] {
    let names = definition.steps.map(\.name)
    let heads = definition.heads
    let values = try groups.rows(
      top: definition.options.top, each: 3 * names.count,
      isLarger: { entered($0) > entered($1) })
    var rows: [[Cell]] = []
    var times: [[Cell]] = []
    for value in values {
      var tally = sum(value.groups)
      tally.settle()
      // A value that only the trend has; or no event was read.
      if tally.reached[0] == 0, !breakdown.isEmpty || plan.observedUntil == .min { continue }
      rows += try tally.rows(leading: value.cells, names: names, plan: plan, knownFrom: knownFrom)
      times += tally.timesRows(leading: value.cells, names: names, plan: plan)
    }
    var tables = [
      Table(name: heads[0].name, columns: heads[0].columns, rows: rows),
      Table(name: heads[1].name, columns: heads[1].columns, rows: times),
    ]
    if let interval = definition.trend {
      try groups.checkRows(trend.count * names.count)
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
      tables.append(Table(name: heads[2].name, columns: heads[2].columns, rows: rows))
    }
    return tables
  }

  /// The step from which on an entity's value is known: before it, who stands in a row of a value is
  /// known only from what came later, so that rates up to it say nothing.
  private var knownFrom: Int {
    if case .step(let number) = definition.attribution, !breakdown.isEmpty { return number }
    return 1
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
