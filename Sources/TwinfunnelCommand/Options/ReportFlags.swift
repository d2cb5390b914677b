import ArgumentParser
import EventLog
import Pipeline
import Spec
package import Timelines
import Values

/// What every one-off report takes beside its own options.
struct ReportFlags: ParsableArguments {
  @Option(help: "What to count: user or account.") var entity = TimelineSchema.Entity.user

  @Option(
    help: ArgumentHelp(
      "Only events with this: 'country=DE', 'revenue>=10', 'plan!=free'. Repeat to narrow.",
      valueName: "condition"))
  var `where`: [String] = []

  @Option(help: ArgumentHelp("Split by a field; repeat for several.", valueName: "path"))
  var breakdown: [String] = []

  @Option(help: ArgumentHelp("Keep the n largest breakdown values.", valueName: "n")) var top: Int?

  @Option(help: ArgumentHelp("First date of entry, such as 2026-01-01.", valueName: "date"))
  var from: String?

  @Option(help: ArgumentHelp("Date before which entries end.", valueName: "date"))
  var until: String?

  @Option(help: ArgumentHelp("IANA name, such as Asia/Shanghai.", valueName: "zone"))
  var timeZone = "UTC"

  @Option(help: "monday or sunday.") var weekStart = WeekStart.monday

  enum WeekStart: String, ExpressibleByArgument, CaseIterable {
    case monday, sunday
  }

  func validate() throws {
    for text in [from, until].compactMap({ $0 }) where CalendarDate(text) == nil {
      throw ValidationError("'\(text)' is not a date such as 2026-01-31.")
    }
    if let top, top < 1 { throw ValidationError("--top is at least 1.") }
    _ = try conditions
  }

  var conditions: [FlagCondition] {
    get throws { try `where`.map { try FlagCondition($0) } }
  }

  var calendar: CalendarSpec {
    CalendarSpec(
      timeZone: timeZone, weekStartsOnSunday: weekStart == .sunday,
      range: DateRange(
        from: from.flatMap(CalendarDate.init), until: until.flatMap(CalendarDate.init)))
  }

  func options(name: String) throws -> ReportOptions {
    ReportOptions(
      name: name, entity: entity, conditions: try conditions.map(\.condition),
      breakdown: breakdown, top: top)
  }

  /// Properties that the source must give: breakdowns as text, conditions by their value.
  func properties() throws -> [SourceSpec.Property] {
    var seen: [String: SourceSpec.PropertyType] = [:]
    for path in breakdown { seen[path] = .text }
    for condition in try conditions {
      let type: SourceSpec.PropertyType = condition.isNumeric ? .number : .text
      if let other = seen[condition.condition.property], other != type {
        throw ValidationError(
          "'\(condition.condition.property)' is compared as a number and used as text.")
      }
      seen[condition.condition.property] = type
    }
    return seen.sorted { $0.key < $1.key }.map {
      SourceSpec.Property(name: $0.key, paths: [FieldPath($0.key)], type: $0.value)
    }
  }

  /// An event flag's value: `any`, a name, or names with commas between; the conditions applied.
  func matcher(_ text: String) throws -> EventMatcher {
    let names = text.split(separator: ",").map { String($0.drop(while: { $0 == " " })) }
    guard !names.isEmpty else { throw ValidationError("An event name is empty.") }
    let matcher: EventMatcher = text == "any" ? .any : .named(Set(names.map { LogText($0) }))
    let conditions = try conditions.map(\.condition)
    return conditions.isEmpty ? matcher : .filtered(matcher, conditions)
  }
}

/// `--where`: a field, an operator, a value.
struct FlagCondition {
  var condition: PropertyCondition
  /// Compared as a number: by order with a numeric value.
  var isNumeric: Bool

  init(_ text: String) throws {
    // The first operator counts, a longer one before a shorter at the same place: `>=` is not `>`,
    // and the value may hold more of them.
    let found = ["!=", ">=", "<=", "=", ">", "<"].enumerated().compactMap { rank, sign in
      text.firstRange(of: sign).map { (rank: rank, sign: sign, place: $0) }
    }
    if let (_, sign, place) = found.min(by: {
      ($0.place.lowerBound, $0.rank) < ($1.place.lowerBound, $1.rank)
    }) {
      let field = String(text[..<place.lowerBound]).trimmed
      let value = String(text[place.upperBound...]).trimmed
      guard !field.isEmpty else {
        throw ValidationError("--where '\(text)' names no field.")
      }
      let number = ExactDecimal.parse(value)
      isNumeric = number != nil && sign.contains(where: { $0 == "<" || $0 == ">" })
      let compared: PropertyValue = isNumeric ? .number(number!) : .text(LogText(value))
      let test: PropertyCondition.Test =
        switch sign {
        case "!=": .notEquals(compared)
        case ">=": .greaterOrEqual(compared)
        case "<=": .lessOrEqual(compared)
        case ">": .greater(compared)
        case "<": .less(compared)
        default: .equals(compared)
        }
      condition = PropertyCondition(property: field, test: test)
      return
    }
    throw ValidationError("--where '\(text)': write FIELD=VALUE, or with != > >= < <=.")
  }
}

extension String {
  /// Without spaces at either end.
  var trimmed: String {
    String(drop(while: { $0 == " " }).reversed().drop(while: { $0 == " " }).reversed())
  }
}

extension TimelineSchema.Entity: ExpressibleByArgument {}
extension Interval: ExpressibleByArgument {}
