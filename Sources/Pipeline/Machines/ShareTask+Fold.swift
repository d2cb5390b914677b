import EventLog
import Reports
import Spec
import System
import Timelines
import Values

extension ShareTask {
  /// Folds the rows into the reports.
  package func fold() throws(RunFailure) -> RunNotices {
    do {
      return try foldThrowing()
    } catch {
      throw MachineTask.failure(error)
    }
  }

  private func foldThrowing() throws -> RunNotices {
    let (task, digest) = try ground()
    let folders = try TaskFolders(segments, task, digest: digest, ledgerPath: ledger)
    let dealt = try task.identity.flatMap { _ throws in try folders.dealt(for: share) }
    let budget = MemoryBudget(limit: options.memoryBytesMax ?? .max)
    var options = options
    options.limits = task.reading.limits
    options.now = task.reading.now.map { .instant($0) }
    var scan = LogScan.Result(
      files: task.ledger.files, shards: [],
      entity: EntitySightings(schemas: task.reading.plan.schemas.count),
      unseenProperties: task.unseenProperties)
    scan.links = try folders.links(task.identity, budget: budget)
    scan.shards = try folders.shards(partitions: share.count, budget: budget)
    var pass = ReportPass(
      options: options, control: control, calendar: task.reading.calendar,
      observation: task.ledger.observation(of: task.spec, task.reading),
      budget: FoldBudget(memoryBytes: options.memoryBytesMax))
    pass.share = share
    pass.dealt = dealt
    let folded = try pass.foldAll(
      &scan, of: task.spec, task.reading, warnings: [], fresh: nil)
    control.begin(.writing)
    try folded.write(
      StateHead(ledger: digest, share: share), reports: task.spec.reports, to: out)
    return RunNotices(damages: [], lines: [])
  }
}
