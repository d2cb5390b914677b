import EventLog
import Reports
import Spec
import System
import Tables
import Timelines
import Values

/// What one fold task counted, for `StateMerge`.
///
///     head      a `SealedLine`: the ledger it is of, partitions, sums, bytes of each report's counts
///     counts    by report, one after the other (`ReportFold.encodedCounts`, with their checksums)
///     lists     by report that has one: pieces of rows (`RowCodec`), sorted by id, each with its
///               length (4 bytes) and its checksum (8) in front; one of no length ends the list
struct StateHead {
  /// Digest of the ledger.
  var ledger: String
  var share: PartitionShare
  /// By report of the spec: its name, and bytes of its counts.
  var reports: [(name: String, bytes: Int)] = []
  /// By input of the ledger, those that are not 0.
  var duplicates: [Int: Int] = [:]
  var entities: [TimelineSchema.Entity: Int] = [:]
  var late: [TimelineSchema.Entity: Int] = [:]
  var unplacedDeliveries = 0
  /// By input of the ledger: rows that found no account.
  var lost: [Int: LostRows] = [:]
  /// Of persons and of accounts that are one: the same in all states of a run.
  var persons: IdentityCounts?
  var mergedAccounts: IdentityCounts?

  static let format = "twinfunnel state"
  static let version = 2
  static let bytesMax = 1 << 30

  var json: JSONValue {
    .object([
      ("format", .text(Self.format)), ("version", .integer(Self.version)),
      ("ledger", .text(ledger)), ("partitions", .text(share.description)),
      (
        "reports",
        .list(reports.map { .list([.text($0.name), .integer($0.bytes)]) })
      ),
      (
        "duplicates",
        .list(duplicates.sorted { $0.key < $1.key }.map { .list([.integer($0), .integer($1)]) })
      ),
      ("entities", Self.json(entities)), ("late", Self.json(late)),
      ("unplaced_deliveries", .integer(unplacedDeliveries)),
      (
        "lost",
        .list(
          lost.sorted { $0.key < $1.key }.map {
            .list([.integer($0), .integer($1.rows), .integer($1.counted)])
          })
      ),
      ("persons", persons?.sent ?? .null), ("merged_accounts", mergedAccounts?.sent ?? .null),
    ])
  }

  private static func json(_ counts: [TimelineSchema.Entity: Int]) -> JSONValue {
    .object(
      TimelineSchema.Entity.allCases.compactMap { entity in
        counts[entity].map { (entity.rawValue, .integer($0)) }
      })
  }

  private static func counts(_ json: JSONValue) -> [TimelineSchema.Entity: Int]? {
    var counts: [TimelineSchema.Entity: Int] = [:]
    for entity in TimelineSchema.Entity.allCases {
      guard let count = json[entity.rawValue]?.integer else { continue }
      guard isCount(count) else { return nil }
      counts[entity] = count
    }
    return counts
  }

  init(ledger: String, share: PartitionShare) {
    self.ledger = ledger
    self.share = share
  }

  init?(_ json: JSONValue) {
    guard let ledger = json["ledger"]?.string,
      let share = json["partitions"]?.string.flatMap({ PartitionShare($0) }),
      let reports = json["reports"]?.elements, let duplicates = json["duplicates"]?.elements,
      let entities = json["entities"].flatMap({ Self.counts($0) }),
      let late = json["late"].flatMap({ Self.counts($0) }),
      let unplaced = json["unplaced_deliveries"]?.integer, let lost = json["lost"]?.elements,
      let persons = json["persons"], let merged = json["merged_accounts"],
      Self.isCount(unplaced)
    else { return nil }
    self.init(ledger: ledger, share: share)
    for entry in lost {
      let numbers = entry.elements?.compactMap(\.integer) ?? []
      guard numbers.count == 3, numbers.allSatisfy(Self.isCount) else { return nil }
      self.lost[numbers[0]] = LostRows(rows: numbers[1], counted: numbers[2])
    }
    if persons != .null {
      guard let counts = IdentityCounts(sent: persons) else { return nil }
      self.persons = counts
    }
    if merged != .null {
      guard let counts = IdentityCounts(sent: merged) else { return nil }
      mergedAccounts = counts
    }
    unplacedDeliveries = unplaced
    self.entities = entities
    self.late = late
    for report in reports {
      guard let parts = report.elements, parts.count == 2, let name = parts[0].string,
        let bytes = parts[1].integer, Self.isCount(bytes)
      else { return nil }
      self.reports.append((name, bytes))
    }
    for pair in duplicates {
      guard let parts = pair.elements, parts.count == 2, let input = parts[0].integer,
        let count = parts[1].integer, Self.isCount(count)
      else { return nil }
      self.duplicates[input] = count
    }
  }

