package import Values

/// The JSON Schema of a spec, for editors: completion, and a mark under what cannot be. It knows what
/// an option may be and its bounds; what concerns several options, `check` says.
package enum SpecSchema {
  package static func document(_ reports: [any ReportDefinition.Type]) -> JSONValue {
    .object([
      ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
      ("title", .text("Twinfunnel spec")), ("type", .text("object")),
      (
        "properties",
        .object([
          ("source", source), ("sources", sources),
          ("maps", maps), ("ignore", patterns),
          ("identity", mapping(IdentitySpec.outlines)), ("sessions", mapping(SessionSpec.outlines)),
          ("calendar", calendar),
          ("events", map(of: reference("event"))),
          ("reports", map(of: .object([("oneOf", .list(reports.map(report)))]))),
          ("goals", goals), ("checks", checks),
        ])
      ), ("required", .list([.text("reports")])),
      (
        "oneOf",
        .list(["source", "sources"].map { .object([("required", .list([.text($0)]))]) })
      ),
      ("additionalProperties", .boolean(false)),
      ("$defs", .object([("event", event), ("tests", map(of: .object([])))])),
    ])
  }

  private static func report(_ type: any ReportDefinition.Type) -> JSONValue {
    let kind = OptionOutline(
      key: "type", shape: .choice([type.type]), doc: type.summary + ".", isRequired: true,
      standard: .null)
    return mapping([kind] + type.outlines)
  }

  static func mapping(_ outlines: [OptionOutline], isStage: Bool = false) -> JSONValue {
    var properties = outlines.map { (key: $0.key, value: described($0)) }
    if isStage { properties = eventProperties + properties }
    return .object([
      ("type", .text("object")), ("properties", .object(properties)),
      ("required", .list(outlines.filter(\.isRequired).map { .text($0.key) })),
      ("additionalProperties", .boolean(false)),
    ])
  }

  private static func described(_ outline: OptionOutline) -> JSONValue {
    guard case .object(var members) = schema(outline.shape) else { return .null }
    members.append(("description", .text(outline.doc)))
    switch outline.standard {
    case .integer, .boolean: members.append(("default", outline.standard))
    default: break
    }
    return .object(members)
  }

  static func schema(_ shape: OptionShape) -> JSONValue {
    switch shape {
    case .boolean: typed("boolean")
    case .integer(let range):
      .object([
        ("type", .text("integer")), ("minimum", .integer(range.lowerBound)),
        ("maximum", .integer(range.upperBound)),
      ])
    case .decimal: typed("number")
    case .date:
      .object([
        ("type", .text("string")),
        (
          "pattern",
          .text(
            "^ *([0-9]{4}-[0-9]{2}-[0-9]{2}|today|yesterday|tomorrow|(week|month|quarter|year)_start|"
              + "(?=[-+]))( *[-+] *[0-9]+ *(d|days?|w|weeks?|months?|quarters?|y|years?))* *$")
        ),
      ])
    case .duration:
      .object([
        ("type", .text("string")),
        ("pattern", .text("^( *[0-9]+(w|d|h|m|s|ms|us))+ *$")),
      ])
    case .text, .property, .numberProperty: typed("string")
    case .forms(let forms):
      .object([("type", .text("string")), ("examples", .list(forms.map { .text($0) }))])
    case .choice(let choices): .object([("enum", .list(choices.map { .text($0) }))])
    case .event: reference("event")
    case .tests: reference("tests")
    case .oneOrMore(let shape, let max): anyOf([schema(shape), list(of: schema(shape), max)])
    case .list(let shape, let max): list(of: schema(shape), max)
    case .names(let shape, let max):
      .object([
        ("type", .text("object")), ("additionalProperties", schema(shape)),
        ("maxProperties", .integer(max)),
      ])
    case .mapping(let outlines): mapping(outlines)
    case .stage(let outlines):
      // A bare event will do where nothing else must be given.
      outlines.contains(where: \.isRequired)
        ? mapping(outlines, isStage: true)
        : anyOf([
          typed("string"), list(of: reference("event"), nil), mapping(outlines, isStage: true),
        ])
    }
  }

  static func typed(_ type: String) -> JSONValue { .object([("type", .text(type))]) }

  private static func reference(_ name: String) -> JSONValue {
    .object([("$ref", .text("#/$defs/\(name)"))])
  }

  static func anyOf(_ schemas: [JSONValue]) -> JSONValue {
    .object([("anyOf", .list(schemas))])
  }

  static func list(of items: JSONValue, _ max: Int?) -> JSONValue {
    .object(
      [("type", .text("array")), ("items", items)]
        + (max.map { [("maxItems", .integer($0))] } ?? [])
    )
  }

  static func map(of values: JSONValue) -> JSONValue {
    .object([("type", .text("object")), ("additionalProperties", values)])
  }

  private static let eventProperties: [(key: String, value: JSONValue)] = [
    ("event", reference("event")), ("any", list(of: reference("event"), nil)),
    ("where", reference("tests")), ("source", typed("string")),
  ]

  /// A name, several, or an event with tests.
  private static let event = anyOf([
    typed("string"), list(of: reference("event"), nil),
    .object([
      ("type", .text("object")), ("properties", .object(eventProperties)),
      ("additionalProperties", .boolean(false)),
    ]),
  ])

  private static let number = anyOf([
    typed("number"),
    .object([("type", .text("string")), ("pattern", .text("^-?[0-9.]+%?$"))]),
  ])

  private static let stage: [(key: String, value: JSONValue)] = [
    ("by", schema(.date)), ("target", number),
  ]

  private static let goals = list(
    of: .object([
      ("type", .text("object")),
      (
        "properties",
        .object(
          stage + [
            ("name", typed("string")), ("table", typed("string")), ("column", typed("string")),
            ("row", map(of: .object([]))), ("start", number), ("from", schema(.date)),
            ("better", schema(.choice(["higher", "lower"]))),
            (
              "stages",
              list(
                of: .object([
                  ("type", .text("object")), ("properties", .object(stage)),
                  ("required", .list([.text("by"), .text("target")])),
                  ("additionalProperties", .boolean(false)),
                ]), nil)
            ),
          ])
      ), ("required", .list(["name", "table", "column", "by", "target"].map { .text($0) })),
      ("additionalProperties", .boolean(false)),
    ]), SpecLimits.goalsMax)

  private static let checks = list(
    of: .object([
      ("type", .text("object")),
      (
        "properties",
        .object([
          ("name", typed("string")), ("table", typed("string")), ("column", typed("string")),
          ("row", map(of: .object([]))), ("at_least", number), ("at_most", number),
          (
            "drop",
            .object([
              ("type", .text("object")),
              (
                "properties",
                .object([
                  ("at_most", number),
                  (
                    "from",
                    .object([
                      ("type", .text("string")),
                      ("pattern", .text("^(replaced|[0-9]+ rows? before)$")),
                    ])
                  ),
                ])
              ), ("required", .list([.text("at_most"), .text("from")])),
              ("additionalProperties", .boolean(false)),
            ])
          ), ("source", typed("string")),
          ("last_event", one("age_at_most", schema(.duration))),
          ("events", one("at_least", schema(.integer(1...1_000_000_000_000)))),
        ])
      ), ("required", .list([.text("name")])), ("additionalProperties", .boolean(false)),
    ]), nil)

  /// A mapping with one key.
  private static func one(_ key: String, _ value: JSONValue) -> JSONValue {
    .object([
      ("type", .text("object")), ("properties", .object([(key, value)])),
      ("required", .list([.text(key)])), ("additionalProperties", .boolean(false)),
    ])
  }

  private static let calendar: JSONValue = .object([
    ("type", .text("object")),
    (
      "properties",
      .object([
        ("time_zone", typed("string")),
        ("week_start", schema(.choice(["monday", "sunday"]))),
        ("year_start", schema(.integer(1...12))),
        ("observed", schema(.choice(CalendarSpec.Observed.allCases.map(\.rawValue)))),
        ("observed_by", schema(.oneOrMore(.text, max: SourceSections.sourcesMax))),
        ("from", schema(.date)), ("until", schema(.date)),
      ])
    ),
  ])
}
