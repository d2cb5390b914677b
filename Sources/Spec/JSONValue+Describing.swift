import EventLog
import Tables
package import Timelines
package import Values

extension JSONValue {
  /// An event matcher in the spec's own grammar.
  package static func describing(_ matcher: EventMatcher) -> JSONValue {
    switch matcher {
    case .any: .text("any")
    case .named(let names):
      names.count == 1
        ? .text(names.first!.string)
        : .object([("event", .list(names.sorted().map { .text($0.string) }))])
    case .anyOf(let matchers): .object([("any", .list(matchers.map { .describing($0) }))])
    case .filtered(let matcher, let conditions): .describing(matcher, filteredBy: conditions)
    case .from(let source, let matcher):
      .object([("event", .describing(matcher)), ("source", .text(source.string))])
    case .delivered(let delivery):
      .object([
        ("delivered", .describing(delivery.event)), ("to", .text(delivery.property)),
      ])
    }
  }

  /// One property may be tested by several operators, but by each only once in a mapping: a second
  /// test by the same operator goes into a mapping around it.
  private static func describing(
    _ matcher: EventMatcher, filteredBy conditions: [PropertyCondition]
  ) -> JSONValue {
    var inner: [PropertyCondition] = []
    var outer: [PropertyCondition] = []
    for condition in conditions {
      let taken = inner.contains {
        $0.property == condition.property
          && named($0.test).operator == named(condition.test).operator
      }
      if taken { outer.append(condition) } else { inner.append(condition) }
    }
    let filtered = JSONValue.object([
      ("event", .describing(matcher)), ("where", .describing(inner)),
    ])
    guard !outer.isEmpty else { return filtered }
    return .object([("event", filtered), ("where", .describing(outer))])
  }

  /// By property, in order of appearance.
  package static func describing(_ conditions: [PropertyCondition]) -> JSONValue {
    var tests: [(key: String, value: [(key: String, value: JSONValue)])] = []
    for condition in conditions {
      let test = named(condition.test)
      if let index = tests.firstIndex(where: { $0.key == condition.property }) {
        tests[index].value.append((test.operator, test.operand))
      } else {
        tests.append((condition.property, [(test.operator, test.operand)]))
      }
    }
    return .object(tests.map { ($0.key, .object($0.value)) })
  }

  private static func named(_ test: PropertyCondition.Test) -> (
    operator: String, operand: JSONValue
  ) {
    switch test {
    case .equals(let value): ("eq", .describing(value))
    case .notEquals(let value): ("ne", .describing(value))
    case .oneOf(let values): ("in", .list(values.map { .describing($0) }))
    case .notOneOf(let values): ("not_in", .list(values.map { .describing($0) }))
    case .greater(let value): ("gt", .describing(value))
    case .greaterOrEqual(let value): ("gte", .describing(value))
    case .less(let value): ("lt", .describing(value))
    case .lessOrEqual(let value): ("lte", .describing(value))
    case .exists(let expected): ("exists", .boolean(expected))
    case .contains(let text): ("contains", .text(text.string))
    case .startsWith(let text): ("starts_with", .text(text.string))
    case .endsWith(let text): ("ends_with", .text(text.string))
    }
  }

  package static func describing(_ value: PropertyValue) -> JSONValue {
    switch value {
    case .text(let text): .text(text.string)
    case .number(let number): .digits(number.description)
    }
  }

  /// A duration in the spec's own form, in the largest unit that divides it: `7d`, `90m`, `500ms`.
  package static func describing(duration: Int64?) -> JSONValue {
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
