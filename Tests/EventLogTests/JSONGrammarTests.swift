import Foundation
import Testing

@testable import EventLog

/// What is JSON and what is not, by hand, in the manner of JSONTestSuite.
@Suite struct JSONGrammarTests {
  /// Values in the place of V in `{"t":1,"v":V}`.
  static let accepted = [
    "0", "-0", "1", "-1", "10", "1.5", "-0.5", "0e1", "0E+1", "1e-1", "1.25E5", "123e65", "1E22",
    "100000000000000000000000000000000000000000", "0.000000000000000000000000000000000000000001",
    "true", "false", "null", "\"\"", "\"a\"", "\" \"", "\"\u{7F}\"", "\"é\"", "\"\u{FFFF}\"",
    "\"😀\"",
    #""\"""#, #""\\""#, #""\/""#, #""\b\f\n\r\t""#, #""\u0000""#, #""\u0123""#, #""\uD834\uDd1e""#,
    #""\\u000a""#, #""\\""#,
    #""\\\\\"\\""#, #""\u0022\\""#, #""a\\""#, "\"{}[]:,\"", "\"//\"", "\"\\\"\"", "[]", "{}",
    "[ ]", "{ }", "[[]]", "[{}]",
    "{\"\":0}", "[1]", "[1,2,3]", "[1 , 2]", "[null,true,false]", "[\"a\",\"b\"]",
    "[[1],[2,[3]],{}]",
    "{\"a\":[1,{\"b\":2},3],\"c\":{\"d\":[]}}", "[{\"a\":1},{\"a\":2}]",
    "{\"a\" : 1 , \"b\" : [ ] }",
    "{\"a\":\"b\",\"c\":\"d\"}", "[\"a\",{\"b\":\"c\"},\"d\"]", "{\"a\":{\"b\":{\"c\":{}}}}",
    "[1,[2],3,[4,5],{\"x\":[6]}]", " 1", "1 ", "\t1\r", "[\"\",\"\"]", "{\"a\\u0062\":1}",
    "\"x:\\\"y\\\":1\"", "\",\\\"k\\\":\"",
  ]

  static let rejected = [
    "", "01", "-", "-01", "+1", ".5", "1.", "1.e1", "1e", "1e+", "1E", "0x1", "1_000", "1a", "-a",
    "1-", "--1",
    "1.5.5", "1e5e5", "1e1.5", "NaN", "Infinity", "-Infinity", "nan", "True", "TRUE", "tru",
    "truee", "nul",
    "nulll", "fals", "falsee", "undefined", "a", "'a'", "\"", "\"a", "a\"", "\"a\"b", "\"a\"\"b\"",
    "\"a\" \"b\"", "\"a\"1",
    "1\"a\"", "1 2", "true false", "\"\\a\"", "\"\\x41\"", "\"\\u\"", "\"\\u1\"", "\"\\u123\"",
    "\"\\u12g4\"", "\"\\U0041\"",
    "\"\\u+123\"", "\"\\", "\"\\\"", "\"\t\"", "\"\u{0}\"", "\"\u{1F}\"", "\"\r\"", "\\", "\\u0031",
    "[", "]", "{", "}", "[1", "1]",
    "[1,]", "[,1]", "[,]", "[1,,2]", "[1 2]", "[1:2]", "[\"a\":1]", "[\"a\",\"b\":1]", "[{\"a\":1]",
    "[}", "{]", "[1}", "{\"a\":1]",
    "{\"a\"}", "{\"a\":}", "{:1}", "{1:2}", "{a:1}", "{'a':1}", "{null:1}", "{[]:1}", "{{}:1}",
    "{\"a\":1,}", "{,\"a\":1}", "{,}",
    "{\"a\":1,,\"b\":2}", "{\"a\":1 \"b\":2}", "{\"a\",\"b\"}", "{\"a\":1,2}", "{\"a\":1,2,3}",
    "{\"a\":1,\"b\"}", "{\"a\":1,\"b\",\"c\":2}",
    "{\"a\":1,[]}", "{\"a\":1,{}}", "{\"a\":1,{},\"b\":2}", "{\"a\"::1}", "{\"a\":\"b\":1}",
    "{\"a\": \"b\": 1}", "{\"a\" \"b\":1}", "{\"a\":1:2}",
    "{\"a\":{}:1}", "{\"a\":[]:1}", "{\"a\"1}", "{1}", "{\"a\":1}}", "[1]]", "[[1]",
    "{\"a\":1,\"b\":2", "[\"a\"", "[\"a", "{\"a\":\"b",
    "[1,2,{\"a\":3,4}]", "[[\"a\":1]]", "{\"a\":[\"b\":1]}", "{\"a\":[1,2}", "{\"a\":{\"b\":1]}",
    "1,", ",1", "1,2", ":1", "1:2", "[]1", "{}1", "1[]",
    "1{}", "[]{}", "[][]", "{}{}", "\"a\"[]", "[]\"a\"", "[\"a\" 1]", "[1\"a\"]", "[[][]]",
    "[{}{}]", "[1[2]]", "[\"x\"{}]", "\u{FEFF}1", "\u{A0}1",
    "\u{B}1", "\u{C}1", "1\u{0}", "/*c*/1", "1//c", "<1>", "(1)", "1;", "{\"a\":1;}", "\"a\\",
    "\"a\\\"}", "é",
    "{\"a\":1,\"b\":2,\"c\"}", "{\"a\":1, 2,\"c\":3}", "[,\"a\"]", "{\"a\":,\"b\":1}",
    "{\"a\":1,:2}", "{:}", "[:]", "[\"a\":]",
  ]

