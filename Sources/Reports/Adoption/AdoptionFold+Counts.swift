package struct AdoptionCounts: FieldwiseState {
  var groups = GroupedStates<AdoptionState>()
  var firstSeen = FirstInstant()

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
    fields.visit(\.firstSeen)
  }
}

extension AdoptionFold {
  private var empty: AdoptionState { AdoptionState(features: definition.features.count) }

  package var counts: AdoptionCounts {
    var counts = AdoptionCounts()
    counts.groups = groups.counts(states, missing: empty)
    counts.firstSeen = FirstInstant(firstSeen)
    return counts
  }

  package mutating func add(_ counts: AdoptionCounts) {
    let empty = empty
    groups.add(counts.groups, to: &states, missing: empty)
    makeRoom()
    firstSeen = min(firstSeen, counts.firstSeen.value)
  }

  package func fits(_ counts: AdoptionCounts) -> Bool {
    let features = definition.features.count
    return groups.fit(counts.groups) {
      $0.features.count == features && $0.breadth.count == features + 1
    }
  }
}
