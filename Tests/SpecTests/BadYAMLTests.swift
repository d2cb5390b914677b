import Testing

/// Files that are not a spec at all: malformed YAML, wrong shapes, missing sections. Each with every error in it, exactly.
@Suite struct BadYAMLTests {
  private static let cases: [BadSpec] = [
    BadSpec(
      whole: """

        """,
      errors: """
        1:1: the spec is empty
        """),
    BadSpec(
      whole: """
        # only a comment
        """,
      errors: """
        1:1: the spec is empty
        """),
    BadSpec(
      whole: """
        [a, b]
        """,
      errors: """
        1:1: a spec is a mapping of sections, not a list
        """),
    BadSpec(
      whole: """
        just text
        """,
      errors: """
        1:1: a spec is a mapping of sections, not `just text`
        """),
    BadSpec(
      whole: """
        source: {preset: segment
        """,
      errors: """
        1:25: not valid YAML: did not find expected ',' or '}' while parsing a flow mapping, begun at 1:9
        """),
    BadSpec(
      whole: """
        a: 1
        a: 2
        """,
      errors: """
        1:1: the key `a` is given here, and again in the same mapping
        """),
    BadSpec(
      whole: """
        reports: {r: {type: activity}}
        """,
      errors: """
        1:1: the spec needs `source`
        """),
    BadSpec(
      after: """
        reports: {r: {type: activity}}
        reports: {r: {type: activity}}
        """,
      errors: """
        6:1: the key `reports` is given here, and again in the same mapping
        """),
    BadSpec(
      whole: """
        source: {preset: segment}
        --- 
        reports: {}
        """,
      errors: """
        2:1: not valid YAML: expected a single document in the stream, but found another document
        """),
    BadSpec(
      whole: """
        source: *x
        """,
      errors: """
        1:9: not valid YAML: found undefined alias
        """),
    BadSpec(
      whole: """
        ? [a]
        : b
        """,
      errors: """
        1:3: a key must be plain text, not a list or a mapping
        """),
    BadSpec(
      whole: """
        {<<: 5}
        """,
      errors: """
        1:6: `<<` merges a mapping, not `5`
        """),
    BadSpec(
      whole: """
        source: "a
          b
        """,
      errors: """
        2:4: not valid YAML: found unexpected end of stream while scanning a quoted scalar, begun at 1:9
        """),
    BadSpec(
      whole: """
        source: {preset: segment}
        reports:
        \tr: {type: activity}
        """,
      errors: """
        3:1: a tab: YAML is indented with blanks
        """),
    BadSpec(
      whole: """
        source: &a [*a]
        """,
      errors: """
        1:13: not valid YAML: found undefined alias
        """),
    BadSpec(
      whole: """
        source: {preset: segment}
        reports: {r: {type: activity}}
        x: {<<: [5]}
        """,
      errors: """
        3:10: `<<` merges a mapping, not `5`
        """),
  ]

  @Test func everyError() {
    for bad in Self.cases { bad.check() }
  }
}
