package struct FunnelCounts: FieldwiseState {
  var groups = GroupedStates<Group>()
  var unheld = 0

  /// One breakdown value.
  struct Group: FieldwiseState {
    var tally = FunnelTally()
    /// By interval of entry.
    var trend: [Int: FunnelTally] = [:]

    static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.tally)
      fields.visit(\.trend)
    }
  }

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
    fields.visit(\.unheld)
  }
}

extension FunnelFold {
  private var empty: FunnelTally { FunnelTally(steps: plan.stepCount) }

  package var counts: FunnelCounts {
    var states = tallies.map { FunnelCounts.Group(tally: $0) }
    while states.count < groups.count { states.append(FunnelCounts.Group(tally: empty)) }
    for (cohort, tally) in trend { states[cohort.group].trend[cohort.interval] = tally }
    var counts = FunnelCounts()
    counts.groups = groups.counts(states)
    counts.unheld = unheld
    return counts
  }

  package mutating func add(_ counts: FunnelCounts) {
    let empty = empty
    unheld += counts.unheld
    let mapping = groups.merge(counts.groups.values)
    while tallies.count < groups.count { tallies.append(empty) }
    for (theirs, own) in mapping.enumerated() {
      tallies[own].add(counts.groups[theirs].tally)
      for (interval, tally) in counts.groups[theirs].trend {
        trend[Cohort(group: own, interval: interval), default: empty].add(tally)
      }
    }
  }

  package mutating func merge(_ other: FunnelFold) {
    add(other.counts)
    list.append(contentsOf: other.list)
  }

  package func fits(_ counts: FunnelCounts) -> Bool {
    groups.fit(counts.groups) { group in
      group.tally.has(steps: plan.stepCount)
        && group.trend.values.allSatisfy { $0.has(steps: plan.stepCount) }
    }
  }
}
