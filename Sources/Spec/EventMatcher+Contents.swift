package import Timelines
package import Values

extension EventMatcher {
  /// The literal event names in it.
  package var names: Set<LogText> {
    switch self {
    case .any: []
    case .named(let names): names
    case .anyOf(let matchers): matchers.reduce(into: []) { $0.formUnion($1.names) }
    case .filtered(let matcher, _), .from(_, let matcher): matcher.names
    case .delivered(let delivery): delivery.event.names
    }
  }

  /// The conditions in it, in order, with repetitions.
  package var conditions: [PropertyCondition] {
    switch self {
    case .any, .named: []
    case .anyOf(let matchers): matchers.flatMap(\.conditions)
    case .filtered(let matcher, let conditions): matcher.conditions + conditions
    case .from(_, let matcher): matcher.conditions
    case .delivered(let delivery): delivery.event.conditions
    }
  }
}
