import EventLog
import Reports
import Spec
import System
import Values

/// A step behind the map tasks: the spec, read as they read it.
struct MachineTask {
  let spec: AnalysisSpec
  let ledger: Ledger
  let reading: ReadingPlan

  /// - Throws: 78 where the spec, the calendar's zone data or the program are others than the ledger's.
  init(_ specFile: SpecFile, _ ledger: Ledger, ledgerPath: String) throws {
    try specFile.checkTimeZone()
    spec = specFile.spec
    self.ledger = ledger
    guard let now = ledger.fingerprint.now, let partitions = ledger.fingerprint.partitions,
      let limits = ledger.fingerprint.limits
    else { throw RunFailure(.badData, "\(ledgerPath) is damaged: make it again") }
    var options = RunOptions()
    options.now = .instant(now)
    options.earliest = ledger.fingerprint.earliest.map { .instant($0) }
    reading = try ReadingPlan(spec, options)
    let own = Fingerprint(
      spec, reading, now: now, limits: limits, partitions: partitions)
    let differences = own.differences(ledger.fingerprint, specFile.path, ledgerPath)
    guard differences.isEmpty else {
      throw RunFailure(
        .badSpec, ["\(ledgerPath) was made for another run than \(specFile.path):"] + differences)
    }
    guard ledger.names.count == reading.plan.schemas.count, ledger.spaces.fits(spec),
      ledger.files.allSatisfy({ [spec] in $0.file.source < spec.sources.count })
    else {
      throw RunFailure(.badData, "\(ledgerPath) is damaged: make it again")
    }
  }

  /// What the run has to find out about who is who.
  var identity: IdentityPlan? { IdentityPlan(spec, reading.plan) }

  /// - Throws: 64 for partitions of another number than the map tasks were told.
  func check(_ share: PartitionShare) throws(RunFailure) {
    guard share.count == ledger.fingerprint.partitions else {
      throw RunFailure(
        .usage,
        "--partitions \(share): there are \(ledger.fingerprint.partitions ?? 0), as the map tasks "
          + "were told")
    }
  }

  /// What there is to say of sources, of which each map task has seen some.
  ///
  /// - Throws: 66 for one that must have inputs and has none.
  func sourceNotices() throws(RunFailure) -> [String] {
    guard spec.hasNamedSources else { return [] }
    return try SourceDeal(spec).notices(ledger.files.map(\.file.source))
  }

  /// What is damaged is what a task before wrote.
  static func failure(_ error: any Error) -> RunFailure {
    if let error = error as? ScratchError, case .damaged(let what) = error.problem {
      return RunFailure(.badData, "\(error.path) is damaged: \(what); run its task again")
    }
    return RunFailure(wrapping: error)
  }

  var unseenProperties: [PropertyField] {
    (reading.plan.extraction.texts + reading.plan.extraction.numbers)
      .filter { ledger.unseen.contains($0.name) }
  }
}

extension MapPart {
  /// A ledger's path, where only the folder of its task is named.
  static func ledgerPath(_ name: String) -> String {
    let isFolder = (try? FileSystem.status(FilePath(name)))?.kind == .folder
    return isFolder ? FilePath(name).child(ledgerName).description : name
  }
}
