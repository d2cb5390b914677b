internal import CByteScan

/// JSON lines, one object a line: from a chunk's bytes to rows of a batch.
///
/// Several readers, each more general and slower than the one before. The scan (`CByteScan`) turns 64
/// bytes at a time into bits and checks all that bits can tell. A row whose keys and brackets are
/// those of an earlier row is done with a comparison; others are walked, about one token per key. Rows
/// that the scan or the walk has doubts about are read byte by byte; a log of ordinary lines has none.
///
///     chunk ── scan ─┬─ shape known ──┬─ values of wanted paths ── RowAssembler ── batch
///                    ├─ walk, learn ──┤
///                    ╰─ exact parser ─╯
///
/// A line feed always ends a row, so a broken row never reaches its neighbours.
struct JSONRowParser: RowParser {
  private let limits: ReadLimits
  private let valuesMax: Int
  private let tree: JSONPathTree
  private var index: JSONIndex
  private var shapes = JSONShapes()
  private var keys: JSONKeyTable
  private var committer: RowCommitter
  /// What the rows that none of these can take are read with.
  private var slow: JSONSlowReader
  /// By slot of the layout: the current row's values.
  private var values: [RawValue]
  /// By slot: where the walk found it.
  private var sources: [JSONSource]
  private var wanted: [JSONWanted] = []
  /// By depth.
  private var open: [JSONWalk.OpenObject]
  /// By entry of `keys`.
  private var owners: [UInt64]
  private var objects: UInt64 = 0

  init(extraction: Extraction, limits: ReadLimits) {
    self.limits = limits
    // A value has a token at least, so that a row with no more of them has no more values.
    valuesMax = limits.rowValuesMax
    index = JSONIndex(rowTokensMax: valuesMax)
    committer = RowCommitter(extraction: extraction, limits: limits)
    let paths = committer.paths
    tree = JSONPathTree(paths)
    keys = JSONKeyTable(tree)
    slow = JSONSlowReader(extraction: extraction, limits: limits)
    values = [RawValue](repeating: .absent, count: paths.count)
    sources = [JSONSource](repeating: .absent, count: paths.count)
    open = [JSONWalk.OpenObject](repeating: JSONWalk.OpenObject(), count: tree.depth + 2)
    owners = [UInt64](repeating: 0, count: keys.entries.count)
  }

  /// Appends the chunk's events to `batch`, and accounts for each of its rows in `tally`.
  ///
  /// `RowTally.duplicateKeys` counts the row itself and the objects that wanted paths lead through,
  /// in rows that are valid JSON objects; other objects are not searched for repeated keys.
  mutating func parse(
    _ bytes: Span<UInt8>, isFirstChunk: Bool, into batch: inout EventBatch,
    tally: inout RowTally
  ) {
    index.begin(count: bytes.count)
    var start = 0
    var line = 0
    while true {
      let count = index.next(bytes)
      if count == 0 { break }
      var token = 0
      for number in 0..<count {
        let row = index.rows[number]
        let range = start..<Int(row.end)
        let tokens = token..<Int(row.tokens_end)
        let outcome = read(bytes, range, tokens, line: line, flags: row.flags, tally: &tally)
        var reason: RejectReason?
        switch outcome {
        case .row:
          reason = committer.commit(values, of: bytes, line: line, into: &batch, tally: &tally)
        case .blank: tally.blank += 1
        case .rejected(.rowTooLarge): reason = .rowTooLarge
        case .rejected(let found):
          reason = slow.readLine(
            bytes, Self.content(range, of: bytes), line: line, verdict: found, into: &batch,
            tally: &tally)
        }
        if let reason {
          tally.reject(
            reason, row: Self.content(range, of: bytes), of: bytes, line: line,
            samplesMax: limits.rejectSamplesMax)
        }
        start = range.upperBound + 1
        token = tokens.upperBound
        line += 1
      }
    }
    tally.lines += line
    tally.rows += line
  }

