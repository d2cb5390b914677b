import Testing

/// Mistakes in `source` and `calendar`. Each with every error in it, exactly.
@Suite struct BadSourceTests {
  private static let cases: [BadSpec] = [
    BadSpec(
      whole: """
        source: {}
        reports: {}
        """,
      errors: """
        1:1: `source` needs `event`: the path of the event's name, or {value: NAME}
        1:1: `source` needs `time`: the path of the event's time
        2:10: `reports` has no report
        """),
    BadSpec(
      whole: """
        source: {preset: segmnt}
        reports: {r: {type: activity}}
        """,
      errors: """
        1:18: `segmnt` is not a valid `preset`; did you mean `segment`?
        """),
    BadSpec(
      whole: """
        source: {user: u, event: e}
        reports: {r: {type: activity}}
        """,
      errors: """
        1:1: `source` needs `time`: the path of the event's time
        """),
    BadSpec(
      whole: """
        source: {event: e, time: t}
        reports: {r: {type: activity}, s: {type: activity, entity: account}}
        """,
      errors: """
        1:1: `source` needs `user`: the report `r` counts users
        1:1: `source` needs `account`: the report `s` counts accounts
        """),
    BadSpec(
      whole: """
        source: {preset: segment, format: jsonlines, delimiter: ";"}
        reports: {r: {type: activity}}
        """,
      errors: """
        1:35: `jsonlines` is not a valid `format`; valid: `jsonl`, `json`, `csv`, `tsv`, `combined`, `w3c`
        1:57: `delimiter` is an option of the formats csv and tsv
        """),
    BadSpec(
      whole: """
        source: {preset: segment, format: csv, delimiter: "ab"}
        reports: {r: {type: activity}}
        """,
      errors: """
        1:51: `delimiter` must be one ASCII character or `tab`, not the text "ab"
        """),
    BadSpec(
      whole: """
        source: {preset: segment, format: csv, quote: ",", escape: "'", comment: "'"}
        reports: {r: {type: activity}}
        """,
      errors: """
        1:47: `quote` must be another sign than `delimiter`
        1:74: `comment` must be another sign than `escape`
        """),
    BadSpec(
      whole: """
        source: {preset: segment, time: {path: t, format: second}, user: a..b, id: 1}
        reports: {r: {type: activity}}
        """,
      errors: """
        1:51: `second` is not a time format; did you mean `seconds`? Valid: `iso8601`, `seconds`, `milliseconds`, `microseconds`, `nanoseconds`, `excel`, `auto`, or a pattern such as "%Y-%m-%d %H:%M:%S"
        1:66: the path `a..b` has an empty part; write `\\.` for a dot inside a key
        """),
    BadSpec(
      whole: """
        source: {preset: combined, user: hosts}
        reports: {r: {type: activity}}
        """,
      errors: """
        1:34: the combined log format has no field `hosts`; did you mean `host`?
        """),
    BadSpec(
      whole: """
        source: {preset: segment, properties: {a: {type: number}, b: {path: b, type: numbr}, c: {path: []}, d: []}}
        reports: {r: {type: activity}}
        """,
      errors: """
        1:40: a property needs `path`
        1:78: `numbr` is not a valid `type`; did you mean `number`? Valid: `text`, `number`, `boolean`, `date`, `time`
        1:96: `path` needs at least one path
        1:104: the property `d` needs a path
        """),
    BadSpec(
      whole: """
        source: {preset: segment, usr: x, event: {valeu: x}}
        report: {r: {type: activity}}
        """,
      errors: """
        1:27: unknown key `usr` in `source`; did you mean `user`?
        1:43: unknown key `valeu` in the event field; did you mean `value`?
        2:1: unknown key `report` in the spec; did you mean `reports`?
        """),
    BadSpec(
      after: """
        calendar: {time_zone: [], week_start: friday, from: 2026-02-30, until: 2026-01-01}
        reports: {r: {type: activity}}
        """,
      errors: """
        6:23: `time_zone` must be text, not a list
        6:39: `friday` is not a valid `week_start`; valid: `monday`, `sunday`
        6:53: `from` must be a date such as 2026-01-31, today, -30d or month_start, not `2026-02-30`
        """),
    BadSpec(
      after: """
        calendar: {from: 2026-02-01, until: 2026-02-01}
        reports: {r: {type: activity}}
        """,
      errors: """
        6:37: an empty range: `until` (2026-02-01) is not after `from` (2026-02-01)
        """),
    BadSpec(
      after: """
        calendar: {from: 2026-02-01}
        reports: {r: {type: activity, until: 2026-01-01}, s: {type: activity, from: 2027-01-01}}
        """,
      errors: """
        7:38: an empty range: `until` (2026-01-01) is not after `from` (2026-02-01)
        """),
    BadSpec(
      whole: """
        source: {preset: segment, user: null}
        reports: {r: {type: activity}}
        """,
      errors: """
        1:1: `source` needs `user`: the report `r` counts users
        """),
    BadSpec(
      whole: """
        source: {user: u, event: e, time: {path: t, format: "%Y-%Q"}}
        reports: {r: {type: activity}}
        """,
      errors: """
        1:53: the time pattern `%Y-%Q` cannot be read: there is no conversion %Q
        """),
  ]

  @Test func everyError() {
    for bad in Self.cases { bad.check() }
  }
}
