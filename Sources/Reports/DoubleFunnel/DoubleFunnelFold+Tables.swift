import Spec
package import Tables
import Values

extension DoubleFunnelFold {
  /// Throws `IdentityViolation` unless each step was reached by those who stand there or further,
  /// and the link counts every user of every account.
  package func tables() throws -> [Table] {
    let name = definition.options.name
    var table = Table(name: name, columns: definition.columns)
    var link = Table(name: name + ".link", columns: definition.linkColumns)
    if observation.until == .min { return [table, link] }
    let hasBreakdown = !definition.options.breakdown.isEmpty
    for row in try groups.rows(
      top: definition.options.top,
      each: definition.business.steps.count + definition.consumer.steps.count
        + definition.business.standings.count * definition.consumer.standings.count,
      isLarger: { entered($0) > entered($1) })
    {
      let members = row.groups.filter { $0 < links.count }
      var sum = LinkTally(definition)
      for group in members { sum.add(links[group]) }
      let linked = sum.users.reduce(0) { $0 + $1.reduce(0, +) }
      guard linked == sum.members else {
        throw IdentityViolation(
          "\(link.name): \(linked) users stand somewhere, and \(sum.members) were seen")
      }
      for cohort in cohorts(members) {
        let sides = Sides(self, members, cohort)
        guard sides.accounts.isConsistent(definition.business),
          sides.users.isConsistent(definition.consumer)
        else {
          throw IdentityViolation("\(name): a step was not reached by those who went further")
        }
        // A value that only the other table has, or a cohort without members.
        if sides.entered > 0 || !hasBreakdown && definition.interval == nil {
          table.rows += rows(row.cells, sides, cohort)
        }
      }
      if !hasBreakdown || linked > 0 { link.rows += linkRows(row.cells, sum) }
    }
    return [table, link]
  }

  /// Numbers of the intervals in which somebody may have entered.
  private func cohorts(_ groups: [Int]) -> Range<Int> {
    if definition.interval == nil { return 0..<1 }
    let written = groups.flatMap {
      accounts[$0].written.map(\.index) + users[$0].written.map(\.index)
    }
    guard let first = written.min(), let last = written.max() else { return 0..<0 }
    return first..<last + 1
  }

  /// One cohort of a breakdown value, or of those in `(other)`.
  private struct Sides {
    var accounts: FunnelSideTally
    var users: FunnelSideTally

    init(_ fold: DoubleFunnelFold, _ groups: [Int], _ cohort: Int) {
      accounts = FunnelSideTally(steps: fold.definition.business.steps.count)
      users = FunnelSideTally(steps: fold.definition.consumer.steps.count)
      for group in groups {
        accounts.add(fold.accounts[group][cohort])
        users.add(fold.users[group][cohort])
      }
    }

    /// Entities that entered either funnel.
    var entered: Int { accounts.reached[0] + users.reached[0] }
  }

  /// Entities that entered either funnel: what `top` goes by.
  private func entered(_ group: Int) -> Int {
    if group >= links.count { return 0 }
    return [accounts[group], users[group]].reduce(0) { sum, series in
      sum + series.written.reduce(0) { $0 + ($1.cell.reached.first ?? 0) }
    }
  }

  private func rows(_ leading: [Cell], _ sides: Sides, _ cohort: Int) -> [[Cell]] {
    let count = max(definition.business.steps.count, definition.consumer.steps.count)
    var (leading, trailing) = (leading, [Cell]())
    if let interval = definition.interval {
      leading.append(.text(observation.calendar.label(cohort, interval)))
      trailing.append(observation.cutCell(cohort, interval))
    }
    return (0..<count).map { step in
      let business = cells(definition.business, sides.accounts, step)
      let consumer = cells(definition.consumer, sides.users, step)
      return leading + [.integer(step + 1)] + business.counts + consumer.counts
        + [business.value, consumer.value] + trailing
    }
  }

  /// Name, reached, both rates, open, dropped and median; empty in a row beyond the side's steps.
  private func cells(
    _ side: DoubleFunnelDefinition.Side, _ tally: FunnelSideTally, _ step: Int
  ) -> (counts: [Cell], value: Cell) {
    guard step < side.steps.count else {
      return (Array(repeating: .empty, count: 7), .empty)
    }
    let hasLosses = step > 0 && !side.steps[step].optional
    let previous = side.standings.last { $0 > 0 && $0 <= step }
    return (
      [
        .text(side.steps[step].name), .integer(tally.reached[step]),
        .ratio(tally.reached[step], tally.reached[0]),
        previous.map { .ratio(tally.reached[step], tally.reached[$0 - 1]) } ?? .empty,
        hasLosses ? .integer(tally.tally.open[step]) : .empty,
        hasLosses ? .integer(tally.tally.dropped[step]) : .empty,
        .seconds(tally.tally.times[step].medianSeconds),
      ],
      side.amount == nil ? .empty : .decimal(tally.values[step])
    )
  }

  private func linkRows(_ leading: [Cell], _ link: LinkTally) -> [[Cell]] {
    func name(_ side: DoubleFunnelDefinition.Side, _ step: Int) -> Cell {
      step == 0 ? .empty : .text(side.steps[step - 1].name)
    }
    let consumerSteps = definition.consumer.standings
    return definition.business.standings.flatMap { business in
      let all = link.users[business].reduce(0, +)
      return consumerSteps.map { consumer in
        let users = link.users[business][consumer]
        return leading + [
          .integer(business), name(definition.business, business), .integer(consumer),
          name(definition.consumer, consumer), .integer(users), .ratio(users, all),
        ]
      }
    }
  }
}
