import TestSupport
import Testing

@testable import EventLog

@Suite struct CombinedRowParserTests {
  /// Every field, as text properties.
  private static let extraction = Extraction(
    format: .combined, user: [FieldPath("host")], event: .constant("hit"),
    time: TimeField(paths: [FieldPath("time")], format: .pattern("%d/%b/%Y:%H:%M:%S %z")),
    texts: CombinedField.allCases.map(\.rawValue).map {
      PropertyField(name: $0, paths: [FieldPath($0)])
    })

  private struct Parsed {
    var rows: [[String: String]] = []
    var times: [Int64] = []
    var users: [[UInt8]] = []
    var tally = RowTally()
    var problem: String?
  }

  private static func parse(_ bytes: [UInt8], _ extraction: Extraction = extraction) -> Parsed {
    var parser = CombinedRowParser(extraction: extraction, limits: ReadLimits())
    var batch = EventBatch()
    var parsed = Parsed()
    parser.parse(bytes.span, isFirstChunk: true, into: &batch, tally: &parsed.tally)
    let names = extraction.texts.map(\.name)
    for row in 0..<batch.count {
      var fields: [String: String] = [:]
      for (index, name) in names.enumerated() {
        let slice = batch.texts[row * names.count + index]
        if !slice.isAbsent { fields[name] = String(decoding: batch.array(slice), as: UTF8.self) }
      }
      parsed.rows.append(fields)
      parsed.users.append(batch.array(batch.users[row]))
    }
    parsed.times = batch.times
    parsed.problem = parser.problem
    return parsed
  }

  private static func parse(_ text: String) -> Parsed { parse(Array(text.utf8)) }

