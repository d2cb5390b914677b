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
  /// What it adds to the cells of the report's tables.
  package var counts: [Count] = []

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

/// The explanation of any report: in words of its own, or what each event is to it and the rows in
/// which the entity counts.
package func explanation(
  of timeline: Timeline, by definition: any ReportDefinition, context: ReportContext
) -> Explanation {
  var fold = makeFold(definition: definition, context: context)
  fold.observe(timeline)
  let tables = (try? fold.tables()) ?? []
  let teller = EventTeller(timeline: timeline, context: context)
  var explanation = Explanation()
  if var own = fold as? any ExplainableFold {
    explanation = own.explanation(teller)
  } else {
    explanation.note(partsOf: definition, teller)
    explanation.concludeFromTables(tables)
  }
  explanation.stand(in: tables)
  return explanation
}
