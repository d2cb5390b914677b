extension TimeFormat {
  /// A single time from text that is not from a log: a flag, a guess. Microseconds since 1970; nil
  /// when it does not fit.
  package func parse(_ text: String) -> Int64? {
    reading(text)?.microseconds
  }

  /// The same, with whether it has an offset.
  package func reading(_ text: String) -> TimeReading? { readings([text])[0] }

  /// The same of many texts, for which a pattern is compiled once.
  package func readings(_ texts: [String]) -> [TimeReading?] {
    let parser = TimeParser(self)
    return texts.map { text in
      let bytes = Array(text.utf8)
      return parser.parse(bytes.span, 0..<bytes.count, isNumber: false)
    }
  }
}
