import Testing

@testable import EventLog

/// The three readers of JSON rows against the reference, on rows made at random and broken at random.
@Suite struct JSONRowParserTests {
  static let paths = [
    "u", "a", "b", "c", "id", "event", "messageId", "timestamp", "exactly8", "exactly16bytes!!",
    "seventeen bytes!!", "a.b", "a.b.c", "b.a", "b.event", "a.a longer key, with: {[", "键",
    "键.schlüssel",
    "c.a.b.u", "schlüssel", "id.id", "id.id.id",
    "a key so long that no check of eight bytes after another will want to reach back so far, really",
  ]

  @Test func equalsTheReferenceOnValidRows() {
    for seed in 0..<60 as Range<UInt64> {
      var generator = JSONGenerator(seed: seed)
      generator.blanks = [0, 0, 10, 60][Int(seed % 4)]
      generator.escapes = [0, 5][Int(seed / 4 % 2)]
      var subject = JSONSubject(Self.paths)
      for chunk in 0..<4 {
        var bytes: [UInt8] = []
        for _ in 0..<25 { bytes += Array((generator.row() + "\n").utf8) }
        if chunk % 2 == 1 { bytes.removeLast() }
        let reference = jsonReferenceRows(bytes, Self.paths)
        #expect(
          reference.rejects.allSatisfy {
            $0.reason == .noTime || $0.reason == .badTime || $0.reason == .notAnObject
          })
        #expect(subject.rows(bytes) == reference, "seed \(seed), chunk \(chunk)")
      }
    }
  }

  /// Rows without any regularity are no longer looked up by shape; what they are stays the same, also
  /// when regular ones come again.
  @Test func equalsTheReferenceWhereShapesDoNotPay() {
    var generator = JSONGenerator(seed: 77)
    var subject = JSONSubject(Self.paths)
    let regular = (0..<40).map {
      "{\"u\":\"u\($0)\",\"timestamp\":\"2026-01-02\",\"a\":{\"b\":\($0)}}\n"
    }
    for chunk in 0..<4 {
      var bytes: [UInt8] = []
      for _ in 0..<400 { bytes += Array((generator.row() + "\n").utf8) }
      bytes += Array(regular.joined().utf8)
      #expect(subject.rows(bytes) == jsonReferenceRows(bytes, Self.paths), "chunk \(chunk)")
    }
  }

  @Test func equalsTheReferenceOnBrokenRows() {
    var outcomes: [RejectReason: Int] = [:]
    for seed in 0..<80 as Range<UInt64> {
      var generator = JSONGenerator(seed: seed &+ 1000)
      generator.blanks = [0, 0, 0, 30][Int(seed % 4)]
      generator.escapes = [0, 5][Int(seed / 4 % 2)]
      var subject = JSONSubject(Self.paths)
      for chunk in 0..<3 {
        var bytes: [UInt8] = []
        for _ in 0..<30 {
          let row = Array(generator.row().utf8)
          bytes += generator.chance(60) ? generator.mutated(row) : row
          bytes.append(0x0A)
        }
        let reference = jsonReferenceRows(bytes, Self.paths)
        for reject in reference.rejects { outcomes[reject.reason, default: 0] += 1 }
        #expect(subject.rows(bytes) == reference, "seed \(seed), chunk \(chunk)")
        if seed % 4 > 0 { continue }
        var strict = JSONSubject(Self.paths, isStrict: true)
        #expect(
          strict.rows(bytes) == jsonReferenceRows(bytes, Self.paths, isStrict: true),
          "strict, seed \(seed), chunk \(chunk)")
      }
    }
    for reason in [RejectReason.malformedJSON, .invalidUTF8, .notAnObject, .noTime, .badTime] {
      #expect(outcomes[reason, default: 0] > 0, "\(reason) never came up")
    }
  }

  /// Logs repeat few shapes: each row here is a copy of one of three with values exchanged, so that
  /// most rows are compared with a known shape, and then broken by a single byte anywhere.
  @Test func trustsNoShape() {
    for seed in 0..<40 as Range<UInt64> {
      var generator = JSONGenerator(seed: seed &+ 5000)
      generator.blanks = [0, 0, 20][Int(seed % 3)]
      generator.escapes = 0
      var subject = JSONSubject(Self.paths)
      let shapes = (0..<3).map { _ in Array(generator.row(members: 10).utf8) }
      var bytes: [UInt8] = []
      for shape in shapes + shapes { bytes += shape + [0x0A] }
      #expect(subject.rows(bytes) == jsonReferenceRows(bytes, Self.paths), "seed \(seed)")
      for round in 0..<6 {
        bytes = Array(repeating: 0x20, count: 64) + [0x0A]
        for _ in 0..<20 {
          var row = shapes.randomElement(using: &generator.random)!
          if generator.chance(70) { row = generator.mutated(row) }
          bytes += row + [0x0A]
        }
        #expect(
          subject.rows(bytes) == jsonReferenceRows(bytes, Self.paths), "seed \(seed), \(round)")
      }
    }
  }

  /// Logs whose keys are there or not: each row here has some of the same members in any order, so that
  /// hardly one has a shape that came before; half of them are broken by a few bytes anywhere.
  @Test func walksRowsWithoutAKnownShape() {
    for seed in 0..<60 as Range<UInt64> {
      var generator = JSONGenerator(seed: seed &+ 7000)
      generator.blanks = [0, 0, 20][Int(seed % 3)]
      generator.escapes = [0, 5][Int(seed / 3 % 2)]
      var subject = JSONSubject(Self.paths)
      let keys = JSONGenerator.keys.shuffled(using: &generator.random).prefix(9)
      let members = keys.map { key in
        let head = "\(generator.string(key))\(generator.blank()):\(generator.blank())"
        return (0..<2).map { _ in head + generator.value(depth: 1) }
      }
      func row(_ generator: inout JSONGenerator) -> [UInt8] {
        var parts = members.shuffled(using: &generator.random).prefix(5).map {
          $0.randomElement(using: &generator.random)!
        }
        if generator.chance(5) { parts.append(parts[0]) }
        return Array("{\"t\":1700000000,\(parts.joined(separator: ","))}".utf8)
      }
      for round in 0..<8 {
        var bytes: [UInt8] = Array(repeating: 0x20, count: 64) + [0x0A]
        for _ in 0..<30 {
          let whole = row(&generator)
          bytes += round > 0 && generator.chance(50) ? generator.mutated(whole) : whole
          bytes.append(0x0A)
        }
        #expect(
          subject.rows(bytes) == jsonReferenceRows(bytes, Self.paths), "seed \(seed), \(round)")
      }
    }
  }

  /// Each byte of a row of a known shape, replaced by each byte that means something.
  @Test func checksEveryByteOfAKnownShape() {
    let rows = [
      #"{"t":1,"a":{"b":"x","c":[1,2,{"d":null}]},"event":"y","exactly16bytes!!":true,"b":{}}"#,
      #"{"t": 1, "a": {"b": "x", "c": [1, 2, {"d": null}]}, "event": "y", "b": [ "z" ]}"#,
    ]
    for text in rows {
      let row = Array(text.utf8)
      var subject = JSONSubject(Self.paths)
      for place in row.indices {
        var bytes = row + [0x0A] + row + [0x0A]
        for byte in Array("{}[]:,\"\\ \n1ax".utf8) + [0x01, 0xC3] {
          var broken = row
          broken[place] = byte
          bytes += broken + [0x0A]
        }
        bytes += row
        #expect(subject.rows(bytes) == jsonReferenceRows(bytes, Self.paths), "place \(place)")
      }
    }
  }

  /// Rows that have every token of a known shape, and are something else.
  @Test func seesThroughDisguises() {
    let pairs = [
      (#"{"t": 1, "v": 2, "a": 3}"#, #"{"t": 1, "v": "a": 3}"#),
      (#"{"t": 1, "v": "w", "a": 3}"#, #"{"t": 1, "v": ["w", "a": 3}"#),
      (#"{"t":1,"v":2,"a":3}"#, #"{"t":1,"v":"a":3}"#),
      (#"{"t":1,"a":{"b":"x"},"u":"y"}"#, #"{"t":1,"a":{"b":"x"}:"u":"y"}"#),
      (#"{"t":1,"a":{"b":"x"},"u":"y"}"#, #"{"t":1,"a": {"b":"x"},"u":"y"}"#),
      (#"{"t":1,"a":{"b":"x"},"u":"y"}"#, #"{"t":1,"a",{"b":"x"},"u":"y"}"#),
      (#"{"t":1,"a":{"b":"x"},"u":"y"}"#, #"{"t":1,"a":1,{"b":"x"},"u":"y"}"#),
      (#"{"t":1,"a":["b"],"u":"y"}"#, #"{"t":1,"a":1,["b"],"u":"y"}"#),
      (#"{"t":1,"v":{"b":{"c":1}}}"#, #"{"t":1,"v":{"b":"x",{"c":1}}}"#),
      (#"{"t":1,"a":[{"b":"x"}],"u":"y"}"#, #"{"t":1,"a":[1{"b":"x"}],"u":"y"}"#),
      (#"{"t":1,"a":[1,2,3],"u":"y"}"#, #"{"t":1,"a":[1,2,],"u":"y"}"#),
      (#"{"t":1,"a":[1,2,3],"u":"y"}"#, #"{"t":1,"a":[1,,3],"u":"y"}"#),
      (#"{"t":1,"v":"x","u":"y"}"#, #"{"t":1,"\"v":"x","u":"y"}"#),
      (#"{"t":1,"v":"x","u":"y"}"#, #"{"t":1,"x","v":"x","u":"y"}"#),
      (#"{"t":1,"v":"x","u":"y"}"#, #"{"t":1,"x,"v":"x","u":"y"}"#),
      (#"{"t":1,"v":"x","u":"y"}"#, #"{"t":1,"v":"x","u":"y"}1"#),
      (#"{"t":1,"v":"x","u":"y"}"#, #"1{"t":1,"v":"x","u":"y"}"#),
      (#"{"t":1,"v":"x","u":"y"}"#, #"1,{"t":1,"v":"x","u":"y"}"#),
      (#"{"t":1,"v":"x","u":"y"}"#, #""x",{"t":1,"v":"x","u":"y"}"#),
      (#"{"t":1,"v":"x","u":"y"}"#, #"{"t":1 ,"v" : "x", "u":"y" }"#),
      (#"{"t" : 1 , "v" : "x" , "u" : { } }"#, #"{"t" : 1 , "v" : "x" : "u" : { } }"#),
      (#"{"t" : 1 , "v" : "x" , "u" : [ ] }"#, #"{"t" : 1 , "v" : "x" , "u" : [ } }"#),
      (#"{"t" : 1 , "v" : "x" , "u" : [ ] }"#, #"{"t" : 1 , "v" : "x" , "u" : [ 1 ] }"#),
      (#"{"t":1,"v":"x","u":"y"}"#, #"{"t":1,"v":"x","u":"y"},1"#),
      (#"{"t":1,"v":"x","u":"y"}"#, #"{"t":1,"v":"x","U":"y"}"#),
      (#"{"t":1,"v":"x","u":"y"}"#, #"{"t":1,"u":"x","u":"y"}"#),
      (#"{"t":1,"v":"x","seventeen bytes!!":"y"}"#, #"{"t":1,"v":"x","Seventeen bytes!!":"y"}"#),
      (#"{"t":1,"v":"x","seventeen bytes!!":"y"}"#, #"{"t":1,"v":"x","eventeen bytes!!":"y"}"#),
      (#"{"t":1,"v":"x","seventeen bytes!!":"y"}"#, #"{"t":1,"v":"x","sseventeen bytes!!":"y"}"#),
      (#"{"t":1,"v":"x","u":"y"}"#, #"{"t":1,"v":null,"u":""u":"}"#),
      (#"{"t":1,"v":"x","u":"y"}"#, #"{"t":1,"v":true,"u":-1.5e3}"#),
    ]
    let start = [UInt8](repeating: 0x20, count: 64) + [0x0A]
    for (known, other) in pairs {
      var subject = JSONSubject(Self.paths)
      let rows = [known, known, other, known, other]
      let bytes = start + Array(rows.joined(separator: "\n").utf8)
      #expect(subject.rows(bytes) == jsonReferenceRows(bytes, Self.paths), "\(other)")
    }
  }

  /// A place that holds a scalar in many rows, and then text with JSON in it, or an object.
  @Test func looksIntoTextBehindRowsOfScalars() {
    let values = ["1", "null", "true", "7.5", #""{\"b\":777}""#, #"{"b":8}"#, "2", #""x""#]
    let rows = (0..<80).map { row in
      #"{"t":1,"u":"u\#(row)","a":\#(values[row < 40 ? row % 4 : row % 8])}"#
    }
    var subject = JSONSubject(["u", "a.b"])
    let bytes = Array(rows.joined(separator: "\n").utf8)
    let read = subject.rows(bytes)
    #expect(read == jsonReferenceRows(bytes, ["u", "a.b"]))
    #expect(read.events[44]?[1] == Array("777".utf8) && read.events[45]?[1] == Array("8".utf8))
  }

  /// Whatever stands in a row, the rows before and after it read as if it were not there.
  @Test func brokenRowsLeaveTheirNeighboursAlone() {
    let good = Array(#"{"t":1,"a":{"b":"before \" and after"},"u":"x"}"#.utf8)
    let broken =
      [
        "\"", "{\"t\":1,\"a\":\"", "{\"t\":1,\"a\":\"\\", "\\", "\\\"", "\"\\", "{", "[[[[", "}",
        "]", ":", ",", "{\"a\":", "{\"a", "t", "-",
        "{\"t\":1,\"u\":\"é", "\"\"\"", "{\"t\":1}}", "{\"t\":1},", "[1,", "\u{0}",
        "{\"t\":1,\"a\":{\"b\":\"", "nul", "",
        " ", "{\"t\":1,\"u\":\"\u{1}\"}", "\"\\u12", "\"\\\\\\",
      ].map { Array($0.utf8) } + [[0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0x80], [0xFF]]
    for (number, row) in broken.enumerated() {
      for padding in 0..<66 {
        let space = [UInt8](repeating: 0x20, count: padding)
        var subject = JSONSubject(["a.b", "u"])
        let bytes =
          good + [0x0A] + space + row + [0x0A] + good + [0x0A] + row + [0x0A] + row + [0x0A] + good
        let rows = subject.rows(bytes)
        #expect(
          rows == jsonReferenceRows(bytes, ["a.b", "u"]), "row \(number), padding \(padding)")
        #expect(rows.events[0] == [Array("before \" and after".utf8), Array("x".utf8)])
        #expect(rows.events[2] == rows.events[0] && rows.events[5] == rows.events[0])
      }
    }
  }

  @Test func lastOfRepeatedKeysWins() {
    let rows = [
      #"{"t":1,"u":"1","u":"2"}"#, #"{"t":1,"u":"1","u":null}"#, #"{"t":1,"u":"1","\u0075":"2"}"#,
      #"{"t":1,"a":{"b":"1","c":"2"},"a":{"c":"3"}}"#, #"{"t":1,"a":{"b":"1"},"a":5}"#,
      #"{"t":1,"a":5,"a":{"b":"1","b":"2"}}"#,
      #"{"t":1,"a":{"b":{"c":1}},"a":{"b":{"c":2,"c":3},"b":4}}"#,
      #"{"t":1,"x":1,"x":2,"y":1,"y":2}"#, #"{"t":1,"x":{"y":1,"y":2}}"#,
      #"{"t":1,"a":[{"b":1,"b":2}]}"#,
    ]
    let paths = ["u", "a", "a.b", "a.c", "a.b.c"]
    let bytes = Array(rows.joined(separator: "\n").utf8)
    var subject = JSONSubject(paths)
    let read = subject.rows(bytes)
    #expect(read == jsonReferenceRows(bytes, paths))
    func texts(_ line: Int) -> [String?] {
      read.events[line]!.map { $0.map { String(decoding: $0, as: UTF8.self) } }
    }
    #expect(texts(0) == ["2", nil, nil, nil, nil])
    #expect(texts(1) == [nil, nil, nil, nil, nil])
    #expect(texts(2) == ["2", nil, nil, nil, nil])
    #expect(texts(3) == [nil, #"{"c":"3"}"#, nil, "3", nil])
    #expect(texts(4) == [nil, "5", nil, nil, nil])
    #expect(texts(5) == [nil, #"{"b":"1","b":"2"}"#, "2", nil, nil])
    #expect(texts(6) == [nil, #"{"b":{"c":2,"c":3},"b":4}"#, "4", nil, nil])
    // One for each object that repeats a key, on the way to a wanted value: rows 0 to 7, and two more
    // in row 6; the objects of the last two rows are nobody's. Row 5 has text where an object is
    // looked into: the slow reader counts rows.
    #expect(read.duplicateKeys == 8 + 2)
  }

  /// Keys that are data: more than the parser can keep, of all lengths.
  @Test func keysWithoutEndAreNoProblem() {
    var generator = JSONGenerator(seed: 77)
    let paths = ["u", "a.key-17", "a.key-4000"]
    var subject = JSONSubject(paths)
    for chunk in 0..<6 {
      var bytes: [UInt8] = []
      for row in 0..<40 {
        let members = (0..<30).map { number -> String in
          let key = Int.random(in: 0..<5000, using: &generator.random)
          let tail = String(repeating: "-", count: key % 90)
          return "\"key-\(key)\(key % 3 == 0 ? tail : "")\":\(number)"
        }
        bytes += Array("{\"t\":1,\"u\":\(row),\"a\":{\(members.joined(separator: ","))}}\n".utf8)
      }
      #expect(subject.rows(bytes) == jsonReferenceRows(bytes, paths), "chunk \(chunk)")
    }
    // One object with more keys than the table takes.
    let wide = (0..<2000).map { "\"k\($0 % 1999)\":\($0)" }.joined(separator: ",")
    let bytes = Array("{\"t\":1,\"a\":{\(wide)},\"u\":\"x\"}\n{\"t\":1,\"u\":\"y\"}".utf8)
    #expect(subject.rows(bytes) == jsonReferenceRows(bytes, paths))
  }

  /// Rows with more tokens than the index holds at once, between small ones.
  @Test func longRowsGrowTheIndex() {
    let items = (0..<20_000).map { String($0 % 10) }.joined(separator: ",")
    let texts = String(repeating: "lorem ipsum ", count: 30_000)
    let bytes = Array(
      """
      {"t":1,"u":"a"}
      {"t":1,"v":[\(items)],"u":"b"}
      {"t":1,"u":"c","v":"\(texts)"}
      {"t":1,"v":[\(items)]],"u":"d"}
      {"t":1,"u":"e"}
      """.utf8)
    var subject = JSONSubject(["u", "v"])
    let read = subject.rows(bytes)
    #expect(read == jsonReferenceRows(bytes, ["u", "v"]))
    #expect(read.events.keys.sorted() == [0, 1, 2, 4])
  }

  /// A copy made after some chunks goes its own way.
  @Test func copiesAreIndependent() {
    var generator = JSONGenerator(seed: 5)
    var first = JSONSubject(Self.paths)
    var bytes: [UInt8] = []
    for _ in 0..<50 { bytes += Array((generator.row() + "\n").utf8) }
    let expected = jsonReferenceRows(bytes, Self.paths)
    _ = first.rows(bytes)
    var second = first
    #expect(second.rows(bytes) == expected)
    #expect(first.rows(bytes) == expected)
    #expect(second.rows(bytes) == expected)
  }
}