  @Test func acceptsWhatIsJSON() {
    for value in Self.accepted {
      for row in [
        "{\"t\":1,\"v\":\(value)}", "{\"v\":\(value),\"t\":1}", " {\"t\":1 ,\"v\":\(value)} \r",
      ] {
        #expect(reasons(row) == [nil], "\(row)")
        #expect(strict(row) != .rejected(.malformedJSON), "\(row)")
      }
    }
  }

  @Test func rejectsWhatIsNot() {
    for value in Self.rejected {
      for row in [
        "{\"t\":1,\"v\":\(value)}", "{\"v\":\(value),\"t\":1}", "{\"t\":1,\"v\": \(value) }",
      ] {
        #expect(reasons(row) == [.malformedJSON], "\(row)")
        #expect(strict(row) == .rejected(.malformedJSON), "\(row)")
      }
    }
  }

  @Test func rejectsRowsThatAreNoObjects() {
    for row in ["1", "null", "\"a\"", "[]", "[1,{\"t\":1}]", " true ", "-0.5e3", "[1,[2,{}]]"] {
      #expect(reasons(row) == [.notAnObject], "\(row)")
    }
    let malformed = [
      "{\"t\":1},", "{\"t\":1}{", "{\"t\":1}1",
      "{\"t\":1}\"a\"", "{\"t\":1},\"a\"",
      "{\"t\":1},,{\"t\":1}", "{\"t\":1}:1", "{\"t\":1},1,2", "{\"t\":1}]", "{\"t\":1}}",
      "1{\"t\":1}", "1,{\"t\":1}",
      "\"a\":1", "\"a\":{\"t\":1}", ",{\"t\":1}", ",", ":", "}", "]", "\\", "\\\"", "[1", "[1]]",
      "tru", "{", "{\"", "{\"a", "{\"a\"",
      "{\"a\":", "{\"a\":{", "{\"t\":1", "{\"t\":1,", "{\"t\":1,\"", "\u{FEFF}{\"t\":1}",
      "{\"t\":1}\u{0}", "\u{0}",
    ]
    for row in malformed {
      #expect(reasons(row) == [.malformedJSON], "\(row)")
    }
  }

  @Test func countsBlankRows() {
    var subject = JSONSubject(["v"])
    let rows = subject.rows(Array("\n \n\t\r\n{\"t\":1}\r\n\r\n{\"t\":1}\n  ".utf8))
    #expect(rows.rows == 7)
    #expect(rows.blank == 5)
    #expect(rows.events.keys.sorted() == [3, 5])
    #expect(subject.rows([]) == JSONRows())
    #expect(subject.rows(Array("\n".utf8)).blank == 1)
  }

