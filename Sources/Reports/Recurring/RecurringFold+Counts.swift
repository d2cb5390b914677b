package struct RecurringCounts: FieldwiseState {
  var groups = GroupedStates<RecurringFold.GroupState>()
  var firstSeen = FirstInstant()

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
    fields.visit(\.firstSeen)
  }
}

extension RecurringFold {
  package var counts: RecurringCounts {
    var counts = RecurringCounts()
    counts.groups = groups.counts(states)
    counts.firstSeen = FirstInstant(firstSeen)
    return counts
  }

  package mutating func add(_ counts: RecurringCounts) {
    groups.add(counts.groups, to: &states)
    firstSeen = min(firstSeen, counts.firstSeen.value)
  }

  package func fits(_ counts: RecurringCounts) -> Bool {
    groups.fit(counts.groups) { state in
      state.dues.list.allSatisfy {
        $0.end > observation.until && $0.end <= observation.until + RecurringDue.horizon
      }
    }
  }
}
