import EventLog
import Spec
import System
import Timelines

/// The folders of all map tasks of a ledger, and of deal tasks where there are any.
struct TaskFolders {
  private let task: MachineTask
  /// Digest of the ledger.
  private let digest: String
  /// In the ledger's order.
  private let maps: [(folder: String, part: MapPart)]
  private let deals: [(folder: String, part: DealPart)]

  /// - Parameters:
  ///   - segments: folders of both kinds, in any order.
  ///   - ledgerPath: as messages call it.
  init(
    _ segments: [String], _ task: MachineTask, digest: String, ledgerPath: String
  ) throws(RunFailure) {
    self.task = task
    self.digest = digest
    var deals: [(folder: String, part: DealPart)] = []
    for folder in segments where DealPart.isThere(folder) {
      let part = try DealPart.load(folder, fileCount: task.ledger.files.count)
      guard part.ledger == digest, part.schemas.count == task.reading.plan.schemas.count else {
        throw RunFailure(
          .badData, "\(folder) was dealt with another ledger than \(ledgerPath): deal it again")
      }
      deals.append((folder, part))
    }
    self.deals = deals
    maps = try Self.maps(
      segments.filter { !DealPart.isThere($0) }, of: task.ledger, ledgerPath: ledgerPath)
  }

  /// The parts of the ledger, each with the folder where it was found.
  private static func maps(
    _ segments: [String], of ledger: Ledger, ledgerPath: String
  ) throws(RunFailure) -> [(folder: String, part: MapPart)] {
    var found: [String: (folder: String, part: MapPart)] = [:]
    let wanted = Set(ledger.parts.map(\.id))
    for folder in segments {
      let (part, id) = try MapPart.load(folder)
      guard wanted.contains(id) else {
        let differences = part.fingerprint.differences(ledger.fingerprint, folder, ledgerPath)
        throw RunFailure(
          differences.isEmpty ? .badData : .badSpec,
          ["\(folder) is of a map task that \(ledgerPath) does not know"] + differences)
      }
      if let other = found.updateValue((folder, part), forKey: id), other.folder != folder {
        throw RunFailure(.badData, "\(folder) and \(other.folder) are of the same map task")
      }
    }
    var parts: [(folder: String, part: MapPart)] = []
    for part in ledger.parts {
      guard let place = found[part.id] else {
        let names = part.inputs.prefix(3).map(\.path)
        throw RunFailure(
          .noInput,
          "none of --segments is of the map task that read "
            + (names.isEmpty ? "nothing" : names.joined(separator: ", "))
            + (part.inputs.count > 3 ? ", ..." : "")
            + ": all \(ledger.parts.count) folders are needed")
      }
      parts.append(place)
    }
    return parts
  }

  private static func wrongLength(_ path: String) -> RunFailure {
    RunFailure(
      .badData, "\(path) has not the length that it was written with: run its task again")
  }

  /// By schema, the shards of all map tasks' workers.
  func shards(partitions: Int, budget: MemoryBudget) throws -> [[TimelineShards]] {
    let (plan, placing) = (task.reading.plan, task.ledger.fingerprint.placing)
    func empty(_ schema: Int) -> TimelineShards {
      TimelineShards(
        schema: plan.schemas[schema], textColumns: plan.extraction.texts.map(\.name),
        numberColumns: plan.extraction.numbers.map(\.name), partitions: partitions,
        budget: budget, placing: placing)
    }
    var shards = [[TimelineShards]](repeating: [], count: plan.schemas.count)
    let numbers = Dictionary(
      uniqueKeysWithValues: task.ledger.files.enumerated().map { ($1.id, UInt32($0)) })
    for (number, (folder, part)) in maps.enumerated() {
      let path = FilePath(folder).child(MapPart.rowsName).description
      let file = try ScratchFile(reading: path)
      let inputs = task.ledger.parts[number].inputs.compactMap { numbers[$0] }
      var offset = 0
      guard part.exports.count == plan.schemas.count else {
        throw RunFailure(.badData, "\(folder) is damaged: run its map task again")
      }
      for (schema, exports) in part.exports.enumerated() {
        for export in exports {
          guard
            let imported = TimelineShards(
              export, in: file, at: offset, inputs: inputs, schema: plan.schemas[schema],
              textColumns: plan.extraction.texts.map(\.name),
              numberColumns: plan.extraction.numbers.map(\.name), partitions: partitions,
              budget: budget, placing: placing)
          else { throw Self.wrongLength(path) }
          shards[schema].append(imported)
          offset += export.bytes
        }
      }
      guard offset == file.byteCount else { throw Self.wrongLength(path) }
    }
    // A plan has timelines of its entities, also where no task has any rows.
    for schema in shards.indices where shards[schema].isEmpty {
      shards[schema].append(empty(schema))
    }
    return shards
  }

