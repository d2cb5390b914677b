package struct RetentionCounts: FieldwiseState {
  var groups = GroupedStates<IntervalSeries<CohortCounts>>()

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
  }
}

extension RetentionFold {
  package var counts: RetentionCounts {
    var counts = RetentionCounts()
    counts.groups = groups.counts(cohorts)
    return counts
  }

  package mutating func add(_ counts: RetentionCounts) {
    groups.add(counts.groups, to: &cohorts)
  }

  package mutating func merge(_ other: RetentionFold) {
    add(other.counts)
    standings += other.standings
  }

  package func fits(_ counts: RetentionCounts) -> Bool {
    let isMeasured = definition.measure != nil
    return groups.fit(counts.groups) { series in
      series.written.allSatisfy { _, cohort in
        if cohort.size == 0, cohort.isZero { return true }
        let values = isMeasured ? slots.count : 0
        return cohort.returned.count == slots.count && cohort.lastEligible.count == slots.count
          && cohort.values.count == values && cohort.valueChanges.count == values
      }
    }
  }
}
