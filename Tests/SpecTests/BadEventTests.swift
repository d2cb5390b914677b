import Testing

/// Mistakes in `events`, references and `where`. Each with every error in it, exactly.
@Suite struct BadEventTests {
  private static let cases: [BadSpec] = [
    BadSpec(
      after: """
        events: {a: b, b: c, c: a}
        reports: {r: {type: activity}}
        """,
      errors: """
        6:25: events that refer to each other in a circle: `a` -> `b` -> `c` -> `a`
        """),
    BadSpec(
      after: """
        events: {any: b, x: {evnt: b}, y: {event: a, any: [b]}, z: {any: []}, w: , v: {}}
        reports: {r: {type: activity}}
        """,
      errors: """
        6:10: `any` already means every event; give it another name
        6:21: an event needs `event` or `any`
        6:22: unknown key `evnt` in an event; did you mean `event`? Valid: `event`, `any`, `where`
        6:51: give either `event` or `any`, not both
        6:66: `any` needs at least one event
        6:74: `w` must be an event, not nothing
        6:79: an event needs `event` or `any`
        """),
    BadSpec(
      after: """
        events: [a]
        reports: {r: {type: activity}}
        """,
      errors: """
        6:9: `events` must be a mapping of names to events, not a list
        """),
    BadSpec(
      after: """
        events: {a: {event: x, where: {revnue: 1, revenue: many, country: {gte: 1, equals: 2}}}}
        reports: {r: {type: activity}}
        """,
      errors: """
        6:32: unknown property `revnue`; did you mean `revenue`? Valid: `country`, `revenue`
        6:52: `revenue` is a number property: compare it with a number, not `many`
        6:76: unknown operator `equals`; valid: `eq`, `ne`, `in`, `gt`, `gte`, `lt`, `lte`, `exists`, `contains`, `not_in`, `starts_with`, `ends_with`
        """),
    BadSpec(
      after: """
        reports:
          r: {type: activity, where: {revenue: "5", country: }}
        """,
      errors: """
        7:40: `revenue` is a number property: compare it with a number, not the text "5"
        7:54: to ask whether `country` is absent, write {exists: false}
        """),
    BadSpec(
      after: """
        reports:
          r: {type: activity, where: {revenue: {contains: 1, exists: yes, in: 3, gt: [1]}, country: [], country2: 5}}
        """,
      errors: """
        7:51: `contains` looks into text, and `revenue` is a number property
        7:62: `exists` must be true or false, not `yes`
        7:71: `in` must be a list of values, not `3`
        7:78: `revenue` is a number property: compare it with a number, not a list
        7:93: the list for `country` is empty
        7:97: unknown property `country2`; did you mean `country`? Valid: `country`, `revenue`
        """),
    BadSpec(
      after: """
        reports: {r: {type: activity, event: {event: {event: [a, {evnt: b}]}}}}
        """,
      errors: """
        6:58: an event needs `event` or `any`
        6:59: unknown key `evnt` in an event; did you mean `event`? Valid: `event`, `any`, `where`
        """),
  ]

  @Test func everyError() {
    for bad in Self.cases { bad.check() }
  }
}
