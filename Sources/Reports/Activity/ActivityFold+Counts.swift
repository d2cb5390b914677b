package struct ActivityCounts: FieldwiseState {
  var groups = MixedCounts<ActivityFold.GroupState, IntervalEntry>.zero
  var firstSeen = FirstInstant()
  /// Events in range, and those of them without any value, where each has its own.
  var events = 0
  var valueless = 0

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
    fields.visit(\.firstSeen)
    fields.visit(\.events)
    fields.visit(\.valueless)
  }
}

extension ActivityFold {
  package var counts: ActivityCounts {
    var counts = ActivityCounts()
    counts.groups = MixedCounts(groups.counts(states), byEvent.mixed)
    counts.firstSeen = FirstInstant(firstSeen)
    counts.events = byEvent.events
    counts.valueless = byEvent.valueless
    return counts
  }

  package mutating func add(_ counts: ActivityCounts) {
    let mapping = groups.add(counts.groups.groups, to: &states)
    byEvent.mixed.merge(counts.groups.mixed, groups: mapping)
    firstSeen = min(firstSeen, counts.firstSeen.value)
    byEvent.events += counts.events
    byEvent.valueless += counts.valueless
  }

  package func fits(_ counts: ActivityCounts) -> Bool { groups.fit(counts.groups.groups) }
}
