extension LineFormat {
  /// W3C extended: `#Fields:` names the columns.
  static let w3c = LineFormat(
    "w3c", called: "the W3C log format",
    time: TimeField(paths: [FieldPath("date"), FieldPath("time")], format: .iso8601),
    sign: "#Fields:"
  ) { W3CRowParser(extraction: $0, limits: $1) }
}

/// Parses chunks of W3C extended logs (CloudFront, IIS): `#Fields:` names the columns, and may come
/// again with others. Names are split at blanks, values at tabs or blanks; `-` is absent.
///
/// A file's chunks must all come in order, as each may begin under the header of one before.
struct W3CRowParser: LineParser {
  private(set) var problem: String?
  let isReady = false

  private var committer: RowCommitter
  private var held: HeldValues
  private let isStrict: Bool
  private let rejectSamplesMax: Int
  private var fieldCount = 0
  /// Of the last line that `look` took for a header.
  private var columns: [String]?
  /// By column: the slots that it fills.
  private var slots: [[Int]] = []
  /// By column: whether blanks and others are written as `+` or `%20`.
  private var isCoded: [Bool] = []
  private var values: [RawValue]
  private var decoded: [UInt8] = []

  init(extraction: Extraction, limits: ReadLimits) {
    committer = RowCommitter(extraction: extraction, limits: limits)
    held = HeldValues(limits)
    values = [RawValue](repeating: .absent, count: committer.paths.count)
    isStrict = extraction.rows.isStrict
    rejectSamplesMax = limits.rejectSamplesMax
  }

  mutating func parse(
    _ bytes: Span<UInt8>, isFirstChunk: Bool, into batch: inout EventBatch, tally: inout RowTally
  ) {
    if isFirstChunk { (fieldCount, problem) = (0, nil) }
    RowLines.each(bytes, tally: &tally) { row, line, tally in
      if problem != nil { return }
      if bytes[row.lowerBound] == UInt8(ascii: "#") {
        // A header is no row.
        tally.rows -= 1
        readHeader(bytes, row, tally: &tally)
      } else if fieldCount == 0 {
        problem = "no line `#Fields:` stands before the first row"
      } else if let reason = take(bytes, row, line, into: &batch, tally: &tally) {
        tally.reject(reason, row: row, of: bytes, line: line, samplesMax: rejectSamplesMax)
      }
    }
  }

  private mutating func readHeader(_ bytes: Span<UInt8>, _ row: Range<Int>, tally: inout RowTally) {
    guard let names = Self.names(bytes, row) else { return }
    if names.count > DelimitedHeader.columnsMax {
      (problem, fieldCount) = (DelimitedHeader.tooMany, 0)
      return
    }
    slots = [[Int]](repeating: [], count: names.count)
    isCoded = names.map { $0.lowercased() == "cs(user-agent)" }
    fieldCount = names.count
    for slot in values.indices { values[slot] = .absent }
    var missing: Set<Int> = []
    for (slot, path) in committer.paths.enumerated() where path.parts.isEmpty {
      let found = names.indices.filter { names[$0] == path.description }
      if found.count == 1 { slots[found[0]].append(slot) } else { missing.insert(slot) }
    }
    for group in committer.required where group.allSatisfy(missing.contains) {
      problem =
        "no field named \"\(committer.paths[group.lowerBound])\" in #Fields; it has: "
        + names.joined(separator: ", ")
        + (committer.eventIDs.contains(group.lowerBound) ? HeaderHint.withoutIDs : "")
      return
    }
    tally.missingColumns = missing.filter { committer.properties.contains($0) }.sorted().map {
      committer.paths[$0].description
    }
  }

  /// Of the columns; nil for another line that begins so.
  private static func names(_ bytes: Span<UInt8>, _ row: Range<Int>) -> [String]? {
    func text(_ range: Range<Int>) -> String {
      String(decoding: range.map { bytes[$0] }, as: UTF8.self)
    }
    let sign = row.prefix(8)
    guard text(sign).lowercased() == "#fields:" else { return nil }
    // No more of a line that is absurdly long than it takes to know so.
    return text(sign.upperBound..<row.upperBound)
      .split(maxSplits: DelimitedHeader.columnsMax) { $0 == " " || $0 == "\t" }.map(String.init)
  }

