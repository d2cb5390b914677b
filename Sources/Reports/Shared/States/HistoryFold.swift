/// What a fold by breakdown value has counted, and where the history of the logs begins.
package struct HistoryCounts<Element: State>: FieldwiseState {
  var groups = GroupedStates<Element>()
  var firstSeen = FirstInstant()

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
    fields.visit(\.firstSeen)
  }
}

/// A fold that keeps a state for each breakdown value and the first event it looked at, in or out of
/// range, and nothing else that counts.
package protocol HistoryFold: ReportFold where Counts == HistoryCounts<GroupState> {
  associatedtype GroupState: State
  var groups: BreakdownGroups { get set }
  /// By group; a group that has none yet stands for nothing counted.
  var states: [GroupState] { get set }
  /// Microseconds since 1970; `Int64.max` when there was none.
  var firstSeen: Int64 { get set }
}

extension HistoryFold {
  package var counts: HistoryCounts<GroupState> {
    var counts = HistoryCounts<GroupState>()
    counts.groups = groups.counts(states)
    counts.firstSeen = FirstInstant(firstSeen)
    return counts
  }

  package mutating func add(_ counts: HistoryCounts<GroupState>) {
    // Out of `self`, which is asked for its groups at the same time.
    var states: [GroupState] = []
    swap(&states, &self.states)
    groups.add(counts.groups, to: &states)
    swap(&states, &self.states)
    firstSeen = min(firstSeen, counts.firstSeen.value)
  }

  package func fits(_ counts: HistoryCounts<GroupState>) -> Bool { groups.fit(counts.groups) }
}
