import Pipeline
import Tables
import Values

/// What changed between two sets, for people.
///
///     events used: 151 -> 156
///
///     daily: 2 cells changed, 1 row added
///       interval = 2026-03-03  events  20 -> 15  (late events)
///       interval = 2026-03-10  row added  (more events)
struct DiffText {
  var diff: PublishedDiff

  /// Of one table; `--csv` has them all.
  private static let linesMax = 20

  var text: String {
    var lines = (diff.facts + diff.definitions).map { "\($0.name): \($0.old) -> \($0.new)" }
    if diff.isEmpty {
      lines.append("no table differs")
      return lines.map { ShownText.escaped($0) }.joined(separator: "\n") + "\n"
    }
    var tables: [String] = []
    for line in diff.lines where tables.last != line.table { tables.append(line.table) }
    for table in tables {
      let changes = diff.lines.filter { $0.table == table }
      if !lines.isEmpty { lines.append("") }
      lines.append("\(table): \(Self.summary(changes))")
      lines += changes.prefix(Self.linesMax).map { "  " + Self.text($0) }
      if changes.count > Self.linesMax {
        lines.append("  and \(changes.count - Self.linesMax) more: --csv shows all")
      }
    }
    return lines.map { ShownText.escaped($0) }.joined(separator: "\n") + "\n"
  }

  private static func summary(_ changes: [PublishedDiff.Line]) -> String {
    let names: [(PublishedDiff.Change, String, String)] = [
      (.tableAdded, "", "the table is new"), (.tableRemoved, "", "the table is gone"),
      (.listChanged, "", "the list changed"), (.columnAdded, "column", "added"),
      (.columnRemoved, "column", "removed"), (.changed, "cell", "changed"),
      (.rowAdded, "row", "added"), (.rowRemoved, "row", "removed"),
    ]
    return names.compactMap { change, noun, verb in
      let count = changes.count { $0.change == change }
      if count == 0 { return nil }
      return noun.isEmpty ? verb : "\(count) \(noun)\(count == 1 ? "" : "s") \(verb)"
    }.joined(separator: ", ")
  }

  private static func rows(_ count: String) -> String { count == "1" ? "1 row" : "\(count) rows" }

  private static func text(_ line: PublishedDiff.Line) -> String {
    var parts: [String] = []
    if !line.key.isEmpty { parts.append(line.key.joined(separator: ", ")) }
    if !line.column.isEmpty { parts.append(line.column) }
    func shown(_ cell: Cell) -> String { cell == .empty ? "nothing" : cell.plain }
    switch line.change {
    case .changed: parts.append("\(shown(line.old)) -> \(shown(line.new))")
    case .tableAdded: parts.append(Self.rows(shown(line.new)))
    case .tableRemoved: parts.append(Self.rows(shown(line.old)))
    case .listChanged: parts.append("\(shown(line.old)) -> \(Self.rows(shown(line.new)))")
    default: parts.append(line.change.rawValue)
    }
    if line.why != .unknown { parts.append("(\(line.why.rawValue))") }
    return parts.joined(separator: "  ")
  }
}