  /// A CR before the line feed belongs to the line end.
  private static func content(_ row: Range<Int>, of bytes: Span<UInt8>) -> Range<Int> {
    let hasReturn =
      !row.isEmpty && row.upperBound < bytes.count
      && bytes[row.upperBound - 1] == UInt8(ascii: "\r")
    return row.lowerBound..<row.upperBound - (hasReturn ? 1 : 0)
  }

  /// Fills `values` from one row.
  @inline(__always)
  private mutating func read(
    _ bytes: Span<UInt8>, _ row: Range<Int>, _ tokens: Range<Int>, line: Int, flags: UInt32,
    tally: inout RowTally
  ) -> JSONExactParser.Outcome {
    if flags & UInt32(STRUCTURAL_DOUBTFUL) != 0 || slow.takesAll || tokens.count > valuesMax {
      return readExactly(bytes, row, line: line, tally: &tally)
    }
    let hasEscapes = flags & UInt32(STRUCTURAL_ESCAPES) != 0
    guard let match = shapes.match(bytes, row, tokens, of: index) else {
      return walk(bytes, row, tokens, line: line, hasEscapes: hasEscapes, tally: &tally)
    }
    JSONValueReader(row: row, firstToken: tokens.lowerBound, hasEscapes: hasEscapes).read(
      shapes.wanted, match.wanted, bytes, of: index, into: &values)
    if match.objectsWithRepeats > 0 {
      noteRepeats(match.objectsWithRepeats, bytes, row, line: line, tally: &tally)
    }
    return .row
  }

  @inline(never)
  private mutating func walk(
    _ bytes: Span<UInt8>, _ row: Range<Int>, _ tokens: Range<Int>, line: Int, hasEscapes: Bool,
    tally: inout RowTally
  ) -> JSONExactParser.Outcome {
    guard 1...JSONWalk.depthMax ~= tree.depth else {
      return readExactly(bytes, row, line: line, tally: &tally)
    }
    for slot in sources.indices { sources[slot] = .absent }
    var walk = JSONWalk(row: row)
    let outcome = walk.run(
      bytes, tokens, of: &index, tree: tree, keys: &keys, open: &open, owners: &owners,
      objects: &objects, sources: &sources)
    if outcome == .tableFull { keys.forget() }
    guard outcome == .row else { return readExactly(bytes, row, line: line, tally: &tally) }
    wanted.removeAll(keepingCapacity: true)
    for slot in sources.indices where sources[slot] != .absent {
      wanted.append(JSONWanted(slot: slot, source: sources[slot]))
    }
    JSONValueReader(row: row, firstToken: tokens.lowerBound, hasEscapes: hasEscapes).read(
      wanted, 0..<wanted.count, bytes, of: index, into: &values)
    if walk.objectsWithRepeats > 0 {
      noteRepeats(walk.objectsWithRepeats, bytes, row, line: line, tally: &tally)
    }
    shapes.learn(
      bytes, row, tokens, of: index, wanted: wanted,
      objectsWithRepeats: walk.objectsWithRepeats)
    return .row
  }

  /// Rows that are no single object of plain places come back as rejected, for the slow reader.
  @inline(never)
  private mutating func readExactly(
    _ bytes: Span<UInt8>, _ row: Range<Int>, line: Int, tally: inout RowTally
  ) -> JSONExactParser.Outcome {
    for slot in values.indices { values[slot] = .absent }
    var exact = JSONExactParser(row: row, valuesMax: valuesMax)
    let outcome = exact.run(bytes, tree: tree, values: &values)
    guard outcome == .row else { return outcome }
    if slow.takesAll || exact.hasHiddenPlaces { return .rejected(.notAnObject) }
    if exact.objectsWithRepeats > 0 {
      noteRepeats(exact.objectsWithRepeats, bytes, row, line: line, tally: &tally)
    }
    return .row
  }

  @inline(never)
  private func noteRepeats(
    _ count: Int, _ bytes: Span<UInt8>, _ row: Range<Int>, line: Int, tally: inout RowTally
  ) {
    tally.duplicateKeys += count
    tally.values.note(.duplicateKey, row, of: bytes, line: line)
  }
}
