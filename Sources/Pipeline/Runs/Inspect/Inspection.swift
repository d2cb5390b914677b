package import EventLog
import Spec
package import Values

/// What a folder of logs holds: files that are read alike are one group.
package struct Inspection: Sendable {
  package struct Group: Sendable {
    package var guess: SourceGuess
    package var files: [TakenInput]
    /// Files that could not be read further than their beginning, and why.
    package var refused: [InputError]
    /// Rows that were looked at; all of them, unless a sample was asked for.
    package var rows: Int
    package var isSample: Bool
    package var fields: [FieldTally]
    package var hasMoreFields: Bool
    package var events: Events
    package var ids: [IDCandidate]
    /// Ids that more than 20 % of the rows have, the kind first.
    package var frequent: [(kind: String, id: [UInt8], percent: Int)]
    package var zone: String
  }

  /// The events, as far as user, name and time could be told.
  package struct Events: Sendable {
    package struct Name: Sendable {
      package var name: [UInt8]
      package var rows: Int
      package var users: Int
      package var firstDay: String
      package var lastDay: String
    }

    package var rows = 0
    package var users = 0
    package var hasMoreUsers = false
    /// The most frequent first.
    package var names: [Name] = []
    package var otherRows = 0
    /// `2025-03-01T08:00:00Z`, by the clocks of `Inspection.zone`.
    package var first: String?
    package var last: String?
    /// Days without any event between the first and the last, as ranges of days.
    package var gaps: [(first: String, last: String)] = []
    /// The first of the five hours in a row with the fewest events; nil where days are alike.
    package var quietHour: Int?
  }

  /// A field that is called like an id of events, or is different in every row.
  package struct IDCandidate: Sendable {
    package var path: String
    package var rows: Int
    /// Rows whose value came before; nil where there were too many values to tell.
    package var repeats: Int?
  }

  package var groups: [Group]
  /// Whose days and clocks are told, and in which times without an offset were read; nil is UTC, which
  /// nobody chose.
  package var zone: ZoneRules?
  /// Inputs that are no logs, and why.
  package var errors: [InputError]
  /// The names by which a run will know everything that was found, also what is in no group.
  package var names: [String] = []
  /// Those of inputs that are no logs.
  package var unreadNames: [String] = []
  package var notices: [String]
}

extension Inspection {
  private static let sharedMin = 5

  /// The field of a group without a user whose values are mostly users of another group, and where
  /// those stand; nil where there is none.
  func userByValues(ofGroup index: Int) -> (path: String, other: String)? {
    guard groups[index].guess.source.user.isEmpty else { return nil }
    var best: (path: String, other: String, shared: Int)?
    for other in groups where !other.guess.source.user.isEmpty {
      let path = other.guess.source.user[0].description
      guard let users = other.fields.first(where: { $0.path == path })?.distinct.values else {
        continue
      }
      for field in groups[index].fields {
        let shared = field.distinct.values.count { users.contains($0) }
        guard shared >= Self.sharedMin, 2 * shared >= field.distinct.count,
          shared > best?.shared ?? 0
        else { continue }
        best = (field.path, "\(path) in \(other.files.first?.file.path ?? "")", shared)
      }
    }
    return best.map { ($0.path, $0.other) }
  }
}
