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
      whole: """
        source:
          user: u
          event: e
          time: t
          properties:
            on: {path: on, type: boolean, format: iso8601, scale: 10}
            day: {path: day, type: date, format: iso}
            at: {path: at, type: tme}
            then: {path: then, type: time}
        reports:
          r: {type: activity, where: {on: maybe, day: 31.1.2024, then: {gt: 2024-01-31, contains: x}}}
          s: {type: activity, where: {on: {gt: true}, then: 2024-01-31T09:00:00+01:00}}
          t: {type: revenue, event: any, amount: day}
        """,
      errors: """
        6:43: `format` is for dates and times: say `type: date` or `type: time`
        6:59: `scale` is for numbers: say `type: number`
        7:42: `iso` is not a time format; valid: `iso8601`, `seconds`, `milliseconds`, `microseconds`, `nanoseconds`, `excel`, `auto`, or a pattern such as "%Y-%m-%d %H:%M:%S"
        8:26: `tme` is not a valid `type`; did you mean `time`? Valid: `text`, `number`, `boolean`, `date`, `time`
        11:35: `on` is a boolean property: compare it with true or false, not `maybe`
        11:47: `day` is a date property: compare it with a day, such as 2024-01-31, not `31.1.2024`
        11:69: `then` is a time property: compare it with a time with its offset, such as 2024-01-31T09:00:00Z, not `2024-01-31`
        11:91: `contains` looks into text, and `then` is a time property
        12:40: `gt` needs an order, and `on` is a boolean property
        13:42: `amount` needs a number, and `day` is a date property; declare it as {path: ..., type: number}
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
