import Foundation
import Testing

/// Rows as they really are, kind by kind, with what each must become.
@Suite struct RowKindTests {
  private static let json =
    "user: u\nevent: e\ntime: t\nproperties: {p: p, a: {path: a, type: number}}"
  private static let csv = "format: csv\nuser: u\nevent: e\ntime: t\nproperties: {p: p}"
  private static let day = "2024-01-02T00:00:00Z"

  private static func good(_ user: String, _ rest: String = "") -> String {
    #"{"u":"\#(user)","e":"x","t":"\#(day)"\#(rest)}"#
  }

  private static func row(
    _ user: String, _ rest: String = "-|-", event: String = "x"
  ) -> String {
    "\(user)|-|\(event)|\(day)|-|\(rest)"
  }

  private func same(
    _ source: String, _ log: String, _ rows: [String], repairs: [String: Int] = [:],
    rejects: [String: Int] = [:], location: SourceLocation = #_sourceLocation
  ) throws {
    for chunkBytes in [1, 7, 256 << 10] {
      let read = try ReadRows(source, log, chunkBytes: chunkBytes)
      #expect(read.problem == nil, sourceLocation: location)
      #expect(read.rows == rows, sourceLocation: location)
      #expect(read.repairs == repairs, sourceLocation: location)
      #expect(read.rejects == rejects, sourceLocation: location)
    }
  }

  // MARK: Layouts

  @Test func valuesHoweverLaidOut() throws {
    let (a, b, c) = (Self.good("1"), Self.good("2"), Self.good("3"))
    let pretty = a.replacing(",", with: ",\n  ").replacing("{", with: "{\n  ")
    let rows = ["1", "2", "3"].map { Self.row($0) }
    let layouts = [
      "\(a)\(b)\(c)", "[\(a),\(b),\(c)]", "[\n\(a),\n\(b),\n\(c)\n]\n", "\(pretty)\n\(pretty)",
      "\u{1E}\(a)\n\u{1E}\(b)\n\u{1E}\(c)\n", "[\n\(pretty),\n\(b)\n,\(c)]", "\(a) \(b)\n\n  \(c)",
    ]
    for (index, layout) in layouts.enumerated() {
      let expected = index == 3 ? [rows[0], rows[0]] : rows
      try same("format: json\n" + Self.json, layout, expected)
      let read = try ReadRows(Self.json, layout)
      #expect(read.rows == expected, "\(layout)")
      #expect(read.source.isReadAsValues == (index < 6), "\(layout)")
    }
    // Several on a line are several rows of that line.
    try same(Self.json, "\(a)\n\(b)\(c)\n\(a), \(b)\n", rows + rows[0...1])
  }

  @Test func brokenValuesAmongOthers() throws {
    let (a, b) = (Self.good("1"), Self.good("2"))
    let rows = [Self.row("1"), Self.row("2")]
    try same("format: json\n" + Self.json, "\(a) oops\n\(b)", rows, rejects: ["malformed JSON": 1])
    try same(
      "format: json\n" + Self.json, "[\(a),\n{\"u\": \"unclosed\n\(b)]", rows,
      rejects: ["malformed JSON": 1])
  }