  /// What all map tasks' workers saw of who is who; nothing where the run does not ask.
  func links(_ plan: IdentityPlan?, budget: MemoryBudget) throws -> [IdentityLinks] {
    guard let plan else { return [] }
    var links: [IdentityLinks] = []
    for (folder, part) in maps {
      let path = FilePath(folder).child(MapPart.linksName).description
      let file = try ScratchFile(reading: path)
      var offset = 0
      for lengths in part.links {
        guard
          let imported = try IdentityLinks(
            plan, reading: file, at: offset, lengths: lengths, budget: budget)
        else { throw Self.wrongLength(path) }
        links.append(imported)
        offset += lengths.reduce(0, +)
      }
      guard offset == file.byteCount else { throw Self.wrongLength(path) }
    }
    return links
  }

  /// What deal tasks have dealt, for a fold of some partitions; nil where a fold of all deals itself.
  ///
  /// - Throws: `RunFailure`: 66 without deal tasks, 65 for partitions that none or two have dealt.
  func dealt(for share: PartitionShare) throws -> DealtRows? {
    if deals.isEmpty {
      if share.partitions.count == share.count { return nil }
      throw RunFailure(
        .noInput,
        "`identity` and `carry` bring rows to the partitions of persons: run `twinfunnel deal` first, "
          + "and name its folders in --segments, too; or fold all partitions in one task")
    }
    try PartitionCover(
      count: share.count, what: "deal task", advice: "deal them, too",
      shares: deals.map { ($0.folder, $0.part.share) }
    ).check()
    return DealtRows(
      parts: try deals.map { folder, part in
        let path = FilePath(folder).child(DealPart.rowsName).description
        let file = try ScratchFile(reading: path)
        guard file.byteCount == part.schemas.reduce(0, { $0 + $1.bytes }) else {
          throw Self.wrongLength(path)
        }
        return DealtRows.Part(path: path, file: file, share: part.share, schemas: part.schemas)
      }, share: share, fileCount: task.ledger.files.count)
  }
}

/// That each of a run's partitions is some task's, and of one alone.
struct PartitionCover {
  var count: Int
  /// What they are of, as messages call it.
  var what: String
  var advice: String
  var shares: [(path: String, share: PartitionShare)]

  func check() throws(RunFailure) {
    var next = 0
    var previous = ""
    for (path, share) in shares.sorted(by: {
      $0.share.partitions.lowerBound < $1.share.partitions.lowerBound
    }) {
      guard share.count == count else {
        throw RunFailure(.badData, "\(path) has partitions \(share), but there are \(count)")
      }
      if share.partitions.lowerBound < next {
        throw RunFailure(.badData, "\(path) and \(previous) have the same partitions: \(share)")
      }
      if share.partitions.lowerBound > next { throw missing(next..<share.partitions.lowerBound) }
      next = share.partitions.upperBound
      previous = path
    }
    if next < count { throw missing(next..<count) }
  }

  private func missing(_ partitions: Range<Int>) -> RunFailure {
    let name = PartitionShare(partitions: partitions, count: count)?.description ?? ""
    return RunFailure(.badData, "no \(what) has the partitions \(name): \(advice)")
  }
}
