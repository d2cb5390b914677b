import EventLog
public import Tables
public import Timelines

extension JSONValue {
  /// An event matcher in the spec's own grammar.
  public static func describing(_ matcher: EventMatcher) -> JSONValue {
    switch matcher {
    case .any: .text("any")
    case .named(let names):
      names.count == 1
        ? .text(names.first!) : .object([("event", .list(names.sorted().map { .text($0) }))])
    case .anyOf(let matchers): .object([("any", .list(matchers.map { .describing($0) }))])
    case .filtered(let matcher, let conditions):
      .object([("event", .describing(matcher)), ("where", .describing(conditions))])
    case .delivered(let delivery):
      .object([
        ("delivered", .describing(delivery.event)), ("to", .text(delivery.property)),
      ])
    }
  }

  public static func describing(_ conditions: [PropertyCondition]) -> JSONValue {
    .object(conditions.map { ($0.property, .describing($0.test)) })
  }

  static func describing(_ test: PropertyCondition.Test) -> JSONValue {
    switch test {
    case .equals(let value): .object([("eq", .describing(value))])
    case .notEquals(let value): .object([("ne", .describing(value))])
    case .oneOf(let values): .object([("in", .list(values.map { .describing($0) }))])
    case .notOneOf(let values): .object([("not_in", .list(values.map { .describing($0) }))])
    case .greater(let value): .object([("gt", .describing(value))])
    case .greaterOrEqual(let value): .object([("gte", .describing(value))])
    case .less(let value): .object([("lt", .describing(value))])
    case .lessOrEqual(let value): .object([("lte", .describing(value))])
    case .exists(let expected): .object([("exists", .boolean(expected))])
    case .contains(let text): .object([("contains", .text(text))])
    case .startsWith(let text): .object([("starts_with", .text(text))])
    case .endsWith(let text): .object([("ends_with", .text(text))])
    }
  }

  static func describing(_ value: PropertyValue) -> JSONValue {
    switch value {
    case .text(let text): .text(text)
    case .number(let number): .digits(number.description)
    }
  }

  /// A duration in the spec's own form, in the largest unit that divides it: `7d`, `90m`, `500ms`.
  public static func describing(duration: Int64?) -> JSONValue {
    guard let duration else { return .null }
    let units: [(Int64, String)] = [
      (Microseconds.day, "d"), (Microseconds.hour, "h"), (Microseconds.minute, "m"),
      (Microseconds.second, "s"), (1000, "ms"),
    ]
    for (length, name) in units where duration % length == 0 {
      return .text("\(duration / length)\(name)")
    }
    return .text("\(duration)us")
  }
}
