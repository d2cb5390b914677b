public import EventLog
public import Timelines

/// What a spec's reports need, pushed down: the fields to extract, and what each kind of timeline
/// keeps.
public struct ExtractionPlan: Sendable, Equatable {
  public var extraction: Extraction
  /// One for each kind of entity that a report counts.
  public var schemas: [TimelineSchema]

  public init(extraction: Extraction, schemas: [TimelineSchema]) {
    self.extraction = extraction
    self.schemas = schemas
  }
}
