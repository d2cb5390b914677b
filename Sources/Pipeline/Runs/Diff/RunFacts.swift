import Tables
import Values

/// What two `run.json` say differently, as far as it tells why tables differ.
enum RunFacts {
  typealias Fact = PublishedDiff.Fact

  static func differences(_ old: JSONValue, _ new: JSONValue) -> [Fact] {
    var facts: [Fact] = []
    for (name, path) in told {
      let (before, after) = (text(old, path), text(new, path))
      if before != after { facts.append(Fact(name: name, old: before, new: after)) }
    }
    let (before, after) = (inputs(old), inputs(new))
    let added = after.subtracting(before).count
    let removed = before.subtracting(after).count
    if added + removed > 0 {
      facts.append(
        Fact(
          name: "inputs", old: "\(before.count)",
          new: "\(after.count) (\(added) new, \(removed) gone)"))
    }
    return facts
  }

  private static let told: [(name: String, path: [String])] = [
    ("tool", ["tool", "version"]), ("spec", ["spec", "sha256"]),
    ("time zone", ["calendar", "time_zone"]), ("week start", ["calendar", "week_start"]),
    ("from", ["calendar", "from"]), ("until", ["calendar", "until"]),
    ("earliest event", ["earliest_event"]), ("latest event", ["latest_event"]),
    ("observed until", ["observed_until"]), ("rows", ["reconciliation", "lines"]),
    ("events used", ["reconciliation", "used"]), ("duplicates", ["reconciliation", "duplicates"]),
    ("rejected", ["reconciliation", "rejected"]), ("users", ["entities", "user"]),
    ("accounts", ["entities", "account"]),
  ]

  private static func text(_ manifest: JSONValue, _ path: [String]) -> String {
    let value = path.reduce(Optional(manifest)) { $0?[$1] } ?? .null
    let text = DefinitionFacts.text(value)
    // A sum is told apart by its beginning.
    return path == ["spec", "sha256"] ? String(text.prefix(12)) : text
  }

  private static func inputs(_ manifest: JSONValue) -> Set<String> {
    Set((manifest["inputs"]?.elements ?? []).compactMap { $0["name"]?.string })
  }

  /// Lists of entities that are not the same, by their sums.
  static func lists(
    _ old: JSONValue, _ new: JSONValue, _ trend: Trend
  ) -> [PublishedDiff.Line] {
    func lists(_ manifest: JSONValue) -> [(name: String, rows: Int, sum: String)] {
      (manifest["outputs"]?.elements ?? []).compactMap { output in
        guard let path = output["path"]?.string, path.hasSuffix(".entities.csv") else { return nil }
        return (
          String(path.dropLast(4)), output["rows"]?.int ?? 0, output["sha256"]?.string ?? ""
        )
      }
    }
    let before = lists(old)
    return lists(new).compactMap { list in
      guard let was = before.first(where: { $0.name == list.name }), was.sum != list.sum else {
        return nil
      }
      return PublishedDiff.Line(
        table: list.name, change: .listChanged, key: [], old: .integer(was.rows),
        new: .integer(list.rows), why: trend.reason(state: nil, .unclear))
    }
  }
}

/// What two definitions of a report say differently.
enum DefinitionFacts {
  /// Of a range that moves on with the days.
  static let ranges: Set = ["from", "until", "calendar.from", "calendar.until"]

  static func differences(_ old: JSONValue, _ new: JSONValue) -> [PublishedDiff.Fact] {
    let (before, after) = (leaves(old), leaves(new))
    // A set without JSON files does not say what its tables are of.
    if before.isEmpty || after.isEmpty { return [] }
    var names = before.map(\.name)
    names += after.map(\.name).filter { !names.contains($0) }
    return names.compactMap { name in
      let was = before.first { $0.name == name }?.text ?? "nothing"
      let now = after.first { $0.name == name }?.text ?? "nothing"
      return was == now ? nil : PublishedDiff.Fact(name: name, old: was, new: now)
    }
  }

  /// Members by their paths; what is no mapping is a leaf.
  private static func leaves(_ value: JSONValue, _ path: String = "") -> [(
    name: String, text: String
  )] {
    guard case .object(let members) = value, !members.isEmpty else {
      return path.isEmpty ? [] : [(path, text(value))]
    }
    return members.flatMap { leaves($0.value, path.isEmpty ? $0.key : "\(path).\($0.key)") }
  }

  static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "nothing"
    case .text(let text): text
    default: String(decoding: JSONWriter.compact(value), as: UTF8.self)
    }
  }
}
