import Spec
package import Tables

extension DoubleFunnelFold {
  /// Throws `IdentityViolation` unless each step was reached by those who stand there or further,
  /// and the link counts every user of every account.
  package func tables() throws -> [Table] {
    let name = definition.options.name
    var table = Table(name: name, columns: definition.columns)
    var link = Table(name: name + ".link", columns: definition.linkColumns)
    if observedUntil == .min { return [table, link] }
    let hasBreakdown = !definition.options.breakdown.isEmpty
    for row in try groups.rows(
      top: definition.options.top,
      each: definition.business.steps.count + definition.consumer.steps.count
        + definition.business.standings.count * definition.consumer.standings.count,
      isLarger: { entered($0) > entered($1) })
    {
      let sum = Sum(self, row.groups)
      guard sum.accounts.isConsistent(definition.business),
        sum.users.isConsistent(definition.consumer)
      else {
        throw IdentityViolation("\(name): a step was not reached by those who went further")
      }
      let linked = sum.link.users.reduce(0) { $0 + $1.reduce(0, +) }
      guard linked == sum.link.members else {
        throw IdentityViolation(
          "\(link.name): \(linked) users stand somewhere, and \(sum.link.members) were seen")
      }
      // A value that only the other table has.
      if !hasBreakdown || sum.accounts.reached[0] + sum.users.reached[0] > 0 {
        table.rows += rows(row.cells, sum)
      }
      if !hasBreakdown || linked > 0 { link.rows += linkRows(row.cells, sum.link) }
    }
    return [table, link]
  }

  /// The groups of one breakdown value, or of those in `(other)`.
  private struct Sum {
    var accounts: FunnelSideTally
    var users: FunnelSideTally
    var link: LinkTally

    init(_ fold: DoubleFunnelFold, _ groups: [Int]) {
      accounts = FunnelSideTally(steps: fold.definition.business.steps.count)
      users = FunnelSideTally(steps: fold.definition.consumer.steps.count)
      link = LinkTally(fold.definition)
      for group in groups where group < fold.links.count {
        accounts.add(fold.accounts[group])
        users.add(fold.users[group])
        link.add(fold.links[group])
      }
    }
  }

  /// Entities that entered either funnel: what `top` goes by.
  private func entered(_ group: Int) -> Int {
    group < links.count ? accounts[group].reached[0] + users[group].reached[0] : 0
  }

  private func rows(_ leading: [Cell], _ sum: Sum) -> [[Cell]] {
    let count = max(definition.business.steps.count, definition.consumer.steps.count)
    return (0..<count).map { step in
      let business = cells(definition.business, sum.accounts, step)
      let consumer = cells(definition.consumer, sum.users, step)
      return leading + [.integer(step + 1)] + business.counts + consumer.counts
        + [business.value, consumer.value]
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
