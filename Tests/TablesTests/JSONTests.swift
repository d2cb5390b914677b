import Foundation
import TestSupport
import Testing

@testable import Tables
@testable import Values

@Suite struct JSONWriterTests {
  private func pretty(_ value: JSONValue) -> String {
    String(decoding: JSONWriter.pretty(value), as: UTF8.self)
  }

  private func compact(_ value: JSONValue) -> String {
    String(decoding: JSONWriter.compact(value), as: UTF8.self)
  }

  @Test func prettyIndentsByTwo() {
    let value = JSONValue.object([
      ("empty", .list([])), ("none", .object([])), ("steps", .list([.text("a"), .integer(2)])),
      (
        "inner",
        .object([
          ("list", .list([.object([("x", .null)]), .boolean(false)])), ("rate", .number(1e-7)),
        ])
      ),
      ("amount", .digits("12.50")),
    ])
    #expect(
      pretty(value) == """
        {
          "empty": [],
          "none": {},
          "steps": ["a", 2],
          "inner": {
            "list": [
              {
                "x": null
              },
              false
            ],
            "rate": 0.0000001
          },
          "amount": 12.50
        }

        """)
    #expect(
      compact(value)
        == #"{"empty": [], "none": {}, "steps": ["a", 2], "inner": {"list": [{"x": null}, false], "rate": 0.0000001}, "amount": 12.50}"#
    )
  }

  @Test func longListsTakeALinePerValue() {
    let name = String(repeating: "x", count: 60)
    #expect(pretty(.list([.text(name), .text(name)])) == "[\n  \"\(name)\",\n  \"\(name)\"\n]\n")
    #expect(pretty(.list([.text(name)])) == "[\"\(name)\"]\n")
  }

  @Test(arguments: [
    ("plain", "plain"), ("\"\\/", #"\"\\/"#), ("\u{8}\u{C}\n\r\t", #"\b\f\n\r\t"#),
    ("\u{0}\u{1F}", #"\u0000\u001f"#), ("\u{7F}\u{80}\u{85}\u{9F}", #"\u007f\u0080\u0085\u009f"#),
    ("\u{2028}\u{2029}", #"\u2028\u2029"#), ("\u{A0}é€…上海😀", "\u{A0}é€…上海😀"), ("", ""),
  ])
  func strings(value: String, expected: String) {
    #expect(compact(.text(value)) == "\"\(expected)\"")
    #expect(compact(.object([(value, .null)])) == "{\"\(expected)\": null}")
  }

  @Test func numbersWithoutAJSONFormAreNull() {
    #expect(
      compact(.list([.number(.nan), .number(.infinity), .digits("")])) == "[null, null, null]")
  }

  /// What we write, Foundation and our own reader read, and all agree.
  @Test func generatedValuesReadBack() throws {
    for seed in UInt64(0)..<2000 {
      var random = SplitMix64(seed: seed)
      let value = generate(depth: 0, &random)
      for bytes in [JSONWriter.pretty(value), JSONWriter.compact(value)] {
        #expect(try JSONReader.read(bytes) == value, "seed \(seed)")
        let read = try JSONSerialization.jsonObject(
          with: Data(bytes), options: [.fragmentsAllowed])
        #expect(matches(value, read), "seed \(seed)")
      }
      #expect(!JSONWriter.compact(value).contains(UInt8(ascii: "\n")), "seed \(seed)")
    }
  }

  private func generate(depth: Int, _ random: inout SplitMix64) -> JSONValue {
    switch Int.random(in: 0..<(depth < 4 ? 7 : 5), using: &random) {
    case 0: return .null
    case 1: return .boolean(Bool.random(using: &random))
    case 2: return .integer(Int(truncatingIfNeeded: random.next()))
    case 3: return .digits("-\(UInt8.random(in: 0...255, using: &random)).25")
    case 4: return .text(text(&random))
    case 5:
      return .list(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in generate(depth: depth + 1, &random) }
      )
    default:
      return .object(
        (0..<Int.random(in: 0...4, using: &random)).map { index in
          ("\(index)" + text(&random), generate(depth: depth + 1, &random))
        })
    }
  }

  private func text(_ random: inout SplitMix64) -> String {
    let scalars: [Unicode.Scalar] = [
      "a", "\"", "\\", "\n", "\u{1}", "é", "\u{85}", "\u{2028}", "上", "😀",
    ]
    return (0..<Int.random(in: 0...6, using: &random)).reduce(into: "") { text, _ in
      text.unicodeScalars.append(scalars.randomElement(using: &random)!)
    }
  }

  private func matches(_ value: JSONValue, _ read: Any) -> Bool {
    switch value {
    case .null: return read is NSNull
    case .boolean(let value): return read as? Bool == value
    case .integer(let value): return (read as? NSNumber)?.stringValue == String(value)
    case .number(let value): return read as? Double == value
    case .digits(let digits): return read as? Double == Double(digits)
    case .text(let text):
      return (read as? String).map { Array($0.utf8) == Array(text.utf8) } == true
    case .list(let values):
      guard let list = read as? [Any], list.count == values.count else { return false }
      return zip(values, list).allSatisfy { matches($0, $1) }
    case .object(let members):
      guard let object = read as? [String: Any], object.count == members.count else { return false }
      return members.allSatisfy { member in
        object[member.key].map { matches(member.value, $0) } ?? false
      }
    }
  }
}

