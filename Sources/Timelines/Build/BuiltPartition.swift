/// What a stored event has beside its timeline, by event.
struct StoredColumns: Sendable {
  var ids: PackedIDs
  /// Positions in `ids`.
  var idAt: [UInt32]
  /// The number of the event's input.
  var inputs: [UInt32]
}

/// The timelines of one partition, ready to be folded.
package struct BuiltPartition: Sendable {
  /// Duplicates dropped, of one input file.
  package struct FileCount: Sendable, Equatable {
    package var file: UInt32
    package var count: Int

    package init(file: UInt32, count: Int) {
      self.file = file
      self.count = count
    }
  }

  /// A window over the partition's columns, moved from entity to entity.
  let window: Timeline
  /// By entity, where its events start; one more at the end. Entities that are not shown have none.
  let starts: [Int]

  /// Events dropped because the entity had one with the same id, ascending by file. Rows that an
  /// earlier schema's timelines keep as well are left to that schema, and delivered events are not
  /// counted.
  package internal(set) var duplicates: [FileCount]
  /// Delivered events whose entity has no event of its own: it is not an entity of the logs, and
  /// has no timeline.
  package let unplacedDeliveries: Int
  /// Entities with a timeline.
  package let entityCount: Int
  /// Beside the timelines' columns, if the schema keeps rows.
  let stored: StoredColumns?

  package var partition: Int { window.partition }

  /// Calls `body` with each entity's timeline, in the order of ids if the schema asks for it, without
  /// events before `earliest`. The columns are shared between the calls, not copied.
  package func forEachTimeline(
    from earliest: Int64 = .min, _ body: (borrowing Timeline) throws -> Void
  ) rethrows {
    var timeline = window
    for entity in 0..<starts.count - 1 where starts[entity] < starts[entity + 1] {
      let start = first(of: entity, from: earliest)
      if start == starts[entity + 1] { continue }
      timeline.entity = entity
      timeline.range = start..<starts[entity + 1]
      try body(timeline)
    }
  }

  /// Entities with an event at `earliest` or later.
  package func entityCount(from earliest: Int64) -> Int {
    if earliest == .min { return entityCount }
    return (0..<starts.count - 1).count { entity in
      starts[entity] < starts[entity + 1]
        && window.times[starts[entity + 1] - 1] >= earliest
    }
  }

  @inline(__always)
  private func first(of entity: Int, from earliest: Int64) -> Int {
    var start = starts[entity]
    while start < starts[entity + 1], window.times[start] < earliest { start += 1 }
    return start
  }
}
