import EventLog
import Reports
import Spec
import System
import Timelines
import Values

/// Folds some partitions of all map tasks' rows into the reports: one of many machines' share of the
/// second half of a run.
package struct FoldRun: Sendable {
  package var specFile: SpecFile
  /// Folders of all map tasks.
  package var segments: [String]
  package var ledger: String
  package var share: PartitionShare
  /// The file to write.
  package var state: String
  package var options: RunOptions
  package var control: RunControl

  package init(
    specFile: SpecFile, segments: [String], ledger: String, share: PartitionShare, state: String,
    options: RunOptions, control: RunControl
  ) {
    self.specFile = specFile
    self.segments = segments
    self.ledger = ledger
    self.share = share
    self.state = state
    self.options = options
    self.control = control
  }

  package func run() throws(RunFailure) -> RunNotices {
    do {
      return try runThrowing()
    } catch let error as ScratchError {
      // What is damaged is what a map task wrote.
      if case .damaged(let what) = error.problem {
        throw RunFailure(.badData, "\(error.path) is damaged: \(what); run its map task again")
      }
      throw RunFailure(wrapping: error)
    } catch {
      throw RunFailure(wrapping: error)
    }
  }

  private func runThrowing() throws -> RunNotices {
    let (ledger, digest) = try Ledger.load(ledger)
    let task = try MachineTask(specFile, ledger, ledgerPath: self.ledger)
    guard share.count == ledger.fingerprint.partitions else {
      throw RunFailure(
        .usage,
        "--partitions \(share): there are \(ledger.fingerprint.partitions ?? 0), as the map tasks were told"
      )
    }
    let found = try folders(of: ledger)
    var options = options
    options.limits = task.reading.limits
    options.now = task.reading.now.map { .instant($0) }
    var scan = LogScan.Result(
      files: ledger.files, shards: [],
      entity: EntitySightings(schemas: task.reading.plan.schemas.count),
      unseenProperties: task.unseenProperties)
    scan.shards = try shards(of: ledger, found, task)
    var pass = ReportPass(
      options: options, control: control, calendar: task.reading.calendar,
      observation: ledger.observation(of: task.spec, task.reading),
      budget: FoldBudget(memoryBytes: options.memoryBytesMax))
    pass.share = share
    let folded = try pass.foldAll(
      &scan, of: task.spec, task.reading, warnings: [], fresh: nil)
    control.begin(.writing)
    try folded.write(
      StateHead(ledger: digest, share: share), reports: task.spec.reports, to: state)
    return RunNotices(damages: [], lines: [])
  }

  /// The parts of the ledger, each with the folder where it was found.
  private func folders(of ledger: Ledger) throws(RunFailure) -> [(folder: String, part: MapPart)] {
    var found: [String: (folder: String, part: MapPart)] = [:]
    let wanted = Set(ledger.parts.map(\.id))
    for folder in segments {
      let (part, id) = try MapPart.load(folder)
      guard wanted.contains(id) else {
        let differences = part.fingerprint.differences(
          ledger.fingerprint, folder, self.ledger)
        throw RunFailure(
          differences.isEmpty ? .badData : .badSpec,
          ["\(folder) is of a map task that \(self.ledger) does not know"] + differences)
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

  /// By schema, the shards of all tasks' workers.
  private func shards(
    of ledger: Ledger, _ parts: [(folder: String, part: MapPart)], _ task: MachineTask
  ) throws -> [[TimelineShards]] {
    let plan = task.reading.plan
    let budget = MemoryBudget(limit: options.memoryBytesMax ?? .max)
    var shards = [[TimelineShards]](repeating: [], count: plan.schemas.count)
    let numbers = Dictionary(
      uniqueKeysWithValues: ledger.files.enumerated().map { ($1.id, UInt32($0)) })
    for (number, (folder, part)) in parts.enumerated() {
      let path = FilePath(folder).child(MapPart.rowsName).description
      let file = try ScratchFile(reading: path)
      let inputs = ledger.parts[number].inputs.compactMap { numbers[$0] }
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
              numberColumns: plan.extraction.numbers.map(\.name), partitions: share.count,
              budget: budget)
          else {
            throw RunFailure(
              .badData,
              "\(path) has not the length that it was written with: run its map task again")
          }
          shards[schema].append(imported)
          offset += export.bytes
        }
      }
      guard offset == file.byteCount else {
        throw RunFailure(
          .badData, "\(path) has not the length that it was written with: run its map task again")
      }
    }
    // A plan has timelines of its entities, also where no task has any rows.
    for schema in shards.indices where shards[schema].isEmpty {
      shards[schema].append(
        TimelineShards(
          schema: plan.schemas[schema], textColumns: plan.extraction.texts.map(\.name),
          numberColumns: plan.extraction.numbers.map(\.name), partitions: share.count,
          budget: budget))
    }
    return shards
  }
}
