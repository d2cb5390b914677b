package import EventLog
package import Values

/// Which of a segment's rows are wanted.
package struct SegmentFilter: Sendable {
  /// By input of the segment: rows of it are left out.
  package var masked: [Bool] = []
  /// Later rows are left out.
  package var latest = Int64.max
  /// Rows of these entities are left out, and their ids are blank in the rows of others.
  package var erased: Set<[UInt8]> = []
  /// Where ids are persons', rows of these go as well; `erased` are their ids.
  package var persons: ErasedPersons?
  /// Properties that hold ids, which are blank where they hold an erased one.
  package var idProperties: Set<String> = []
  /// Earlier rows are left out, unless they have one of the names.
  package var earliest = Int64.min
  package var namesKept: Set<LogText> = []

  package init() {}
}

/// What became of the rows of a block, by input of the segment.
package struct SegmentCounts: Sendable {
  package var kept: [Int]
  /// Later than the filter's latest time.
  package var later: [Int]
  package var erased: [Int]
  package var earlier: [Int]

  init(inputs: Int) {
    kept = [Int](repeating: 0, count: inputs)
    (later, erased, earlier) = (kept, kept, kept)
  }
}

/// Rows of a block as a batch, in the columns that were asked for. Kept from block to block, for its
/// memory.
package struct SegmentRows: Sendable {
  package private(set) var batch = EventBatch()
  /// By row: its input, by place in the segment.
  package private(set) var inputs: [UInt32] = []
  package private(set) var counts = SegmentCounts(inputs: 0)

  private let textNames: [String]
  private let numberNames: [String]
  private let wantsIDs: Bool
  // Unpacked columns.
  private var values: [UInt64] = []

  /// `textNames` and `numberNames` are the columns of the batch.
  package init(textNames: [String], numberNames: [String], wantsIDs: Bool) {
    self.textNames = textNames
    self.numberNames = numberNames
    self.wantsIDs = wantsIDs
  }

  /// Reads a block in place of what was there.
  ///
  /// A property that the segment does not have is absent in all of its rows.
  ///
  /// - Throws: `SegmentDamage`.
  package mutating func read(
    _ block: Int, of segment: SegmentReader, filter: SegmentFilter
  ) throws {
    do throws(SegmentCursor.Damage) {
      let bytes: [UInt8]
      do {
        bytes = try segment.bytes(ofBlock: block)
      } catch {
        throw SegmentCursor.Damage(what: "\(error)")
      }
      var unpacked = try UnpackedBlock(
        bytes, entry: segment.blocks[block], segment: segment)
      counts = SegmentCounts(inputs: segment.inputs.count)
      batch.removeAll()
      inputs.removeAll(keepingCapacity: true)
      let kept = unpacked.select(filter, counts: &counts, inputs: &inputs)
      try unpacked.fill(
        &batch, rows: kept, textNames: textNames, numberNames: numberNames, wantsIDs: wantsIDs,
        filter: filter, values: &values)
    } catch {
      throw segment.damage("block \(block): \(error.what)")
    }
  }
}
