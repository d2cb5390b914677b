import Synchronization
package import Values

/// The timelines of stored users, straight from their segments: rows lie with their entities, names
/// and values are codes, so that nothing is looked up row by row.
package final class StoredTimelines: TimelineSource {
  package let schema: TimelineSchema
  package let partitionCount: Int
  private let bits: Int
  private let segments: [SegmentReader]
  /// By segment and its input: the file's number, or -1 where its rows are left out.
  private let files: [[Int]]
  private let plan: StoredPlan
  private let rules: PartitionRules
  private let found: Mutex<Found>

  /// What was found while partitions were built.
  private struct Found: Sendable {
    /// By file.
    var tallies: [StoredTally]
    var rowsByName: [[UInt8]: Int] = [:]
    var seenTexts: [Bool]
    var seenNumbers: [Bool]
  }

  /// Rows that a partition has at least, where segments are larger: the near cache holds them.
  package static let partitionRows = 1 << 16

  /// Nil where rows have to go the way of rows that are read from a log: accounts and deliveries are
  /// dealt by other ids than rows lie by, a number that a report wants as a text may have two
  /// spellings, and of names that depend on too many conditions see `CodeMatcher`.
  ///
  /// - Parameters:
  ///   - files: by segment and its input, below `fileCount`; -1 masks its rows.
  ///   - textNames: text properties that matchers and schema look at; `numberNames` likewise.
  ///   - memoryBytes: for all partitions that are built at a time.
  package init?(
    _ segments: [SegmentReader], files: [[Int]], fileCount: Int, schema: TimelineSchema,
    textNames: [String], numberNames: [String], memoryBytes: Int,
    partitionRows: Int = partitionRows
  ) {
    guard schema.entity == .user, schema.deliveries.isEmpty, !schema.keepsOther,
      segments.allSatisfy({ segment in
        textNames.allSatisfy { !segment.columns.numbers.contains($0) }
      }),
      let plan = StoredPlan(
        schema, names: segments.map(\.names), textNames: textNames, numberNames: numberNames)
    else { return nil }
    self.schema = schema
    self.segments = segments
    self.files = files
    self.plan = plan
    rules = plan.rules
    let rows = segments.reduce(0) { $0 + $1.rowCount }
    let rowBytes = 64 + 12 * plan.rules.layout.words
    let rowsMax = max(partitionRows / 4, memoryBytes / rowBytes)
    // Blocks of segments that are cut more coarsely are read for several partitions.
    let coarsest =
      segments.filter { $0.rowCount >= rows / 32 }.map(\.cellBits).min()
      ?? SegmentFormat.cellBitsMax
    var bits = 0
    while bits < SegmentFormat.cellBitsMax,
      rows >> bits > rowsMax || rows >> bits > partitionRows && bits < coarsest
    { bits += 1 }
    self.bits = bits
    partitionCount = 1 << bits
    found = Mutex(
      Found(
        tallies: [StoredTally](repeating: StoredTally(), count: fileCount),
        seenTexts: textNames.map { _ in false }, seenNumbers: numberNames.map { _ in false }))
  }

  package var kinds: EventKinds { rules.kinds.kinds }

  /// Complete once every partition has been built.
  package var eventNames: [LogText] {
    names.map { LogText(String(decoding: $0.key, as: UTF8.self)) }
  }
  package var eventNameRows: [Int] { names.map(\.value) }

  private var names: [(key: [UInt8], value: Int)] {
    found.withLock { found in
      found.rowsByName.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }
  }

  /// By file; complete once every partition has been built.
  package var tallies: [StoredTally] { found.withLock { $0.tallies } }

  /// By text and by number property, whether any row has it; complete once every partition has been
  /// built.
  package var seen: (texts: [Bool], numbers: [Bool]) {
    found.withLock { ($0.seenTexts, $0.seenNumbers) }
  }

  package func build(partition: Int) throws -> BuiltPartition {
    var parts: [ShardPart] = []
    for (index, segment) in segments.enumerated() {
      let blocks = self.blocks(of: segment, partition: partition)
      if blocks.isEmpty { continue }
      var block = blocks[0]
      do throws(SegmentCursor.Damage) {
        var part = try StoredPart(
          segment, index: index, files: files[index], plan: plan)
        for number in blocks {
          block = number
          try part.read(number, hashes: hashes(of: segment, partition: partition))
        }
        note(part, of: index)
        parts.append(part.finish())
      } catch {
        throw segment.damage("block \(block): \(error.what)")
      }
    }
    return try PartitionBuilder(rules, partition: partition).build(consume parts)
  }

  /// The blocks that may hold rows of a partition: of users, then of accounts without one.
  private func blocks(of segment: SegmentReader, partition: Int) -> [Int] {
    let shift = segment.cellBits - bits
    let cells =
      shift >= 0
      ? partition << shift..<(partition + 1) << shift
      : partition >> -shift..<partition >> -shift + 1
    let users = segment.blocks.partitioningIndex { $0.isAccounts }
    func range(_ within: Range<Int>) -> Range<Int> {
      let blocks = segment.blocks[within]
      let start = blocks.partitioningIndex { $0.cell >= cells.lowerBound }
      return start..<max(start, blocks.partitioningIndex { $0.cell >= cells.upperBound })
    }
    return Array(range(0..<users)) + Array(range(users..<segment.blockCount))
  }

  /// Nil where a partition has whole blocks.
  private func hashes(of segment: SegmentReader, partition: Int) -> ClosedRange<UInt64>? {
    if segment.cellBits >= bits { return nil }
    let first = UInt64(partition) << UInt64(64 - bits)
    return first...first + (UInt64.max >> UInt64(bits))
  }

  private func note(_ part: borrowing StoredPart, of index: Int) {
    let (tallies, nameRows) = (part.tallies, part.nameRows)
    let (texts, numbers) = (part.seenTexts, part.seenNumbers)
    let names = segments[index].names
    found.withLock { found in
      for (input, tally) in tallies.enumerated() where files[index][input] >= 0 {
        found.tallies[files[index][input]].add(tally)
      }
      for (name, rows) in nameRows.enumerated() where rows > 0 {
        found.rowsByName[Array(names[name]), default: 0] += rows
      }
      for column in texts.indices where texts[column] { found.seenTexts[column] = true }
      for column in numbers.indices where numbers[column] { found.seenNumbers[column] = true }
    }
  }
}

extension RandomAccessCollection where Index == Int {
  /// Where the elements begin for which `belongs` is true: they all stand behind the others.
  fileprivate func partitioningIndex(_ belongs: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
