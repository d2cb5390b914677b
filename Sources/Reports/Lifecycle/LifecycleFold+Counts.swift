package struct LifecycleCounts: FieldwiseState {
  var groups = GroupedStates<LifecycleFold.GroupState>()
  var firstSeen = FirstInstant()

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
    fields.visit(\.firstSeen)
  }
}

extension LifecycleFold {
  package var counts: LifecycleCounts {
    var counts = LifecycleCounts()
    counts.groups = groups.counts(states)
    counts.firstSeen = FirstInstant(firstSeen)
    return counts
  }

  package mutating func add(_ counts: LifecycleCounts) {
    groups.add(counts.groups, to: &states)
    firstSeen = min(firstSeen, counts.firstSeen.value)
  }

  package mutating func merge(_ other: LifecycleFold) {
    add(other.counts)
    standings += other.standings
  }

  package func fits(_ counts: LifecycleCounts) -> Bool { groups.fit(counts.groups) }
}
