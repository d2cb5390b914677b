extension StickinessFold {
  package var counts: StickinessCounts { StickinessCounts(groups.counts(histograms)) }

  package mutating func add(_ counts: StickinessCounts) {
    groups.add(counts.groups, to: &histograms)
  }

  package func fits(_ counts: StickinessCounts) -> Bool { groups.fit(counts.groups) }
}

package struct StickinessCounts: FieldwiseState {
  var groups = GroupedStates<[Int]>()

  package init() {}

  init(_ groups: GroupedStates<[Int]>) { self.groups = groups }

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
  }
}
