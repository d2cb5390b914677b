/// A date as people write it, by itself or by the day of a run:
///
///     2026-01-31    today    yesterday    -30d    -3 months    month_start    month_start - 1 month
///
/// A base and steps from it. Steps of months are clipped to the last day of the month that they lead
/// to: a month before 31 March is 28 February.
package struct DateExpression: Sendable, Hashable {
  package enum Base: Sendable, Hashable {
    case date(CalendarDate)
    case today
    /// The first day of the interval that today lies in; never `hour` or `day`.
    case start(of: Interval)
  }

  package struct Step: Sendable, Hashable {
    /// Negative: back.
    package var count: Int
    /// Never `hour`.
    package var unit: Interval
  }

  package var base: Base
  package var steps: [Step]

  package init(_ base: Base, steps: [Step] = []) {
    self.base = base
    self.steps = steps
  }

  /// Whether it is another date on another day.
  package var isRelative: Bool {
    if case .date = base { false } else { true }
  }

  /// Nil where steps lead out of the years 1 to 9999.
  package func date(today: CalendarDate, _ starts: IntervalStarts = .usual) -> CalendarDate? {
    var date =
      switch base {
      case .date(let date): date
      case .today: today
      case .start(let interval): today.start(of: interval, starts)
      }
    for step in steps {
      switch step.unit {
      case .hour, .day:
        date = CalendarDate(daysSince1970: date.daysSince1970 + step.count)
      case .week: date = CalendarDate(daysSince1970: date.daysSince1970 + 7 * step.count)
      case .month: date = date.adding(months: step.count)
      case .quarter: date = date.adding(months: 3 * step.count)
      case .year: date = date.adding(months: 12 * step.count)
      case .days, .weeks: return nil
      }
      guard (1...9999).contains(date.year) else { return nil }
    }
    return date
  }
}

extension DateExpression {
  /// What is wrong with a text, as the end of a sentence.
  package struct Problem: Error, Sendable, Equatable {
    package var text: String
  }

  /// As messages and help describe what may be written.
  package static let forms = "a date such as 2026-01-31, today, -30d or month_start"

  package static func parse(_ text: String) throws(Problem) -> DateExpression {
    var rest = text[...]
    func skipSpaces() { rest = rest.drop { $0 == " " } }
    skipSpaces()
    let unlike = Problem(text: ", not `\(text.prefix(60))`")
    var expression: DateExpression
    if rest.first == "-" || rest.first == "+" {
      expression = DateExpression(.today)
    } else if let date = CalendarDate(rest.prefix(10)) {
      expression = DateExpression(.date(date))
      rest = rest.dropFirst(10)
    } else {
      let word = rest.prefix { $0.isASCII && ($0.isLetter || $0 == "_") }
      guard let base = named[String(word)] else { throw unlike }
      expression = base
      rest = rest.dropFirst(word.count)
    }
    while true {
      skipSpaces()
      guard let sign = rest.first else { return expression }
      guard sign == "-" || sign == "+" else { throw unlike }
      rest = rest.dropFirst()
      skipSpaces()
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty else { throw unlike }
      // Ten thousand years are fewer days; a day more would be out of any range.
      guard digits.utf8.count <= 7, let count = Int(digits), expression.steps.count < stepsMax
      else { throw Problem(text: ": `\(text.prefix(60))` leads too far") }
      rest = rest.dropFirst(digits.count)
      skipSpaces()
      let word = rest.prefix { $0.isASCII && $0.isLetter }
      guard let unit = units[String(word)] else {
        throw Problem(
          text: word.isEmpty
            ? ": `\(sign)\(digits)` needs a unit: d, weeks, months, quarters or years"
            : ": `\(word)` is no unit of dates: d, weeks, months, quarters or years")
      }
      rest = rest.dropFirst(word.count)
      expression.steps.append(Step(count: sign == "-" ? -count : count, unit: unit))
    }
  }

  private static let stepsMax = 8

  private static let named: [String: DateExpression] = [
    "today": DateExpression(.today),
    "yesterday": DateExpression(.today, steps: [Step(count: -1, unit: .day)]),
    "tomorrow": DateExpression(.today, steps: [Step(count: 1, unit: .day)]),
    "week_start": DateExpression(.start(of: .week)),
    "month_start": DateExpression(.start(of: .month)),
    "quarter_start": DateExpression(.start(of: .quarter)),
    "year_start": DateExpression(.start(of: .year)),
  ]

  /// No `m`: in a duration it is minutes.
  private static let units: [String: Interval] = [
    "d": .day, "day": .day, "days": .day, "w": .week, "week": .week, "weeks": .week,
    "month": .month, "months": .month, "quarter": .quarter, "quarters": .quarter, "y": .year,
    "year": .year, "years": .year,
  ]
}
