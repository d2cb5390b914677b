import TestSupport
import Testing

@testable import EventLog

/// The parser and the splitter that cuts its chunks must have one notion of a row.
@Suite struct DelimitedChunksTests {
  @Test(arguments: [nil, UInt8(ascii: "\\")])
  func rowsDoNotDependOnWhereChunksEnd(escape: UInt8?) {
    let seed: UInt64 = 16
    var random = SplitMix64(seed: seed)
    let comma = UInt8(ascii: ",")
    let format = DelimitedFormat(delimiter: comma, escape: escape)
    let extraction = DelimitedRowParserTests.extraction(.delimited(format), texts: ["note"])
    var events = 0
    for round in 0..<Thorough.cases(1500) {
      var file = "note,user,event,time\n"
      for index in 0..<Int.random(in: 1...12, using: &random) {
        let note = random.text(escape == nil ? "ab,\"\n\ré" : "a\\,\"\n\ré", 0...6)
        file += random.chance(70) ? "\"\(note.replacing("\"", with: "\"\""))\"" : note
        file += ",u\(index),e,\(index)\n"
      }
      let bytes = Array(file.utf8)
      let whole = DelimitedRowParserTests.parse([bytes], extraction)

      // Cut where the splitter sees the last row end of each piece.
      var splitter = CSVRowSplitter(format: format)
      var chunks: [[UInt8]] = []
      var (start, passed) = (0, 0)
      while passed < bytes.count {
        let end = min(bytes.count, passed + Int.random(in: 1...30, using: &random))
        if let rowEnd = splitter.lastRowEnd(in: bytes.span.extracting(0..<end), from: passed) {
          chunks.append(Array(bytes[start..<rowEnd]))
          start = rowEnd
        }
        passed = end
      }
      if start < bytes.count { chunks.append(Array(bytes[start...])) }

      let pieces = DelimitedRowParserTests.parse(chunks, extraction)
      func withoutLines(_ rows: [String]) -> [Substring] { rows.map { $0.drop { $0 != "|" } } }
      let note = "seed \(seed), round \(round): \(file.debugDescription)"
      #expect(withoutLines(pieces.rows) == withoutLines(whole.rows), "\(note)")
      #expect(pieces.tally.rejected == whole.tally.rejected, "\(note)")
      #expect(
        pieces.tally.lines == whole.tally.lines && pieces.tally.rows == whole.tally.rows, "\(note)")
      events += whole.rows.count
    }
    #expect(events > Thorough.cases(3000))
  }

  @Test func everyFormatHasItsParser() {
    func count(_ format: LogFormat, _ text: String, _ extraction: Extraction) -> (Int, String?) {
      var extraction = extraction
      extraction.format = format
      var parser = ChunkParser(extraction: extraction, limits: ReadLimits())
      var chunk = Chunk()
      chunk.bytes = Array(text.utf8)
      chunk.count = chunk.bytes.count
      var batch = EventBatch()
      var tally = RowTally()
      parser.parse(chunk, into: &batch, tally: &tally)
      return (batch.count, parser.problem)
    }
    let plain = DelimitedRowParserTests.extraction(.jsonl)
    #expect(count(.jsonl, "{\"user\": \"u\", \"event\": \"e\", \"time\": 1}\n", plain) == (1, nil))
    #expect(count(.csv(delimiter: 0x3B), "time;event;user\n1;e;u\n", plain) == (1, nil))
    #expect(count(.tsv, "time\tevent\tuser\n1\te\tu\n", plain) == (1, nil))
    #expect(count(.tsv, "time\tuser\n1\tu\n", plain).1?.hasPrefix("no column named") == true)
    #expect(count(.combined, "", plain).1?.hasPrefix("no field named") == true)
  }
}
