import EventLog
import Tables
import Timelines
package import Values

extension AnalysisSpec {
  /// What a run of this spec will read and write, as plain data:
  ///
  ///     source     format, user, account, event, time, id, texts, numbers: paths to extract; and
  ///                what it says of how rows are written, where it does
  ///     calendar   time_zone, week_start, year_start, observed, from, until
  ///     timelines  per kind of entity: events kept, properties kept, users, ids, sorted
  ///     reports    name, type, entity, files, tables: columns with type, unit, description;
  ///                definition
  ///     goals      name, table, column, row, by, target
  ///     checks     name, table, column, row or source, and what is asked of it
  package var planDescription: JSONValue {
    let plan = ExtractionPlan(self)
    return .object(
      sources(plan) + (identity.map { [("identity", $0.description)] } ?? []) + [
        ("calendar", calendar.description),
        ("timelines", .list(plan.schemas.map { .describing($0) })),
        ("reports", .list(reports.map { .describing($0) })),
        ("goals", .list(goals.map { .describing($0) })),
        ("checks", .list(checks.map(\.definition))),
      ])
  }

  private func sources(_ plan: ExtractionPlan) -> [(key: String, value: JSONValue)] {
    guard hasNamedSources else { return [("source", .describing(plan.extraction, of: source))] }
    func texts(_ texts: [String]) -> JSONValue { .list(texts.map { .text($0) }) }
    let all = zip(sources, plan.extractions).map { source, extraction in
      JSONValue.object(
        [
          ("name", .text(source.name)), ("files", texts(source.files)),
          ("optional", .boolean(source.isOptional)), ("ids", source.spaces.description),
        ] + (JSONValue.describing(extraction, of: source).members ?? []))
    }
    return [
      ("sources", .list(all)), ("maps", .list(maps.map(\.description))), ("ignore", texts(ignore)),
      ("observed_by", texts(observedBy.map { sources[$0].name })),
    ]
  }
}

extension JSONValue {
  fileprivate static func texts(_ texts: [String]) -> JSONValue { .list(texts.map { .text($0) }) }

  fileprivate static func paths(_ paths: [FieldPath]) -> JSONValue {
    texts(paths.map(\.description))
  }

  /// What a source says of the zone of its times, where it does.
  private static func zones(_ time: TimeField) -> [(key: String, value: JSONValue)] {
    var members: [(key: String, value: JSONValue)] = []
    if let zone = time.zone { members.append(("zone", .text(zone))) }
    if let zone = time.localEpoch { members.append(("local_epoch", .text(zone))) }
    if time.endsDay { members.append(("day", .text("end"))) }
    return members
  }

  fileprivate static func describing(
    _ extraction: Extraction, of source: SourceSpec
  ) -> JSONValue {
    let carry = source.carry
    func fields(_ fields: [PropertyField]) -> JSONValue {
      .object(fields.map { ($0.name, paths($0.paths)) })
    }
    let types = extraction.texts.filter { $0.type.isSpelled }.map {
      (key: $0.name, value: JSONValue.text($0.type.rawValue))
    }
    let event: JSONValue =
      switch extraction.event {
      case .paths(let paths): .paths(paths)
      case .constant(let name): .object([("value", .text(name))])
      }
    let encoding = extraction.encoding.map { [("encoding", JSONValue.text($0))] } ?? []
    let identity = extraction.identity
    let identified = identity.isKept ? [("anonymous", paths(identity.anonymous))] : []
    let formats = extraction.time.formats.map(\.name)
    return .object(
      [("format", .text(extraction.format.name))] + layout(extraction.format) + encoding
        + rules(extraction.rows) + [
          ("user", paths(extraction.user + (identity.isKept ? [] : identity.anonymous)))
        ] + identified + [
          ("account", paths(extraction.account))
        ] + (carry == .none ? [] : [("carry", .text(carry.rawValue))]) + [
          ("event", event),
          (
            "time",
            .object(
              [
                ("path", paths(extraction.time.paths)),
                ("format", formats.count == 1 ? .text(formats[0]) : texts(formats)),
              ] + zones(extraction.time))
          ), ("id", paths(extraction.id)),
        ] + passive(source.passive) + nulls(source.nulls) + number(source.numberForm) + [
          ("texts", fields(extraction.texts)),
          ("numbers", fields(extraction.numbers)),
        ] + (types.isEmpty ? [] : [("types", .object(types))]))
  }

  private typealias Members = [(key: String, value: JSONValue)]

