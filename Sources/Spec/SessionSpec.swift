package import Timelines
package import Values

/// The spec's `sessions` section: which events of a person are one visit.
package struct SessionSpec: Sendable, Equatable {
  package enum Cut: String, Sendable, CaseIterable {
    /// At the local start of each day.
    case midnight
  }

  /// What makes a session; events of other kinds belong to one that is open, and open none.
  package var of = EventMatcher.any
  /// Microseconds: a longer silence begins another one.
  package var gap: Int64 = 30 * 60 * 1_000_000
  package var cut: [Cut] = []
  /// A property that tells sessions apart, in place of `gap` and `cut`.
  package var id: String?

  package init() {}

  init(reading section: inout SpecMapping) {
    self.init()
    Self.declared.read(into: &self, from: &section)
    guard section.has("id") else { return }
    for key in ["gap", "cut"] where section.has(key) {
      section.error(at: key, "`id` tells sessions apart by itself: leave `\(key)` out")
    }
  }

  package static var declared: Options<SessionSpec> {
    [
      .option("of", \.of, .event, "The events that make a session."),
      .option("gap", \.gap, .duration, "A longer silence begins another session."),
      .option("cut", \.cut, .choices(), "Where a session ends in any case."),
      .option("id", \.id, .property, "A property that tells sessions apart, in place of both."),
    ]
  }

  package static var outlines: [OptionOutline] { declared.outlines(blank: SessionSpec()) }

  package var description: JSONValue { .object(Self.declared.shown(self)) }
}

/// What a report counts: the people or accounts of the logs, or the visits of people.
package enum CountedEntity: String, Sendable, CaseIterable {
  case user, account, session
}

/// A breakdown that is made of the session, not read from events.
package enum SessionProperty: Sendable, Equatable {
  /// From 1, by person.
  case number
  /// From the first to the last event, in whole seconds.
  case seconds
  /// The value of a property on the first event.
  case first(String)

  static let prefix = "session."

  package init?(_ name: String) {
    switch name {
    case "session.number": self = .number
    case "session.seconds": self = .seconds
    default:
      guard name.hasPrefix("session.first.") else { return nil }
      self = .first(String(name.dropFirst("session.first.".count)))
    }
  }
}
