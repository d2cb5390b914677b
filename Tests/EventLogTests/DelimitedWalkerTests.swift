import TestSupport
import Testing

@testable import EventLog

@Suite struct DelimitedWalkerTests {
  private static let comma = UInt8(ascii: ",")
  private static let plain = DelimitedFormat(delimiter: comma)

  private func check(_ bytes: [UInt8], _ format: DelimitedFormat, _ note: String = "") {
    let expected = slowRows(bytes, format)
    for looksAhead in [false, true] {
      var count = 0
      var walked = walkedRows(bytes, format, looksAhead: looksAhead, walked: &count)
      // The values of a row that is rejected are never looked at.
      for index in walked.indices where index < expected.count && expected[index].problem != nil {
        walked[index].fields = expected[index].fields
      }
      if walked != expected {
        let text = String(decoding: bytes, as: UTF8.self).debugDescription
        Issue.record(
          "\(note) \(format) \(looksAhead) \(text)\n  walked \(walked)\n  slow   \(expected)")
      }
    }
  }

  @Test func rowsByHand() {
    let text = "a,b\r\n\"x,\"\"y\",\"1\n2\"\n\nc\"d,\r,e\r\n"
    let rows = walkedRows(Array(text.utf8), delimiter: UInt8(ascii: ","), isQuoting: true)
    let fields = rows.map { $0.fields.map { String(decoding: $0, as: UTF8.self) } }
    #expect(fields == [["a", "b"], ["x,\"y", "1\n2"], [""], ["c\"d", "\r", "e"]])
    #expect(rows.map(\.lines) == [1, 2, 1, 1])
    #expect(rows.map(\.isBlank) == [false, false, true, false])
    #expect(rows.map(\.problem) == [nil, nil, nil, nil])
    #expect(rows.map(\.start) == [0, 5, 19, 20])
    #expect(rows.map(\.contentEnd) == [3, 18, 19, 27])
  }

  private static let problemCases: [(String, [RejectReason?])] = [
    ("\"a\"b\n", [.malformedLine]), ("\"a\" ,b\n", [nil]), ("\"a", [.unclosedQuote]),
    ("\"a\n\nb,c\n", [.unclosedQuote]), ("\"a\"", [nil]), ("\"a\"\r\n", [nil]),
    ("\"a\"\r", [nil]), ("\"a\"\r,b\n", [.malformedLine]), ("\"\"\"", [.unclosedQuote]),
    ("\"\"\"\"", [nil]), ("\"\"", [nil]), ("\"", [.unclosedQuote]),
    ("a\"\n\"", [nil, .unclosedQuote]),
    // Text after the closing quote is unquoted: a quote in it opens nothing, and the row ends.
    ("\"a\"b\"c\nd\n", [.malformedLine, nil]), ("\"a\"b,\"c\nd\"\ne\n", [.malformedLine, nil]),
    (" \"a\nb\"\n", [nil, nil]),
  ]

  @Test(arguments: problemCases)
  func problems(text: String, problems: [RejectReason?]) {
    let rows = walkedRows(Array(text.utf8), delimiter: UInt8(ascii: ","), isQuoting: true)
    #expect(rows.map(\.problem) == problems)
  }

  /// Programs that put `, ` between values put blanks before quotes; those are none of the text.
  @Test func quotesBehindBlanks() {
    let text = "u1, \"a \"\"b\"\"\" ,\t\"\"\n \"a\" b, \"a, b\n"
    let rows = walkedRows(Array(text.utf8), delimiter: UInt8(ascii: ","), isQuoting: true)
    let fields = rows.map { $0.fields.map { String(decoding: $0, as: UTF8.self) } }
    #expect(fields == [["u1", "a \"b\"", ""], ["\"a\" b", "\"a", "b"]])
    #expect(rows.map(\.problem) == [nil, nil])
    let raw = walkedRows(Array(text.utf8), delimiter: UInt8(ascii: ","), isQuoting: false)
    #expect(String(decoding: raw[0].fields[1], as: UTF8.self) == "\"a \"\"b\"\"\"")
  }

  private static let tornCases: [(String, RejectReason?)] = [
    // A delimiter is gone before a quoted value that has one.
    ("12.50\"Table, round\",x", .malformedLine), ("x\"a, b\"", .malformedLine),
    ("x\"a \"\"b\"\", c\"", .malformedLine), ("x\"a,y, b\"\"\"\r", .malformedLine),
    (" \"a, b\"", .malformedLine),
    // Sizes in inches, and words in quotes.
    ("55\",65\"", nil), ("55\" ,65\"", nil), ("55\" wide,65", nil), ("a \"b\" c,5\"", nil),
    ("55\" wide,\"q\",5\"", nil), ("x\"a, b", nil), ("5\"", nil),
  ]

