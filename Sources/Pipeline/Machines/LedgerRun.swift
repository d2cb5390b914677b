import Spec

/// The now of a run of many machines, as its map tasks were told: what dates that hang on the day of a
/// run mean in all of its steps.
///
/// - Parameter ledger: a file, or the folder of a map task.
package func now(ofLedger ledger: String) throws(RunFailure) -> ObservationEnd? {
  try Ledger.load(MapPart.ledgerPath(ledger)).ledger.fingerprint.now.map { .instant($0) }
}

/// Joins the ledgers of all map tasks into the one that says what the run observes.
package struct LedgerRun: Sendable {
  /// Files, or the folders of map tasks.
  package var ledgers: [String]
  package var out: String
  /// For the calendar, and for what is refused.
  package var specFile: SpecFile
  package var observedUntil: ObservationEnd?
  package var observedFrom: ObservationEnd?

  package init(
    specFile: SpecFile, ledgers: [String], out: String, observedUntil: ObservationEnd?,
    observedFrom: ObservationEnd? = nil
  ) {
    self.observedFrom = observedFrom
    self.ledgers = ledgers
    self.out = out
    self.specFile = specFile
    self.observedUntil = observedUntil
  }

  package func run() throws(RunFailure) -> RunNotices {
    do {
      var read: [(path: String, ledger: Ledger)] = []
      for name in ledgers {
        let path = MapPart.ledgerPath(name)
        read.append((path, try Ledger.load(path).ledger))
      }
      var joined = try Ledger.joined(read)
      let task = try MachineTask(specFile, joined, ledgerPath: out)
      joined.observedUntil = observedUntil?.instant(in: task.reading.calendar)
      joined.observedFrom = observedFrom?.instant(in: task.reading.calendar)
      try joined.write(to: out)
      return RunNotices(
        damages: [], lines: [],
        summary: "\(joined.parts.count) parts, \(joined.files.count) inputs, "
          + "\(joined.files.reduce(0) { $0 + $1.judged.used }) events")
    } catch {
      throw RunFailure(wrapping: error)
    }
  }
}
