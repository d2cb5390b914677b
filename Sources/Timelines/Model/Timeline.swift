import EventLog
package import Values

/// All events of one entity, in time order: a window over the sorted columns of its partition.
///
/// Event i of the timeline, for i in `range`, has `times[i]`, `kinds[i]`, and one value in each
/// property column. Equal times are ordered by event name bytes, then by event id, then by the
/// properties that are kept and the matchers that match: never by arrival.
///
/// A value, moved from entity to entity; a report may look at it during `observe` and keeps nothing
/// of it but numbers.
package struct Timeline: Sendable {
  /// Number of the partition; codes of `values` mean nothing outside it.
  package internal(set) var partition: Int
  /// Index of the entity in `entities`.
  package internal(set) var entity: Int
  /// The entity's events, never empty.
  package internal(set) var range: Range<Int>
  /// Microseconds since 1970-01-01 00:00 UTC.
  package internal(set) var times: [Int64]
  /// Indices into the run's `EventKinds`.
  package internal(set) var kinds: [UInt32]
  /// By text property of the schema: codes of `values`, 0 where it is absent, and on events on which
  /// no report reads it.
  package internal(set) var texts: [[UInt32]]
  /// By number property of the schema: `ExactDecimal.absent` where it is absent, and on events on
  /// which no report reads it.
  package internal(set) var numbers: [[ExactDecimal]]
  /// Codes of `values`: which user did it, in account timelines that keep users; for a delivered
  /// event, the entity it came from. Empty when the schema has neither.
  package internal(set) var users: [UInt32]
  /// Ids of the partition's entities.
  package internal(set) var entities: ByteTable
  /// Text values of the partition. Code 0 is the absent value; codes ascend with the bytes.
  package internal(set) var values: ByteTable
  /// Of a part of the entity's events that is one visit: its number, from 1. 0 for all of them.
  package internal(set) var session = 0

  /// A part of the events as a timeline of its own, over the same columns.
  package func session(_ number: Int, _ events: Range<Int>) -> Timeline {
    var part = self
    part.range = events
    part.session = number
    return part
  }

  /// The entity's id; where there are persons, its key.
  package var id: ArraySlice<UInt8> { entities[entity] }
  /// The entity's id as people know it.
  package var shownID: ArraySlice<UInt8> { EntityKey.shown(id) }
}
