package import EventLog
package import Timelines

/// What a spec's reports need, pushed down: the fields to extract, and what each kind of timeline
/// keeps.
package struct ExtractionPlan: Sendable, Equatable {
  /// Of the only source, or the first.
  package var extraction: Extraction
  /// Of further sources: with the same properties in the same order.
  package var others: [Extraction] = []
  /// One for each kind of entity that a report counts.
  package var schemas: [TimelineSchema]
  /// By source: of which spaces its ids are.
  package var spaces: [SourceSpaces] = []

  package init(extraction: Extraction, schemas: [TimelineSchema]) {
    self.extraction = extraction
    self.schemas = schemas
  }

  /// By number of the source.
  package var extractions: [Extraction] { [extraction] + others }
}
