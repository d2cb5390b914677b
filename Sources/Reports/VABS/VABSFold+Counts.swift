package struct VABSCounts: FieldwiseState {
  var groups = GroupedStates<VABSFold.GroupState>()
  var firstSeen = FirstInstant()

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
    fields.visit(\.firstSeen)
  }
}

extension VABSFold {
  package var counts: VABSCounts {
    var counts = VABSCounts()
    counts.groups = groups.counts(states)
    counts.firstSeen = FirstInstant(firstSeen)
    return counts
  }

  package mutating func add(_ counts: VABSCounts) {
    groups.add(counts.groups, to: &states)
    firstSeen = min(firstSeen, counts.firstSeen.value)
  }

  package func fits(_ counts: VABSCounts) -> Bool { groups.fit(counts.groups) }
}
