package import EventLog
package import Timelines

/// What a spec's reports need, pushed down: the fields to extract, and what each kind of timeline
/// keeps.
package struct ExtractionPlan: Sendable, Equatable {
  package var extraction: Extraction
  /// One for each kind of entity that a report counts.
  package var schemas: [TimelineSchema]

  package init(extraction: Extraction, schemas: [TimelineSchema]) {
    self.extraction = extraction
    self.schemas = schemas
  }
}
