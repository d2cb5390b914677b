extension AdoptionFold {
  private var empty: AdoptionState { AdoptionState(features: definition.features.count) }

  package var counts: HistoryCounts<AdoptionState> {
    var counts = HistoryCounts<AdoptionState>()
    counts.groups = groups.counts(states, missing: empty)
    counts.firstSeen = FirstInstant(firstSeen)
    return counts
  }

  package mutating func add(_ counts: HistoryCounts<AdoptionState>) {
    let empty = empty
    groups.add(counts.groups, to: &states, missing: empty)
    makeRoom()
    firstSeen = min(firstSeen, counts.firstSeen.value)
  }

  package func fits(_ counts: HistoryCounts<AdoptionState>) -> Bool {
    let features = definition.features.count
    return groups.fit(counts.groups) {
      $0.features.count == features && $0.breadth.count == features + 1
    }
  }
}
