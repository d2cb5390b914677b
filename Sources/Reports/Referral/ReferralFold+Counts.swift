package struct ReferralCounts: FieldwiseState {
  var groups = GroupedStates<ReferralFold.GroupState>()
  var joins = JoinCounts()
  var firstSeen = FirstInstant()

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
    fields.visit(\.joins)
    fields.visit(\.firstSeen)
  }
}

extension ReferralFold {
  package var counts: ReferralCounts {
    var counts = ReferralCounts()
    counts.groups = groups.counts(states)
    counts.joins = joins
    counts.firstSeen = FirstInstant(firstSeen)
    return counts
  }

  package mutating func add(_ counts: ReferralCounts) {
    groups.add(counts.groups, to: &states)
    joins.add(counts.joins)
    firstSeen = min(firstSeen, counts.firstSeen.value)
  }

  package func fits(_ counts: ReferralCounts) -> Bool { groups.fit(counts.groups) }
}
