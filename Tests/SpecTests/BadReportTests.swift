import Testing

/// Mistakes in `reports` and `goals`. Each with every error in it, exactly.
@Suite struct BadReportTests {
  private static let cases: [BadSpec] = [
    BadSpec(
      after: """
        reports:
          r: {type: retenton}
          s: {interval: day}
          t: activity
          u:
          a/b: {type: activity}
          run: {type: activity}
          R: {type: activity}
          Goals: {type: activity}
          datapackage: {type: activity}
          rejects: {type: activity}
        """,
      errors: """
        7:13: unknown report type `retenton`; did you mean `retention`?
        8:3: the report `s` needs a `type`
        9:6: `t` must be a mapping with a `type`, not `activity`
        10:5: `u` must be a mapping with a `type`, not nothing
        11:3: the report's name `a/b` cannot name a file: use letters, digits, `_`, `-` and `.`, at most 100 bytes
        12:3: the report `run` would write the file `run`, which the run itself writes
        14:3: the report `Goals` would write the file `Goals`, which the run itself writes
        15:3: the report `datapackage` would write the file `datapackage`, which the run itself writes
        16:3: the report `rejects` would write the file `rejects`, which the run itself writes
        """),
    BadSpec(
      after: """
        reports:
          a: {type: retention, list: true}
          a.matrix: {type: activity}
          a.entities: {type: activity}
        """,
      errors: """
        8:3: the report `a.matrix` would write the file `a.matrix`, which the report `a` writes
        9:3: the report `a.entities` would write the file `a.entities`, which the report `a` writes
        """),
    BadSpec(
      after: """
        reports:
          r:
            type: retention
            perids: 8
            periods: 1_000
            interval: weekly
            mode: off
        """,
      errors: """
        9:5: unknown key `perids` in a retention report; did you mean `periods`?
        10:14: `periods` must be a whole number from 0 to 10000, not `1_000`
        11:15: `weekly` is not a valid `interval`; did you mean `week`? Valid: `hour`, `day`, `week`, `month`, `quarter`, `year`, `N days`, `N weeks`
        12:11: `off` is not a valid `mode`; valid: `on`, `on_or_after`
        """),
    BadSpec(
      after: """
        reports:
          r: {type: retention, periods: 010, minimum: 0, brackets: [4, x]}
        """,
      errors: """
        7:33: `periods` must be a whole number from 0 to 10000, not `010`
        7:47: `minimum` must be a whole number from 1 to 1000000, not `0`
        7:64: `brackets` must be a whole number from 1 to 10000, not `x`
        """),
    BadSpec(
      after: """
        reports:
          r: {type: retention, periods: "8", brackets: [4, 10], mode: on_or_after}
        """,
      errors: """
        7:33: `periods` must be a whole number from 0 to 10000, not the text "8"
        7:63: `brackets` group the periods in which an entity returned: they need `mode: on`
        """),
    BadSpec(
      after: """
        reports:
          r: {type: retention, periods: 9, brackets: [4, 10]}
        """,
      errors: """
        7:33: `brackets` add up to 14 periods, and `periods` says 9; leave `periods` out
        """),
    BadSpec(
      after: """
        reports:
          r: {type: retention, interval: week, cohort_interval: day}
          s: {type: retention, interval: quarter, windows: elapsed}
          t: {type: retention, measure: {sum: country}}
          u: {type: retention, measure: revenue}
          v: {type: retention, measure: {total: revenue}}
          w: {type: activity, interval: 9999 days}
          x: {type: activity, interval: weeks}
        """,
      errors: """
        7:57: `cohort_interval` (day) is finer than `interval` (week)
        8:34: elapsed windows have a fixed length: hour, day, week (7 days) or month (30 days), not quarter
        9:39: `sum` needs a number, and `country` is a text property; declare it as {path: ..., type: number}
        10:33: `measure` must be a mapping, not `revenue`
        11:24: a measure needs `sum`
        11:34: unknown key `total` in a measure; valid: `sum`
        12:33: `interval` must be a number of days from 2 to 3660, such as 30 days, or of weeks from 2 to 520, not `9999 days`
        13:33: `weeks` is not a valid `interval`; did you mean `week`? Valid: `hour`, `day`, `week`, `month`, `quarter`, `year`, `N days`, `N weeks`
        """),
    BadSpec(
      after: """
        reports:
          r: {type: funnel, attribution: step 1, breakdown: country}
          s: {type: funnel, steps: [], attribution: step 1, breakdown: country}
          t: {type: funnel, steps: a, attribution: step 1, breakdown: country}
          u: {type: funnel, steps: [{event: a, optional: true}, b, {event: c, optional: true}]}
          v: {type: funnel, steps: [a, b], within: 7, step_within: 3 fortnights}
          w: {type: funnel, steps: [a, b], within: 0s, step_within: 1h1d}
        """,
      errors: """
        7:3: a funnel report needs `steps`
        8:28: a funnel needs at least one step
        9:28: `steps` must be a list of events, not `a`
        10:29: the first step cannot be optional: it is what enters the funnel
        10:60: the last step cannot be optional: it is what converts
        11:44: `within` must be a duration such as 7d or 1d12h: `7` has no unit (w, d, h, m, s, ms)
        11:60: `step_within` must be a duration such as 7d or 1d12h: `3` has no unit (w, d, h, m, s, ms)
        12:44: `within` must be a duration such as 7d or 1d12h: it must be longer than 0
        12:61: `step_within` must be a duration such as 7d or 1d12h: units go from large to small, each once
        """),
    BadSpec(
      after: """
        reports:
          r: {type: funnel, steps: [a, b], exclude: [{event: x, between: [1, 3]}, {event: x, between: [2, 1]}, {event: y, between: [1]}, {effect: stop}]}
          s: {type: funnel, steps: [a, b], order: any, exclude: x}
          t: {type: funnel, steps: [a, {event: b, optional: true}, c], order: any}
          u: {type: funnel, steps: [a], exclude: x}
        """,
      errors: """
        7:70: `between` must be a whole number from 1 to 2, not `3`
        7:95: `between` goes from an earlier step to a later one, not [2, 1]
        7:124: `between` must be two step numbers such as [1, 2], not a list
        7:130: an exclusion needs `event` or `any`
        8:57: `exclude` looks between two steps, and with `order: any` no step comes before another
        9:71: with `order: any` a step cannot be optional: none can be passed over
        10:42: `exclude` looks between steps: it needs at least two
        """),
    BadSpec(
      after: """
        reports:
          r: {type: funnel, steps: [a, b], attribution: last_touch}
          s: {type: funnel, steps: [a, b], breakdown: country, attribution: step 3}
          t: {type: funnel, steps: [a, b], breakdown: country, attribution: lst_touch}
          u: {type: funnel, steps: [a, b], activity: x}
          v: {type: funnel, steps: [a, b], hold: [contry, country, country], trend: weak}
        """,
      errors: """
        7:49: `attribution` says whose value a breakdown shows: it needs a `breakdown`
        8:69: there is no step 3: the funnel has 2 steps
        9:69: `lst_touch` is not a valid `attribution`; did you mean `last_touch`? Valid: `first_step`, `step N`, `first_touch`, `last_touch`, `every_step`
        10:46: `activity` says what ends dormancy: it needs `dormant_for`
        11:43: unknown property `contry`; did you mean `country`? Valid: `country`, `revenue`
        11:60: `country` is given twice in `hold`
        11:77: `weak` is not a valid `trend`; did you mean `week`? Valid: `hour`, `day`, `week`, `month`, `quarter`, `year`, `N days`, `N weeks`
        """),
    BadSpec(
      after: """
        reports:
          r: {type: activity, breakdown: plan, top: 5}
          s: {type: activity, top: 5}
          t: {type: activity, breakdown: country, top: 0}
          u: {type: activity, list: true}
          v: {type: activity, entity: acount}
          w: {type: revenue}
          x: {type: revenue, event: a, amount: country}
        """,
      errors: """
        7:34: unknown property `plan`; valid: `country`, `revenue`
        7:45: `top` needs a `breakdown`
        8:28: `top` needs a `breakdown`
        9:48: `top` must be a whole number from 1 to 1000000, not `0`
        10:29: an activity report has no list; lists are for `retention`, `funnel`, `lifecycle`
        11:31: `acount` is not a valid `entity`; did you mean `account`? Valid: `user`, `account`, `session`
        12:3: a revenue report needs `event`
        12:3: a revenue report needs `amount`
        13:40: `amount` needs a number, and `country` is a text property; declare it as {path: ..., type: number}
        """),
    BadSpec(
      after: """
        reports: {r: {type: activity}}
        goals: {a: 1}
        """,
      errors: """
        7:8: `goals` must be a list of goals, not a mapping
        """),
    BadSpec(
      after: """
        reports: {r: {type: retention, list: true}}
        goals:
          - {name: l, table: r.entities, column: last_period, target: 1, by: 2026-01-01}
          - {name: a, table: q, column: rate, target: x, by: 2026-01-01}
          - {name: a, table: r.matrx, column: rate, target: 1, by: 2026-01-01, better: more}
          - {table: r, target: 1, by: 2026-03-01, start: 1, stages: [{by: 2026-04-01, target: 2}, {target: 2}], row: {a: [1]}}
        """,
      errors: """
        8:22: `r.entities` is a list of entities; a goal is about a number in a table
        9:22: no report writes a table `q`; did you mean `r`? Valid: `r`, `r.matrix`
        9:47: `target` must be a number of at most 38 digits, or such as 2%, not `x`
        10:12: another goal is named `a`
        10:22: no report writes a table `r.matrx`; did you mean `r.matrix`? Valid: `r`, `r.matrix`
        10:80: `more` is not a valid `better`; valid: `higher`, `lower`
        11:5: a goal needs `name`
        11:5: a goal needs `column`
        11:31: the dates of a goal ascend from `from` over its stages to its own `by`: 2026-03-01 is not after 2026-04-01
        11:50: `start` needs `from`: together they are where the goal begins
        11:91: a stage needs `by`
        11:114: `a` must be text, not a list
        """),
    BadSpec(
      after: """
        reports:
          r: {type: retention, brackets: [10000, 1]}
          s: {type: funnel, steps: [a, b], exclude: [{event: x, where: {country: {contains: 5, begins: a}}}]}
          t: {type: funnel, steps: [a, b], step_within: 9999w}
          u: {type: activity, breakdown: {a: b}, event: }
          v: {type: activity, event: "", where: [a]}
          .w: {type: activity}
        """,
      errors: """
        7:34: `brackets` add up to more than 10000 periods
        8:88: unknown operator `begins`; valid: `eq`, `ne`, `in`, `gt`, `gte`, `lt`, `lte`, `exists`, `contains`, `not_in`, `starts_with`, `ends_with`
        10:34: `breakdown` must be text, not a mapping
        11:30: an event's name is empty
        11:41: `where` must be a mapping of names to tests, not a list
        12:3: the report's name `.w` cannot name a file: use letters, digits, `_`, `-` and `.`, at most 100 bytes
        """),
  ]

  @Test func everyError() {
    for bad in Self.cases { bad.check() }
  }
}
