import EventLog
import Reports
import Spec
import System
import Timelines
import Values

/// Deals rows of some partitions to the partitions of the persons and accounts whose they are, by all
/// that the map tasks saw: between the two halves of a run, where it has `identity` or `carry`.
package struct DealRun: Sendable {
  package var specFile: SpecFile
  /// Folders of all map tasks.
  package var segments: [String]
  package var ledger: String
  package var share: PartitionShare
  /// The folder to make.
  package var out: String
  package var options: RunOptions
  package var control: RunControl

  package init(
    specFile: SpecFile, segments: [String], ledger: String, share: PartitionShare, out: String,
    options: RunOptions, control: RunControl
  ) {
    self.specFile = specFile
    self.segments = segments
    self.ledger = ledger
    self.share = share
    self.out = out
    self.options = options
    self.control = control
  }

  package func run() throws(RunFailure) -> RunNotices {
    do {
      return try runThrowing()
    } catch {
      throw MachineTask.failure(error)
    }
  }

  private func runThrowing() throws -> RunNotices {
    let (ledger, digest) = try Ledger.load(ledger)
    let task = try MachineTask(specFile, ledger, ledgerPath: self.ledger)
    try task.check(share)
    _ = try task.sourceNotices()
    let folder = TaskFolder(out) { path throws(RunFailure) in
      let part = try DealPart.load(path, fileCount: ledger.files.count)
      guard part.ledger == digest, part.share == share else {
        throw RunFailure(.badSpec, "\(path) is of another run: name a new folder")
      }
    }
    if let done = try folder.existing() { return done }
    let folders = try TaskFolders(segments, task, digest: digest, ledgerPath: self.ledger)
    let (plan, schemas) = (task.identity, task.reading.plan.schemas)
    var part = DealPart(
      ledger: digest, share: share,
      schemas: [DealtRows.Schema](repeating: DealtRows.Schema(), count: schemas.count))
    let draft = try folder.begin()
    do {
      let rows = try WholeFile(path: draft.child(DealPart.rowsName).description)
      if let plan { part.schemas = try deal(plan, folders, task, to: rows) }
      try rows.commit()
      let file = try WholeFile(path: draft.child(DealPart.partName).description)
      try file.write(part.bytes)
      try file.commit()
      return try folder.finish(draft)
        ?? RunNotices(
          damages: [],
          lines: plan == nil
            ? ["notice: without `identity` and `carry` there is nothing to deal"] : [])
    } catch {
      folder.discard(draft)
      throw error
    }
  }

  private func deal(
    _ plan: IdentityPlan, _ folders: TaskFolders, _ task: MachineTask, to file: WholeFile
  ) throws -> [DealtRows.Schema] {
    let budget = MemoryBudget(limit: options.memoryBytesMax ?? .max)
    let persons = try PersonDealing(
      folders.links(plan, budget: budget), plan: plan, options: options, control: control)
    var shards = try folders.shards(partitions: share.count, budget: budget)
    let earliest = task.ledger.observation(of: task.spec, task.reading).bound
    var found: [DealtRows.Schema] = []
    for schema in task.reading.plan.schemas {
      let merge = try persons.joined(
        shards.removeFirst(), of: schema, files: task.ledger.files)
      var dealt = DealtRows.Schema()
      if merge.mustDeal {
        var dealers = try persons.deal(merge, share.partitions, from: earliest)
        dealt.duplicates = merge.dealtDuplicates
        while !dealers.isEmpty {
          var dealer = dealers.removeLast()
          for (file, lost) in dealer.lost { dealt.lost[file, default: LostRows()].add(lost) }
          dealt.exports.append(
            try dealer.export { bytes in
              try control.checkCancelled()
              try file.write(bytes)
            })
        }
      }
      found.append(dealt)
    }
    return found
  }
}