  private mutating func take(
    _ bytes: Span<UInt8>, _ row: Range<Int>, _ line: Int, into batch: inout EventBatch,
    tally: inout RowTally
  ) -> RejectReason? {
    let isBad = !isValidUTF8(bytes, row)
    if isBad, isStrict { return .invalidUTF8 }
    decoded.removeAll(keepingCapacity: true)
    var column = 0
    var at = row.lowerBound
    while at < row.upperBound {
      while at < row.upperBound, isBlank(bytes[at]) { at += 1 }
      if at == row.upperBound { break }
      let (inside, end) = field(bytes, at..<row.upperBound)
      guard column < fieldCount else { return .wrongColumnCount }
      if !slots[column].isEmpty {
        let start = decoded.count
        append(bytes, inside, isCoded: isCoded[column])
        let isDash = inside.count == 1 && bytes[inside.lowerBound] == UInt8(ascii: "-")
        let value =
          isDash ? .absent : RawValue(start: start, end: decoded.count, shape: .text)
        for slot in slots[column] { values[slot] = value }
      }
      column += 1
      at = end
    }
    guard column == fieldCount else { return .wrongColumnCount }
    let decoded = decoded
    if isBad {
      return held.commit(
        values, of: decoded.span, row: row, in: bytes, line: line, by: &committer, into: &batch,
        tally: &tally)
    }
    return committer.commit(
      values, of: decoded.span, rowStart: row.lowerBound, line: line, into: &batch, tally: &tally)
  }

  mutating func look(at line: Range<Int>, of bytes: Span<UInt8>) -> LineLook {
    if bytes[line.lowerBound] == UInt8(ascii: "#") {
      guard let names = Self.names(bytes, line) else { return .comment }
      columns = names
      return .header(names)
    }
    let values = values(bytes, line)
    guard let columns, values.count == columns.count else { return .misfit }
    return .fields(zip(columns, values).map { ($0, $1) })
  }

  /// The values of a row, in the order of its columns.
  private func values(_ bytes: Span<UInt8>, _ row: Range<Int>) -> [Range<Int>] {
    var values: [Range<Int>] = []
    var at = row.lowerBound
    while at < row.upperBound {
      if isBlank(bytes[at]) {
        at += 1
        continue
      }
      let (inside, end) = field(bytes, at..<row.upperBound)
      values.append(inside)
      at = end
    }
    return values
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  /// The inside of the value at the start of `range`, and where it ends.
  private func field(_ bytes: Span<UInt8>, _ range: Range<Int>) -> (Range<Int>, end: Int) {
    let start = range.lowerBound
    if bytes[start] == UInt8(ascii: "\""),
      let close = WordScan.first(
        UInt8(ascii: "\""), in: bytes, start + 1..<range.upperBound),
      close + 1 == range.upperBound || isBlank(bytes[close + 1])
    {
      return (start + 1..<close, close + 1)
    }
    var end = start
    while end < range.upperBound, !isBlank(bytes[end]) { end += 1 }
    return (start..<end, end)
  }

  private mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>, isCoded: Bool) {
    var at = range.lowerBound
    while at < range.upperBound {
      let byte = bytes[at]
      at += 1
      if isCoded, byte == UInt8(ascii: "+") {
        decoded.append(UInt8(ascii: " "))
      } else if isCoded, byte == UInt8(ascii: "%"), at + 2 <= range.upperBound,
        let high = Self.digit(bytes[at]), let low = Self.digit(bytes[at + 1]), high < 8
      {
        decoded.append(high << 4 | low)
        at += 2
      } else {
        decoded.append(byte)
      }
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte & 0x0F
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
      (byte & 0x0F) + 9
    default: nil
    }
  }
}
