extension ServerLogFormat {
  package var lines: LineFormat {
    var time: TimeField?
    if has("$time_local") || has("%t") {
      time = .accessLog
    } else if has("$time_iso8601") {
      time = TimeField(paths: [FieldPath("$time_iso8601")], format: .iso8601)
    } else if has("$msec") {
      time = TimeField(paths: [FieldPath("$msec")], format: .seconds)
    }
    return LineFormat(
      dialect.rawValue, called: "the log format", pattern: text, fields: fields, time: time
    ) { ServerLogRowParser(format: self, extraction: $0, limits: $1) }
  }
}

/// Parses chunks of access logs by the server's own format string.
///
/// A variable's value goes up to the text that follows it in the format, and the whole line must fit.
/// Where that text occurs in the value itself (a quote that was not escaped), the first way to fit the
/// line is taken that gives numbers where the format has numbers. `-` and nothing are absent.
struct ServerLogRowParser: LineParser {
  let problem: String?

  private struct Variable: Sendable {
    var names: [String]
    var isNumber: Bool
    var isTime: Bool
  }

  private let format: ServerLogFormat
  /// The text before each variable, and behind the last.
  private var texts: [[UInt8]] = [[]]
  private var variables: [Variable] = []
  private var committer: RowCommitter
  private var held: HeldValues
  private let isStrict: Bool
  private let rejectSamplesMax: Int
  /// By slot: the variable that fills it, or, of a request, its part (-1 method, -2 path, -3 protocol).
  private var sources: [Int] = []
  private var request: Int?
  /// By variable, of the current line.
  private var found: [Range<Int>] = []
  private var values: [RawValue]
  private var steps = 0

  static let stepsMax = 10_000

  init(format: ServerLogFormat, extraction: Extraction, limits: ReadLimits) {
    self.format = format
    committer = RowCommitter(extraction: extraction, limits: limits)
    held = HeldValues(limits)
    values = [RawValue](repeating: .absent, count: committer.paths.count)
    isStrict = extraction.rows.isStrict
    rejectSamplesMax = limits.rejectSamplesMax
    let numbers = [
      "status", "bytes", "$request_length", "$request_time", "$msec", "$connection", "%D", "%T",
      "$status",
    ]
    for part in format.parts {
      switch part {
      case .text(let text): texts[texts.count - 1] += text
      case .variable(let names):
        variables.append(
          Variable(
            names: names,
            isNumber: names.contains { numbers.contains($0) || $0.hasSuffix("_port") },
            isTime: names.first == "%t"))
        texts.append([])
      }
    }
    request = variables.firstIndex { $0.names.contains("$request") || $0.names.contains("%r") }
    var unknown: String?
    for path in committer.paths {
      let name = path.description
      if let index = variables.firstIndex(where: { $0.names.contains(name) }) {
        sources.append(index)
      } else if request != nil, let part = ["method", "path", "protocol"].firstIndex(of: name) {
        sources.append(-1 - part)
      } else {
        if path.parts.isEmpty { unknown = unknown ?? name }
        sources.append(variables.count)
      }
    }
    let fields = format.fields.joined(separator: ", ")
    problem = unknown.map { "no field named \"\($0)\" in the log format; it has: " + fields }
    found = [Range<Int>](repeating: 0..<0, count: variables.count)
  }

  mutating func parse(
    _ bytes: Span<UInt8>, isFirstChunk: Bool, into batch: inout EventBatch, tally: inout RowTally
  ) {
    guard problem == nil else { return }
    RowLines.each(bytes, tally: &tally) { row, line, tally in
      guard let reason = take(bytes, row, line, into: &batch, tally: &tally) else { return }
      tally.reject(reason, row: row, of: bytes, line: line, samplesMax: rejectSamplesMax)
    }
  }

  private mutating func take(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ line: Int, into batch: inout EventBatch,
    tally: inout RowTally
  ) -> RejectReason? {
    let isBad = !isValidUTF8(bytes, range)
    if isBad, isStrict { return .invalidUTF8 }
    let mark = isStrict ? 0 : RowMark.count(bytes, range)
    let row = range.lowerBound + mark..<range.upperBound
    steps = 0
    guard starts(bytes, row.lowerBound, row.upperBound, with: texts[0]),
      fit(bytes, variable: 0, from: row.lowerBound + texts[0].count, to: row.upperBound)
    else { return .malformedLine }
    if mark > 0 { tally.values.note(.mark, range, of: bytes, line: line) }
    let parts = request.map { RequestParts(bytes, found[$0]) }
    for slot in values.indices {
      let source = sources[slot]
      let place =
        source >= 0 ? source < found.count ? found[source] : 0..<0 : parts?[-1 - source] ?? 0..<0
      let isDash = place.count == 1 && bytes[place.lowerBound] == UInt8(ascii: "-")
      values[slot] =
        place.isEmpty || isDash
        ? .absent : RawValue(start: place.lowerBound, end: place.upperBound, shape: .text)
    }
    guard isBad else {
      return committer.commit(values, of: bytes, line: line, into: &batch, tally: &tally)
    }
    return held.commit(
      values, of: bytes, row: row, in: bytes, line: line, by: &committer, into: &batch,
      tally: &tally)
  }

