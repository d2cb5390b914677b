package struct RevenueCounts: FieldwiseState {
  var groups = MixedCounts<RevenueFold.GroupState, IntervalEntry>.zero
  var active = IntervalSeries<Int>()
  var firstSeen = FirstInstant()
  var payments = 0
  var valueless = 0

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
    fields.visit(\.active)
    fields.visit(\.firstSeen)
    fields.visit(\.payments)
    fields.visit(\.valueless)
  }
}

extension RevenueFold {
  package var counts: RevenueCounts {
    var counts = RevenueCounts()
    counts.groups = MixedCounts(groups.counts(states), mixed)
    counts.active = active
    counts.firstSeen = FirstInstant(firstSeen)
    counts.payments = payments
    counts.valueless = valueless
    return counts
  }

  package mutating func add(_ counts: RevenueCounts) {
    mixed.merge(counts.groups.mixed, groups: groups.add(counts.groups.groups, to: &states))
    makeRoom()
    active.add(counts.active)
    firstSeen = min(firstSeen, counts.firstSeen.value)
    payments += counts.payments
    valueless += counts.valueless
  }

  package func fits(_ counts: RevenueCounts) -> Bool { groups.fit(counts.groups.groups) }
}
