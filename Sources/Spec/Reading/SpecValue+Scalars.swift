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

  /// A number, or a percentage of 1.
  func limit() -> ExactDecimal? {
    guard case .scalar(let text, _) = node.content else {
      return expected("a number or such as 2%")
    }
    let number = ExactDecimal.ofPercent(text) ?? ExactDecimal.parse(text)
    return number ?? expected("a number of at most 38 digits, or such as 2%")
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

  /// A date, or one that hangs on the day of the run.
  package func date() -> CalendarDate? {
    guard case .scalar(let text, _) = node.content else { return expected(DateExpression.forms) }
    do throws(DateExpression.Problem) {
      return context.date(try DateExpression.parse(text), named: name, at: mark)
    } catch {
      self.error("`\(name)` must be \(DateExpression.forms)\(error.text)")
      return nil
    }
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
    choice(among: T.allCases.map { ($0.rawValue, $0) })
  }

  /// What one of some names stands for.
  func choice<T>(among all: [(name: String, value: T)]) -> T? {
    let valid = all.map(\.name)
    guard case .scalar(let text, _) = node.content else {
      return expected("one of " + valid.map { "`\($0)`" }.joined(separator: ", "))
    }
    if let found = all.first(where: { $0.name == text }) { return found.value }
    error("`\(text)` is not a valid `\(name)`\(NearestName.hint(for: text, among: valid))")
    return nil
  }

  /// A length with a name, or so many days or weeks.
  package func interval() -> Interval? {
    guard case .scalar(let text, _) = node.content else { return choice() }
    if let interval = Interval(rawValue: text) { return interval }
    if text.contains(where: \.isNumber) {
      return expected(
        "a number of days from 2 to \(Interval.daysMax), such as 30 days, "
          + "or of weeks from 2 to \(Interval.weeksMax)")
    }
    let valid = Interval.allCases.map(\.rawValue) + ["N days", "N weeks"]
    error("`\(text)` is not a valid `\(name)`\(NearestName.hint(for: text, among: valid))")
    return nil
  }

  /// The name of a declared property.
  func property(wanted: PropertyType = .text) -> SourceSpec.Property? {
    guard let text = text() else { return nil }
    return context.property(text, at: mark, wanted: wanted)
  }

  /// The name of a declared property of type number.
  package func numberProperty() -> String? {
    guard let property = property(wanted: .number) else { return nil }
    guard property.type == .number else {
      error(
        "`\(name)` needs a number, and `\(property.name)` is a \(property.type.rawValue) property; "
          + "declare it as {path: ..., type: number}")
      return nil
    }
    return property.name
  }

  /// One that is made of a session; nil without an error for any other name.
  private func sessionProperty() -> SourceSpec.Property? {
    guard case .scalar(let text, _) = node.content, let property = SessionProperty(text),
      !context.properties.contains(where: { $0.name == text })
    else { return nil }
    // Notes an error where there is no such property; the name will do for what reads on.
    if case .first(let name) = property { _ = context.property(name, at: mark) }
    return SourceSpec.Property(name: text, paths: [])
  }

  /// Names of declared properties: one or a list, each once.
  package func properties(max: Int) -> [String] {
    var names: [String] = []
    for item in items(max: max) {
      guard let property = item.sessionProperty() ?? item.property() else { continue }
      if names.contains(property.name) {
        item.error("`\(property.name)` is given twice in `\(name)`")
      } else {
        names.append(property.name)
      }
    }
    return names
  }
}

extension ExactDecimal {
  /// `2.5%` as 0.025; nil for what has no percent sign, or is no number.
  static func ofPercent(_ text: String) -> ExactDecimal? {
    guard text.hasSuffix("%"), let number = parse(String(text.dropLast())), number.scale >= 0,
      number.scale < 100
    else { return nil }
    return ExactDecimal(significand: number.significand, scale: Int(number.scale) + 2)
  }
}
