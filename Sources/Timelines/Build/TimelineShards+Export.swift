package import System

/// What one worker has of one schema, on its way to another machine: where its runs stand in a file
/// (`RunFormat` has their bytes), and what is to be known before any of them is read.
package struct ShardExport: Sendable, Equatable {
  /// Bytes of all runs.
  package var bytes = 0
  /// By spill and partition: bytes of the run, one after the other.
  package var lengths: [[Int]] = []
  /// By partition.
  package var rows: [Int] = []
  package var kinds: [WorkerKind] = []
  /// Names that rows carried, also those that no matcher matched, with their rows.
  package var names: [[UInt8]] = []
  package var nameRows: [Int] = []

  package init() {}
}

extension TimelineShards {
  /// Writes all rows as runs, and keeps none.
  package mutating func export(
    to write: ([UInt8]) throws -> Void
  ) throws -> ShardExport {
    var (export, change) = (ShardExport(), 0)
    export.bytes = try spills.export(
      &shards, kinds: program.kinds, isMark: kept.isMark, account: { change += $0 }, to: write)
    account(change)
    export.lengths = spills.spills.map(\.lengths)
    export.rows = spills.rows
    export.kinds = program.kinds
    let names = program.names.strings
    export.names = (0..<names.count).map { Array(names[$0]) }
    export.nameRows = program.nameRows
    return export
  }

  /// Shards whose rows all stand in a file, from `offset` on.
  ///
  /// Nil for an export that does not fit the file, or has other partitions.
  ///
  /// - Parameter inputs: by number of an input there, its number here.
  package init?(
    _ export: ShardExport, in file: ScratchFile, at offset: Int, inputs: [UInt32],
    schema: TimelineSchema, textColumns: [String], numberColumns: [String], partitions: Int,
    budget: MemoryBudget, placing: Placing
  ) {
    self.init(
      schema: schema, textColumns: textColumns, numberColumns: numberColumns,
      partitions: partitions, budget: budget, placing: placing)
    guard export.rows.count == partitionCount, export.names.count == export.nameRows.count,
      export.lengths.allSatisfy({ $0.count == partitionCount })
    else { return nil }
    let bytes = export.lengths.reduce(0) { $0 + $1.reduce(0, +) }
    guard bytes == export.bytes, offset + bytes <= file.byteCount else { return nil }
    spills.takeOver(export.lengths, rows: export.rows, in: file, from: offset, inputs: inputs)
    program.takeOver(
      kinds: export.kinds, names: zip(export.names, export.nameRows).map { ($0, $1) })
    // Whoever deals the rows again has to know which have no words.
    kept.update(program.kinds)
  }
}

extension PersonDealer {
  /// Writes all rows that were dealt as runs, and keeps none.
  package mutating func export(
    to write: ([UInt8]) throws -> Void
  ) throws -> ShardExport {
    var (export, change) = (ShardExport(), 0)
    export.bytes = try spills.export(
      &shards, kinds: kinds, isMark: isMark, account: { change += $0 }, to: write)
    account(change)
    export.lengths = spills.spills.map(\.lengths)
    export.rows = spills.rows
    return export
  }
}

extension TimelineMerge {
  /// Takes over the rows that a dealer on another machine wrote, which stand in a file from `offset`
  /// on; false for an export that does not fit it.
  ///
  /// - Parameter fileCount: inputs of the run, by whose numbers the rows go.
  package func takeOver(
    _ export: ShardExport, in file: ScratchFile, at offset: Int, fileCount: Int
  ) -> Bool {
    guard export.rows.count == partitionCount,
      export.lengths.allSatisfy({ $0.count == partitionCount })
    else { return false }
    let bytes = export.lengths.reduce(0) { $0 + $1.reduce(0, +) }
    guard bytes == export.bytes, offset + bytes <= file.byteCount else { return false }
    var spills = ShardSpills(layout: rules.layout, partitions: partitionCount, scratch: nil)
    spills.takeOver(
      export.lengths, rows: export.rows, in: file, from: offset,
      inputs: (0..<UInt32(fileCount)).map { $0 })
    takeOver(spills)
    return true
  }
}

extension ShardPart {
  /// Gives inputs the numbers that they have here; false for one that there is none of.
  mutating func renumber(_ inputs: [UInt32], _ layout: RowLayout) -> Bool {
    guard layout.hasID else { return true }
    for block in blocks.indices {
      for at in stride(from: layout.file, to: blocks[block].words.count, by: layout.words) {
        let word = blocks[block].words[at]
        guard word >> 1 < inputs.count else { return false }
        blocks[block].words[at] = inputs[Int(word >> 1)] << 1 | word & 1
      }
    }
    return true
  }
}
