package import Timelines
import Values

extension SpecMapping {
  /// Every event that passes the report's `where`.
  package var everything: EventMatcher { EventMatcher.any.narrowed(by: conditions) }

  /// An event reference with the report's `where` folded in.
  package mutating func event(_ key: String) -> EventMatcher? { value(key)?.event() }

  package mutating func event(_ key: String, default standard: EventMatcher) -> EventMatcher {
    value(key)?.event() ?? standard.narrowed(by: conditions)
  }

  /// An event reference that may carry options of its own: `activation: {event: x, within: 7d}` or
  /// just `activation: x`. `kind` is how messages call it; `body` reads the options.
  package mutating func event<T>(
    _ key: String, _ kind: String, options body: (inout SpecMapping) -> T
  )
    -> (event: EventMatcher, options: T)?
  {
    value(key)?.event(kind, options: body)
  }

  /// A map of the user's own names to event references, in the order of the file; empty when not
  /// given.
  package mutating func namedEvents(_ key: String) -> [(name: String, event: EventMatcher)] {
    value(key)?.namedValues("events")?.map { ($0.name, $0.value.event()) } ?? []
  }

  /// The event that this mapping itself describes by `event`, `any`, `source` and `where`, beside
  /// keys of its own: a step, an exclusion, a stage. The report's `where` is folded in.
  package mutating func ownEvent() -> EventMatcher { ownReference().narrowed(by: conditions) }

  fileprivate mutating func ownReference() -> EventMatcher {
    let event = value("event")
    let any = value("any")
    let conditions = value("where").map { $0.tests() }
    let source = context.sources.isEmpty ? nil : value("source")
    var matcher: EventMatcher
    switch (event, any) {
    case (let event?, nil): matcher = event.reference()
    case (nil, let any?):
      let references = any.list(of: "event references") ?? []
      if case .list(let nodes) = any.node.content, nodes.isEmpty {
        any.error("`any` needs at least one event")
      }
      matcher = .union(references.map { $0.reference() })
    case (_?, let any?):
      any.error("give either `event` or `any`, not both")
      matcher = .any
    case (nil, nil):
      if conditions == nil, source == nil {
        context.error(mark, "\(kind) needs `event` or `any`")
      }
      matcher = .any
    }
    if let source, let name = source.text() {
      if !context.sources.contains(name) {
        source.error(
          "no source is named `\(name)`"
            + NearestName.hint(for: name, among: context.sources))
      }
      if matcher == .any, context.passiveSources.contains(name) {
        source.error(
          "all rows of the source `\(name)` are passive, which `any` does not match: name the event"
        )
      }
      matcher = .from(LogText(name), matcher)
    }
    return matcher.narrowed(by: conditions ?? [])
  }
}

extension SpecValue {
  /// The event reference that stands here, with the report's `where` folded in.
  package func event() -> EventMatcher {
    let matcher = reference().narrowed(by: conditions)
    return conditions.isEmpty ? matcher : context.charged(matcher, at: mark)
  }

  /// An event reference that may carry options of its own beside `event`, `any`, `source` and
  /// `where`. Where there is no mapping to carry them, `body` reads from an empty one.
  package func event<T>(_ kind: String, options body: (inout SpecMapping) -> T) -> (
    event: EventMatcher, options: T
  ) {
    var entries: [SpecNode.Entry]?
    if case .mapping(let given) = node.content { entries = given }
    var mapping = SpecMapping(
      entries ?? [], kind: kind, mark: keyMark ?? mark, context: context, conditions: conditions)
    let event = entries == nil ? event() : mapping.ownEvent()
    let options = body(&mapping)
    mapping.finish()
    return (event, options)
  }

  /// The event reference that stands here: a name from `events`, else a literal event name, `any`,
  /// the inline form, or a list of references, any of which will do.
  package func reference() -> EventMatcher {
    switch node.content {
    case .nothing:
      error("`\(name)` must be an event, not nothing")
      return .any
    case .scalar(let text, _): return context.matcher(named: text, at: mark)
    case .list(let nodes):
      if nodes.isEmpty { error("`\(name)` needs at least one event") }
      return .union(nodes.map { inner($0).reference() })
    case .mapping: return mapping("an event") { $0.ownReference() } ?? .any
    }
  }

  /// The reference as people would say it: the name of a funnel's step.
  package func label() -> String {
    switch node.content {
    case .nothing: return ""
    case .scalar(let text, _): return text
    case .list(let nodes): return nodes.map { inner($0).label() }.joined(separator: " or ")
    case .mapping(let entries):
      var parts: [String] = []
      for entry in entries where entry.key == "event" || entry.key == "any" {
        parts.append(inner(entry.value).label())
      }
      if parts.isEmpty { parts.append("any") }
      for entry in entries where entry.key == "source" {
        parts[0] += " (\(inner(entry.value).label()))"
      }
      for entry in entries where entry.key == "where" {
        if case .mapping(let tests) = entry.value.content {
          parts += tests.map { "\($0.key) \(inner($0.value).testLabel())" }
        }
      }
      return parts.joined(separator: ", ")
    }
  }

  private func testLabel() -> String {
    guard case .mapping(let operators) = node.content else { return label() }
    return operators.map { "\($0.key) \(inner($0.value).label())" }.joined(separator: " and ")
  }
}

extension EventMatcher {
  /// Events that match and satisfy all conditions; those that are tested already are not tested
  /// twice. Delivered events are tested where they happen.
  package func narrowed(by conditions: [PropertyCondition]) -> EventMatcher {
    switch self {
    case .filtered(let matcher, var all):
      // Conditions on one property stay together, as they do in a mapping: a matcher that is
      // printed and read again is the same matcher.
      for condition in conditions where !all.contains(condition) {
        let last = all.lastIndex { $0.property == condition.property }
        all.insert(condition, at: last.map { $0 + 1 } ?? all.count)
      }
      return .filtered(matcher, all)
    case .delivered(let delivery):
      let event = delivery.event.narrowed(by: conditions)
      return .delivered(Delivery(event: event, property: delivery.property))
    case .from(let source, let matcher):
      return .from(source, matcher.narrowed(by: conditions))
    default:
      return conditions.isEmpty ? self : .filtered(self, conditions)
    }
  }

  /// Events that one of these matches, in its simplest form: equal sets of names make equal
  /// matchers, and equal matchers are evaluated once. What stands beside `any` stays: it does not
  /// match passive events.
  package static func union(_ matchers: [EventMatcher]) -> EventMatcher {
    var names: Set<LogText> = []
    var others: [EventMatcher] = []
    var known: Set<EventMatcher> = []
    func add(_ matcher: EventMatcher) {
      switch matcher {
      case .named(let more): names.formUnion(more)
      case .anyOf(let inner): inner.forEach(add)
      default: if known.insert(matcher).inserted { others.append(matcher) }
      }
    }
    matchers.forEach(add)
    let all = (names.isEmpty ? [] : [EventMatcher.named(names)]) + others
    return all.count == 1 ? all[0] : .anyOf(all)
  }
}
