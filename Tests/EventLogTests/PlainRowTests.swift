import TestSupport
import Testing

@testable import EventLog

/// Rows that are committed together say the same as each by itself.
@Suite struct PlainRowTests {
  /// Of a chunk's file: what a row may be beside plain is rare, or the rule.
  static func file(json isJSON: Bool, random: inout SplitMix64) -> [UInt8] {
    let odd = [0, 2, 10, 40].randomElement(using: &random)!
    let days = random.chance(50) ? ["2026-01-02"] : ["2026-01-02", "2026-01-03", "2027-01-01"]
    var text = isJSON ? "" : "x,u,w,e,t\n"
    for _ in 0..<Int.random(in: 1...90, using: &random) {
      var user = ["u1", "u22", "7", "visitor-12"].randomElement(using: &random)!
      var event = ["view", "cart"].randomElement(using: &random)!
      let day = days.randomElement(using: &random)!
      var time = day + (random.chance(50) ? "T03:04:05Z" : "T03:04:06.789Z")
      if random.chance(odd) {
        user = ["", "null", " u1 ", "-", "a\"b", "ü", "of many bytes"].randomElement(
          using: &random)!
      }
      if random.chance(odd) {
        event = ["", "cart ", "ö", "a\\b", "longer than it may"].randomElement(using: &random)!
      }
      if random.chance(odd) {
        time = ["2026-01-02", "1767323045", "", "2020-01-01T00:00:00Z", day + "T24:00:00Z"]
          .randomElement(using: &random)!
      }
      let fields = [("x", "some, text"), ("u", user), ("w", "w1"), ("e", event), ("t", time)]
      if isJSON {
        let members = fields.map { name, value in
          let isBare = name == "u" && random.chance(odd)
          let bare = ["null", "12", "true", "[1]", "{\"u\":\"u1\"}"].randomElement(using: &random)!
          let quoted = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
          return "\"\(name)\":" + (isBare ? bare : "\"\(quoted)\"")
        }
        text += "{" + members.joined(separator: ",") + (random.chance(odd / 4) ? "" : "}") + "\n"
      } else {
        let isQuoted = random.chance(odd)
        if random.chance(odd / 4) {
          text += ["#,a,b\n", "\0", "\u{FEFF}", "\n"].randomElement(using: &random)!
        }
        text +=
          fields.map { _, value in
            isQuoted || value.contains { ",\"".contains($0) }
              ? "\"\(value.replacing("\"", with: "\"\""))\"" : value
          }.joined(separator: ",")
        if random.chance(odd / 4) {
          text += [",more", "\"", "\"\n"].randomElement(using: &random)!
        }
        text += random.chance(odd) ? "\r\n" : "\n"
      }
    }
    return Array(text.utf8)
  }

  @Test func saysTheSame() throws {
    var random = SplitMix64(seed: 29)
    var events = 0
    for round in 0..<Thorough.cases(1500) {
      let isJSON = random.chance(50)
      var csv = DelimitedFormat(delimiter: UInt8(ascii: ","))
      if random.chance(50) { csv.comment = UInt8(ascii: "#") }
      var extraction = Extraction(
        format: isJSON ? .jsonl : .delimited(csv),
        user: random.chance(50) ? [FieldPath("u")] : [FieldPath("u"), FieldPath("w")],
        event: .paths([FieldPath("e")]),
        time: TimeField(paths: [FieldPath("t")], format: .iso8601),
        keepsUsers: random.chance(80))
      extraction.keepsLines = random.chance(50)
      extraction.rows.isStrict = random.chance(20)
      if random.chance(10) { extraction.event = .paths([FieldPath("u")]) }
      let limits = ReadLimits(valueBytesMax: 12, timeMin: 1_600_000_000_000_000)
      var reading = BothWays(extraction, limits)
      for _ in 0..<3 {
        let bytes = Self.file(json: isJSON, random: &random)
        let (taken, copied) = try reading.read(bytes, count: bytes.count, "round \(round)")
        try #require(taken == copied, "round \(round), \(String(decoding: bytes, as: UTF8.self))")
        events += copied.events
        _ = reading.giveBack()
      }
    }
    #expect(events > Thorough.cases(30_000))
  }

  /// Bytes that are all NUL are not the day of a row before, where there was none, or one that no
  /// layout reads.
  @Test func noDayIsNoText() {
    let nothing = String(repeating: "\0", count: 11)
    let rows = [
      nothing + "12:00:00Z", "2026-01-05T10:00:00Z", nothing + "12:00:00.123Z", "bad",
      nothing + "12:00:00Z", nothing + "12:00:00.123Z", "2026-01-05T10:00:00",
      nothing + "12:00:00Z",
    ]
    let text = Array("u,e,t\n".utf8) + rows.flatMap { Array("u1,view,\($0)\n".utf8) }
    let extraction = Extraction(
      format: .delimited(DelimitedFormat(delimiter: UInt8(ascii: ","))), user: [FieldPath("u")],
      event: .paths([FieldPath("e")]),
      time: TimeField(paths: [FieldPath("t")], format: .iso8601))
    for isTaken in [false, true] {
      var parser = ChunkParser(extraction: extraction, limits: ReadLimits())
      var (batch, tally) = (EventBatch(), RowTally())
      var chunk = Chunk()
      chunk.bytes = text
      chunk.count = text.count
      if isTaken {
        parser.parse(taking: &chunk, into: &batch, tally: &tally)
      } else {
        parser.parse(chunk, into: &batch, tally: &tally)
      }
      #expect(tally.events == 2 && tally.rejected[Int(RejectReason.badTime.rawValue)] == 6)
      #expect(Set(batch.times) == [1_767_607_200_000_000])
    }
  }

  /// A run ends before a row that `commit` has to look at.
  @Test func runsEndAtOtherRows() {
    let text = "u1 view 2026-01-02T00:00:01Z 2026-01-03T00:00:01Z - 2026-01-02T23:59:59.999Z"
    let chunk = Array(text.utf8)
    func slice(_ part: String) -> ByteSlice {
      let start = text.utf8.count - text[text.firstRange(of: part)!.lowerBound...].utf8.count
      return ByteSlice(offset: start, count: part.utf8.count)
    }
    let first = PlainRow(
      user: slice("u1"), event: slice("view"), time: slice("2026-01-02T00:00:01Z"))
    var (last, nextDay, nobody, nothing, noTime) = (first, first, first, first, first)
    last.time = slice("2026-01-02T23:59:59.999Z")
    nextDay.time = slice("2026-01-03T00:00:01Z")
    nobody.user = slice("-")
    nothing.event = .absent
    noTime.time = slice("view")
    let extraction = Extraction(
      format: .jsonl, user: [FieldPath("u")], event: .paths([FieldPath("e")]),
      time: TimeField(paths: [FieldPath("t")], format: .iso8601))
    var assembler = RowAssembler(extraction: extraction, limits: ReadLimits())
    var (batch, tally) = (EventBatch(), RowTally())
    batch.begin(behind: chunk.count)
    func run(_ rows: [PlainRow<ByteSlice>]) -> Int {
      assembler.commitRun(rows.span, of: chunk.span, line: batch.count, into: &batch, tally: &tally)
    }
    // There is no row before.
    #expect(!assembler.mayRun)
    let values = [first.user, first.event, first.time].map {
      RawValue(start: $0.range.lowerBound, end: $0.range.upperBound, shape: .text)
    }
    let reason = assembler.commit(values, of: chunk.span, line: 0, into: &batch, tally: &tally)
    #expect(reason == nil && batch.count == 1 && assembler.mayRun)
    for other in [nobody, nothing] { #expect(run([first, last, other, first]) == 2) }
    #expect(run([nobody]) == 0)
    #expect(run([nextDay, last, noTime]) == 2 && !assembler.mayRun)
    #expect(batch.count == 7 && tally.events == 7 && batch.lines == [0, 1, 2, 3, 4, 5, 6])
    let (early, late) = (Int64(1_767_312_001_000_000), Int64(1_767_398_399_999_000))
    let next = early + 86_400_000_000
    #expect(batch.times == [early] + [early, late, early, late, next, late])
    #expect(tally.earliest == early && tally.latest == next && tally.days.counts == [6, 1])
  }
}
