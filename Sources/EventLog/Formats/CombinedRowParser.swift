extension LineFormat {
  /// The access log format of Apache and nginx: fields `host`, `ident`, `user`, `time`, `method`,
  /// `path`, `protocol`, `request`, `status`, `bytes`, `referer`, `agent`, and `vhost`, `forwarded`,
  /// `extra1` to `extra9` where a log has them.
  static let combined = LineFormat(
    "combined", called: "the combined log format", fields: CombinedField.allCases.map(\.rawValue),
    time: .accessLog
  ) { CombinedRowParser(extraction: $0, limits: $1) }
}

extension TimeField {
  /// `[24/Nov/2026:09:12:00 +0000]`: the second only where the first does not fit, as few servers write
  /// fractions.
  static let accessLog = TimeField(
    paths: [FieldPath("time")],
    formats: [
      TimeFormat.pattern("%d/%b/%Y:%H:%M:%S %z"), .pattern("%d/%b/%Y:%H:%M:%S.%f %z"),
    ])
}

enum CombinedField: String, CaseIterable {
  case host, ident, user, time, method, path, `protocol`, request, status, bytes, referer, agent
  case vhost, forwarded
  case extra1, extra2, extra3, extra4, extra5, extra6, extra7, extra8, extra9

  static let extras: [CombinedField] = [
    .extra1, .extra2, .extra3, .extra4, .extra5, .extra6, .extra7, .extra8, .extra9,
  ]

  /// Its place in `CombinedRowParser.fields`.
  var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Parses chunks of the access logs of Apache and nginx, in their common or combined format
/// (httpd, `mod_log_config`; nginx, `ngx_http_log_module`):
///
///     host ident user [time] "request" status bytes
///     host ident user [time] "request" status bytes "referer" "agent"
///
/// Before them may stand a virtual host (`vhost:port `), and the host may be a list of addresses, of
/// which the first is `host` and all are `forwarded`. What follows the agent is `extra1`, `extra2`, ...
///
/// A field that is `-` or empty is absent. `time` is the inside of the brackets, for the pattern
/// `%d/%b/%Y:%H:%M:%S %z`. `request` is split into `method`, `path` and `protocol` where it is a
/// method, a space and a path, with or without ` HTTP/...` behind it; else they are absent. Escapes
/// inside quotes (`\"`, `\x16`) are passed over, and stay as the log spells them.
struct CombinedRowParser: LineParser {
  /// Why no file can be read in this format: a field it does not have was asked for.
  let problem: String?

  private var committer: RowCommitter
  private var held: HeldValues
  private let isStrict: Bool
  private let rejectSamplesMax: Int
  /// For each slot, the field that fills it.
  private let fieldOfSlot: [Int]
  /// By `CombinedField.index`, of the current line.
  private var fields = [RawValue](repeating: .absent, count: CombinedField.allCases.count)
  /// By slot.
  private var values: [RawValue]

  init(extraction: Extraction, limits: ReadLimits) {
    committer = RowCommitter(extraction: extraction, limits: limits)
    held = HeldValues(limits)
    let paths = committer.paths
    let unknown = paths.first {
      $0.parts.isEmpty && CombinedField(rawValue: $0.description) == nil
    }
    problem = unknown.map {
      "no field named \"\($0)\" in the combined format; it has: "
        + CombinedField.allCases.map(\.rawValue).joined(separator: ", ")
    }
    fieldOfSlot = paths.map { CombinedField(rawValue: $0.description)?.index ?? 0 }
    isStrict = extraction.rows.isStrict
    values = [RawValue](repeating: .absent, count: paths.count)
    rejectSamplesMax = limits.rejectSamplesMax
  }

  /// Adds the events of a chunk of whole lines to `batch`, and what became of them to `tally`.
  mutating func parse(
    _ bytes: Span<UInt8>, isFirstChunk: Bool, into batch: inout EventBatch, tally: inout RowTally
  ) {
    guard problem == nil else { return }
    var start = 0
    var line = 0
    while start < bytes.count {
      let lineEnd =
        WordScan.first(UInt8(ascii: "\n"), in: bytes, start..<bytes.count) ?? bytes.count
      var end = lineEnd
      if end > start, end < bytes.count, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      tally.rows += 1
      if end == start {
        tally.blank += 1
      } else if let reason = take(bytes, start..<end, line, into: &batch, tally: &tally) {
        tally.reject(
          reason, row: start..<end, of: bytes, line: line, samplesMax: rejectSamplesMax)
      }
      line += 1
      start = lineEnd + 1
    }
    tally.lines += line
  }