  @Test func recordsInsideOfRows() throws {
    let source = "records: log.events\nuser: user.id\nevent: e\ntime: t\nproperties: {p: p}"
    let log = #"""
      {"user":{"id":"u1"},"p":"outer","log":{"t":"2024-01-02T00:00:00Z","events":[{"e":"x"},{"e":"y","p":"inner","t":"2024-01-03T00:00:00Z"}]}}
      {"user":{"id":"u2"},"log":{"events":[]}}
      {"user":{"id":"u3"},"log":{}}
      {"user":{"id":"u4"},"log":"{\"events\":[{\"e\":\"z\",\"t\":\"2024-01-04T00:00:00Z\"}]}"}
      """#
    try same(
      source, log,
      [
        "u1|-|x|2024-01-02T00:00:00Z|-|outer", "u1|-|y|2024-01-03T00:00:00Z|-|inner",
        "u4|-|z|2024-01-04T00:00:00Z|-|-",
      ], rejects: ["no records": 1])
  }

  @Test func prefixes() throws {
    let log = """
      2024-01-02T03:04:05.678901234Z stdout F \(Self.good("1"))
      Jan  2 03:04:05 web-1 app[12]: \(Self.good("2"))
      \(Self.good("3"))
      nothing of the kind
      """
    try same(
      "prefix: skip\n" + Self.json, log, ["1", "2", "3"].map { Self.row($0) },
      rejects: ["not an object": 1])
    #expect(try ReadRows(Self.json, log).rejects == ["malformed JSON": 3])
  }

  @Test func pathsThroughTextAndArrays() throws {
    let source = """
      user: log.user
      account: "groups.company[0]"
      event: e
      time: t
      properties:
        page: "params[page]"
        count: "params[count]"
        second: "list[1].x"
        dotted: a.b
      """
    let log = #"""
      {"e":"x","t":"2024-01-02","log":"{\"user\":\"u1\"}","groups":{"company":["acme","b"]},"params":[{"key":"count","value":{"string_value":null,"int_value":"5"}},{"name":"page","value":"/a"}],"list":[{"x":1},{"x":2}],"a.b":"exact","a":{"b":"nested"}}
      {"e":"x","t":"2024-01-02","log":{"user":"u2"},"groups":{"company":[]},"params":{"page":"/b"},"list":[],"a":{"b":"nested"}}
      """#
    try same(
      source, log,
      [
        "u1|acme|x|2024-01-02T00:00:00Z|-|5|exact|/a|2",
        "u2|-|x|2024-01-02T00:00:00Z|-|-|nested|/b|-",
      ])
  }

  @Test func jointKeysAndForms() throws {
    let source = """
      user: [{path: mail, as: lower}, {all: [host, agent]}]
      account: {path: mail, as: domain, except: [gmail.com]}
      event: e
      time: t
      """
    let log = #"""
      {"e":"x","t":"2024-01-02","mail":"Ann@Example.ORG"}
      {"e":"x","t":"2024-01-02","mail":"bob@GMAIL.com"}
      {"e":"x","t":"2024-01-02","host":"a|b","agent":"c"}
      {"e":"x","t":"2024-01-02","host":"a","agent":"b|c"}
      {"e":"x","t":"2024-01-02","host":"a"}
      {"e":"x","t":"2024-01-02","mail":"no address"}
      {"e":"x","t":"2024-01-02"}
      """#
    try same(
      source, log,
      [
        "ann@example.org|example.org|x|\(Self.day)|-", "bob@gmail.com|-|x|\(Self.day)|-",
        #"a\|b|c|-|x|\#(Self.day)|-"#, #"a|b\|c|-|x|\#(Self.day)|-"#, "a||-|x|\(Self.day)|-",
        "no address|-|x|\(Self.day)|-",
      ], rejects: ["no user": 1])
  }

  @Test func oneRowSeveralEvents() throws {
    let source = """
      format: csv
      user: Lead
      each:
        - {event: created, time: Created}
        - {event: signed, time: Closed, where: {Stage: [Won, Closed Won]}}
      """
    let log = """
      Lead,Created,Closed,Stage
      l1,2024-01-02,2024-02-03,Closed Won
      l2,2024-01-03,2024-02-04,Lost
      l3,,,Open
      ,2024-01-04,,Open
      """
    try same(
      source, log,
      [
        "l1|-|created|2024-01-02T00:00:00Z|-", "l1|-|signed|2024-02-03T00:00:00Z|-",
        "l2|-|created|2024-01-03T00:00:00Z|-",
      ], rejects: ["no user": 1])
    let read = try ReadRows(source, log)
    #expect(read.tally.rows == 5 && read.tally.events == 4)
  }

  // MARK: Forgiven and counted

  @Test func forgivenJSON() throws {
    let log = #"""
      {"u":"1","e":"x","t":"2024-01-02T00:00:00Z","a":NaN}
      {"u":"2","e":"x","t":"2024-01-02T00:00:00Z","a":-Infinity,"p":"\x41"}
      {"u":"3","e":"x","t":"2024-01-02T00:00:00Z","p":"\ud83d!"}
      {"u":"4","u":"5","e":"x","t":"2024-01-02T00:00:00Z"}
      {"u":"6","e":"x","t":"2024-01-02T00:00:00Z","p":"a	b"}
      {"u":"7","e":"x","t":"2024-01-02T00:00:00Z",}
      {"u":"8","e":"x","t":"2024-01-02T00:00:00Z"},
      {"u":'9',"e":"x","t":"2024-01-02T00:00:00Z"}
      {"u":"10","e":"x","t":"2024-01-02T00:00:00Z"} text
      {"u":"11","e":"x","t":"2024-01-02T00:00:00Z"
      """#
    let rows = [
      Self.row("1"), Self.row("2", "A|-"), Self.row("3", "\u{FFFD}!|-"), Self.row("5"),
      Self.row("6", "a\tb|-"), Self.row("7"), Self.row("8"),
    ]
    try same(
      Self.json, log, rows,
      repairs: [
        "NaN or Infinity": 2, "\\x escape": 1, "lone surrogate": 1, "duplicate key": 1,
        "raw control character": 1, "trailing comma": 2,
      ], rejects: ["malformed JSON": 3])
    try same("strict: true\n" + Self.json, log, [], rejects: ["malformed JSON": 10])
  }

  @Test func marksBeforeRows() throws {
    let log = "\(Self.good("1"))\n\u{FEFF}\(Self.good("2"))\n\0\0\0\(Self.good("3"))\n\0\0\n"
    let rows = ["1", "2", "3"].map { Self.row($0) }
    try same(Self.json, log, rows, repairs: ["byte order mark or NULs": 3])
    let csv = "u,e,t,p\n1,x,2024-01-02,\n\u{FEFF}2,x,2024-01-02,\n\0\03,x,2024-01-02,\n"
    try same(
      Self.csv, csv, ["1", "2", "3"].map { Self.row($0, "-") },
      repairs: ["byte order mark or NULs": 2])
  }

  @Test func badBytesStayDifferent() throws {
    func bytes(_ user: [UInt8], _ text: [UInt8]) -> [UInt8] {
      Array(#"{"u":""#.utf8) + user + Array(#"","e":"x","t":"\#(Self.day)","p":""#.utf8) + text
        + Array("\"}\n".utf8)
    }
    let log = bytes([0x31], [0x41, 0xE9]) + bytes([0x32], [0x41, 0xE8]) + bytes([0xE9], [0x41])
    let read = try ReadRows(Self.json, log)
    #expect(read.rows == [Self.row("1", "A\\xE9|-"), Self.row("2", "A\\xE8|-")])
    #expect(read.rejects == ["invalid UTF-8": 1])
    // A property that is an object is text, too.
    let object =
      Array(#"{"u":"1","e":"x","t":"\#(Self.day)","p":{"k":""#.utf8) + [0xFF] + Array("\"}}".utf8)
    #expect(try ReadRows(Self.json, object).rows == [Self.row("1", "{\"k\":\"\\xFF\"}|-")])
  }

  // MARK: CSV

  @Test func spreadsheets() throws {
    let rows = [Self.row("1", "a b"), Self.row("2", "-")]
    let cases: [(String, String)] = [
      ("", "u,e,t,p\n1,x,2024-01-02,a b\n2,x,2024-01-02,\n"),
      ("", "u , e, t ,p\n 1, x ,2024-01-02 , a b\n2,x,2024-01-02,\n"),
      ("", "u,e,t,p\r\n1,x,2024-01-02,\"a b\"\r\n2,x,2024-01-02,\"\"\r\n"),
      ("", "u,e,t,p\r1,x,2024-01-02,a b\r2,x,2024-01-02,\r"),
      ("", "sep=;\nu;e;t;p\n1;x;2024-01-02;a b\n2;x;2024-01-02;\n"),
      ("delimiter: \"|\"", "u|e|t|p\n1|x|2024-01-02|a b\n2|x|2024-01-02|\n"),
      ("columns: [u, e, t, p]", "1,x,2024-01-02,a b\n2,x,2024-01-02,\n"),
      ("skip: 2", "Report\nfor you\nu,e,t,p\n1,x,2024-01-02,a b\n2,x,2024-01-02,\n"),
      ("comment: \"#\"", "# a\nu,e,t,p\n1,x,2024-01-02,a b\n# b\n2,x,2024-01-02,\n"),
      ("quote: \"'\"", "u,e,t,p\n'1',x,2024-01-02,'a b'\n2,'x',2024-01-02,''\n"),
    ]
    for (more, log) in cases { try same(Self.csv + "\n" + more, log, rows) }
    try same(
      Self.csv.replacing("csv", with: "tsv"),
      "u\te\tt\tp\n1\tx\t2024-01-02\ta b\n2\tx\t2024-01-02\t\n", rows)
  }

  @Test func quotesInside() throws {
    let rows = [Self.row("1", #"say "hi", twice"#), Self.row("2", "z")]
    try same(
      Self.csv + "\nescape: \"\\\\\"",
      "u,e,t,p\n1,x,2024-01-02,\"say \\\"hi\\\", twice\"\n2,x,2024-01-02,\"z\"\n", rows)
    try same(
      Self.csv + "\nquote: \"'\"",
      "u,e,t,p\n1,x,2024-01-02,'say \"hi\", twice'\n2,x,2024-01-02,z\n", rows)
    try same(
      Self.csv + "\nquote: none",
      "u,e,t,p\n1,x,2024-01-02,\"a\n2,x,2024-01-02,z\n", [Self.row("1", "\"a"), rows[1]])
  }

  @Test func straySwallowsNoRows() throws {
    let log = """
      u,e,t,p
      1,x,2024-01-02,"5 inch
      2,x,2024-01-02,ok
      3,x,2024-01-02,7" tablet
      4,x,2024-01-02,ok
      """
    try same(
      Self.csv, log, [Self.row("2", "ok"), Self.row("3", "7\" tablet"), Self.row("4", "ok")],
      rejects: ["malformed line": 1])
    // A quote that never closes ends with the 1,000th line, and what follows is read.
    let many = (2..<3000).map { "\($0),x,2024-01-02,ok\n" }.joined()
    let read = try ReadRows(Self.csv, "u,e,t,p\n1,x,2024-01-02,\"never\n" + many)
    #expect(read.rows.count == 2998 && read.rejects == ["unclosed quote": 1])
    #expect(read.tally.rows == 2999 && read.tally.lines == 3000)
    #expect(read.tally.rejectedBytes == "1,x,2024-01-02,\"never\n".utf8.count)
    // What is longer than a line may be counts by its lines, too.
    let long = try ReadRows(
      Self.csv, "u,e,t,p\n1,x,2024-01-02,\"a\nb\nc\"\n2,x,2024-01-02,ok\n", lineBytesMax: 20)
    #expect(long.rows == [Self.row("2", "ok")])
    #expect(long.source.droppedRows == 3 && long.source.droppedLines == 3)
    // Quotes that close and open in every other row make one row of all: 1,000 lines are cut, and
    // what is whole in them is read, each line a few times at most.
    let odd = (0..<3000).map {
      $0 % 2 == 0 ? "a\"\($0),x,2024-01-02,\"b\n" : "\($0),x,2024-01-02,ok\n"
    }
    for chunkBytes in [100, 256 << 10] {
      let read = try ReadRows(
        Self.csv, Array(("u,e,t,p\n" + odd.joined()).utf8), chunkBytes: chunkBytes)
      #expect(read.rows == (0..<1500).map { Self.row("\(2 * $0 + 1)", "ok") })
      #expect(read.rejects == ["unclosed quote": 1500])
      #expect(read.tally.rows == 3000 && read.tally.lines == 3001)
    }
    // Quotes that close in another row leave too few columns: the lines between are rows.
    try same(
      Self.csv, "u,e,t,p\n1,x,\"2024-01-02,ok\n2,x,2024-01-02,ok\n3,x\",2024-01-02,ok\n",
      [Self.row("2", "ok"), Self.row("3", "ok", event: "x\"")], rejects: ["wrong column count": 1])
  }

  @Test func columnsThatAFileLacks() throws {
    let read = try ReadRows(Self.csv, "u,e,t\n1,x,2024-01-02\n")
    #expect(read.rows == [Self.row("1", "-")] && read.tally.missingColumns == ["p"])
    // Rows that are shorter than the header are counted: their columns may be others than it says.
    let short = try ReadRows(Self.csv, "u,e,t,p\n1,x,2024-01-02\n2,x,2024-01-02,ok\n")
    #expect(short.rows == [Self.row("1", "-"), Self.row("2", "ok")])
    #expect(short.repairs == ["fewer columns than the header": 1])
    let refused = try ReadRows(Self.csv, "u,e,p\n1,x,y\n")
    #expect(refused.problem == "no column named \"t\"; the header has: u, e, p")
  }

  // MARK: Servers

  @Test func formatStrings() throws {
    let row = "192.0.2.1|-|hit|2024-01-02T03:04:05Z|-|Moz \"x\" 1|/a b|0.012"
    let more =
      "\nuser: host\nevent: {value: hit}\nproperties: {agent: agent, path: path, took: {path: \"%@\", type: number}}"
    let nginx =
      #"format: {nginx: '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent rt=$request_time "$http_user_agent"'}"#
    try same(
      nginx + more.replacing("%@", with: "$request_time"),
      #"""
      192.0.2.1 - - [02/Jan/2024:03:04:05 +0000] "GET /a b HTTP/1.1" 200 5 rt=0.012 "Moz "x" 1"
      192.0.2.1 - - [02/Jan/2024:03:04:05 +0000] "GET /a b HTTP/1.1" OK 5 rt=0.012 "Moz "x" 1"
      """#,
      [row], rejects: ["malformed line": 1])
    let apache = #"format: {apache: '%h %l %u %t \"%r\" %>s %b %D \"%{User-Agent}i\"'}"#
    try same(
      apache + more.replacing("%@", with: "%D"),
      #"192.0.2.1 - - [02/Jan/2024:03:04:05 +0000] "GET /a b HTTP/1.1" 200 5 0.012 "Moz "x" 1""#,
      [row])
    let iso =
      "format: {nginx: '$time_iso8601|$remote_addr|$msec|$request_time|$http_user_agent|$uri'}"
    try same(
      iso + more.replacing("%@", with: "$request_time"),
      "2024-01-02T03:04:05+00:00|192.0.2.1|1|0.012|Moz \"x\" 1|/a b", [row])
    // A time in brackets, and a bracket behind it: nothing is before the first byte of a file.
    try same(
      "format: {apache: '%t[%D %h'}\nuser: host\nevent: {value: hit}\nproperties: {p: \"%D\"}",
      "[[5 192.0.2.1\n[02/Jan/2024:03:04:05 +0000][5 192.0.2.1\n",
      ["192.0.2.1|-|hit|2024-01-02T03:04:05Z|-|5"], rejects: ["malformed line": 1])
    // A time at the end, of which a line may have only the beginning.
    try same(
      "format: {apache: '%h %D %t'}\nuser: host\nevent: {value: hit}\nproperties: {p: \"%D\"}",
      "192.0.2.1 5 [\n192.0.2.1 5 [02/Jan\n192.0.2.1 5 [02/Jan/2024:03:04:05 +0000]\n",
      ["192.0.2.1|-|hit|2024-01-02T03:04:05Z|-|5"], rejects: ["malformed line": 2])
  }

  @Test func w3cHeadersMayChange() throws {
    let source = "format: w3c\nuser: c-ip\nevent: {value: hit}\nproperties: {page: cs-uri-stem}"
    let log = """
      #Software: Microsoft Internet Information Services 10.0
      #Fields: date time c-ip cs-uri-stem
      2024-01-02 03:04:05 192.0.2.1 /a
      2024-01-02 03:04:05 192.0.2.1
      #Fields: date time cs-uri-stem c-ip
      2024-01-02 03:04:06 - 192.0.2.2
      """
    try same(
      source, log,
      [
        "192.0.2.1|-|hit|2024-01-02T03:04:05Z|-|/a", "192.0.2.2|-|hit|2024-01-02T03:04:06Z|-|-",
      ], rejects: ["wrong column count": 1])
  }
}
