import TestSupport
import Testing

@testable import EventLog

/// Quotes that do not close, in rows of any length: against a reader that has the whole file at once
/// and tries every line.
@Suite struct StrayQuoteTests {
  private static let comma = UInt8(ascii: ",")
  private static let plain = DelimitedFormat(delimiter: comma)

  private struct Reading: Equatable {
    /// `line|user|event|time|note`.
    var rows: [String] = []
    /// Lines of what is no event.
    var lost = 0
    /// Of these, lines of rows that are too long.
    var dropped = 0
    var lines = 0
  }

  private static func read(
    _ path: String, lineBytesMax: Int, chunkBytes: Int, format: DelimitedFormat
  ) throws -> Reading {
    let extraction = DelimitedRowParserTests.extraction(.delimited(format), texts: ["note"])
    let limits = ReadLimits(
      lineBytesMax: lineBytesMax, chunkBytes: chunkBytes, refusesOtherEncodings: false)
    var source = try ChunkSource(
      file: InputFile(path: path, bytes: 0), format: extraction.format, limits: limits,
      readBytes: chunkBytes)
    var parser = DelimitedRowParser(extraction: extraction, limits: limits)
    var reading = Reading()
    var tally = RowTally()
    var chunk = Chunk()
    while try source.next(into: &chunk) {
      var batch = EventBatch()
      let before = tally.lines + chunk.droppedLines
      parser.parse(
        chunk.bytes.span.extracting(0..<chunk.count), isFirstChunk: chunk.index == 0, into: &batch,
        tally: &tally)
      for row in 0..<batch.count {
        func text(_ slice: ByteSlice) -> String {
          String(decoding: batch.array(slice), as: UTF8.self)
        }
        let parts = [batch.users[row], batch.names[row], batch.texts[row]].map(text)
        let time = batch.times[row] / 1_000_000
        reading.rows.append(
          "\(Int(batch.lines[row]) + before)|\(parts[0])|\(parts[1])|\(time)|\(parts[2])")
      }
    }
    #expect(parser.problem == nil)
    reading.dropped = source.outcome.droppedRows
    reading.lost = tally.rejectedTotal + reading.dropped
    reading.lines = tally.lines + source.outcome.droppedLines
    #expect(tally.rows == tally.events + tally.rejectedTotal + tally.blank)
    return reading
  }

  private static func slowReading(
    _ bytes: [UInt8], lineBytesMax: Int, _ format: DelimitedFormat = plain
  ) -> Reading {
    var reading = Reading()
    func take(_ rows: [SlowRow]) {
      for row in rows {
        if row.problem != nil {
          reading.lost += row.lines
        } else if reading.lines > 0, !row.isBlank {
          let fields = row.fields.map { String(decoding: $0, as: UTF8.self) }
          if fields.count == 4, let time = Int(fields[0]), !fields[2].isEmpty, !fields[3].isEmpty {
            reading.rows.append("\(reading.lines)|\(fields[2])|\(fields[3])|\(time)|\(fields[1])")
          } else {
            reading.lost += 1
          }
        }
        reading.lines += row.lines
      }
    }
    func drop(_ range: Range<Int>) {
      if range.isEmpty { return }
      let lines = bytes[range].count { $0 == 0x0A } + (bytes[range].last == 0x0A ? 0 : 1)
      reading.dropped += lines
      reading.lost += lines
      reading.lines += lines
    }
    for row in slowRows(bytes, format) {
      let whole = Array(bytes[row.start..<row.end])
      let shown = row.contentEnd - row.start
      if shown <= lineBytesMax {
        take(slowRowsResumed(whole, format, fieldCount: 4))
      } else if row.problem != nil,
        let end = whole.prefix(lineBytesMax + 1).lastIndex(of: 0x0A)
      {
        take(slowRowsResumed(Array(whole[...end]), format, fieldCount: 4))
        drop(row.start + end + 1..<row.end)
      } else {
        drop(row.start..<row.end)
      }
    }
    return reading
  }

  /// Rows as they should be, also over many lines of which some look like rows, and among them some
  /// with a quote that nobody closes.
  private static func file(_ random: inout SplitMix64, rows: Int, strays: Int, text: Int) -> String
  {
    var file = "time,note,user,event\n"
    // Not 0, which is no time.
    for index in 1...rows {
      let row = "\(index),%,u\(index % 7),e\n"
      var note = "n"
      switch random.next() % 100 {
      case 0..<UInt64(strays):
        note = ["\"5 inch", "a\"b,\"c", "\"x\"y", "\"never", "\"a\"\"b"].randomElement(
          using: &random)!
      case 90..<95:
        let lines = (0..<Int.random(in: 1...text, using: &random)).map { line in
          random.chance(20) ? "\(line),a,b,c" : random.text("ab ,", 0...9)
        }
        // The quote that closes may stand alone in its line, as one that opens would.
        let body = lines.joined(separator: "\n") + (random.chance(50) ? "\n" : "")
        note = "\"\(body)\""
      case 95..<98: note = "\"say \"\"hi\"\"\""
      case 98: note = "\"\" "
      default: break
      }
      file += row.replacing("%", with: note)
    }
    if random.chance(30) { file.removeLast() }
    return file
  }

