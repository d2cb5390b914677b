import EventLog
import Timelines

extension SourceReader {
  private enum Form: String, CaseIterable {
    case lower, domain, first
  }

  /// A path, or several; each must be one that the format can have.
  ///
  ///     userId     [user_id, device_id]     {all: [host, agent]}     {path: Email, as: lower}
  func paths(_ value: SpecValue) -> [FieldPath] { paths(value) { _ in } }

  /// - Parameter more: reads what else a mapping has.
  func paths(_ value: SpecValue, _ more: (inout SpecMapping) -> Void) -> [FieldPath] {
    value.items().flatMap { item -> [FieldPath] in
      guard case .mapping = item.node.content else { return path(item).map { [$0] } ?? [] }
      return item.mapping("a path") { field in
        more(&field)
        if let all = field.value("all") {
          let parts = all.items().compactMap { path($0) }
          if parts.count < 2 { all.error("`all` needs two paths or more") }
          return [FieldPath(all: parts)]
        }
        var paths = requiredPaths("path", &field)
        let form: Form? = field.choice("as")
        let except = field.texts("except")
        if form != .domain, field.has("except") {
          field.error(at: "except", "`except` needs `as: domain`")
        }
        for index in paths.indices {
          switch form {
          case .lower?: paths[index].form = .lower
          case .domain?: paths[index].form = .domain(except: except)
          case .first?: paths[index].form = .first
          case nil: break
          }
        }
        return paths
      } ?? []
    }
  }

  private func path(_ item: SpecValue) -> FieldPath? {
    guard let text = item.text() else { return nil }
    let path = FieldPath(text)
    if case .lines(let lines) = format, let fields = lines.fields {
      if !fields.contains(text) {
        item.error(
          "\(lines.called) has no field `\(text)`" + NearestName.hint(for: text, among: fields))
      }
    } else if format == .jsonl || format == .json {
      let isEmpty = path.steps.contains { step in
        if case .key(let key) = step { key.isEmpty } else { false }
      }
      if isEmpty {
        item.error("the path `\(text)` has an empty part; write `\\.` for a dot inside a key")
      }
    }
    return path
  }

  /// Names of events, or `all`.
  static func passive(_ value: SpecValue) -> PassiveNames {
    if case .scalar("all", _) = value.node.content { return .all }
    return PassiveNames(value.items(max: passiveMax).compactMap { $0.text() })
  }

  private static let passiveMax = 1_000

  /// `records`, `prefix`, `strict` and `each`.
  mutating func readRows(_ source: inout SpecMapping) {
    let isJSON = format == .jsonl || format == .json
    if let value = source.value("records") {
      if !isJSON { value.error("`records` is an option of the formats jsonl and json") }
      rows.records = value.text().map { FieldPath($0) }
    }
    if let value = source.value("prefix") {
      if !isJSON { value.error("`prefix` is an option of the formats jsonl and json") }
      if value.text() == "skip" {
        rows.skipsPrefix = true
      } else {
        value.error("`prefix` can only be `skip`")
      }
    }
    rows.isStrict = source.boolean("strict", default: rows.isStrict)
    if let value = source.value("each") { readEach(value) }
  }

  private mutating func readEach(_ value: SpecValue) {
    rows.each = (value.list(of: "events") ?? []).compactMap { item in
      item.mapping("an event of `each`") { entry in
        let name = entry.required("event")?.text() ?? ""
        let time = requiredPaths("time", &entry)
        var conditions: [RowEvent.Condition] = []
        for (column, _, wanted) in entry.value("where")?.namedValues("conditions") ?? [] {
          conditions.append(
            RowEvent.Condition(
              path: FieldPath(column), values: wanted.items().compactMap { $0.text() }))
        }
        return RowEvent(name: name, time: time, conditions: conditions)
      }
    }
    if rows.each.isEmpty { value.error("`each` needs at least one event") }
    if let first = rows.each.first {
      // The rows' own event and time are those of their entries.
      event = event ?? .constant(first.name)
      time = time ?? TimeField(paths: first.time, format: .iso8601)
      if time?.paths.isEmpty ?? true { time?.paths = first.time }
    }
  }
}
