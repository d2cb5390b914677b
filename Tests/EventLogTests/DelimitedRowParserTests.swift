import TestSupport
import Testing

@testable import EventLog

@Suite struct DelimitedRowParserTests {
  static let comma = UInt8(ascii: ",")

  static func extraction(
    _ format: LogFormat, user: String = "user", event: String = "event", time: String = "time",
    texts: [String] = [], numbers: [String] = []
  ) -> Extraction {
    func property(_ name: String) -> PropertyField {
      PropertyField(name: name, paths: [FieldPath(name)])
    }
    return Extraction(
      format: format, user: [FieldPath(user)], event: .paths([FieldPath(event)]),
      time: TimeField(paths: [FieldPath(time)], format: .seconds), texts: texts.map(property),
      numbers: numbers.map(property))
  }

  struct Parsed {
    var rows: [String] = []
    var tally = RowTally()
    var problem: String?
  }

  static func parse(
    _ chunks: [String], _ extraction: Extraction, limits: ReadLimits = ReadLimits()
  ) -> Parsed {
    parse(chunks.map { Array($0.utf8) }, extraction, limits: limits)
  }

  static func parse(
    _ chunks: [[UInt8]], _ extraction: Extraction, limits: ReadLimits = ReadLimits()
  ) -> Parsed {
    var parser = DelimitedRowParser(extraction: extraction, limits: limits)
    var parsed = Parsed()
    for (index, chunk) in chunks.enumerated() {
      var batch = EventBatch()
      parser.parse(chunk.span, isFirstChunk: index == 0, into: &batch, tally: &parsed.tally)
      for row in 0..<batch.count {
        func text(_ slice: ByteSlice) -> String {
          String(decoding: batch.array(slice), as: UTF8.self)
        }
        var parts = ["\(batch.lines[row])", text(batch.users[row]), text(batch.names[row])]
        parts.append("\(batch.times[row] / 1_000_000)")
        let (texts, numbers) = (extraction.texts.count, extraction.numbers.count)
        parts += batch.texts[(row * texts)..<((row + 1) * texts)].map(text)
        parts += batch.numbers[(row * numbers)..<((row + 1) * numbers)].map(\.description)
        parsed.rows.append(parts.joined(separator: "|"))
      }
    }
    parsed.problem = parser.problem
    return parsed
  }