  @Test func againstTheSlowReader() throws {
    let folder = TemporaryFolder()
    let seed: UInt64 = 31
    var random = SplitMix64(seed: seed)
    var (rows, dropped) = (0, 0)
    for round in 0..<Thorough.cases(600) {
      let text = Self.file(
        &random, rows: Int.random(in: 1...40, using: &random),
        strays: Int.random(in: 0...8, using: &random), text: 12)
      let lineBytesMax = random.chance(50) ? 1 << 20 : Int.random(in: 25...90, using: &random)
      let path = folder.write(Array(text.utf8))
      let expected = Self.slowReading(Array(text.utf8), lineBytesMax: lineBytesMax)
      for chunkBytes in [1, 50, 1 << 18] {
        let reading = try Self.read(
          path, lineBytesMax: lineBytesMax, chunkBytes: chunkBytes,
          format: Self.plain)
        guard reading == expected else {
          Issue.record(
            "seed \(seed), round \(round), \(lineBytesMax), \(chunkBytes): \(text.debugDescription): \(reading), not \(expected)"
          )
          return
        }
      }
      rows += expected.rows.count
      dropped += expected.dropped
    }
    #expect(rows > Thorough.cases(5000) && dropped > Thorough.cases(100))
  }

  /// Long enough for the thousand lines after which a quote is a stray one.
  @Test func overManyLines() throws {
    let folder = TemporaryFolder()
    for round in 0..<UInt64(Thorough.cases(6)) {
      var random = SplitMix64(seed: 100 + round)
      let text = Self.file(
        &random, rows: 3000, strays: Int(round % 3), text: round % 2 == 0 ? 4 : 900)
      let expected = Self.slowReading(Array(text.utf8), lineBytesMax: 1 << 20)
      for chunkBytes in [1000, 1 << 18] {
        let reading = try Self.read(
          folder.write(Array(text.utf8)), lineBytesMax: 1 << 20, chunkBytes: chunkBytes,
          format: Self.plain)
        #expect(reading.lines == expected.lines && reading.lost == expected.lost)
        #expect(reading.rows == expected.rows, "round \(round)")
      }
    }
  }

  /// The same file with other quotes gives the same rows.
  @Test func otherQuotes() throws {
    let quote = UInt8(ascii: "'")
    try check(DelimitedFormat(delimiter: Self.comma, quote: quote), seed: 77) {
      $0.replacing("\"", with: "'")
    } againstPlain: {
      $0.replacing("'", with: "\"")
    }
  }

  /// Escapes before quotes, delimiters, line ends, themselves and nothing.
  @Test(arguments: ["\"", "'"])
  func escapes(quote: String) throws {
    let format = DelimitedFormat(
      delimiter: Self.comma, quote: quote.utf8.first, escape: UInt8(ascii: "\\"))
    try check(format, seed: 78) {
      var text = $0.replacing("\"\"", with: "\\\"").replacing("b,", with: "\\,")
      text = text.replacing("ab", with: "\\\\").replacing("a\n", with: "\\\n")
      return text.replacing("ba", with: "\\").replacing("\"", with: quote)
    }
  }

  /// Files as they are written in a format are read as the slow reader has it and, if they say the same
  /// as in plain CSV, as those.
  private func check(
    _ format: DelimitedFormat, seed: UInt64, written: (String) -> String,
    againstPlain: ((String) -> String)? = nil
  ) throws {
    let folder = TemporaryFolder()
    var random = SplitMix64(seed: seed)
    var rows = 0
    for round in 0..<Thorough.cases(400) {
      let plain = Self.file(
        &random, rows: 30, strays: Int.random(in: 0...8, using: &random), text: 12)
      let text = written(plain)
      let path = folder.write(Array(text.utf8))
      let expected = Self.slowReading(Array(text.utf8), lineBytesMax: 1 << 20, format)
      for chunkBytes in [1, 60, 1 << 18] {
        let reading = try Self.read(
          path, lineBytesMax: 1 << 20, chunkBytes: chunkBytes, format: format)
        guard reading == expected else {
          Issue.record(
            "round \(round), \(chunkBytes): \(text.debugDescription): \(reading), not \(expected)")
          return
        }
      }
      if let againstPlain {
        let same = Self.slowReading(Array(plain.utf8), lineBytesMax: 1 << 20)
        #expect(expected.rows.map(againstPlain) == same.rows && expected.lost == same.lost)
      }
      rows += expected.rows.count
    }
    #expect(rows > Thorough.cases(4000))
  }
}
