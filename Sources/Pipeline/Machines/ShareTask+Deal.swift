import EventLog
import Reports
import Spec
import System
import Timelines
import Values

extension ShareTask {
  /// Deals the rows to the partitions of the persons and accounts whose they are, by all that the map
  /// tasks saw: between the two halves of a run, where it has `identity` or `carry`.
  package func deal() throws(RunFailure) -> RunNotices {
    do {
      return try dealThrowing()
    } catch {
      throw MachineTask.failure(error)
    }
  }

  private func dealThrowing() throws -> RunNotices {
    let (task, digest) = try ground()
    let folder = TaskFolder(out) { path throws(RunFailure) in
      let part = try DealPart.load(path, fileCount: task.ledger.files.count)
      guard part.ledger == digest, part.share == share else {
        throw RunFailure(.badSpec, "\(path) is of another run: name a new folder")
      }
    }
    if let done = try folder.existing() { return done }
    let folders = try TaskFolders(segments, task, digest: digest, ledgerPath: ledger)
    let (plan, schemas) = (task.identity, task.reading.plan.schemas)
    var part = DealPart(
      ledger: digest, share: share,
      schemas: [DealtRows.Schema](repeating: DealtRows.Schema(), count: schemas.count))
    return try folder.make { draft in
      let rows = try WholeFile(path: draft.child(DealPart.rowsName).description, isInDraft: true)
      if let plan { part.schemas = try deal(plan, folders, task, to: rows) }
      try rows.commit()
      try WholeFile.write(part.bytes, to: draft.child(DealPart.partName))
      return RunNotices(
        damages: [],
        lines: plan == nil
          ? ["notice: without `identity` and `carry` there is nothing to deal"] : [])
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
