import Testing

@testable import EventLog

/// Whether a file that should be JSON lines is laid out otherwise, by its first bytes.
@Suite struct JSONLayoutTests {
  private static let cases: [(String, Bool)] = [
    ("", false), (" \n", false), ("{}\n{}\n", false), ("{\"a\":1}{\"a\":2}\n", false),
    ("{\"a\":1}{\"a\":2}", true), ("{\"a\":1}", false), ("[{\"a\":1}]", true), ("[1]\n", false),
    ("\u{1E}{}\n", true),
    // An object that goes on in the next line.
    ("{\n\"a\":1}", true), ("{\"a\":1\n}", true), ("{\"a\":1,\n \"b\":2}", true),
    ("{\"a\":[1\n]}", true), ("{\"a\":1\n,\"b\":2}", true), ("{\"a\"\n:1}", true),
    // One that was cut, before another line.
    ("{\"a\":1,\"b\n{\"a\":2}\n", false), ("{\"a\":1,\n{\"a\":2}\n", false),
    ("{\"a\":1\n{\"a\":2}\n", false), ("{\"a\":1\n2026-01-05 app {\"a\":2}\n", false),
    ("{\"a\":\n{\"a\":2}\n", false), ("{\"a\":[\n{\"a\":2}\n", false),
    ("{\"a\":[\n{\"a\":2},\n{\"a\":3}]}", true), ("{\"a\":[ \r\n{}]}", true),
    // It cannot be told which.
    ("{\"a\":[\n1]}", false), ("{\"a\":[1,\n2]}", false),
    ("{\"a\":1\n", false), ("2026-01-05 app {\"a\":1\n}\n", false),
  ]

  @Test(arguments: cases)
  func isOtherThanLines(text: String, expected: Bool) {
    #expect(JSONValueSplitter.isOtherThanLines(Array(text.utf8).span) == expected)
  }
}