  private mutating func take(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ line: Int, into batch: inout EventBatch,
    tally: inout RowTally
  ) -> RejectReason? {
    let isBad = !isValidUTF8(bytes, range)
    if isBad, isStrict { return .invalidUTF8 }
    let mark = isStrict ? 0 : RowMark.count(bytes, range)
    let row = range.lowerBound + mark..<range.upperBound
    if mark > 0 {
      tally.values.note(.mark, range, of: bytes, line: line)
      if row.isEmpty {
        tally.blank += 1
        return nil
      }
    }
    guard split(bytes, row) else { return .malformedLine }
    for slot in fieldOfSlot.indices { values[slot] = fields[fieldOfSlot[slot]] }
    guard isBad else {
      return committer.commit(values, of: bytes, line: line, into: &batch, tally: &tally)
    }
    return held.commit(
      values, of: bytes, row: row, in: bytes, line: line, by: &committer, into: &batch,
      tally: &tally)
  }
}

// MARK: One line

extension CombinedRowParser {
  mutating func look(at line: Range<Int>, of bytes: Span<UInt8>) -> LineLook {
    guard split(bytes, line) else { return .misfit }
    return .fields(
      zip(CombinedField.allCases, fields).compactMap { field, value in
        value.shape == .absent ? nil : (field.rawValue, value.start..<value.end)
      })
  }

  /// Fills `fields` with the parts of a line. False when it does not fit the format.
  private mutating func split(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let space = UInt8(ascii: " ")
    let end = range.upperBound
    for field in CombinedField.extras + [.vhost, .forwarded] { fields[field.index] = .absent }
    guard let bracket = WordScan.first(UInt8(ascii: "["), in: bytes, range),
      let client = client(bytes, range.lowerBound..<bracket),
      let identEnd = WordScan.first(space, in: bytes, client.upperBound + 1..<end),
      identEnd > client.upperBound + 1,
      // A user's name may hold spaces, so the bracket of the time ends it.
      bracket > identEnd + 1, bytes[bracket - 1] == space,
      let timeEnd = WordScan.first(UInt8(ascii: "]"), in: bytes, bracket + 1..<end),
      let requestEnd = quoted(bytes, from: timeEnd + 1, to: end)
    else { return false }
    // A line of another format, in which a field too many stands in front.
    if bytes[identEnd + 1] == UInt8(ascii: "-"), bytes[identEnd + 2] == space,
      identEnd + 3 < bracket
    {
      return false
    }
    set(.ident, client.upperBound + 1, identEnd, bytes)
    set(.user, identEnd + 1, max(identEnd + 1, bracket - 1), bytes)
    set(.time, bracket + 1, timeEnd, bytes)
    set(.request, timeEnd + 3, requestEnd, bytes)
    splitRequest(bytes, timeEnd + 3, requestEnd)

    guard let statusEnd = number(bytes, from: requestEnd + 1, to: end),
      let bytesEnd = number(bytes, from: statusEnd, to: end)
    else { return false }
    set(.status, requestEnd + 2, statusEnd, bytes)
    set(.bytes, statusEnd + 1, bytesEnd, bytes)
    if bytesEnd == end {
      fields[CombinedField.referer.index] = .absent
      fields[CombinedField.agent.index] = .absent
      return true
    }
    guard let refererEnd = quoted(bytes, from: bytesEnd, to: end),
      let agentEnd = quoted(bytes, from: refererEnd + 1, to: end),
      extras(bytes, agentEnd + 1, end)
    else { return false }
    set(.referer, bytesEnd + 2, refererEnd, bytes)
    set(.agent, refererEnd + 3, agentEnd, bytes)
    return true
  }

  /// Sets `host`, `forwarded` and `vhost`. The range that ends where the host does; nil when there is
  /// none.
  private mutating func client(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    let space = UInt8(ascii: " ")
    let comma = UInt8(ascii: ",")
    var start = range.lowerBound
    guard var end = WordScan.first(space, in: bytes, range), end > start else { return nil }
    if isVirtualHost(bytes, start..<end), bytes[end - 1] != comma,
      spaces(bytes, end + 1..<range.upperBound) >= 3,
      let next = WordScan.first(space, in: bytes, end + 1..<range.upperBound), next > end + 1
    {
      set(.vhost, start, end, bytes)
      (start, end) = (end + 1, next)
    }
    var first = end
    if bytes[end - 1] == comma {
      first = end - 1
      while bytes[end - 1] == comma {
        guard let next = WordScan.first(space, in: bytes, end + 1..<range.upperBound),
          next > end + 1
        else { return nil }
        end = next
      }
    } else if let inside = WordScan.first(comma, in: bytes, start..<end) {
      first = inside
    }
    guard first > start else { return nil }
    set(.host, start, first, bytes)
    set(.forwarded, start, end, bytes)
    return start..<end
  }

