import EventLog
package import Values

extension SpecValue {
  /// The literal text of a scalar, quoted or not.
  package func text() -> String? {
    guard case .scalar(let text, _) = node.content else { return expected("text") }
    guard !text.isEmpty else { return expected("text that is not empty") }
    return text
  }

  private var plain: String? {
    guard case .scalar(let text, plain: true) = node.content else { return nil }
    return text
  }

  /// `true` or `false`, unquoted.
  package func boolean() -> Bool? {
    switch plain {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: expected("true or false")
    }
  }

  /// A whole number, unquoted, in plain decimal digits: what YAML 1.1 reads into `010`, `0x10` or
  /// `1_000` is not what most people mean.
  package func integer(in range: ClosedRange<Int>) -> Int? {
    let what = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let text = plain else { return expected(what) }
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard
      !digits.isEmpty,
      digits.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
      digits == "0" || !digits.hasPrefix("0"), let value = Int(text), range.contains(value)
    else { return expected(what) }
    return value
  }

  /// A number by its decimal digits, unquoted.
  package func decimal() -> ExactDecimal? {
    guard let text = plain, let value = ExactDecimal.parse(text) else {
      return expected("a number of at most 38 digits")
    }
    return value
  }

  /// Microseconds, more than 0.
  package func duration() -> Int64? {
    guard case .scalar(let text, _) = node.content else {
      return expected("a duration such as 7d or 1d12h")
    }
    switch SpecDuration.parse(text) {
    case .success(let duration): return duration
    case .failure(let problem):
      error("`\(name)` must be a duration such as 7d or 1d12h: \(problem)")
      return nil
    }
  }

  package func date() -> CalendarDate? {
    guard case .scalar(let text, _) = node.content, let date = CalendarDate(text) else {
      return expected("a date such as 2026-01-31")
    }
    return date
  }

  /// A stretch of months: `12 months`.
  func months(max: Int) -> Int? {
    guard let text = text() else { return nil }
    let words = text.split(separator: " ")
    if words.count == 2, ["month", "months"].contains(words[1]), let number = Int(words[0]),
      (1...max).contains(number)
    {
      return number
    }
    return expected("a number of months from 1 to \(max), such as 12 months")
  }

  /// One of an enumeration's raw values.
  package func choice<T: CaseIterable & RawRepresentable>(_ type: T.Type = T.self) -> T?
  where T.RawValue == String {
    let valid = T.allCases.map(\.rawValue)
    guard case .scalar(let text, _) = node.content else {
      return expected("one of " + valid.map { "`\($0)`" }.joined(separator: ", "))
    }
    if let value = T(rawValue: text) { return value }
    error("`\(text)` is not a valid `\(name)`\(NearestName.hint(for: text, among: valid))")
    return nil
  }

  /// The name of a declared property.
  func property(wanted: SourceSpec.PropertyType = .text) -> SourceSpec.Property? {
    guard let text = text() else { return nil }
    return context.property(text, at: mark, wanted: wanted)
  }

  /// The name of a declared property of type number.
  package func numberProperty() -> String? {
    guard let property = property(wanted: .number) else { return nil }
    guard property.type == .number else {
      error(
        "`\(name)` needs a number, and `\(property.name)` is a text property; "
          + "declare it as {path: ..., type: number}")
      return nil
    }
    return property.name
  }

  /// Names of declared properties: one or a list, each once.
  package func properties(max: Int) -> [String] {
    var names: [String] = []
    for item in items(max: max) {
      guard let property = item.property() else { continue }
      if names.contains(property.name) {
        item.error("`\(property.name)` is given twice in `\(name)`")
      } else {
        names.append(property.name)
      }
    }
    return names
  }
}

extension CalendarDate {
  /// `2026-01-31`: exactly that form, and a day that exists.
  package init?(_ text: String) {
    let utf8 = Array(text.utf8)
    guard utf8.count == 10, utf8[4] == UInt8(ascii: "-"), utf8[7] == UInt8(ascii: "-") else {
      return nil
    }
    func number(_ range: Range<Int>) -> Int? {
      var value = 0
      for byte in utf8[range] {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      (1...12).contains(month), day >= 1
    else { return nil }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= days[month - 1] else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// ISO 8601: `2026-01-31`; years before 1 have a sign.
  package var text: String {
    func padded(_ number: Int, _ count: Int) -> String {
      let digits = String(number.magnitude)
      let zeros = String(repeating: "0", count: max(0, count - digits.utf8.count))
      return (number < 0 ? "-" : "") + zeros + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}