  /// Of delimited text what is not as RFC 4180 has it.
  private static func layout(_ format: LogFormat) -> Members {
    guard case .delimited(let layout) = format else { return [] }
    func sign(_ byte: UInt8) -> JSONValue {
      .text(byte == UInt8(ascii: "\t") ? "tab" : String(UnicodeScalar(byte)))
    }
    var members: Members = []
    if layout.delimiter != UInt8(ascii: ",") {
      members.append(("delimiter", sign(layout.delimiter)))
    }
    if layout.quote != UInt8(ascii: "\"") {
      members.append(("quote", layout.quote.map(sign) ?? .text("none")))
    }
    if let escape = layout.escape { members.append(("escape", sign(escape))) }
    if layout.skip > 0 { members.append(("skip", .integer(layout.skip))) }
    if let comment = layout.comment { members.append(("comment", sign(comment))) }
    if let columns = layout.columns { members.append(("columns", texts(columns))) }
    return members
  }

  private static func rules(_ rules: RowRules) -> Members {
    var members: Members = []
    if let records = rules.records { members.append(("records", .text(records.description))) }
    if rules.skipsPrefix { members.append(("prefix", .text("skip"))) }
    if !rules.each.isEmpty { members.append(("each", texts(rules.each.map(\.name)))) }
    if rules.isStrict { members.append(("strict", .boolean(true))) }
    return members
  }

  private static func passive(_ passive: PassiveNames) -> Members {
    switch passive {
    case .all: return [("passive", .text("all"))]
    case .names(let names):
      let shown = names.map { String(decoding: $0, as: UTF8.self) }.sorted()
      return shown.isEmpty ? [] : [("passive", texts(shown))]
    }
  }

  private static func nulls(_ rule: NullRule) -> Members {
    if rule.isOnly { return [("null", .object([("only", texts(rule.words))]))] }
    return rule.words.isEmpty ? [] : [("null", texts(rule.words))]
  }

  private static func number(_ form: NumberForm?) -> Members {
    guard let form else { return [] }
    func sign(_ byte: UInt8) -> JSONValue { .text(String(UnicodeScalar(byte))) }
    return [
      (
        "number",
        .object(
          [("decimal", sign(form.decimal))] + (form.group.map { [("group", sign($0))] } ?? []))
      )
    ]
  }

  fileprivate static func describing(_ schema: TimelineSchema) -> JSONValue {
    .object([
      ("entity", .text(schema.entity.rawValue)),
      ("events", .list(schema.matchers.map { .describing($0) })), ("texts", texts(schema.texts)),
      ("numbers", texts(schema.numbers)),
      (
        "read_on",
        .object(
          schema.readOn.sorted { $0.key < $1.key }.map { property, events in
            (property, .list(events.map { .describing($0) }))
          })
      ), ("users", .boolean(schema.keepsUsers)),
      ("ids", .boolean(schema.keepsIDs)), ("sorted", .boolean(schema.sortsEntities)),
    ])
  }

  fileprivate static func describing(_ report: any ReportDefinition) -> JSONValue {
    let tables = report.fileStems.map { $0 + ".csv" }
    return .object([
      ("name", .text(report.options.name)), ("type", .text(type(of: report).type)),
      ("entity", .text(report.options.entity.rawValue)),
      ("files", texts(tables + [report.options.name + ".json"])),
      ("tables", .list(report.outlines.map { .describing($0) })),
      ("definition", report.definition),
    ])
  }

  fileprivate static func describing(_ head: TableOutline) -> JSONValue {
    .object([
      ("name", .text(head.name)),
      (
        "columns",
        .list(
          head.columns.map { column in
            .object([
              ("name", .text(column.name)), ("type", .text(column.kind.schemaType)),
              ("unit", .text(column.unit)), ("description", .text(column.description)),
            ])
          })
      ),
    ])
  }

  fileprivate static func describing(_ goal: GoalSpec) -> JSONValue {
    .object([
      ("name", .text(goal.name)), ("table", .text(goal.table)), ("column", .text(goal.column)),
      ("row", .object(goal.row.entries.map { ($0.column, .text($0.value.text)) })),
      ("by", goal.stages.last.map { .text($0.by.text) } ?? .null),
      ("target", goal.stages.last.map { .digits($0.target.description) } ?? .null),
    ])
  }
}

extension SourceSpaces {
  fileprivate var description: JSONValue {
    let all: [(String, String?)] = [("account", account), ("user", user)]
    return .object(all.compactMap { kind, space in space.map { (kind, .text($0)) } })
  }
}

extension MapSpec {
  package var description: JSONValue {
    func described(_ end: End) -> JSONValue {
      .object(
        [("column", .paths(end.paths))]
          + (end.space.isEmpty ? [] : [("space", .text(end.space))]))
    }
    return .object(
      [
        ("kind", .text(kind.rawValue)), ("files", .texts(files)),
        ("optional", .boolean(isOptional)), ("format", .text(format.name)),
      ] + (encoding.map { [("encoding", .text($0))] } ?? []) + [
        ("from", described(from)), ("to", described(to)),
      ])
  }
}
