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
    } catch {
      throw MachineTask.failure(error)
    }
  }

  private func runThrowing() throws -> RunNotices {
    let (ledger, digest) = try Ledger.load(ledger)
    let task = try MachineTask(specFile, ledger, ledgerPath: self.ledger)
    try task.check(share)
    _ = try task.sourceNotices()
    let folders = try TaskFolders(segments, task, digest: digest, ledgerPath: self.ledger)
    let budget = MemoryBudget(limit: options.memoryBytesMax ?? .max)
    var options = options
    options.limits = task.reading.limits
    options.now = task.reading.now.map { .instant($0) }
    var scan = LogScan.Result(
      files: ledger.files, shards: [],
      entity: EntitySightings(schemas: task.reading.plan.schemas.count),
      unseenProperties: task.unseenProperties)
    scan.links = try folders.links(task.identity, budget: budget)
    scan.shards = try folders.shards(partitions: share.count, budget: budget)
    var pass = ReportPass(
      options: options, control: control, calendar: task.reading.calendar,
      observation: ledger.observation(of: task.spec, task.reading),
      budget: FoldBudget(memoryBytes: options.memoryBytesMax))
    pass.share = share
    if task.identity != nil { pass.dealt = try folders.dealt(for: share) }
    let folded = try pass.foldAll(
      &scan, of: task.spec, task.reading, warnings: [], fresh: nil)
    control.begin(.writing)
    try folded.write(
      StateHead(ledger: digest, share: share), of: ledger.files, reports: task.spec.reports,
      to: state)
    return RunNotices(damages: [], lines: [])
  }
}
