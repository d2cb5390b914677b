internal import CByteScan

/// JSON lines, one object a line: from a chunk's bytes to rows of a batch.
///
/// Several readers, each more general and slower than the one before. A row whose keys and brackets are
/// those of an earlier row is read by comparing texts. Others are scanned: the scan (`CByteScan`) turns
/// 64 bytes at a time into bits and checks all that bits can tell; what it finds is walked, about one
/// token per key, and its shape is learned. Rows that the scan or the walk has doubts about are read
/// byte by byte; a log of ordinary lines has none.
///
///     chunk ─┬─ shape known ───────────┬─ values of wanted paths ── RowAssembler ── batch
///            ╰─ scan ─┬─ walk, learn ──┤
///                     ╰─ exact parser ─╯
///
/// A line feed always ends a row, so a broken row never reaches its neighbours.
struct JSONRowParser: RowParser {
  private let limits: ReadLimits
  private let valuesMax: Int
  private let tree: JSONPathTree
  private var index: JSONIndex
  private var shapes: JSONShapes
  private var keys: JSONKeyTable
  private var committer: RowCommitter
  /// What the rows that none of these can take are read with.
  private var slow: JSONSlowReader
  /// By slot of the layout: the current row's values.
  private var values: [RawValue]
  /// By slot: where the walk found it.
  private var sources: [JSONSource]
  /// By depth.
  private var open: [JSONWalk.OpenObject]
  /// By entry of `keys`.
  private var owners: [UInt64]
  private var objects: UInt64 = 0
  /// Slots of plain rows, each the first of those that share its path; nil where no row is plain.
  private let plainSlots: PlainRow<Int>?
  /// By row of those that were read last.
  private var places: [PlainRow<ByteSlice>]

  init(extraction: Extraction, limits: ReadLimits) {
    self.limits = limits
    // A value has a token at least, so that a row with no more of them has no more values.
    valuesMax = limits.rowValuesMax
    index = JSONIndex(rowTokensMax: valuesMax)
    committer = RowCommitter(extraction: extraction, limits: limits)
    let paths = committer.paths
    tree = JSONPathTree(paths)
    keys = JSONKeyTable(tree)
    shapes = JSONShapes(tree, slots: paths.count)
    slow = JSONSlowReader(extraction: extraction, limits: limits)
    values = [RawValue](repeating: .absent, count: paths.count)
    sources = [JSONSource](repeating: .absent, count: paths.count)
    open = [JSONWalk.OpenObject](repeating: JSONWalk.OpenObject(), count: tree.depth + 2)
    owners = [UInt64](repeating: 0, count: keys.entries.count)
    places = [PlainRow<ByteSlice>](repeating: .none, count: JSONShapes.rowsMax)
    plainSlots = committer.plainSlots.flatMap { [tree] in $0.mapped(tree.first) }
  }

  /// Appends the chunk's events to `batch`, and accounts for each of its rows in `tally`.
  ///
  /// `RowTally.duplicateKeys` counts the row itself and the objects that wanted paths lead through,
  /// in rows that are valid JSON objects; other objects are not searched for repeated keys.
  mutating func parse(
    _ bytes: Span<UInt8>, isFirstChunk: Bool, into batch: inout EventBatch,
    tally: inout RowTally
  ) {
    shapes.begin(count: bytes.count)
    var start = 0
    var line = 0
    while start < bytes.count {
      let isLooking = shapes.isLooking && !slow.takesAll
      if isLooking {
        let known = shapes.read(bytes, from: start)
        let isPlain = batch.refersToChunk && committer.mayRun && findPlain(known.rows, of: bytes)
        var row = 0
        while row < known.rows {
          if isPlain {
            let run = committer.commitRun(
              places, row..<known.rows, of: bytes, line: line, into: &batch,
              tally: &tally)
            if run > 0 {
              (row, line) = (row + run, line + run)
              start = shapes.end(of: row - 1)
            }
            if row == known.rows { break }
          }
          let end = shapes.take(row, of: bytes, into: &values)
          if let reason = committer.commit(
            values, of: bytes, line: line, into: &batch, tally: &tally)
          {
            reject(reason, start..<end - 1, of: bytes, line: line, tally: &tally)
          }
          (row, line) = (row + 1, line + 1)
          start = end
        }
        if !known.isStopped || start == bytes.count { continue }
      }
      let end = isLooking ? Self.lineEnd(in: bytes, from: start) : bytes.count
      line += scan(
        bytes, start..<end, line: line, learns: isLooking, into: &batch, tally: &tally)
      start = end
    }
    tally.lines += line
    tally.rows += line
  }

  /// Finds the places of plain rows among those that were read; false where no row is plain.
  @inline(__always)
  private mutating func findPlain(_ rows: Int, of bytes: Span<UInt8>) -> Bool {
    guard let plainSlots else { return false }
    shapes.findPlain(rows, plainSlots, of: bytes, to: &places)
    return true
  }

  private static func lineEnd(in bytes: Span<UInt8>, from start: Int) -> Int {
    WordScan.first(UInt8(ascii: "\n"), in: bytes, start..<bytes.count).map { $0 + 1 }
      ?? bytes.count
  }