  @Test func linesByHand() {
    let parsed = Self.parse(
      """
      10.0.0.1 - frank [31/Jan/2026:13:45:01 +0100] "GET /a?b=1 HTTP/1.1" 200 512 "http://x/" "Mo (1; 2)"\r

      ::1 - - [31/Jan/2026:13:45:01 +0000] "POST /b HTTP/2.0" 304 -
      h id John Smith [31/Jan/2026:13:45:01 +0000] "-" 408 0 "-" "-"
      h - - [31/Jan/2026:13:45:01 +0000] "GET /a b c HTTP/1.0" 200 1 "" "say \\"hi\\" \\\\"
      h - - [31/Jan/2026:13:45:01 +0000] "\\x16\\x03" 400 1 "-" "é"
      h - - [31/Jan/2026:13:45:01 +0000] "GET /old" - 1
      """)
    #expect(
      parsed.rows == [
        [
          "host": "10.0.0.1", "forwarded": "10.0.0.1", "user": "frank",
          "time": "31/Jan/2026:13:45:01 +0100",
          "method": "GET", "path": "/a?b=1", "protocol": "HTTP/1.1",
          "request": "GET /a?b=1 HTTP/1.1", "status": "200", "bytes": "512",
          "referer": "http://x/", "agent": "Mo (1; 2)",
        ],
        [
          "host": "::1", "forwarded": "::1", "time": "31/Jan/2026:13:45:01 +0000", "method": "POST",
          "path": "/b",
          "protocol": "HTTP/2.0", "request": "POST /b HTTP/2.0", "status": "304",
        ],
        [
          "host": "h", "forwarded": "h", "ident": "id", "user": "John Smith",
          "time": "31/Jan/2026:13:45:01 +0000",
          "status": "408", "bytes": "0",
        ],
        [
          "host": "h", "forwarded": "h", "time": "31/Jan/2026:13:45:01 +0000", "method": "GET",
          "path": "/a b c",
          "protocol": "HTTP/1.0", "request": "GET /a b c HTTP/1.0", "status": "200", "bytes": "1",
          "agent": "say \\\"hi\\\" \\\\",
        ],
        [
          "host": "h", "forwarded": "h", "time": "31/Jan/2026:13:45:01 +0000",
          "request": "\\x16\\x03",
          "status": "400", "bytes": "1", "agent": "é",
        ],
        [
          "host": "h", "forwarded": "h", "time": "31/Jan/2026:13:45:01 +0000", "method": "GET",
          "path": "/old",
          "request": "GET /old", "bytes": "1",
        ],
      ])
    let noon = slowMicroseconds(2026, 1, 31, 13, 45, 1)
    #expect(parsed.times == [noon - 3_600_000_000] + [Int64](repeating: noon, count: 5))
    #expect(parsed.tally.lines == 7 && parsed.tally.rows == 7 && parsed.tally.blank == 1)
  }

  private static let line =
    "h - - [31/Jan/2026:13:45:01 +0000] \"GET / HTTP/1.1\" 200 5 \"r\" \"a\""

  private static let malformedCases = [
    "h", "h - -", " - - [t] \"r\" 200 5", "h  - [t] \"r\" 200 5", "h - [t] \"r\" 200 5",
    "h - -[t] \"r\" 200 5", "h - - [t \"r\" 200 5", "h - - [t]\"r\" 200 5",
    "h - - [t] \"r 200 5", "h - - [t] \"r\\\" 200 5", "h - - [t] \"r\"200 5", "h - - [t] \"r\" 5",
    "h - - [t] \"r\" 2x0 5", "h - - [t] \"r\" 200 5x", "h - - [t] \"r\" 200 5 ",
    "h - - [t] \"r\" 200 5 \"r\"", "h - - [t] \"r\" 200 5 \"r\" \"a\" ",
    "h - - [t] \"r\" 200 5 \"r\" \"a\" \"x", "h - - - [t] \"r\" 200 5", "a, - - [t] \"r\" 200 5",
    "h - - [t] \"r\" 200 5 \"r\" \"a", "h - - [t] r 200 5",
    "h - - [t] \"r\" 200  5", "{\"a\": 1}",
  ]

  @Test(arguments: malformedCases)
  func malformedLines(text: String) {
    let parsed = Self.parse(text + "\n" + Self.line + "\n")
    #expect(parsed.tally.samples.map(\.reason) == [.malformedLine])
    #expect(parsed.tally.samples.first?.prefix == Array(text.utf8))
    #expect(parsed.tally.events == 1)
  }

  @Test func otherRejects() {
    let bad = Self.line.replacing("Jan", with: "Foo")
    var bytes = Array("\(bad)\n- \(Self.line.dropFirst(2))\n\(Self.line)".utf8)
    bytes[bytes.count - 2] = 0xFF
    let parsed = Self.parse(bytes)
    #expect(parsed.tally.samples.map(\.reason) == [.badTime, .noUser])
    #expect(parsed.tally.samples.map(\.line) == [0, 1])
    #expect(parsed.tally.samples.map(\.byte) == [0, bad.utf8.count + 1])
    #expect(parsed.tally.lines == 3 && parsed.rows.map { $0["agent"] } == ["\\xFF"])
    #expect(parsed.tally.values.repairs[Int(Repair.invalidUTF8.rawValue)].first?.line == 2)
    bytes[0] = 0xFF
    var strict = Self.extraction
    strict.rows.isStrict = true
    #expect(
      Self.parse(bytes, strict).tally.samples.map(\.reason) == [
        .invalidUTF8, .noUser, .invalidUTF8,
      ])
  }

  @Test func fieldsThatDoNotExist() {
    var extraction = Self.extraction
    extraction.user = [FieldPath("addr")]
    let parsed = Self.parse(Array(Self.line.utf8), extraction)
    #expect(
      parsed.problem
        == "no field named \"addr\" in the combined format; it has: host, ident, user, "
        + "time, method, path, protocol, request, status, bytes, referer, agent, vhost, forwarded, "
        + (1...9).map { "extra\($0)" }.joined(separator: ", "))
    #expect(parsed.tally == RowTally())
  }

  // A constant, never changed; `Regex` is only not marked as such.
  nonisolated(unsafe) private static let pattern =
    /([^ ]+) ([^ ]+) (?!- [^\[])([^\[]*) \[([^\]]*)\] "((?:[^"\\]|\\.|"(?! |$))*)" ([0-9]+|-) ([0-9]+|-)(?: "((?:[^"\\]|\\.|"(?! |$))*)" "((?:[^"\\]|\\.|"(?! |$))*)"((?: (?:"(?:[^"\\]|\\.|"(?! |$))*"|(?!"|$)[^ ]*))*))?/
    .dotMatchesNewlines().matchingSemantics(.unicodeScalar)

  @Test func whatStandsBeforeAndBehind() {
    let tail = "- - [31/Jan/2026:13:45:01 +0000] \"GET / HTTP/1.1\" 200 5 \"r\" \"say \"hi\"\""
    let lines = [
      "example.org:443 10.0.0.1 \(tail)", "203.0.113.9, 10.0.0.2, 10.0.0.1 \(tail)",
      "203.0.113.9,10.0.0.2 \(tail)", "10.0.0.1 \(tail) \"203.0.113.9, 10.0.0.1\" 0.012 -",
    ]
    let rows = Self.parse(lines.joined(separator: "\n")).rows
    #expect(rows.map { $0["host"] } == ["10.0.0.1", "203.0.113.9", "203.0.113.9", "10.0.0.1"])
    #expect(rows.map { $0["vhost"] } == ["example.org:443", nil, nil, nil])
    #expect(
      rows.map { $0["forwarded"] } == [
        "10.0.0.1", "203.0.113.9, 10.0.0.2, 10.0.0.1", "203.0.113.9,10.0.0.2", "10.0.0.1",
      ])
    #expect(rows.map { $0["agent"] } == [String?](repeating: "say \"hi\"", count: 4))
    #expect(rows.map { $0["extra1"] } == [nil, nil, nil, "203.0.113.9, 10.0.0.1"])
    #expect(rows.map { $0["extra2"] } == [nil, nil, nil, "0.012"])
    #expect(rows.map { $0["extra3"] } == [nil, nil, nil, nil])
  }

  /// A regular expression as the reference, on lines with pieces changed, dropped and doubled.
  @Test func agreesWithTheSlowReaderOnGeneratedLines() {
    let seed: UInt64 = 14
    var random = SplitMix64(seed: seed)
    var fitting = 0
    for round in 0..<Thorough.cases(4000) {
      var text =
        [
          Self.line, String(Self.line.dropLast(8)),
          Self.line.replacing("\"a\"", with: "\"\\\"x\\\\\""),
        ]
        .randomElement(using: &random)!
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        let place = text.indices.randomElement(using: &random)!
        // The time stays as it is, so that lines that fit are events.
        if text[place...].contains("["), random.chance(90) { continue }
        text.replaceSubrange(place...place, with: random.text("a0 -\"\\[]", 0...2))
      }
      if text.isEmpty || !text.contains("[31/Jan/2026:13:45:01 +0000]") { continue }
      let match = text.wholeMatch(of: Self.pattern)
      // An absent host is no user, in the right place or not.
      let host = match.map { String($0.output.1) }
      let parsed = Self.parse(text)
      let note = "seed \(seed), round \(round): \(text)"
      guard let match, host != "-", match.output.4 == "31/Jan/2026:13:45:01 +0000" else {
        #expect(parsed.rows == [], "\(note)")
        continue
      }
      fitting += 1
      let expected: [(String, Substring?)] = [
        ("host", match.output.1), ("ident", match.output.2), ("user", match.output.3),
        ("request", match.output.5), ("status", match.output.6), ("bytes", match.output.7),
        ("referer", match.output.8), ("agent", match.output.9),
      ]
      for (name, value) in expected {
        let present = value == "-" || value == "" ? nil : value.map(String.init)
        #expect(parsed.rows.first?[name] == present, "\(note): \(name)")
      }
    }
    #expect(fitting > Thorough.cases(500))
  }

  @Test func anyBytesAtAllAreCounted() {
    var random = SplitMix64(seed: 15)
    for _ in 0..<2000 {
      var bytes = Array((Self.line + "\n" + Self.line).utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        if random.chance(50) {
          bytes.remove(at: place)
        } else {
          bytes[place] = UInt8.random(in: 0...255, using: &random)
        }
      }
      let tally = Self.parse(bytes).tally
      #expect(tally.rows == tally.events + tally.blank + tally.rejectedTotal)
      #expect(
        tally.rows == bytes.split(separator: 0x0A, omittingEmptySubsequences: false).count
          - (bytes.last == 0x0A ? 1 : 0))
    }
  }

  @Test(
    .enabled(
      if: sharedDataPath("apache_logs.gz") != nil, "the real logs of ../shared/data are not there"))
  func aRealLog() throws {
    let parsed = Self.parse(try #require(sharedData("apache_logs.gz")))
    #expect(parsed.tally.rows == 10_000 && parsed.tally.events == 9999)
    #expect(Set(parsed.users).count == 1753)
    var byDay: [Int64: Int] = [:]
    for time in parsed.times { byDay[time / 86_400_000_000, default: 0] += 1 }
    // The log has 2,579 lines of the last day; one of them breaks off inside the agent's quotes.
    #expect(byDay.sorted { $0.key < $1.key }.map(\.value) == [1632, 2893, 2896, 2578])
    #expect(parsed.tally.samples.map(\.reason) == [.malformedLine])
    #expect(parsed.tally.samples.map(\.line) == [8898])
    #expect(byDay.keys.min() == slowMicroseconds(2015, 5, 17) / 86_400_000_000)
  }
}
