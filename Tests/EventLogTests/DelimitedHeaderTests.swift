import TestSupport
import Testing

@testable import EventLog

/// Headers of delimited files: what columns are called, and what is said where they are not those that
/// are asked for.
@Suite struct DelimitedHeaderTests {
  /// A header of more columns than anybody names is refused before its names are made.
  @Test func tooManyColumns() {
    for (more, problem) in [(0, nil), (1, DelimitedHeader.tooManyCells)] as [(Int, String?)] {
      let names = [String](repeating: "x", count: DelimitedHeader.columnsMax - 4 + more)
      let header = (["user", "event", "time", "id"] + names).joined(separator: ",")
      let parsed = DelimitedRowParserTests.parse(
        [header + "\n"],
        DelimitedRowParserTests.extraction(.csv(delimiter: DelimitedRowParserTests.comma)))
      #expect(parsed.problem == problem)
    }
  }

  private static let problemCases: [(String, String)] = [
    ("user,event\nu,e\n", "no column named \"time\"; the header has: user, event"),
    ("User,event,time\n", "no column named \"user\"; the header has: User, event, time"),
    ("user,event,time,user\nu,e,1,u\n", "2 columns are named \"user\""),
    ("user,event,\"time\n", "a quote in the header is not closed"),
    ("user,event,\"time\"x\n", "the header has text after a closing quote"),
    (
      "user\tevent\ttime\n",
      "no column named \"user\"; the header has: user\tevent\ttime; say `delimiter: \"\\t\"`"
    ),
    (
      "u,e,2024-01-02\n",
      "no column named \"user\"; the header has: u, e, 2024-01-02; that looks like a row: for a file "
        + "without a header say `columns: [...]`"
    ),
    (
      "user event time\n",
      "no column named \"user\"; the header has: user event time; say `delimiter: \" \"`"
    ),
    ("the user,event,time\n", "no column named \"user\"; the header has: the user, event, time"),
    (
      "'user','event','time'\n",
      "no column named \"user\"; the header has: 'user', 'event', 'time'; say `quote: \"'\"`"
    ),
    (
      "Orders,,\n\nfrom,1,2\n\"user\",time,event\n",
      "no column named \"user\"; the header has: Orders, , ; line 4 has it: for lines before the header "
        + "say `skip: 3`"
    ),
    (
      "x\ny\nuser,time,event\n",
      "no column named \"user\"; the header has: x; line 3 has it: for lines before the header say "
        + "`skip: 2`"
    ),
    // Behind a stated delimiter, lines are counted otherwise.
    ("sep=,\nx\nuser,time,event\n", "no column named \"user\"; the header has: x"),
  ]

  @Test(arguments: problemCases)
  func headerProblems(file: String, problem: String) {
    let parsed = DelimitedRowParserTests.parse(
      [file, "u,e,1\n"],
      DelimitedRowParserTests.extraction(.csv(delimiter: DelimitedRowParserTests.comma)))
    #expect(parsed.problem == problem)
    #expect(parsed.rows == [] && parsed.tally.rows == 0 && parsed.tally.rejectedTotal == 0)
  }

  @Test func namesBehindBlanks() {
    let parsed = DelimitedRowParserTests.parse(
      ["user, \"event\", \"time\"\nu1, \"A, b\", 1\nu2, \"A\", 2\n"],
      DelimitedRowParserTests.extraction(.csv(delimiter: DelimitedRowParserTests.comma)))
    #expect(parsed.problem == nil && parsed.rows == ["2|u2|A|2"])
    #expect(parsed.tally.rejected[Int(RejectReason.malformedLine.rawValue)] == 1)
  }

  @Test func headersOfEveryKind() {
    let extraction = DelimitedRowParserTests.extraction(
      .csv(delimiter: DelimitedRowParserTests.comma), user: "the \"user\",\nid", event: "",
      time: "время")
    let parsed = DelimitedRowParserTests.parse(
      ["\"the \"\"user\"\",\nid\",,время,x,x\r\nu,e,1,2,3\r\n"], extraction)
    #expect(parsed.problem == nil)
    #expect(parsed.rows == ["2|u|e|1"])
    let invalid = DelimitedRowParserTests.parse(
      [Array("user,event,time,".utf8) + [0xFF, 0x0A]], extraction)
    #expect(invalid.problem == "the header is not valid UTF-8")
    for bad in [UInt8(ascii: "\""), 0x0A, 0x0D, 0x00, 0xE4] {
      let parsed = DelimitedRowParserTests.parse(
        ["user\n"], DelimitedRowParserTests.extraction(.csv(delimiter: bad)))
      #expect(parsed.problem?.hasSuffix("cannot be the delimiter") == true)
    }
    #expect(DelimitedRowParserTests.parse([""], extraction).problem == nil)
    let many = DelimitedRowParserTests.parse(
      [(0..<50).map { "c\($0)" }.joined(separator: ",")],
      DelimitedRowParserTests.extraction(.csv(delimiter: DelimitedRowParserTests.comma)))
    #expect(many.problem?.hasSuffix("c38, c39, and 10 more") == true)
  }

  @Test func oneColumnForSeveralFields() {
    let extraction = DelimitedRowParserTests.extraction(
      .csv(delimiter: UInt8(ascii: ";")), user: "x", event: "x", time: "t", texts: ["x", "t"])
    let parsed = DelimitedRowParserTests.parse(["t;x\n5;\"a\"\"b\"\n"], extraction)
    #expect(parsed.rows == ["1|a\"b|a\"b|5|a\"b|5"])
  }
}