  /// A row that the scan has found, by places in the part of the chunk that was scanned.
  private struct Scanned {
    let range: Range<Int>
    let tokens: Range<Int>
    let flags: UInt32

    func has(_ flag: Int) -> Bool { flags & UInt32(flag) != 0 }
  }

  /// Reads the rows of a part of the chunk without a look at known shapes; returns how many.
  @inline(never)
  private mutating func scan(
    _ bytes: Span<UInt8>, _ lines: Range<Int>, line first: Int, learns: Bool,
    into batch: inout EventBatch, tally: inout RowTally
  ) -> Int {
    let (part, shift) = (bytes.extracting(lines), lines.lowerBound)
    index.begin(count: part.count)
    var start = 0
    var line = first
    while true {
      let count = index.next(part)
      if count == 0 { break }
      var token = 0
      for number in 0..<count {
        let row = Scanned(
          range: start..<Int(index.rows[number].end),
          tokens: token..<Int(index.rows[number].tokens_end), flags: index.rows[number].flags)
        let whole = row.range.lowerBound + shift..<row.range.upperBound + shift
        let outcome = read(bytes, whole, row, of: part, line: line, learns: learns, tally: &tally)
        var reason: RejectReason?
        switch outcome {
        case .row:
          reason = committer.commit(values, of: bytes, line: line, into: &batch, tally: &tally)
        case .blank: tally.blank += 1
        case .rejected(.rowTooLarge): reason = .rowTooLarge
        case .rejected(let found):
          reason = slow.readLine(
            bytes, Self.content(whole, of: bytes), line: line, verdict: found, into: &batch,
            tally: &tally)
        }
        if let reason { reject(reason, whole, of: bytes, line: line, tally: &tally) }
        start = row.range.upperBound + 1
        token = row.tokens.upperBound
        line += 1
      }
    }
    if !learns { shapes.skip(line - first) }
    return line - first
  }

  @inline(never)
  private func reject(
    _ reason: RejectReason, _ row: Range<Int>, of bytes: Span<UInt8>, line: Int,
    tally: inout RowTally
  ) {
    tally.reject(
      reason, row: Self.content(row, of: bytes), of: bytes, line: line,
      samplesMax: limits.rejectSamplesMax)
  }

  /// A CR before the line feed belongs to the line end.
  private static func content(_ row: Range<Int>, of bytes: Span<UInt8>) -> Range<Int> {
    let hasReturn =
      !row.isEmpty && row.upperBound < bytes.count
      && bytes[row.upperBound - 1] == UInt8(ascii: "\r")
    return row.lowerBound..<row.upperBound - (hasReturn ? 1 : 0)
  }

  /// Fills `values` from one row.
  private mutating func read(
    _ bytes: Span<UInt8>, _ whole: Range<Int>, _ row: Scanned, of part: Span<UInt8>, line: Int,
    learns: Bool, tally: inout RowTally
  ) -> JSONExactParser.Outcome {
    guard !row.has(Int(STRUCTURAL_DOUBTFUL)), !slow.takesAll, row.tokens.count <= valuesMax,
      let objectsWithRepeats = walk(part, row)
    else { return readExactly(bytes, whole, line: line, tally: &tally) }
    let reader = JSONValueReader(
      row: row.range, firstToken: row.tokens.lowerBound,
      hasEscapes: row.has(Int(STRUCTURAL_ESCAPES)))
    reader.read(sources, part, of: index, into: &values)
    let shift = whole.lowerBound - row.range.lowerBound
    for slot in values.indices where values[slot].shape != .absent {
      values[slot].start += shift
      values[slot].end += shift
    }
    if objectsWithRepeats > 0 {
      noteRepeats(objectsWithRepeats, bytes, whole, line: line, tally: &tally)
    } else if learns {
      shapes.learn(bytes, whole, places(reader, part, shift: shift))
    }
    return .row
  }

  /// Finds the sources of wanted values, and how many objects have a key again; nil where the walk
  /// gives up.
  private mutating func walk(_ part: Span<UInt8>, _ row: Scanned) -> Int? {
    guard 1...JSONWalk.depthMax ~= tree.depth else { return nil }
    for slot in sources.indices { sources[slot] = .absent }
    var walk = JSONWalk(row: row.range)
    let outcome = walk.run(
      part, row.tokens, of: &index, tree: tree, keys: &keys, open: &open, owners: &owners,
      objects: &objects, sources: &sources)
    if outcome == .tableFull { keys.forget() }
    return outcome == .row ? walk.objectsWithRepeats : nil
  }

  /// Where in the chunk the wanted values stand, whose sources are at hand.
  private func places(
    _ reader: JSONValueReader, _ part: Span<UInt8>, shift: Int
  ) -> [JSONShapes.Place] {
    sources.indices.compactMap { slot in
      guard sources[slot] != .absent, shapes.isFirst[slot] else { return nil }
      let close = Int(sources[slot].close)
      let end = close < 0 ? nil : Int(index.tokens[reader.firstToken + close]) + 1 + shift
      return JSONShapes.Place(
        slot: slot, start: reader.start(sources[slot], part, of: index) + shift, end: end)
    }
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
