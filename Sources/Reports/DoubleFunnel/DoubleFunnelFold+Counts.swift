package struct DoubleFunnelCounts: FieldwiseState {
  var groups = GroupedStates<Sides>()

  /// One breakdown value.
  struct Sides: FieldwiseState {
    var accounts = IntervalSeries<FunnelSideTally>()
    var users = IntervalSeries<FunnelSideTally>()
    var links = LinkTally()

    static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.accounts)
      fields.visit(\.users)
      fields.visit(\.links)
    }
  }

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
  }
}

extension DoubleFunnelFold {
  package var counts: DoubleFunnelCounts {
    var whole = self
    whole.makeRoom()
    var counts = DoubleFunnelCounts()
    counts.groups = groups.counts(
      whole.links.indices.map {
        DoubleFunnelCounts.Sides(
          accounts: whole.accounts[$0], users: whole.users[$0], links: whole.links[$0])
      })
    return counts
  }

  package mutating func add(_ counts: DoubleFunnelCounts) {
    let mapping = groups.merge(counts.groups.values)
    makeRoom()
    for (theirs, own) in mapping.enumerated() {
      accounts[own].add(counts.groups[theirs].accounts)
      users[own].add(counts.groups[theirs].users)
      links[own].add(counts.groups[theirs].links)
    }
  }

  package func fits(_ counts: DoubleFunnelCounts) -> Bool {
    let (business, consumer) = (definition.business.steps.count, definition.consumer.steps.count)
    return groups.fit(counts.groups) { sides in
      sides.accounts.written.allSatisfy { $0.cell.has(steps: business) }
        && sides.users.written.allSatisfy { $0.cell.has(steps: consumer) }
        && sides.links.has(business: business, consumer: consumer)
    }
  }
}
