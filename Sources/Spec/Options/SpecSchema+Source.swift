import EventLog
import Timelines
import Values

/// `source`, `sources` and `maps`: their readers are older than option tables, so that the schema knows
/// them by name. What it does not know it lets through, as `check` does not.
extension SpecSchema {
  static let source = object(sourceOptions)

  /// A source with a name and files; what else it has is a `source`'s.
  static let sources = list(
    of: object(
      [
        ("name", text), ("files", patterns), ("optional", typed("boolean")),
        ("ids", closed([("account", text), ("user", text)])),
      ] + sourceOptions, required: ["name", "files"]), SourceSections.sourcesMax)

  static let maps = list(
    of: closed(
      [
        ("files", patterns), ("optional", typed("boolean")),
        ("kind", schema(.choice(["user", "account"]))), ("from", end(needsSpace: true)),
        ("to", end(needsSpace: false)),
        ("format", schema(.choice(["jsonl", "json", "csv", "tsv"]))), ("encoding", text),
        ("null", nulls),
      ] + delimited, required: ["files", "from", "to"]), MapsReader.mapsMax)

  static let patterns = schema(.oneOrMore(.text, max: SourceSections.patternsMax))

  private static let text = typed("string")

  private static let sourceOptions: [(key: String, value: JSONValue)] =
    [
      ("preset", schema(.choice(SourcePreset.all.map(\.name)))), ("format", format),
      ("encoding", text), ("user", paths), ("anonymous", paths), ("account", account),
      ("event", anyOf([paths, object([("value", text)])])), ("time", time), ("id", paths),
      ("alias", mapping(AliasField.outlines)), ("passive", schema(.oneOrMore(.text, max: 1_000))),
      ("future", schema(.choice(["reject", "outside"]))), ("records", text),
      ("prefix", schema(.choice(["skip"]))), ("strict", typed("boolean")),
      ("snapshot", typed("boolean")),
      ("each", list(of: each, nil)), ("null", nulls),
      ("number", object([("decimal", text), ("group", text)])),
      ("properties", map(of: anyOf([paths, property]))),
    ] + delimited

  /// Options of the formats csv and tsv.
  private static let delimited: [(key: String, value: JSONValue)] = [
    ("delimiter", text), ("quote", text), ("escape", text), ("comment", text),
    ("skip", schema(.integer(0...1_000_000))), ("columns", list(of: text, nil)),
  ]

  private static let format = anyOf([
    schema(.choice(LogFormat.named.map(\.name))), object([("nginx", text)]),
    object([("apache", text)]),
  ])

  /// A path, what is made of it, a joint key; or several of these.
  private static let paths = anyOf([path, list(of: path, nil)])

  private static let path = anyOf([text, object(pathOptions)])

  private static let pathOptions: [(key: String, value: JSONValue)] = [
    ("path", schema(.oneOrMore(.text, max: 100))), ("all", list(of: text, nil)),
    ("as", schema(.choice(["lower", "domain", "first"]))),
    ("except", schema(.oneOrMore(.text, max: 10_000))),
  ]

  private static let account = anyOf([
    paths,
    object(
      pathOptions + [("carry", schema(.choice(CarryRule.allCases.map(\.rawValue))))],
      required: ["path"]),
  ])

  private static let time = anyOf([
    paths,
    object([
      ("path", paths), ("format", schema(.oneOrMore(.text, max: 100))), ("zone", text),
      ("local_epoch", text), ("day", schema(.choice(["start", "end"]))),
    ]),
  ])

  private static let each = object(
    [("event", text), ("time", paths), ("where", map(of: .object([])))],
    required: ["event", "time"])

  private static let property = object(
    [
      ("path", paths), ("type", schema(.choice(PropertyType.allCases.map(\.rawValue)))),
      ("format", schema(.oneOrMore(.text, max: 100))), ("zone", text),
      ("scale", .object([])), ("currency", anyOf([text, object([("path", paths)])])),
    ], required: ["path"])

  private static let nulls = anyOf([
    list(of: .object([]), nil), text, object([("only", list(of: .object([]), nil))]),
  ])

  private static func end(needsSpace: Bool) -> JSONValue {
    closed(
      [("column", paths), ("space", text)], required: ["column"] + (needsSpace ? ["space"] : []))
  }

  private static func object(
    _ properties: [(key: String, value: JSONValue)], required: [String] = []
  ) -> JSONValue {
    .object(
      [("type", .text("object")), ("properties", .object(properties))]
        + (required.isEmpty ? [] : [("required", .list(required.map { .text($0) }))]))
  }

  /// A mapping that has no other keys.
  private static func closed(
    _ properties: [(key: String, value: JSONValue)], required: [String] = []
  ) -> JSONValue {
    guard case .object(let members) = object(properties, required: required) else { return .null }
    return .object(members + [("additionalProperties", .boolean(false))])
  }
}
