import EventLog
import Spec
import Timelines
import Values

/// Sentences about spaces of ids and maps, and what `run.json` says of them.
struct SpaceNotices {
  var spec: AnalysisSpec
  var facts: SpaceFacts

  init(_ analysis: Analysis) {
    spec = analysis.spec
    facts = analysis.spaces
  }

  /// Rows of maps that could not be read: whoever stands in them is cut in two.
  var damages: [String] {
    facts.maps.flatMap(\.files).compactMap { file in
      guard let first = file.firstReject ?? nil, file.rejected > 0 else {
        return file.rejected > 0
          ? "\(file.path): \(file.rejected) of the map's \(file.rows) rows cannot be read" : nil
      }
      return "\(file.path): \(file.rejected) of the map's \(file.rows) rows cannot be read; the "
        + "first: \(file.path):\(first.line): \(first.reason.name)"
    }
  }

  /// One line each, with `warning: `.
  var warnings: [String] {
    var lines: [String] = []
    for (number, source) in spec.sources.enumerated() where number < facts.accounts.count {
      for (kind, found) in [
        (TimelineSchema.Entity.account, facts.accounts[number]), (.user, facts.users[number]),
      ] {
        guard found.rows > 0, let space = source.spaces[kind],
          spec.maps.contains(where: { $0.kind == kind && $0.from.space == space })
        else { continue }
        let id = ShownText.escaped(found.smallest, charactersMax: 100)
        lines.append(
          "the source '\(source.name)': no map leads on the \(kind.rawValue) of \(found.rows == 1 ? "1 event" : "\(found.rows) events"), "
            + "such as '\(id)': counted as '\(space):\(id)'")
      }
    }
    for pair in pairs where pair.isSuspicious {
      let (first, second) = (spec.sources[pair.first].name, spec.sources[pair.second].name)
      lines.append(
        "of the \(pair.firstKnows) accounts of the source '\(first)' and the \(pair.secondKnows) of "
          + "'\(second)' \(pair.both) are the same: do they use the same ids? If not, say `ids` and "
          + "`maps`")
    }
    return lines.map { "warning: " + $0 }
  }

  private var pairs: [SharedAccounts.Pair] {
    facts.shared?.pairs(sources: spec.sources.count) ?? []
  }

  /// Members of `run.json`.
  var json: [(key: String, value: JSONValue)] {
    var members: [(key: String, value: JSONValue)] = []
    if !facts.maps.isEmpty { members.append(("maps", .list(facts.maps.map(Self.json)))) }
    guard let shared = facts.shared else { return members }
    if shared.isOverflown {
      members.append(("shared_accounts", .null))
      return members
    }
    let pairs = pairs.map { pair in
      JSONValue.object([
        (
          "sources",
          .list([pair.first, pair.second].map { .text(spec.sources[$0].name) })
        ), ("known", .list([.integer(pair.firstKnows), .integer(pair.secondKnows)])),
        ("both", .integer(pair.both)),
      ])
    }
    members.append(("shared_accounts", .list(pairs)))
    return members
  }

  private static func json(_ sums: MapSums) -> JSONValue {
    .object([
      ("kind", .text(sums.map.kind.rawValue)), ("from", .text(sums.map.from.space)),
      ("to", sums.map.to.space.isEmpty ? .null : .text(sums.map.to.space)),
      (
        "inputs",
        .list(
          sums.files.map { file in
            .object([
              ("name", .text(file.path)), ("lines", .integer(file.rows)),
              ("pairs", .integer(file.pairs)), ("incomplete", .integer(file.incomplete)),
              ("rejected", .integer(file.rejected)),
            ])
          })
      ),
    ])
  }

  /// Members of a source's entry: nothing where its ids are of the common space.
  func json(ofSource number: Int) -> [(String, JSONValue)] {
    guard number < facts.accounts.count else { return [] }
    let spaces = spec.sources[number].spaces
    return [
      ("unmapped_accounts", spaces.account, facts.accounts[number].rows),
      ("unmapped_users", spaces.user, facts.users[number].rows),
    ].compactMap { name, space, rows in space.map { _ in (name, .integer(rows)) } }
  }
}
