public import Tables
public import Timelines

/// One entity's timeline, and what each report made of it: plain data, as `explain` prints it.
public struct EntityStory: Sendable, Equatable {
  public struct Event: Sendable, Equatable {
    /// Local, with the offset from UTC.
    public var time: String
    public var name: String
    /// Properties that some report reads, absent ones left out.
    public var properties: [Property]
    /// Who did it: in an account's timeline, or where an event was delivered from. Nil when the
    /// reports do not ask.
    public var user: String?
    /// Another entity's event, delivered to this one.
    public var isDelivered: Bool
    /// After the end of observation: no report sees it.
    public var isUnobserved: Bool
  }

  public struct Property: Sendable, Equatable {
    public var name: String
    public var value: String
    public var isNumber: Bool
  }

  public struct Report: Sendable, Equatable {
    public struct Note: Sendable, Equatable {
      /// Number of the event, from 1.
      public var event: Int
      public var text: String
    }

    public var name: String
    public var type: String
    public var notes: [Note]
    public var conclusions: [String]
  }

  public struct NameCount: Sendable, Equatable {
    public var name: String
    public var count: Int
  }

  public var entity: String
  public var kind: TimelineSchema.Entity
  public var timeZone: String
  /// Local, with the offset from UTC; nil when nothing was observed.
  public var observedUntil: String?
  public var events: [Event]
  /// Events of the entity that no report looks at, by name.
  public var outside: [NameCount]
  /// Events dropped because the entity has one with the same id.
  public var duplicates: Int
  public var reports: [Report]

  public var json: JSONValue {
    .object([
      ("entity", .text(entity)), ("kind", .text(kind.rawValue)), ("time_zone", .text(timeZone)),
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
