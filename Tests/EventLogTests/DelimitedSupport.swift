import Foundation

@testable import EventLog

/// A row as the slow reader sees it: one byte after the other, one state, no words.
struct SlowRow: Equatable {
  var start = 0
  var contentEnd = 0
  var end = 0
  var fields: [[UInt8]] = []
  var lines = 1
  var isBlank = false
  var problem: RejectReason?
}

func slowRows(_ bytes: [UInt8], delimiter: UInt8, isQuoting: Bool) -> [SlowRow] {
  slowRows(bytes, delimitedFormat(delimiter, isQuoting: isQuoting))
}

func delimitedFormat(_ delimiter: UInt8, isQuoting: Bool) -> DelimitedFormat {
  DelimitedFormat(delimiter: delimiter, quote: isQuoting ? UInt8(ascii: "\"") : nil)
}

/// The text in quotes that stand behind blanks; nil where they are text.
private func slowUnquoted(_ text: [UInt8], _ format: DelimitedFormat) -> [UInt8]? {
  guard let quote = format.quote, text.count > 1, text.first == quote else { return nil }
  var field: [UInt8] = []
  var rest = text.dropFirst()
  while let byte = rest.popFirst() {
    if byte == quote, rest.isEmpty { return field }
    let next = rest.first
    if byte == format.escape, next == quote, rest.count == 1 { return nil }
    if byte == format.escape || byte == quote, next == quote || next == format.escape,
      rest.count > 1
    {
      guard byte != quote || next == quote else { return nil }
      field.append(rest.removeFirst())
    } else if byte == quote {
      return nil
    } else {
      field.append(byte)
    }
  }
  return nil
}

/// The obvious reader of delimited text.
func slowRows(_ bytes: [UInt8], _ format: DelimitedFormat) -> [SlowRow] {
  let (delimiter, quote, escape) = (format.delimiter, format.quote, format.escape)
  enum State { case fieldStart, unquoted, quoted, quoteInQuoted, afterQuoted }
  var rows: [SlowRow] = []
  var row = SlowRow()
  var field: [UInt8] = []
  /// The same as it is written, without quotes around it.
  var raw: [UInt8] = []
  /// Bytes of `field` that stood behind an escape.
  var escaped: [Int] = []
  var isEscaped = false
  var state = State.fieldStart
  var wasQuoted = false
  /// Line ends in quotes since the last that closed as they should.
  var openLines = 0
  /// Of the row's last field that has quotes: whether one stands open in it, inside text.
  var isOpen = false
  var isTornApart = false

  /// Blanks around what has no quotes are no part of it, nor are quotes around all the rest then.
  func trim() {
    if wasQuoted { return }
    let isLed = field.first == 0x20 || field.first == 0x09
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    while field.count - 1 != escaped.last, let byte = field.last, isBlank(byte) {
      field.removeLast()
      raw.removeLast()
    }
    let text = field.firstIndex { !isBlank($0) } ?? field.count
    field.removeFirst(min(text, escaped.first ?? text))
    raw = Array(raw.drop(while: isBlank))
    if isLed, let text = slowUnquoted(raw, format) { field = text }
  }

  func endField() {
    trim()
    row.fields.append(field)
    field = []
    raw = []
    escaped = []
    isEscaped = false
    state = .fieldStart
    wasQuoted = false
  }

  /// To be called with each field as it stands: a quote at the end of one closes what is open.
  func tear() {
    guard let quote else { return }
    if !wasQuoted, raw.last == quote, isOpen { isTornApart = true }
    if wasQuoted {
      isOpen = false
    } else if let first = raw.firstIndex(of: quote) {
      let isInText = raw[(first + 1)...].contains { $0 != 0x20 }
      isOpen = isInText && raw.count { $0 == quote } % 2 == 1
    }
  }

  func endRow(contentEnd: Int, end: Int) {
    // A CR before the line end belongs to it.
    var contentEnd = contentEnd
    if end > contentEnd, contentEnd > row.start, bytes[contentEnd - 1] == 0x0D { contentEnd -= 1 }
    if end > row.contentEnd, !wasQuoted, field.last == 0x0D, contentEnd < end - 1 {
      field.removeLast()
      raw.removeLast()
    }
    tear()
    if isTornApart, row.problem == nil { row.problem = .malformedLine }
    isOpen = false
    isTornApart = false
    endField()
    row.contentEnd = contentEnd
    row.end = end
    row.isBlank = contentEnd == row.start
    rows.append(row)
    row = SlowRow(start: end)
    openLines = 0
  }

  for (place, byte) in bytes.enumerated() {
    if isEscaped {
      // What makes it text was looked at before.
      isEscaped = false
      escaped.append(field.count)
      field.append(byte)
      raw.append(byte)
      continue
    }
    if let escape, byte == escape, state != .quoteInQuoted, place + 1 < bytes.count {
      let next = bytes[place + 1]
      let sign = state == .quoted ? quote : delimiter
      if state == .afterQuoted {
        // Text behind a closing quote; a delimiter behind it is text, too.
        row.problem = .malformedLine
        isEscaped = next == delimiter || next == escape
        continue
      }
      if next == sign || next == escape {
        if state == .fieldStart { state = .unquoted }
        isEscaped = true
        raw.append(byte)
        continue
      }
    }
    if state == .quoteInQuoted {
      if byte == quote {
        field.append(byte)
        state = .quoted
        continue
      }
      state = .afterQuoted
      if byte == escape, place + 1 < bytes.count {
        row.problem = .malformedLine
        isEscaped = bytes[place + 1] == delimiter || bytes[place + 1] == escape
        continue
      }
    }
    switch state {
    case .quoted:
      if byte == quote {
        state = .quoteInQuoted
      } else {
        if byte == 0x0A {
          openLines += 1
          if openLines > 1000 {
            row.problem = .unclosedQuote
            endRow(contentEnd: place, end: place + 1)
            continue
          }
          row.lines += 1
        }
        field.append(byte)
      }
    case .fieldStart where byte == quote:
      state = .quoted
      wasQuoted = true
    case _ where byte == delimiter:
      tear()
      if wasQuoted, row.problem == nil { openLines = 0 }
      endField()
    case _ where byte == 0x0A:
      endRow(contentEnd: place, end: place + 1)
    case .afterQuoted:
      // Text after a closing quote, unless it is the CR of the line end.
      let isLineEnd = byte == 0x0D && (place + 1 == bytes.count || bytes[place + 1] == 0x0A)
      if !isLineEnd, byte != 0x20 { row.problem = .malformedLine }
    default:
      field.append(byte)
      raw.append(byte)
      state = .unquoted
    }
  }
  if row.start < bytes.count {
    if state == .quoted { row.problem = .unclosedQuote }
    endRow(contentEnd: bytes.count, end: bytes.count)
  }
  return rows
}

