package struct AdoptionCounts: FieldwiseState {
  var groups = MixedCounts<AdoptionState, AdoptionMark>.zero
  var firstSeen = FirstInstant()

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
    fields.visit(\.firstSeen)
  }
}

extension AdoptionFold {
  package var counts: AdoptionCounts {
    var counts = AdoptionCounts()
    counts.groups = MixedCounts(groups.counts(tally.states, missing: tally.empty), mixed)
    counts.firstSeen = FirstInstant(firstSeen)
    return counts
  }

  package mutating func add(_ counts: AdoptionCounts) {
    let empty = tally.empty
    let mapping = groups.add(counts.groups.groups, to: &tally.states, missing: empty)
    mixed.merge(counts.groups.mixed, groups: mapping)
    tally.makeRoom(groups.count)
    firstSeen = min(firstSeen, counts.firstSeen.value)
  }

  package func fits(_ counts: AdoptionCounts) -> Bool {
    let features = definition.features.count
    return groups.fit(counts.groups.groups) {
      $0.features.count == features && $0.breadth.count == features + 1
    } && counts.groups.mixed.allSatisfy { $0.key.slot < features }
  }
}
