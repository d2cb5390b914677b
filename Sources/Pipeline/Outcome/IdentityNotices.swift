import EventLog
import Spec
import Timelines
import Values

/// Sentences about persons, and what `run.json` says of them.
struct IdentityNotices {
  var analysis: Analysis

  /// One line each, with `warning: `.
  var warnings: [String] {
    var lines: [String] = []
    if let counts = analysis.persons, let identity = analysis.spec.identity {
      lines += Self.overLimit(
        counts.anonymousOverLimit, "anonymous ids", "users", "max_ids", identity.idsMax)
      lines += Self.overLimit(
        counts.knownOverLimit, "users", "anonymous ids", "max_anonymous", identity.anonymousMax)
    }
    let both = analysis.files.reduce(0) { $0 + $1.judged.withBothIDs }
    if both > 0 {
      lines.append(
        "rows with a user and an anonymous id: \(both); without `identity: {}` in the spec, who looks "
          + "first and logs in later is two users")
    }
    return lines.map { "warning: " + $0 }
  }

  private static func overLimit(
    _ found: IdentityCounts.OverLimit, _ ids: String, _ others: String, _ option: String, _ max: Int
  ) -> [String] {
    if found.count == 0 { return [] }
    let names = found.examples.map { "'\($0)'" }.joined(separator: ", ")
    let more = found.count > found.examples.count ? ", ..." : ""
    return [
      "\(ids) with more than \(max) \(others) (`\(option)`), which link nobody: \(found.count) "
        + "(\(names)\(more))"
    ]
  }

  /// Nil where nobody asked.
  var json: JSONValue? {
    guard let counts = analysis.persons else { return nil }
    func overLimit(_ found: IdentityCounts.OverLimit) -> JSONValue {
      .object([
        ("count", .integer(found.count)),
        ("examples", .list(found.examples.map { .text($0.string) })),
      ])
    }
    return .object([
      (
        "anonymous_rows",
        .text((analysis.spec.identity?.anonymousRows ?? .next).rawValue)
      ),
      ("links", .integer(counts.links)), ("persons", .integer(counts.persons)),
      ("merged_ids", .integer(counts.mergedIDs)),
      ("anonymous_over_limit", overLimit(counts.anonymousOverLimit)),
      ("users_over_limit", overLimit(counts.knownOverLimit)),
      ("merged_accounts", .integer(analysis.mergedAccounts?.mergedIDs ?? 0)),
    ])
  }
}
