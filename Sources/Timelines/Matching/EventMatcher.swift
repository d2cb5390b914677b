import EventLog
package import Values

/// Which events a reference of the spec means: a small expression over an event's name and
/// properties. Names from the spec's `events` section are already resolved.
///
/// Equal matchers of several reports are evaluated once per event.
package indirect enum EventMatcher: Hashable, Sendable {
  /// Every event.
  case any
  /// Events with one of these names.
  case named(Set<LogText>)
  /// Events that one of these matches.
  case anyOf([EventMatcher])
  /// Events that match and satisfy all conditions.
  case filtered(EventMatcher, [PropertyCondition])
  /// Events of others, delivered to this entity (see `Delivery`). Nothing else matches those.
  case delivered(Delivery)
  /// Events of one source that match.
  case from(LogText, EventMatcher)
}

/// An event that is put into another entity's timeline as well: a join, delivered to its inviter.
package struct Delivery: Hashable, Sendable {
  package var event: EventMatcher
  /// The text property that holds the other entity's id.
  package var property: String

  package init(event: EventMatcher, property: String) {
    self.event = event
    self.property = property
  }
}

/// A test of one property of an event.
package struct PropertyCondition: Hashable, Sendable {
  package enum Test: Hashable, Sendable {
    case equals(PropertyValue)
    case notEquals(PropertyValue)
    case oneOf([PropertyValue])
    case notOneOf([PropertyValue])
    case greater(PropertyValue)
    case greaterOrEqual(PropertyValue)
    case less(PropertyValue)
    case lessOrEqual(PropertyValue)
    case exists(Bool)
    case contains(LogText)
    case startsWith(LogText)
    case endsWith(LogText)
  }

  package var property: String
  package var test: Test

  package init(property: String, test: Test) {
    self.property = property
    self.test = test
  }
}

/// A value to compare with: numbers as decimals, texts by their UTF-8 bytes. An absent property
/// equals nothing, is in no list, is neither greater nor less; it passes `notEquals`, `notOneOf`
/// and `exists(false)`.
package enum PropertyValue: Hashable, Sendable {
  case text(LogText)
  case number(ExactDecimal)
}
