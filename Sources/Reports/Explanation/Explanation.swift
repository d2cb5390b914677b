package import Spec
package import Timelines

/// Why one entity stands where it stands in one report: what each of its events did there, and what
/// came of it, as sentences for people.
package struct Explanation: Sendable, Equatable {
  package struct Note: Sendable, Equatable {
    /// Index in the timeline's columns.
    package var event: Int
    package var text: String
  }

  /// In the order of events; an event that the report passes over has none, and one may have more.
  package private(set) var notes: [Note] = []
  /// Where the entity stands, one sentence each; never empty.
  package private(set) var conclusions: [String] = []

  mutating func note(_ event: Int, _ text: String) {
    notes.append(Note(event: event, text: text))
  }

  mutating func conclude(_ text: String) { conclusions.append(text) }

  /// Says under which breakdown values the entity stands, if there is a breakdown.
  mutating func conclude(
    _ teller: EventTeller, _ breakdown: [String], _ groups: BreakdownGroups
  ) {
    if let text = teller.breakdowns(breakdown, groups) { conclude(text) }
  }
}

/// A fold that can tell what each event did, from the state that it has after the one timeline: so an
/// explanation cannot disagree with the table.
protocol ExplainableFold: ReportFold {
  /// Called once, after `observe` of the teller's timeline and of no other.
  mutating func explanation(_ teller: EventTeller) -> Explanation
}

/// The explanation of any report. One that has none of its own shows which events it looks at.
package func explanation(
  of timeline: Timeline, by definition: any ReportDefinition, context: ReportContext
) -> Explanation {
  guard let foldable = definition as? any FoldableDefinition,
    var fold = foldable.makeFold(context) as? any ExplainableFold
  else { return matches(of: timeline, by: definition, context: context) }
  fold.observe(timeline)
  return fold.explanation(EventTeller(timeline: timeline, context: context))
}