@Suite struct JSONReaderTests {
  private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8)) }

  @Test(
    arguments: [
      ("1", .integer(1)), ("-0", .integer(0)), ("9223372036854775807", .integer(.max)),
      ("9223372036854775808", .digits("9223372036854775808")), ("1.50", .digits("1.50")),
      ("1e2", .digits("1e2")), (" [ ] ", .list([])), ("{ }", .object([])),
      (#""\u0061\ud83d\ude00\/\"""#, .text("a😀/\"")), ("true", .boolean(true)),
      ("[null,false]", .list([.null, .boolean(false)])),
    ] as [(String, JSONValue)])
  func values(text: String, expected: JSONValue) throws {
    #expect(try read(text) == expected)
  }

  @Test(arguments: [
    ("", 0), (" ", 1), ("{", 1), ("[1", 2), ("[1,]", 3), ("{\"a\":1,}", 7), ("{a:1}", 1),
    ("{\"a\" 1}", 5), ("01", 1), ("-", 1), ("1.", 2), ("1e", 2), (".5", 0), ("+1", 0), ("nul", 3),
    ("nullx", 4), ("\"a", 2), ("\"\n\"", 1), (#""\x""#, 2), (#""\u12""#, 5), (#""\ud800""#, 3),
    (#""\ud800\u0041""#, 3), ("1 2", 2), ("NaN", 0), ("'a'", 0),
  ])
  func errors(text: String, offset: Int) {
    #expect(throws: JSONReader.Failure(offset: offset)) { try read(text) }
  }

  @Test func invalidUTF8IsAnError() {
    #expect(throws: JSONReader.Failure.self) { try JSONReader.read([0x22, 0xFF, 0x22]) }
    #expect(throws: JSONReader.Failure.self) { try JSONReader.read([0x22, 0xC0, 0x80, 0x22]) }
  }

  @Test func nestingIsLimited() throws {
    let nested = { (depth: Int) in
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try read(nested(129))
    #expect(throws: JSONReader.Failure(offset: 129)) { try read(nested(130)) }
  }

  @Test func membersAndElements() throws {
    let value = try read(#"{"a": 1, "b": ["x"], "a": 2}"#)
    #expect(value["a"]?.int == 2)
    #expect(value["b"]?.elements?.first?.string == "x")
    #expect(value["c"] == nil)
    #expect(JSONValue.null["a"] == nil)
    #expect(value["a"]?.string == nil && value["a"]?.elements == nil && value["b"]?.int == nil)
  }
}
