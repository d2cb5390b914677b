public import Spec
public import Timelines

/// Why one entity stands where it stands in one report: what each of its events did there, and what
/// came of it, as sentences for people.
public struct Explanation: Sendable, Equatable {
  public struct Note: Sendable, Equatable {
    /// Index in the timeline's columns.
    public var event: Int
    public var text: String
  }

  /// In the order of events; an event that the report passes over has none, and one may have more.
  public private(set) var notes: [Note] = []
  /// Where the entity stands, one sentence each; never empty.
  public private(set) var conclusions: [String] = []

  mutating func note(_ event: Int, _ text: String) {
    notes.append(Note(event: event, text: text))
  }

  mutating func conclude(_ text: String) { conclusions.append(text) }
}

/// A report that can say what each event of an entity did. It conforms in a file of its own beside
/// the fold, and asks a fold that has seen this one timeline, so that it cannot say anything else
/// than the table.
public protocol ExplainableDefinition: FoldableDefinition {
  func explanation(of timeline: Timeline, context: ReportContext) -> Explanation
}

/// The explanation of any report. One that has none of its own shows which events it looks at.
public func explanation(
  of timeline: Timeline, by definition: any ReportDefinition, context: ReportContext
) -> Explanation {
  if let explainable = definition as? any ExplainableDefinition {
    return explainable.explanation(of: timeline, context: context)
  }
  return matches(of: timeline, by: definition, context: context)
}
