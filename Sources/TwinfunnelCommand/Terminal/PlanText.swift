import Tables
import Values

/// The plan of a spec for people: what `check` prints.
struct PlanText {
  var plan: JSONValue

  func text(width: Int?) -> String { ManualText.fitted(text, to: width) }

  private var text: String {
    var lines: [String] = []
    func section(_ title: String, _ value: JSONValue?, skipping: Set<String> = []) {
      guard case .object(let members)? = value else { return }
      lines.append(title)
      for (key, member) in members where !skipping.contains(key) {
        guard let text = Self.inline(member) else { continue }
        lines.append("  \(key): \(text)")
      }
    }
    if let sources = plan["sources"]?.elements {
      for source in sources { section("reads as \(source["name"]?.string ?? "")", source) }
    } else {
      section("reads", plan["source"])
    }
    for map in plan["maps"]?.elements ?? [] { section("maps ids", map) }
    for (name, key) in [("leaves out", "ignore"), ("observation ends with", "observed_by")] {
      if let names = plan[key].flatMap(Self.inline) { lines.append("\(name) \(names)") }
    }
    section("one person by", plan["identity"])
    section("calendar", plan["calendar"])
    for schema in plan["timelines"]?.elements ?? [] {
      section(
        "keeps for each \(schema["entity"]?.string ?? "entity")", schema, skipping: ["entity"])
    }
    for report in plan["reports"]?.elements ?? [] {
      let name = report["name"]?.string ?? ""
      let type = report["type"]?.string ?? ""
      let entity = report["entity"]?.string ?? ""
      lines.append("report \(name): \(type) of \(entity)s")
      if let files = report["files"].flatMap(Self.inline) { lines.append("  writes: \(files)") }
      for table in report["tables"]?.elements ?? [] {
        let columns = table["columns"]?.elements?.map(Self.column) ?? []
        lines.append("  \(table["name"]?.string ?? ""): \(Self.short(columns))")
      }
      section("  definition", report["definition"], skipping: ["type", "entity"])
    }
    for goal in plan["goals"]?.elements ?? [] { section("goal", goal) }
    for check in plan["checks"]?.elements ?? [] { section("check", check) }
    return lines.map { ShownText.escaped($0) }.joined(separator: "\n") + "\n"
  }

  /// `rate (number, fraction)`.
  private static func column(_ column: JSONValue) -> String {
    let unit = column["unit"]?.string ?? ""
    let type = column["type"]?.string ?? ""
    return "\(column["name"]?.string ?? "") (\(unit.isEmpty ? type : "\(type), \(unit)"))"
  }

  /// All of a few; of very many the first ones and the last.
  private static func short(_ columns: [String]) -> String {
    let shown =
      columns.count <= 24 ? columns : columns.prefix(22) + ["...", columns[columns.count - 1]]
    return shown.joined(separator: ", ")
  }

  /// A value on one line; nil for what says nothing.
  private static func inline(_ value: JSONValue) -> String? {
    switch value {
    case .null: nil
    case .list(let items):
      items.isEmpty ? nil : items.compactMap(inline).joined(separator: ", ")
    case .object(let members):
      members.isEmpty
        ? nil
        : "{"
          + members.compactMap { key, member in inline(member).map { "\(key): \($0)" } }
          .joined(separator: ", ") + "}"
    // A delimiter would be lost among those of the line.
    case .text(let text) where !text.contains(where: { $0.isLetter || $0.isNumber }): "\"\(text)\""
    case .text(let text): text
    default: String(decoding: JSONWriter.compact(value), as: UTF8.self)
    }
  }
}
