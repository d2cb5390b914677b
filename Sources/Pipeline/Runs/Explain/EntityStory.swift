import Tables
package import Timelines
package import Values

/// One entity's timeline, and what each report made of it: plain data, as `explain` prints it.
package struct EntityStory: Sendable, Equatable {
  package struct Event: Sendable, Equatable {
    /// Local, with the offset from UTC.
    package var time: String
    package var name: String
    /// Properties that some report reads, absent ones left out.
    package var properties: [Property]
    /// Who did it: in an account's timeline, or where an event was delivered from. Nil when the
    /// reports do not ask.
    package var user: String?
    /// Another entity's event, delivered to this one.
    package var isDelivered: Bool
    /// After the end of observation: no report sees it.
    package var isUnobserved: Bool
  }

  package struct Property: Sendable, Equatable {
    package var name: String
    package var value: String
    package var isNumber: Bool
  }

  /// One of the ids of a person or account.
  package struct ID: Sendable, Equatable {
    package var id: String
    /// Of a visitor or device.
    package var isAnonymous: Bool
    /// When and where it first stood with a known id of the person; nil for that id itself.
    package var linkedAt: String?
    /// `FILE:LINE`.
    package var linkedIn: String?
  }

  package struct Report: Sendable, Equatable {
    package struct Note: Sendable, Equatable {
      /// Number of the event, from 1.
      package var event: Int
      package var text: String
    }

    package var name: String
    package var type: String
    package var notes: [Note]
    package var conclusions: [String]
  }

  package struct NameCount: Sendable, Equatable {
    package var name: String
    package var count: Int
  }

  package var entity: String
  /// Of the person, if not as it was asked for.
  package var name: String?
  /// All that the person has; empty for one alone.
  package var ids: [ID] = []
  package var kind: TimelineSchema.Entity
  package var timeZone: String
  /// Local, with the offset from UTC; nil when nothing was observed.
  package var observedUntil: String?
  package var events: [Event]
  /// Events of the entity that no report looks at, by name.
  package var outside: [NameCount]
  /// Events dropped because the entity has one with the same id.
  package var duplicates: Int
  package var reports: [Report]

  package var json: JSONValue {
    var identity: [(key: String, value: JSONValue)] = []
    if let name { identity.append(("name", .text(name))) }
    if !ids.isEmpty { identity.append(("ids", .list(ids.map(Self.json)))) }
    return .object(
      [("entity", .text(entity))] + identity + [
        ("kind", .text(kind.rawValue)), ("time_zone", .text(timeZone)),
        ("observed_until", observedUntil.map { .text($0) } ?? .null),
        ("events", .list(events.enumerated().map { Self.json($1, number: $0 + 1) })),
        ("events_no_report_looks_at", .object(outside.map { ($0.name, .integer($0.count)) })),
        ("duplicates", .integer(duplicates)), ("reports", .list(reports.map(Self.json))),
      ])
  }

  private static func json(_ event: Event, number: Int) -> JSONValue {
    let properties = event.properties.map { property in
      (property.name, property.isNumber ? JSONValue.digits(property.value) : .text(property.value))
    }
    var members: [(key: String, value: JSONValue)] = [
      ("number", .integer(number)), ("time", .text(event.time)), ("event", .text(event.name)),
      ("properties", .object(properties)),
    ]
    if let user = event.user { members.append(("user", .text(user))) }
    if event.isDelivered { members.append(("delivered", .boolean(true))) }
    if event.isUnobserved { members.append(("observed", .boolean(false))) }
    return .object(members)
  }

  private static func json(_ id: ID) -> JSONValue {
    .object([
      ("id", .text(id.id)), ("anonymous", .boolean(id.isAnonymous)),
      ("linked_at", id.linkedAt.map { .text($0) } ?? .null),
      ("linked_in", id.linkedIn.map { .text($0) } ?? .null),
    ])
  }

  private static func json(_ report: Report) -> JSONValue {
    .object([
      ("name", .text(report.name)), ("type", .text(report.type)),
      (
        "notes",
        .list(
          report.notes.map { .object([("event", .integer($0.event)), ("note", .text($0.text))]) })
      ), ("conclusions", .list(report.conclusions.map { .text($0) })),
    ])
  }
}
