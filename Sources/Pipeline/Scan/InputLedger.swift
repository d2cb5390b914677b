package import EventLog
import Timelines
import Values

/// Which input it is: the same in every step of a run and on every machine, wherever it stands in a
/// list.
package struct InputID: Sendable, Hashable {
  /// As shown to people.
  var path: String
  /// Number of the source that it belongs to.
  var source = 0
  /// What tells its content from that of another input of the same path; empty where there is none.
  var content = ""

  /// - Parameter content: of a member of an archive, which may have several of one name, its place
  ///   serves as well.
  init(_ file: InputFile, content: String = "") {
    (path, source, self.content) = (file.path, file.source, content)
    if content.isEmpty, let member = file.member { self.content = "@\(member.range.lowerBound)" }
  }
}

extension InputID: Comparable {
  package static func < (left: InputID, right: InputID) -> Bool {
    if left.path != right.path {
      return left.path.utf8.lexicographicallyPrecedes(right.path.utf8)
    }
    return (left.source, left.content) < (right.source, right.content)
  }

  var json: JSONValue { .list([.text(path), .integer(source), .text(content)]) }

  init?(_ json: JSONValue) {
    guard let parts = json.elements, parts.count == 3, let path = parts[0].string,
      let source = parts[1].integer, (0..<1000).contains(source), let content = parts[2].string
    else { return nil }
    (self.path, self.source, self.content) = (path, source, content)
  }
}

/// Where every row of one input went: the one answer, from the scan to `run.json`.
///
///     rows   = events + rejected + blank                                   taken
///     events = used + outside + duplicates + aside + nobody's              judged
package struct InputLedger: Sendable {
  package let id: InputID
  package var taken: TakenInput
  package var judged: JudgedRows

  init(id: InputID, _ taken: TakenInput, judged: JudgedRows) {
    self.id = id
    self.taken = taken
    self.judged = judged
  }

  package var file: InputFile { taken.file }
  package var source: SourceOutcome { taken.source }
  package var tally: RowTally { taken.tally }

  /// Rows that were rejected at reading, and those of nobody whom the spec looks for.
  package var rejectedTotal: Int { tally.rejectedTotal + judged.nobodys }

  /// By `RejectReason.rawValue`.
  package var rejected: [Int] {
    var rejected = tally.rejected
    rejected[Int(RejectReason.noUser.rawValue)] += judged.nobodys
    return rejected
  }

  var isReconciled: Bool {
    taken.isReconciled && judged.accounts(for: tally.events)
  }

  /// It has rows, and not one of them is an event.
  var isAllRejected: Bool { taken.isAllRejected(nobodys: judged.nobodys) }
}

extension InputLedger {
  /// What one process has read of a file; reports have looked at nothing but names and properties.
  init(_ taken: TakenInput, shares: [FileShare]) {
    var judged = JudgedRows()
    for share in shares { judged.add(share.judged) }
    judged.events = taken.tally.events
    judged.unmatched = taken.tally.events - judged.matched
    (judged.earliest, judged.latest) = (taken.tally.earliest, taken.tally.latest)
    judged.days = taken.tally.days
    judged.withBothIDs = taken.tally.values.withBothIDs
    self.init(id: InputID(taken.file), taken, judged: judged)
  }
}

extension JudgedRows {
  /// Rows that were kept for an account, and found none.
  mutating func lose(_ rows: LostRows) {
    lost += rows.counted
    withoutAccount += rows.rows
  }
}

extension InputLedger {
  var json: JSONValue {
    .object([("id", id.json), ("taken", taken.json), ("judged", judged.json)])
  }

  init?(_ json: JSONValue) {
    guard let id = json["id"].flatMap({ InputID($0) }),
      let taken = json["taken"].flatMap({ TakenInput($0) }),
      let judged = json["judged"].flatMap({ JudgedRows($0) })
    else { return nil }
    self.init(id: id, taken, judged: judged)
    self.taken.file.source = id.source
  }
}

extension [InputLedger] {
  /// What was judged of each, by the input's number, as everybody may add it.
  func byInput(_ judged: [JudgedRows]) -> [InputID: JudgedRows] {
    var found: [InputID: JudgedRows] = [:]
    for (input, rows) in zip(self, judged) where rows != JudgedRows() { found[input.id] = rows }
    return found
  }

  /// Adds what somebody judged. False for inputs that are not among these.
  mutating func add(_ judged: [InputID: JudgedRows]) -> Bool {
    var left = judged
    for place in indices {
      guard let found = left.removeValue(forKey: self[place].id) else { continue }
      self[place].judged.add(found)
    }
    return left.isEmpty
  }
}
