/// Rows of JSON that the fast readers cannot take: records inside a row, several values on a line,
/// places inside texts and arrays, and rows that need forgiving.
struct JSONSlowReader: Sendable {
  /// Whether every row is to be read here.
  let takesAll: Bool
  private let rules: RowRules
  private let samplesMax: Int
  private var document: JSONDocument
  private var committer: RowCommitter
  private var values: [RawValue]

  init(extraction: Extraction, limits: ReadLimits) {
    rules = extraction.rows
    samplesMax = limits.rejectSamplesMax
    document = JSONDocument(limits)
    committer = RowCommitter(extraction: extraction, limits: limits)
    values = [RawValue](repeating: .absent, count: committer.paths.count)
    takesAll =
      rules.isStrict || rules.records != nil || rules.skipsPrefix
      || committer.paths.contains { !$0.isPlain }
  }

  /// Reads the values of one line, which the exact parser has found to be `verdict`. Either all of the
  /// line becomes events, or the reason why none of it does comes back.
  ///
  /// `tally.rows` has one row for the line already counted by the caller.
  mutating func readLine(
    _ bytes: Span<UInt8>, _ line: Range<Int>, line number: Int, verdict: RejectReason,
    into batch: inout EventBatch, tally: inout RowTally
  ) -> RejectReason? {
    var start = line.lowerBound
    if rules.skipsPrefix {
      guard let brace = WordScan.first(UInt8(ascii: "{"), in: bytes, line) else {
        return .notAnObject
      }
      start = brace
    }
    document.load(bytes, start..<line.upperBound)
    defer { document.release() }
    document.isLenient = !rules.isStrict
    let count = line.upperBound - start
    var roots: [Int] = []
    var at = skipMark(0, count)
    if at == count, at > 0 {
      // Nothing else on the line.
      tally.blank += 1
      noteRepairs(bytes, line, number, tally: &tally)
      return nil
    }
    while true {
      guard let found = document.parse(from: at, to: count) else {
        return verdict == .notAnObject || document.isTooLarge ? document.problem : verdict
      }
      roots.append(found.root)
      let (next, hadComma) = document.skipSeparators(from: found.end, to: count)
      at = next
      if at == count {
        if hadComma {
          if rules.isStrict { return verdict }
          document.note(.trailingComma)
        }
        break
      }
    }
    return commit(
      roots, bytes, line, number, verdict: verdict, into: &batch, tally: &tally)
  }

  /// Reads one value of a file of values that follow each other; nil, and nothing read, where there is
  /// none at the start of `range` that ends where `range` does.
  mutating func readValue(
    _ bytes: Span<UInt8>, _ range: Range<Int>, line: Int, into batch: inout EventBatch,
    tally: inout RowTally
  ) -> RejectReason? {
    document.load(bytes, range)
    defer { document.release() }
    document.isLenient = !rules.isStrict
    guard let found = document.parse(from: 0, to: range.count) else { return document.problem }
    guard found.end == range.count else { return .malformedJSON }
    return commit(
      [found.root], bytes, range, line, verdict: .notAnObject, into: &batch, tally: &tally)
  }

  /// The byte order mark or NULs with which a row begins; none where nothing is forgiven.
  private mutating func skipMark(_ start: Int, _ end: Int) -> Int {
    if rules.isStrict { return start }
    var at = start
    while at < end {
      if document.text[at] == 0 || document.text[at] == 0x1E {
        if document.text[at] == 0 { document.note(.mark) }
        at += 1
      } else if document.text[at...].starts(with: [0xEF, 0xBB, 0xBF]) {
        document.note(.mark)
        at += 3
      } else {
        break
      }
    }
    return at
  }

  private mutating func commit(
    _ roots: [Int], _ bytes: Span<UInt8>, _ row: Range<Int>, _ line: Int, verdict: RejectReason,
    into batch: inout EventBatch, tally: inout RowTally
  ) -> RejectReason? {
    var events: [(element: Int, enclosing: [Int])] = []
    for root in roots {
      if let path = rules.records {
        guard let found = document.records(at: path, in: root) else {
          return document.isTooLarge ? .rowTooLarge : .noRecords
        }
        events += found.elements.map { ($0, found.enclosing) }
      } else if document.nodes[root].kind == .array {
        let children = document.children(of: root)
        if children.isEmpty { return verdict }
        events += children.map { ($0, []) }
      } else {
        events.append((root, []))
      }
    }
    // What is no object would be lost among those that are.
    guard events.allSatisfy({ document.nodes[$0.element].kind == .object }) else {
      return document.isTooLarge ? .rowTooLarge : verdict
    }
    noteRepairs(bytes, row, line, tally: &tally)
    if events.isEmpty {
      tally.blank += 1
      return nil
    }
    var last: RejectReason?
    for (index, event) in events.enumerated() {
      if let last {
        tally.reject(last, row: row, of: bytes, line: line, samplesMax: samplesMax)
      }
      if index > 0 { tally.rows += 1 }
      let isSound = document.fill(
        &values, paths: committer.paths, from: event.element, enclosing: event.enclosing,
        ids: committer.ids)
      if document.isTooLarge {
        // What is absent may be in what was not taken in.
        last = .rowTooLarge
        continue
      }
      let text = document.text
      last =
        isSound
        ? committer.commit(
          values, of: text.span, rowStart: row.lowerBound, line: line, into: &batch,
          tally: &tally) : .invalidUTF8
    }
    return last
  }

  private func noteRepairs(
    _ bytes: Span<UInt8>, _ row: Range<Int>, _ line: Int, tally: inout RowTally
  ) {
    guard document.repairs != 0 else { return }
    for repair in Repair.allCases where document.repairs >> UInt16(repair.rawValue) & 1 == 1 {
      tally.values.note(repair, row, of: bytes, line: line)
      if repair == .duplicateKey { tally.duplicateKeys += 1 }
      if repair == .loneSurrogate { tally.loneSurrogates += 1 }
    }
  }
}

extension JSONDocument {
  /// Passes over what may stand between values of one line: blanks, commas, record separators.
  func skipSeparators(from start: Int, to end: Int) -> (Int, hadComma: Bool) {
    var at = start
    var hadComma = false
    while at < end {
      switch text[at] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), 0x1E:
        break
      case UInt8(ascii: ",") where !hadComma: hadComma = true
      default: return (at, hadComma)
      }
      at += 1
    }
    return (at, hadComma)
  }
}