  /// As many fields as there should be, and two of them wrong.
  @Test(arguments: tornCases)
  func tornApart(text: String, problem: RejectReason?) {
    let rows = walkedRows(Array((text + "\nu,v\n").utf8), delimiter: 0x2C, isQuoting: true)
    #expect(rows.map(\.problem) == [problem, nil])
    let plain = walkedRows(Array((text + "\nu,v\n").utf8), delimiter: 0x2C, isQuoting: false)
    #expect(plain.map(\.problem) == [nil, nil])
  }

  @Test func escapesByHand() {
    let format = DelimitedFormat(delimiter: Self.comma, escape: UInt8(ascii: "\\"))
    let text = #"""
      a\\,b\,c\\\,,\N
      "say \"hi\", \x","""twice""","\\"
      "x\
      y" ,"\\\\", "a \"b\"" ,\
      "a\"b"c\,d,e
      "never
      """#
    var count = 0
    let rows = walkedRows(Array(text.utf8), format, walked: &count)
    let fields = rows.map { $0.fields.map { String(decoding: $0, as: UTF8.self) } }
    #expect(fields[0] == [#"a\"#, #"b,c\,"#, #"\N"#])
    #expect(fields[1] == [#"say "hi", \x"#, #""twice""#, #"\"#])
    #expect(fields[2] == ["x\\\ny", #"\\"#, #"a "b""#, #"\"#])
    #expect(rows.map(\.problem) == [nil, nil, nil, .malformedLine, .unclosedQuote])
    #expect(rows.map(\.fields.count) == [3, 3, 4, 2, 1])
  }

  /// Blanks around a field are none of it, unless they are escaped.
  @Test func escapedTabs() {
    let format = DelimitedFormat(delimiter: 0x09, quote: nil, escape: UInt8(ascii: "\\"))
    var count = 0
    let rows = walkedRows(Array("a\\\t\t\\\tb \t c\\\t ".utf8), format, walked: &count)
    #expect(rows[0].fields == [Array("a\t".utf8), Array("\tb".utf8), Array("c\t".utf8)])
  }

  private static let otherFormats = [
    DelimitedFormat(delimiter: comma, quote: UInt8(ascii: "'")),
    DelimitedFormat(delimiter: comma, escape: UInt8(ascii: "\\")),
    DelimitedFormat(delimiter: comma, quote: UInt8(ascii: "'"), escape: UInt8(ascii: "^")),
    DelimitedFormat(delimiter: comma, quote: nil, escape: UInt8(ascii: "\\")),
    DelimitedFormat(delimiter: 0x09, escape: UInt8(ascii: "\\")),
    DelimitedFormat(delimiter: UInt8(ascii: " "), escape: UInt8(ascii: "\\")),
  ]

  @Test(arguments: otherFormats)
  func everyTextWithOtherQuotesAndEscapes(format: DelimitedFormat) {
    var alphabet = Array("a\n\r ".utf8) + [format.delimiter]
    if let quote = format.quote { alphabet.append(quote) }
    if let escape = format.escape { alphabet.append(escape) }
    for length in 0...(Thorough.isOn ? 7 : 4) {
      everyText(of: alphabet, length) { check($0, format) }
    }
  }

  @Test func everyTextOfUpToSixBytes() {
    let raw = DelimitedFormat(delimiter: Self.comma, quote: nil)
    for length in 0...6 {
      everyText(of: Array("a,\"\n\r ".utf8), length) { bytes in
        check(bytes, Self.plain)
        if length < 6 { check(bytes, raw) }
      }
    }
  }

  @Test func agreesWithTheSlowReaderOnGeneratedTexts() {
    let seed: UInt64 = 11
    var random = SplitMix64(seed: seed)
    let alphabets = [
      "ab,;\t\"\n\r", "a ,\"", "ab ,;\"\n", "abcdefgh,\"\n", "a,\n", "äé漢😀,\"\n\r\u{0}",
      "abcdefghijklmnopqrstuvwx,",
    ]
    for round in 0..<Thorough.cases(6000) {
      let alphabet = alphabets.randomElement(using: &random)!
      var bytes: [UInt8] = []
      // At most 23 fields a row: the test's slots.
      var fields = 0
      for byte in random.text(alphabet, 0...60).utf8 {
        if [0x2C, 0x3B, 0x09].contains(byte) { fields += 1 }
        if fields < 22 || byte >= 0x80 || byte == 0x0A { bytes.append(byte) }
        if byte == 0x0A { fields = 0 }
      }
      let delimiter = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09].randomElement(using: &random)!
      let isQuoting = random.chance(80)
      check(
        bytes, delimitedFormat(delimiter, isQuoting: isQuoting), "seed \(seed), round \(round):")
      let quote = isQuoting ? UInt8(ascii: "'") : nil
      let format = DelimitedFormat(
        delimiter: delimiter, quote: quote, escape: UInt8(ascii: "\\"))
      let other = bytes.map { byte -> UInt8 in
        if byte == UInt8(ascii: "\"") { return UInt8(ascii: "'") }
        return [UInt8(ascii: "b"), UInt8(ascii: "x")].contains(byte) ? UInt8(ascii: "\\") : byte
      }
      check(other, format, "seed \(seed), round \(round):")
    }
  }
}