  @Test func allowsLevelsUpToTheLimit() {
    func nested(_ levels: Int, _ open: String, _ close: String) -> String {
      "{\"t\":1,\"v\":\(String(repeating: open, count: levels))\(String(repeating: close, count: levels))}"
    }
    for levels in [1, 2, 30, 63, 64, 65, 66, 500, 1022, 1023] {
      #expect(reasons(nested(levels, "[", "]")) == [nil], "\(levels)")
      // The innermost object is empty.
      let objects =
        "{\"t\":1,\"v\":" + String(repeating: "{\"a\":", count: levels - 1) + "{}"
        + String(repeating: "}", count: levels)
      #expect(reasons(objects) == [nil], "\(levels)")
    }
    for levels in [1024, 1025, 5000] {
      #expect(reasons(nested(levels, "[", "]")) == [.tooDeep], "\(levels)")
    }
    // What comes first decides.
    #expect(reasons("{\"t\":01,\"v\":\(String(repeating: "[", count: 2000))") == [.malformedJSON])
    #expect(reasons("{\"t\":1,\"v\":\(String(repeating: "[", count: 2000))") == [.tooDeep])
    #expect(reasons(String(repeating: "[", count: 2000)) == [.tooDeep])
    #expect(reasons("{\"t\":1,\"v\":\(String(repeating: "[", count: 1023))") == [.malformedJSON])
  }

  @Test func rejectsWhatIsNotUTF8() {
    let broken: [[UInt8]] = [
      [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x9F, 0xBF],
      [0xE2, 0x82],
      [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF],
      [0xF0, 0x9F, 0x98],
      [0xF0, 0x9F], [0xF0], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE],
      [0xF8, 0x88, 0x80, 0x80, 0x80],
      [0xE2, 0x82, 0xAC, 0x80], [0xC3, 0xA9, 0xA9],
    ]
    // At every place of a block, in a string, in a key, outside, and at the end of the row.
    for bytes in broken {
      for padding in 0..<70 {
        let space = [UInt8](repeating: 0x20, count: padding)
        let good = Array("{\"t\":1}".utf8)
        let inside = Array("{\"t\":1,\"v\":\"".utf8) + space + bytes + Array("\"}".utf8)
        let last = Array("{\"t\":1}".utf8) + space + bytes
        for row in [inside, last] {
          var subject = JSONSubject(["v"], isStrict: true)
          let rows = subject.rows(good + [0x0A] + row + [0x0A] + good + [0x0A] + row)
          #expect(rows.rejects.map(\.reason) == [.invalidUTF8, .invalidUTF8])
          #expect(rows.rejects.map(\.line) == [1, 3])
          #expect(rows.events.keys.sorted() == [0, 2])
        }
      }
    }
  }

  /// Foundation's parser agrees on the tables above, but for what it is known to let pass.
  @Test func foundationAgrees() {
    for (values, isValid) in [(Self.accepted, true), (Self.rejected, false)] {
      for value in values {
        let data = Data("[\(value)]".utf8)
        let object = try? JSONSerialization.jsonObject(with: data)
        // Lone surrogates have no spelling in a Foundation string; an empty value leaves an array.
        if value.isEmpty || value.lowercased().contains("\\ud") || value.contains(",") { continue }
        let isNumberBeyond = value.count > 30
        #expect((object != nil) == isValid || isNumberBeyond, "\(value)")
      }
    }
  }

  private func strict(_ row: String) -> JSONReference.Outcome {
    JSONReference.read(Array(row.utf8), isLenient: false)
  }

  private func reasons(_ row: String) -> [RejectReason?] {
    var subject = JSONSubject(["v"], isStrict: true)
    let rows = subject.rows(Array(row.utf8))
    precondition(rows.rows == 1)
    return rows.events[0] != nil ? [nil] : rows.rejects.map(\.reason)
  }
}