  mutating func look(at line: Range<Int>, of bytes: Span<UInt8>) -> LineLook {
    steps = 0
    guard starts(bytes, line.lowerBound, line.upperBound, with: texts[0]),
      fit(bytes, variable: 0, from: line.lowerBound + texts[0].count, to: line.upperBound)
    else { return .misfit }
    var fields = zip(variables, found).map { ($0.names.last ?? "", $1) }
    if let request {
      let parts = RequestParts(bytes, found[request])
      for (part, name) in ["method", "path", "protocol"].enumerated() {
        fields.append((name, parts[part]))
      }
    }
    return .fields(fields)
  }

  private func starts(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, with text: [UInt8]) -> Bool {
    guard start + text.count <= end else { return false }
    for offset in text.indices where bytes[start + offset] != text[offset] { return false }
    return true
  }

  /// Finds the values from one variable on; false when the rest of the line does not fit.
  private mutating func fit(
    _ bytes: Span<UInt8>, variable: Int, from start: Int, to end: Int
  ) -> Bool {
    if variable == variables.count { return start == end }
    steps += 1
    if steps > Self.stepsMax { return false }
    let text = texts[variable + 1]
    // Apache's `%t` brings its own brackets.
    let isTime =
      variables[variable].isTime && start < end && bytes[start] == UInt8(ascii: "[")
    if text.isEmpty {
      // The last variable takes the rest.
      let isClosed = end - start > 1 && bytes[end - 1] == UInt8(ascii: "]")
      return (!isTime || isClosed) && isFitting(bytes, variable, start..<end, isTime: isTime)
    }
    var place = start
    while place + text.count <= end {
      guard let at = WordScan.first(text[0], in: bytes, place..<end) else { return false }
      place = at + 1
      guard starts(bytes, at, end, with: text),
        !(text[0] == UInt8(ascii: "\"") && isEscaped(bytes, at, start)),
        !isTime || at > start && bytes[at - 1] == UInt8(ascii: "]"),
        variable + 1 < variables.count || at + text.count == end,
        isFitting(bytes, variable, start..<at, isTime: isTime),
        fit(bytes, variable: variable + 1, from: at + text.count, to: end)
      else { continue }
      return true
    }
    return false
  }

  private func isEscaped(_ bytes: Span<UInt8>, _ place: Int, _ start: Int) -> Bool {
    var backslashes = 0
    while place - 1 - backslashes >= start,
      bytes[place - 1 - backslashes] == UInt8(ascii: "\\")
    {
      backslashes += 1
    }
    return backslashes % 2 == 1
  }

  private mutating func isFitting(
    _ bytes: Span<UInt8>, _ variable: Int, _ range: Range<Int>, isTime: Bool
  ) -> Bool {
    if variables[variable].isNumber {
      for place in range {
        let byte = bytes[place]
        guard
          byte &- UInt8(ascii: "0") <= 9 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        else { return false }
      }
    }
    found[variable] = isTime ? range.lowerBound + 1..<range.upperBound - 1 : range
    return true
  }
}

/// `GET /a HTTP/1.1` by its parts; all empty where it is no method, blank and path.
struct RequestParts {
  private var parts = [0..<0, 0..<0, 0..<0]

  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    let space = UInt8(ascii: " ")
    guard let methodEnd = WordScan.first(space, in: bytes, range), methodEnd > range.lowerBound
    else { return }
    var last = range.upperBound
    while last > methodEnd + 1, bytes[last - 1] != space { last -= 1 }
    var pathEnd = range.upperBound
    let isProtocol = zip(last..<range.upperBound, "HTTP/".utf8).allSatisfy { bytes[$0] == $1 }
    if last > methodEnd + 1, range.upperBound - last > 5, isProtocol {
      pathEnd = last - 1
      parts[2] = last..<range.upperBound
    }
    guard pathEnd > methodEnd + 1 else {
      parts[2] = 0..<0
      return
    }
    parts[0] = range.lowerBound..<methodEnd
    parts[1] = methodEnd + 1..<pathEnd
  }

  subscript(index: Int) -> Range<Int> { parts[index] }
}

/// The lines of a chunk.
enum RowLines {
  /// Calls `body` with each line that is not blank, without its line end, and counts them all.
  static func each(
    _ bytes: Span<UInt8>, tally: inout RowTally, _ body: (Range<Int>, Int, inout RowTally) -> Void
  ) {
    var start = 0
    var line = 0
    while start < bytes.count {
      let lineEnd =
        WordScan.first(UInt8(ascii: "\n"), in: bytes, start..<bytes.count) ?? bytes.count
      var end = lineEnd
      if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      tally.rows += 1
      if end == start {
        tally.blank += 1
      } else {
        body(start..<end, line, &tally)
      }
      line += 1
      start = lineEnd + 1
    }
    tally.lines += line
  }
}
