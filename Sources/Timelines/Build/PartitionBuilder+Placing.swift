extension PartitionBuilder {
  /// Every event beside those of its entity: a counting sort. Stretches of rows are taken in the order
  /// of their times, so that most events of an entity come to lie in order, whichever worker read which
  /// file when.
  func place(
    _ parts: [ShardPart], _ codes: [ShardCodes], starts: inout [Int]
  ) -> [PlacedEvent] {
    let total = parts.reduce(0) { $0 + $1.blocks.reduce(0) { $0 + $1.rows.count } }
    precondition(total < Int(UInt32.max), "2^32 - 1 events or more in one partition")
    var stretches: [Stretch] = []
    // Row 0 stands for every mark.
    var row: UInt32 = 0
    for (index, part) in parts.enumerated() {
      for block in part.blocks.indices {
        let rows = part.blocks[block].rows
        Self.count(rows, codes[index].entities, in: &starts)
        for first in stride(from: 0, to: rows.count, by: Stretch.rowsMax) {
          let end = min(first + Stretch.rowsMax, rows.count)
          stretches.append(
            Stretch(
              part: index, block: block, rows: first..<end, time: rows[first].time, lastRow: row))
          if layout.words > 0 { row += Self.wordedCount(rows, first..<end, part.isMark) }
        }
      }
    }
    for entity in 1..<max(1, starts.count) { starts[entity] += starts[entity - 1] }
    var next = starts
    var events = [PlacedEvent](
      repeating: PlacedEvent(time: 0, kind: 0, row: 0), count: total)
    for stretch in stretches.sorted(by: { $0.time < $1.time }) {
      Self.place(
        stretch, parts[stretch.part], parts[stretch.part].blocks[stretch.block].rows,
        codes[stretch.part].entities, in: &events, next: &next)
    }
    return events
  }

  /// Some neighbouring rows of a block.
  private struct Stretch {
    static let rowsMax = 256

    var part: Int
    var block: Int
    var rows: Range<Int>
    /// Of the first row.
    var time: Int64
    /// The number of the last row before them that is no mark.
    var lastRow: UInt32
  }

  // Arrays that are written are so by a span: an array asks at each write whether it is alone.

  /// Counts the events of each entity, one place behind it.
  private static func count(_ rows: [EventRow], _ entities: [UInt32], in counts: inout [Int]) {
    let (rows, entities) = (rows.span, entities.span)
    var counts = counts.mutableSpan
    for index in rows.indices { counts[Int(entities[Int(rows[index].entity)]) + 1] += 1 }
  }

  /// Rows that are no marks.
  private static func wordedCount(
    _ rows: [EventRow], _ range: Range<Int>, _ isMark: [Bool]
  ) -> UInt32 {
    let (rows, isMark) = (rows.span, isMark.span)
    var count: UInt32 = 0
    for index in range where !isMark[Int(rows[index].kind)] { count += 1 }
    return count
  }

  /// Puts the rows of a stretch where `next` says, by entity.
  private static func place(
    _ stretch: Stretch, _ part: ShardPart, _ rows: [EventRow], _ entities: [UInt32],
    in events: inout [PlacedEvent], next: inout [Int]
  ) {
    let (isMark, kindCodes) = (part.isMark.span, part.kindCodes.span)
    let (rows, entities) = (rows.span, entities.span)
    var events = events.mutableSpan
    var next = next.mutableSpan
    var row = stretch.lastRow
    for index in stretch.rows {
      let event = rows[index]
      let entity = Int(entities[Int(event.entity)])
      let kind = Int(event.kind)
      let isMark = isMark[kind]
      if !isMark { row += 1 }
      events[next[entity]] = PlacedEvent(
        time: event.time, kind: kindCodes[kind], row: isMark ? 0 : row)
      next[entity] += 1
    }
  }
}