  /// `name:port` with a single colon.
  private func isVirtualHost(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard let colon = WordScan.first(UInt8(ascii: ":"), in: bytes, range),
      colon > range.lowerBound, colon + 1 < range.upperBound
    else { return false }
    for place in colon + 1..<range.upperBound where bytes[place] &- UInt8(ascii: "0") > 9 {
      return false
    }
    return true
  }

  private func spaces(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var count = 0
    for place in range where bytes[place] == UInt8(ascii: " ") { count += 1 }
    return count
  }

  /// Sets what follows the agent, in quotes or without; false where a quote is not closed.
  private mutating func extras(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var place = start
    for field in CombinedField.extras {
      if place == end { return true }
      guard bytes[place] == UInt8(ascii: " "), place + 1 < end else { return false }
      if bytes[place + 1] == UInt8(ascii: "\"") {
        guard let close = quoted(bytes, from: place, to: end) else { return false }
        set(field, place + 2, close, bytes)
        place = close + 1
      } else {
        let next = WordScan.first(UInt8(ascii: " "), in: bytes, place + 1..<end) ?? end
        set(field, place + 1, next, bytes)
        place = next
      }
    }
    // Further ones have no names.
    return true
  }

  private mutating func set(_ field: CombinedField, _ start: Int, _ end: Int, _ bytes: Span<UInt8>)
  {
    let isDash = end == start + 1 && bytes[start] == UInt8(ascii: "-")
    fields[field.index] = isDash ? .absent : RawValue(start: start, end: end, shape: .text)
  }

  /// The place of the quote that closes ` "...` at `start`: the first that no backslash escapes.
  private func quoted(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    guard start + 2 <= end, bytes[start] == UInt8(ascii: " "),
      bytes[start + 1] == UInt8(ascii: "\"")
    else { return nil }
    var place = start + 2
    while let quote = WordScan.first(UInt8(ascii: "\""), in: bytes, place..<end) {
      var backslashes = 0
      while bytes[quote - 1 - backslashes] == UInt8(ascii: "\\") { backslashes += 1 }
      // Servers that escape nothing write quotes as they came: one ends a field only before a blank.
      let isLast = quote + 1 == end || bytes[quote + 1] == UInt8(ascii: " ")
      if backslashes % 2 == 0, isLast { return quote }
      place = quote + 1
    }
    return nil
  }

  /// The end of ` digits` or ` -` at `start`, which a space or the line's end follows.
  private func number(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    guard start + 2 <= end, bytes[start] == UInt8(ascii: " ") else { return nil }
    var place = start + 1
    if bytes[place] == UInt8(ascii: "-") {
      place += 1
    } else {
      while place < end, bytes[place] &- UInt8(ascii: "0") <= 9 { place += 1 }
    }
    return place > start + 1 && (place == end || bytes[place] == UInt8(ascii: " ")) ? place : nil
  }

  private mutating func splitRequest(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
    for field in [CombinedField.method, .path, .protocol] { fields[field.index] = .absent }
    let space = UInt8(ascii: " ")
    guard let methodEnd = WordScan.first(space, in: bytes, start..<end), methodEnd > start else {
      return
    }
    // A path may hold spaces where the client sent them: only the last part can be a protocol.
    var pathEnd = end
    var last = end
    while last > methodEnd + 1, bytes[last - 1] != space { last -= 1 }
    if last > methodEnd + 1, end - last > 5, isHTTP(bytes, last) {
      pathEnd = last - 1
      set(.protocol, last, end, bytes)
    }
    guard pathEnd > methodEnd + 1 else { return }
    set(.method, start, methodEnd, bytes)
    set(.path, methodEnd + 1, pathEnd, bytes)
  }

  private func isHTTP(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
    bytes[start] == UInt8(ascii: "H") && bytes[start + 1] == UInt8(ascii: "T")
      && bytes[start + 2] == UInt8(ascii: "T") && bytes[start + 3] == UInt8(ascii: "P")
      && bytes[start + 4] == UInt8(ascii: "/")
  }
}

/// What a file that was truncated while it was written leaves before a row.
enum RowMark {
  /// Bytes of NULs and byte order marks at the row's start.
  static func count(_ bytes: Span<UInt8>, _ row: Range<Int>) -> Int {
    var at = row.lowerBound
    while at < row.upperBound {
      if bytes[at] == 0 {
        at += 1
      } else if at + 2 < row.upperBound, bytes[at] == 0xEF, bytes[at + 1] == 0xBB,
        bytes[at + 2] == 0xBF
      {
        at += 3
      } else {
        break
      }
    }
    return at - row.lowerBound
  }
}
