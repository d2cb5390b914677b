import EventLog
import Reports
import Spec
import System
import Timelines
import Values

extension MapTask {
  /// Reads the inputs into a store of their own, a *part*, which `run --store` or `store add` takes in
  /// elsewhere. It keeps all that sources declare, whatever reports ask, and what was rejected with
  /// samples, so that the run that takes it in tells what it would tell of the logs themselves.
  package func storePart() throws(RunFailure) -> RunNotices {
    do {
      return try storePartThrowing()
    } catch {
      throw RunFailure(wrapping: error)
    }
  }

  private func storePartThrowing() throws -> RunNotices {
    try specFile.checkTimeZone()
    let spec = specFile.spec
    let folder = TaskFolder(out) { [spec] path throws(RunFailure) in
      let done = try StoreSession(path: path, spec: nil, writes: false)
      guard done.manifest.source == spec.sourceWritten else {
        throw RunFailure(.badSpec, "\(path) is of another source: name a new folder")
      }
    }
    if let done = try folder.existing() { return done }
    let found = try ReadableInputs(inputs, of: spec, cover: .stored)
    var lines = found.warnings.filter { !$0.hasPrefix("notice: ") }
    if found.maps.contains(where: { !$0.isEmpty }) {
      lines.append("notice: maps are read by the run that takes \(out) in: give it their files")
    }
    return try folder.make { draft in
      // Nobody else knows the folder yet, on whatever file system.
      let session = try StoreSession(
        path: draft.description, spec: spec, writes: true, allowsNetwork: true)
      let read = try session.take(
        found.files, timeZone: spec.calendar.timeZone, options: options, control: control)
      session.change { manifest in
        for (place, input) in manifest.inputs.enumerated() {
          manifest.inputs[place].taken = read.taken[input.key] ?? input.taken
        }
        manifest.eventless = read.eventless
      }
      control.begin(.writing)
      try session.commit(out: nil)
      return RunNotices(
        damages: [], lines: lines + read.notices,
        summary: "\(read.taken.count) inputs, "
          + "\(read.taken.values.reduce(0) { $0 + $1.tally.events }) events")
    }
  }
}
