import Spec

/// One of many machines' share of the second half of a run: some partitions of all map tasks' rows.
package struct ShareTask: Sendable {
  package var specFile: SpecFile
  /// Folders of all map tasks, and of deal tasks.
  package var segments: [String]
  package var ledger: String
  package var share: PartitionShare
  /// What to make: a folder for `deal`, a file for `fold`.
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

  /// The spec and the ledger, with its digest, as the tasks before had them.
  func ground() throws -> (task: MachineTask, digest: String) {
    let (ledger, digest) = try Ledger.load(ledger)
    let task = try MachineTask(specFile, ledger, ledgerPath: self.ledger)
    try task.check(share)
    _ = try task.sourceNotices()
    return (task, digest)
  }
}
