import Spec
public import Tables

extension FunnelFold {
  public func tables() throws -> [Table] {
    let name = definition.options.name
    let leading = definition.options.breakdown.map {
      Column($0, .text, "Breakdown by the property \($0); empty where absent.")
    }
    let ranked = ranked()
    var rows: [[Cell]] = []
    for entry in ranked {
      var tally = FunnelTally(steps: plan.stepCount)
      for group in entry.groups where group < tallies.count { tally.merge(tallies[group]) }
      // A value that only entries of an interval have.
      if tally.reached[0] == 0 { continue }
      rows += try tally.rows(leading: entry.cells, names: names, plan: plan)
    }
    var tables = [Table(name: name, columns: leading + FunnelTally.columns, rows: rows)]
    if let interval = definition.trend {
      let column = Column(
        "interval", interval == .hour ? .dateTime : .date,
        "First \(interval == .hour ? "hour" : "day") of the interval of entry.")
      var rows: [[Cell]] = []
      for entry in ranked {
        for (first, tally) in trendTallies(of: entry.groups) {
          let cells = entry.cells + [.text(calendar.label(first, interval))]
          rows += try tally.rows(leading: cells, names: names, plan: plan)
        }
      }
      tables.append(
        Table(
          name: "\(name).trend", columns: leading + [column] + FunnelTally.columns, rows: rows))
    }
    return tables
  }

  private var names: [String] { definition.steps.map(\.name) }

  /// The breakdown's values in the table's order: by their bytes, those past the `top` largest
  /// (by entities at step 1) last, as `(other)`.
  private func ranked() -> [(cells: [Cell], groups: [Int])] {
    func reached(_ group: Int) -> Int { group < tallies.count ? tallies[group].reached[0] : 0 }
    let sorted = groups.keys.indices.sorted {
      FunnelGroups.ascends(groups.keys[$0], groups.keys[$1])
    }
    var kept = sorted
    var others: [Int] = []
    if let top = definition.options.top, sorted.count > top {
      // Ties go to the lower bytes: the sort below must not depend on the order of arrival.
      let order = sorted.enumerated().sorted {
        let (a, b) = (reached($0.element), reached($1.element))
        return a != b ? a > b : $0.offset < $1.offset
      }
      others = order.dropFirst(top).map(\.element)
      let top = Set(order.prefix(top).map(\.element))
      kept = sorted.filter { top.contains($0) }
    }
    var ranked = kept.map { group in
      let cells = groups.keys[group].map { value in
        value.isEmpty ? Cell.empty : Cell.text(String(decoding: value, as: UTF8.self))
      }
      return (cells: cells, groups: [group])
    }
    if !others.isEmpty {
      let cells = definition.options.breakdown.map { _ in Cell.text("(other)") }
      ranked.append((cells, others))
    }
    return ranked
  }

  private func trendTallies(of groups: [Int]) -> [(first: Int64, tally: FunnelTally)] {
    let wanted = Set(groups)
    var tallies: [Int64: FunnelTally] = [:]
    for (cohort, tally) in trend where wanted.contains(cohort.group) {
      tallies[cohort.interval, default: FunnelTally(steps: plan.stepCount)].merge(tally)
    }
    return tallies.keys.sorted().map { ($0, tallies[$0]!) }
  }
}