/// What a parser makes of the rows: the lines that a stray quote swallowed are looked through for the
/// first with as many fields as the header, from which they are rows of their own; what lies before
/// it is lost, a row for each line.
func slowRowsResumed(_ bytes: [UInt8], _ format: DelimitedFormat, fieldCount: Int) -> [SlowRow] {
  var rows: [SlowRow] = []
  for row in slowRows(bytes, format) {
    var row = row
    if row.problem == nil, !row.isBlank, row.lines > 1, row.fields.count != fieldCount {
      row.problem = .wrongColumnCount
    }
    guard row.problem != nil, row.lines > 1 else {
      rows.append(row)
      continue
    }
    var starts = [row.start]
    for place in row.start..<row.end where bytes[place] == 0x0A && place + 1 < row.end {
      starts.append(place + 1)
    }
    let again = starts.indices.dropFirst().first { index in
      let end = index + 1 < starts.count ? starts[index + 1] : row.end
      let line = slowRows(Array(bytes[starts[index]..<end]), format)
      return line.count == 1 && line[0].problem == nil && line[0].fields.count == fieldCount
    }
    var lost = row
    lost.lines = again ?? starts.count
    rows.append(lost)
    if let again {
      rows += slowRowsResumed(
        Array(bytes[starts[again]..<row.end]), format, fieldCount: fieldCount)
    }
  }
  return rows
}

/// The rows of the fast readers, all fields extracted and decoded.
///
/// - Parameters:
///   - looksAhead: takes from the index what it has, else all from the walker.
///   - walked: counts the rows that were the walker's.
func walkedRows(
  _ bytes: [UInt8], _ format: DelimitedFormat, looksAhead: Bool = false, walked: inout Int
) -> [SlowRow] {
  let slots = 24
  var walker = DelimitedRowWalker(format)
  walker.columns = (0..<slots).map { DelimitedRowWalker.Column(index: $0, slot: slots - 1 - $0) }
  var index = DelimitedIndex(walker)
  index.begin(at: 0, in: bytes.span)
  var rows: [SlowRow] = []
  var start = 0
  while start < bytes.count {
    var values = [RawValue](repeating: .absent, count: slots)
    let row: DelimitedRowWalker.Row
    if looksAhead, let known = index.next(in: bytes.span, from: start, values: &values) {
      row = known
    } else {
      row = walker.next(in: bytes.span, from: start, values: &values)
      walked += 1
    }
    let fields = values.reversed().prefix(row.fields).map { value -> [UInt8] in
      var (text, lone) = ([UInt8](), 0)
      _ = RowAssembler.append(value, of: bytes.span, to: &text, &lone)
      return text
    }
    let isASCII = bytes[start..<row.end].allSatisfy { $0 < 0x80 }
    precondition(isASCII || row.hasNonASCII, "a byte that is not ASCII was missed")
    rows.append(
      SlowRow(
        start: start, contentEnd: row.contentEnd, end: row.end, fields: fields, lines: row.lines,
        isBlank: row.isBlank, problem: row.problem))
    start = row.end
  }
  return rows
}

func walkedRows(_ bytes: [UInt8], delimiter: UInt8, isQuoting: Bool) -> [SlowRow] {
  var walked = 0
  return walkedRows(bytes, delimitedFormat(delimiter, isQuoting: isQuoting), walked: &walked)
}

/// All texts of `length` bytes of an alphabet.
func everyText(of alphabet: [UInt8], _ length: Int, _ body: ([UInt8]) -> Void) {
  var digits = [Int](repeating: 0, count: length)
  while true {
    body(digits.map { alphabet[$0] })
    guard let place = digits.indices.last(where: { digits[$0] < alphabet.count - 1 }) else {
      return
    }
    digits[place] += 1
    for later in digits.indices where later > place { digits[later] = 0 }
  }
}

/// The inflated bytes of a file of `shared/data` beside the package, nil where it is absent.
func sharedData(_ name: String) -> [UInt8]? {
  guard let path = sharedDataPath(name) else { return nil }
  let process = Process()
  let output = Pipe()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["gzip", "-dc", path]
  process.standardOutput = output
  guard (try? process.run()) != nil else { return nil }
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return process.terminationStatus == 0 ? Array(data) : nil
}

func sharedDataPath(_ name: String) -> String? {
  let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  let path = root.deletingLastPathComponent().appendingPathComponent("shared/data/\(name)").path
  return FileManager.default.fileExists(atPath: path) ? path : nil
}