  @Test func aFileByHand() {
    let file = """
      time,note,user,amount,event
      1,plain,u1,1.50,view
      2,"said ""hi"", twice
      over",u2,,"buy"

      3,x,u3,oops,view
      4,x,u4,1
      5,x,,1,view
      6,"x"y,u6,1,view
      7,,"u,7",2,view\r
      8,x,u8,3,view
      """
    let parsed = Self.parse(
      [file], Self.extraction(.csv(delimiter: Self.comma), texts: ["note"], numbers: ["amount"]))
    #expect(parsed.problem == nil)
    #expect(
      parsed.rows == [
        "1|u1|view|1|plain|1.5", "2|u2|buy|2|said \"hi\", twice\nover|",
        "5|u3|view|3|x|", "9|u,7|view|7||2", "10|u8|view|8|x|3",
      ])
    #expect(parsed.tally.lines == 11)
    #expect(parsed.tally.rows == 9)
    #expect(parsed.tally.blank == 1)
    #expect(parsed.tally.events == 5)
    let rejects = parsed.tally.samples.map {
      "\($0.line) \($0.byte) \($0.reason.name): \(String(decoding: $0.prefix, as: UTF8.self))"
    }
    #expect(
      rejects == [
        "6 105 wrong column count: 4,x,u4,1",
        "7 114 no user: 5,x,,1,view", "8 126 malformed line: 6,\"x\"y,u6,1,view",
      ])
    #expect(parsed.tally.rejectedTotal == 3)
    #expect(parsed.tally.values.numbers[0].unreadable.first?.line == 5)
    #expect(parsed.tally.values.numbers[0].unreadable.first?.text == Array("oops".utf8))
  }

  @Test func laterChunksHaveNoHeader() {
    let extraction = Self.extraction(.csv(delimiter: Self.comma))
    let parsed = Self.parse(["user,event,time\nu1,a,1\n", "u2,b,2\nu3,c,3"], extraction)
    #expect(parsed.rows == ["1|u1|a|1", "0|u2|b|2", "1|u3|c|3"])
    #expect(parsed.tally.lines == 4 && parsed.tally.rows == 3)
    // Blank lines before the header are blank, wherever the first chunk ends.
    let late = Self.parse(["\n\r\n", "\nuser,event,time\nu1,a,1"], extraction)
    #expect(late.rows == ["2|u1|a|1"])
    #expect(late.tally.lines == 5 && late.tally.rows == 4 && late.tally.blank == 3)
  }

  @Test func aCopyParsesLaterChunks() {
    var first = DelimitedRowParser(
      extraction: Self.extraction(.csv(delimiter: Self.comma)), limits: ReadLimits())
    var batch = EventBatch()
    var tally = RowTally()
    first.parse(
      Array("user,event,time\n".utf8).span, isFirstChunk: true, into: &batch, tally: &tally)
    var second = first
    second.parse(Array("u1,a,1\n".utf8).span, isFirstChunk: false, into: &batch, tally: &tally)
    first.parse(Array("u2,a,1\n".utf8).span, isFirstChunk: false, into: &batch, tally: &tally)
    #expect(batch.count == 2)
    // A new file starts with its own header.
    first.parse(
      Array("time;event,time,user,event\n,1,u,e\n".utf8).span, isFirstChunk: true, into: &batch,
      tally: &tally)
    #expect(batch.count == 3 && first.problem == nil)
  }

  /// What is not there to be read must not make the next row the header.
  @Test func aHeaderIsWaitedFor() {
    var parser = ChunkParser(
      extraction: Self.extraction(.csv(delimiter: Self.comma)), limits: ReadLimits())
    var batch = EventBatch()
    var tally = RowTally()
    func chunk(_ text: String, _ index: Int, dropped: Int = 0) -> Chunk {
      var chunk = Chunk()
      chunk.bytes = Array(text.utf8)
      chunk.count = chunk.bytes.count
      chunk.index = index
      chunk.droppedLines = dropped
      return chunk
    }
    #expect(!parser.isReady)
    parser.parse(chunk("\n\n", 0), into: &batch, tally: &tally)
    #expect(!parser.isReady && parser.problem == nil)
    let unready = parser
    parser.parse(chunk("user,event,time\n", 1), into: &batch, tally: &tally)
    #expect(parser.isReady)
    // A row too long behind the header is only a row.
    parser.parse(chunk("u,a,1\n", 2, dropped: 1), into: &batch, tally: &tally)
    parser.finish(droppedRows: 1)
    #expect(batch.count == 1 && parser.problem == nil)

    let problem = "the header is longer than a line may be (see --max-line)"
    for index in [0, 1] {
      var late = unready
      late.parse(chunk("user,event,time\n", index, dropped: 1), into: &batch, tally: &tally)
      #expect(late.problem == problem)
    }
    var alone = unready
    alone.finish(droppedRows: 0)
    #expect(alone.problem == nil)
    alone.finish(droppedRows: 1)
    #expect(alone.problem == problem)
    #expect(batch.count == 1)
    let json = ChunkParser(extraction: Self.extraction(.jsonl), limits: ReadLimits())
    #expect(json.isReady)
  }

  /// Rows are rewritten for the parser; what is told of them is as the file has it.
  @Test func rejectsOfOtherQuotes() {
    let rows = [
      "user,event,time\n", "'it''s \"u\"','e',1\n", "'u'x,e,2\r\n", "u,'a \"\nb',3,4,5\n",
      "'v' \"x,e,4\n", "\0\0u,e,5,6",
    ]
    let format = DelimitedFormat(delimiter: Self.comma, quote: UInt8(ascii: "'"))
    let parsed = Self.parse([rows.joined()], Self.extraction(.delimited(format)))
    #expect(parsed.rows == ["1|it's \"u\"|e|1"])
    let starts = rows.indices.map { rows[..<$0].joined().utf8.count }
    #expect(parsed.tally.samples.map(\.byte) == [starts[2], starts[3], starts[4], starts[5] + 2])
    #expect(
      parsed.tally.samples.map { String(decoding: $0.prefix, as: UTF8.self) } == [
        "'u'x,e,2", "u,'a \"\nb',3,4,5", "'v' \"x,e,4", "u,e,5,6",
      ])
  }

  @Test func otherQuotesBehindMarks() {
    let format = DelimitedFormat(delimiter: Self.comma, quote: UInt8(ascii: "'"))
    let text = "\u{FEFF}'user',event,time\n\0\u{FEFF}'u,1',e,1\n\u{FEFF}u2,'e\n\u{FEFF}',2\n\0"
    let parsed = Self.parse([text], Self.extraction(.delimited(format)))
    #expect(parsed.rows == ["1|u,1|e|1", "2|u2|e\n\u{FEFF}|2"])
    let plain = text.replacing("'", with: "\"")
    #expect(Self.parse([plain], Self.extraction(.csv(delimiter: Self.comma))).rows == parsed.rows)
  }

  @Test func tabsWithoutQuoting() {
    let parsed = Self.parse(
      ["user\tevent\ttime\tnote\n\"u\t\"\"\t1\tan \"odd\" one\r\n\n\"x\ty\t2\t"],
      Self.extraction(.tsv, texts: ["note"]))
    #expect(parsed.rows == ["1|\"u|\"\"|1|an \"odd\" one", "3|\"x|y|2|"])
    #expect(parsed.tally.blank == 1 && parsed.tally.lines == 4)
  }

  @Test func invalidUTF8IsForgivenInPropertiesAlone() {
    let header = Array("user,event,time,other\n".utf8)
    let rows: [[UInt8]] = [
      Array("u1,a,1,ok".utf8), Array("u2,a,2,".utf8) + [0xC0, 0x80], Array("ü3,a,3,漢字".utf8),
      Array("u4,a,4,".utf8) + [0xED, 0xA0, 0x80], Array("u5,a,5,\"x\n".utf8) + [0xFF, 0x22],
      Array("u6,a".utf8) + [0xE4],
    ]
    let file = [header + rows.joined(separator: [0x0A])]
    var extraction = Self.extraction(.csv(delimiter: Self.comma), texts: ["other"])
    let parsed = Self.parse(file, extraction)
    #expect(
      parsed.rows == [
        "1|u1|a|1|ok", "2|u2|a|2|\\xC0\\x80", "3|ü3|a|3|漢字", "4|u4|a|4|\\xED\\xA0\\x80",
        "5|u5|a|5|x\n\\xFF",
      ])
    #expect(parsed.tally.samples.map(\.line) == [7])
    #expect(parsed.tally.values.repairs[Int(Repair.invalidUTF8.rawValue)].count == 3)
    extraction.user = [FieldPath("other")]
    #expect(Self.parse(file, extraction).tally.samples.map(\.line) == [2, 4, 5, 7])
    #expect(
      Self.parse(file, extraction).tally.rejected[Int(RejectReason.invalidUTF8.rawValue)] == 3)

    extraction = Self.extraction(.csv(delimiter: Self.comma))
    extraction.rows.isStrict = true
    let strict = Self.parse(file, extraction)
    #expect(strict.rows == ["1|u1|a|1", "3|ü3|a|3"])
    #expect(strict.tally.rejected[Int(RejectReason.invalidUTF8.rawValue)] == 4)
    #expect(strict.tally.samples.map(\.line) == [2, 4, 5, 7])
  }

  /// A row may lack fields behind those that it needs.
  @Test func shortRowsLackProperties() {
    let extraction = Self.extraction(.csv(delimiter: Self.comma), texts: ["note"])
    let file = "user,event,time,other,note\nu1,a,1\nu2,a,2,x\nu3,a\nu4,a,4,x,y,z\n"
    let parsed = Self.parse([file], extraction)
    #expect(parsed.rows == ["1|u1|a|1|", "2|u2|a|2|"])
    #expect(parsed.tally.samples.map(\.reason) == [.wrongColumnCount, .wrongColumnCount])
  }

  @Test func samplesAreLimitedAndCountsAreNot() {
    let file = "user,event,time\n" + String(repeating: "x\n", count: 30)
    let parsed = Self.parse(
      [file], Self.extraction(.csv(delimiter: Self.comma)), limits: ReadLimits(rejectSamplesMax: 7))
    #expect(parsed.tally.rejected[Int(RejectReason.wrongColumnCount.rawValue)] == 30)
    #expect(parsed.tally.samples.count == 7 && parsed.tally.rows == 30)
  }

  @Test func agreesWithTheSlowReaderOnGeneratedFiles() {
    let seed: UInt64 = 13
    var random = SplitMix64(seed: seed)
    let extraction = Self.extraction(.csv(delimiter: Self.comma), texts: ["note"])
    var accepted = 0
    for round in 0..<Thorough.cases(1500) {
      var rows: [String] = []
      for index in 0..<Int.random(in: 0...8, using: &random) {
        func field(_ text: String) -> String {
          let mustQuote = text.contains { ",\"\n\r\r\n".contains($0) }
          guard mustQuote || random.chance(20) else { return text }
          return "\"" + text.replacing("\"", with: "\"\"") + "\""
        }
        let note = random.text("ab ,\"\né漢\r", 0...12)
        let user = random.chance(10) ? "" : random.text("uv\",x", 1...9)
        var row = "\(index + 1),\(field(note)),\(field(user)),\(field("e\(index)"))"
        if random.chance(10) { row += random.text(",\"x", 1...3) }
        if random.chance(5) { row = random.text(",\"x", 0...5) }
        rows.append(row + (random.chance(30) ? "\r\n" : "\n"))
      }
      let file = "time,note,user,event\n" + rows.joined()
      let parsed = Self.parse([file], extraction)

      var expected: [String] = []
      var rejected = 0
      var blank = 0
      var line = 0
      let slow = slowRowsResumed(
        Array(file.utf8), DelimitedFormat(delimiter: Self.comma), fieldCount: 4)
      var count = 0
      for row in slow {
        defer { line += row.lines }
        if line == 0 { continue }
        count += row.problem == nil ? 1 : row.lines
        let fields = row.fields.map { String(decoding: $0, as: UTF8.self) }
        if row.isBlank {
          blank += 1
        } else if row.problem != nil || fields.count != 4 || fields[2].isEmpty || fields[3].isEmpty
          || Int(fields[0]) == nil
        {
          rejected += row.problem == nil ? 1 : row.lines
        } else {
          expected.append("\(line)|\(fields[2])|\(fields[3])|\(fields[0])|\(fields[1])")
        }
      }
      accepted += expected.count
      let note = "seed \(seed), round \(round): \(file.debugDescription)"
      #expect(parsed.rows == expected, "\(note)")
      #expect(parsed.tally.rejectedTotal == rejected && parsed.tally.blank == blank, "\(note)")
      #expect(parsed.tally.rows == count && parsed.tally.lines == line, "\(note)")
      #expect(parsed.tally.rows == parsed.tally.events + blank + rejected, "\(note)")
    }
    #expect(accepted > Thorough.cases(2000))
  }

  @Test(
    .enabled(
      if: sharedDataPath("gamelaunch.csv.gz") != nil,
      "the real logs of ../shared/data are not there"))
  func aRealLog() throws {
    let bytes = try #require(sharedData("gamelaunch.csv.gz"))
    var extraction = Self.extraction(
      .csv(delimiter: Self.comma), user: "userid", event: "eventName", time: "eventDate")
    extraction.time.formats = [.iso8601]
    var parser = DelimitedRowParser(extraction: extraction, limits: ReadLimits())
    var batch = EventBatch()
    var tally = RowTally()
    parser.parse(bytes.span, isFirstChunk: true, into: &batch, tally: &tally)
    #expect(parser.problem == nil)
    #expect(tally.events == 29_324 && tally.rejectedTotal == 0 && tally.blank == 0)
    #expect(Set((0..<batch.count).map { batch.array(batch.users[$0]) }).count == 3994)
  }
}