  /// Far from any overflow of sums.
  fileprivate static func isCount(_ count: Int) -> Bool { count >= 0 && count < 1 << 48 }
}

extension IdentityCounts {
  fileprivate var sent: JSONValue {
    func over(_ found: OverLimit) -> JSONValue {
      .list([.integer(found.count)] + found.examples.map { .text($0.string) })
    }
    return .list([
      .integer(links), .integer(persons), .integer(mergedIDs), over(anonymousOverLimit),
      over(knownOverLimit),
    ])
  }

  fileprivate init?(sent: JSONValue) {
    self.init()
    func over(_ json: JSONValue) -> OverLimit? {
      guard let parts = json.elements, let count = parts.first?.integer, StateHead.isCount(count)
      else { return nil }
      var found = OverLimit()
      found.count = count
      found.examples = parts.dropFirst().compactMap { $0.string.map { LogText($0) } }
      return found
    }
    guard let parts = sent.elements, parts.count == 5, let links = parts[0].integer,
      let persons = parts[1].integer, let merged = parts[2].integer,
      let anonymous = over(parts[3]), let known = over(parts[4])
    else { return nil }
    (self.links, self.persons, mergedIDs) = (links, persons, merged)
    (anonymousOverLimit, knownOverLimit) = (anonymous, known)
  }
}

extension FoldedLogs {
  /// Writes what was counted of some partitions.
  ///
  /// - Parameter ledger: its inputs, as the map tasks had them.
  func write(
    _ head: StateHead, of ledger: [FileReading], reports: [any ReportDefinition], to path: String
  ) throws {
    var head = head
    let counts = folds.map(\.encodedCounts)
    head.reports = zip(reports, counts).map { ($0.options.name, $1.count) }
    head.entities = facts.entities
    head.late = facts.lateByEntity
    head.unplacedDeliveries = facts.unplacedDeliveries
    for (input, file) in files.enumerated() where file.duplicates > 0 {
      head.duplicates[input] = file.duplicates
    }
    for (input, (file, before)) in zip(files, ledger).enumerated() {
      let rows = file.withoutAccount - before.withoutAccount
      if rows == 0 { continue }
      head.lost[input] = LostRows(rows: rows, counted: file.outside - before.outside)
    }
    (head.persons, head.mergedAccounts) = (persons, mergedAccounts)
    let file = try WholeFile(path: path)
    do {
      try file.write(SealedLine.bytes(of: head.json))
      for bytes in counts { try file.write(bytes) }
      for report in reports where report.options.list {
        var piece: [UInt8] = []
        func flush() throws {
          try file.write(ListPiece.head(of: piece) + piece)
          piece.removeAll(keepingCapacity: true)
        }
        try lists.forEachBatch(report: report.options.name) { rows in
          for row in rows {
            RowCodec.append(row, to: &piece)
            if piece.count >= ListPiece.bytes { try flush() }
          }
        }
        if !piece.isEmpty { try flush() }
        try flush()
      }
    } catch {
      file.discardDraft()
      throw error
    }
    try file.commit()
  }
}

/// A piece of a list in a state.
enum ListPiece {
  static let headBytes = 12
  /// About: a row more than that.
  static let bytes = 1 << 18
  static let bytesMax = 1 << 30

  static func head(of piece: [UInt8]) -> [UInt8] {
    let sum = RunFormat.checksum(piece.span)
    return (0..<4).map { UInt8(truncatingIfNeeded: piece.count >> (8 * $0)) }
      + (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
  }
}
