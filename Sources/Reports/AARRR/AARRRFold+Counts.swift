package struct AARRRCounts: FieldwiseState {
  var groups = GroupedStates<AARRRFold.GroupState>()
  var firstSeen = FirstInstant()

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
    fields.visit(\.firstSeen)
  }
}

extension AARRRFold {
  package var counts: AARRRCounts {
    var counts = AARRRCounts()
    counts.groups = groups.counts(states)
    counts.firstSeen = FirstInstant(firstSeen)
    return counts
  }

  package mutating func add(_ counts: AARRRCounts) {
    groups.add(counts.groups, to: &states)
    firstSeen = min(firstSeen, counts.firstSeen.value)
  }

  package func fits(_ counts: AARRRCounts) -> Bool { groups.fit(counts.groups) }
}
