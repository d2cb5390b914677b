import EventLog
import Values

/// Reads a segment whole: every column of every block, and the order of its rows.
package struct SegmentCheck {
  private let segment: SegmentReader

  package init(_ segment: SegmentReader) {
    self.segment = segment
  }

  /// - Throws: `SegmentDamage` for the first thing that is not as it was written.
  package func run(check: () throws -> Void) throws {
    var rows = SegmentRows(
      textNames: segment.columns.texts, numberNames: segment.columns.numbers,
      wantsIDs: segment.columns.hasIDs)
    let hash = segment.hash
    var previous: (isAccounts: Bool, hash: UInt64, id: [UInt8], time: Int64)?
    for block in 0..<segment.blockCount {
      try check()
      try rows.read(block, of: segment, filter: SegmentFilter())
      let batch = rows.batch
      let entry = segment.blocks[block]
      guard batch.times.min() == entry.earliest, batch.times.max() == entry.latest else {
        throw segment.damage("block \(block): other times than its footer says")
      }
      let owners = entry.isAccounts ? batch.accounts : batch.users
      for row in 0..<batch.count {
        let id = Array(batch.bytes[owners[row].range])
        let place = (entry.isAccounts, hash(id.span), id, batch.times[row])
        guard SegmentFormat.cell(place.1, bits: segment.cellBits) == entry.cell else {
          throw segment.damage("block \(block): an entity of another cell")
        }
        if let previous, Self.precedes(place, previous) {
          throw segment.damage("block \(block): rows out of order")
        }
        previous = place
      }
    }
  }

  private static func precedes(
    _ left: (isAccounts: Bool, hash: UInt64, id: [UInt8], time: Int64),
    _ right: (isAccounts: Bool, hash: UInt64, id: [UInt8], time: Int64)
  ) -> Bool {
    if left.isAccounts != right.isAccounts { return right.isAccounts }
    if left.hash != right.hash { return left.hash < right.hash }
    if left.id != right.id { return left.id.lexicographicallyPrecedes(right.id) }
    return left.time < right.time
  }
}
