import EventLog
package import Spec
package import Tables
package import Timelines

/// A report at work: a fold over timelines. It sees one timeline at a time, keeps a small state,
/// merges with another state in any order, and becomes tables.
///
/// Because partitions never split an entity, the same fold gives parallelism, bounded memory and
/// nightly increments without knowing of any of them.
package protocol ReportFold: Sendable {
  /// Called once for each entity of the logs that has an event of the schema, in no given order of
  /// partitions; each entity comes once over all workers.
  mutating func observe(_ timeline: Timeline)
  /// What was counted, apart from configuration and scratch: what is written down on one machine and
  /// added on another.
  associatedtype Counts: State
  var counts: Counts { get }
  mutating func add(_ counts: Counts)
  /// Bytes on the heap, about: what counts against the memory budget. A requirement, so that a fold
  /// that does not hold its counts as such can say it without making them.
  var heapBytes: Int { get }
  /// Whether counts that somebody wrote down have the shape that the definition asks for.
  func fits(_ counts: Counts) -> Bool
  /// Takes in another worker's fold of the same report, with list rows that are not drained yet.
  mutating func merge(_ other: Self)
  /// Rows of NAME.entities since the last call, sorted by id bytes: drained after each partition,
  /// and merged with those of others. Folds without lists have none.
  mutating func drainList() -> Table?
  /// The tables of the state, rows sorted. Throws `IdentityViolation` when an identity of the
  /// report does not hold (exit 70), `TooManyRows` before rows are made that memory has no room for.
  func tables() throws -> [Table]
  /// What people should know of the tables, one sentence each.
  func warnings() -> [String]
}

extension ReportFold {
  package mutating func merge(_ other: Self) { add(other.counts) }
  package var heapBytes: Int { counts.heapBytes }
  package mutating func drainList() -> Table? { nil }
  package func warnings() -> [String] { [] }
}

/// A report whole: its definition, and the fold that makes its tables. What a new report conforms to;
/// the list in `ReportRegistry` takes nothing less.
package protocol Report: ReportDefinition {
  associatedtype Fold: ReportFold
  func makeFold(_ context: ReportContext) -> Fold
}

/// What is known of a run once all logs are read, before the first timeline is folded.
package struct ReportContext: Sendable {
  package var schema: TimelineSchema
  package var kinds: EventKinds
  package var calendar: ReportCalendar
  /// Microseconds since 1970: the end of observation, inclusive. `Int64.min` when no event was read.
  package var observedUntil: Int64
  /// Microseconds since 1970: where the logs begin, `Int64.min` when they always were. History begins
  /// at the start of that local day.
  package var observedFrom: Int64
  package var rowLimit: RowLimit

  package init(
    schema: TimelineSchema, kinds: EventKinds, calendar: ReportCalendar, observedUntil: Int64,
    observedFrom: Int64 = .min, rowLimit: RowLimit = RowLimit()
  ) {
    self.schema = schema
    self.kinds = kinds
    self.calendar = calendar
    self.observedUntil = observedUntil
    self.observedFrom = observedFrom
    self.rowLimit = rowLimit
  }

  /// Index of a text property in `Timeline.texts`.
  package func textColumn(_ property: String) -> Int {
    guard let index = schema.texts.firstIndex(of: property) else {
      preconditionFailure("a report reads the text property \(property) without announcing it")
    }
    return index
  }

  /// Index of a number property in `Timeline.numbers`.
  package func numberColumn(_ property: String) -> Int {
    guard let index = schema.numbers.firstIndex(of: property) else {
      preconditionFailure("a report reads the number property \(property) without announcing it")
    }
    return index
  }
}

/// An accounting identity that does not hold: a defect of the tool, never of the data.
package struct IdentityViolation: Error, Sendable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) {
    self.description = description
  }
}
