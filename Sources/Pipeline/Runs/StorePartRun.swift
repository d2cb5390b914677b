import EventLog
import Reports
import Spec
import System
import Timelines
import Values

/// Reads some inputs on one of many machines for a store: into a store of their own, a *part*, which
/// `run --store` or `store add` takes in elsewhere. It keeps all that sources declare, whatever reports
/// ask, and what was rejected with samples, so that the run that takes it in tells what it would tell
/// of the logs themselves.
///
/// The folder appears whole, by rename, as a map task's does (`MapRun`).
package struct StorePartRun: Sendable {
  package var specFile: SpecFile
  package var inputs: [String]
  /// The folder to make.
  package var out: String
  package var options: RunOptions
  package var control: RunControl

  package init(
    specFile: SpecFile, inputs: [String], out: String, options: RunOptions, control: RunControl
  ) {
    self.specFile = specFile
    self.inputs = inputs
    self.out = out
    self.options = options
    self.control = control
  }

  package func run() throws(RunFailure) -> RunNotices {
    do {
      return try runThrowing()
    } catch {
      throw RunFailure(wrapping: error)
    }
  }

  private func runThrowing() throws -> RunNotices {
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
    let draft = try folder.begin()
    do {
      // Nobody else knows the folder yet, on whatever file system.
      let session = try StoreSession(
        path: draft.description, spec: spec, writes: true, allowsNetwork: true)
      let read = try session.take(
        found.files, timeZone: spec.calendar.timeZone, options: options, control: control)
      session.change { manifest in
        for (place, input) in manifest.inputs.enumerated() {
          manifest.inputs[place].taken = read.taken[input.key] ?? input.taken
        }
      }
      control.begin(.writing)
      try session.commit(out: nil)
      return try folder.finish(draft)
        ?? RunNotices(
          damages: [], lines: lines + read.notices,
          summary: "\(read.taken.count) inputs, "
            + "\(read.taken.values.reduce(0) { $0 + $1.tally.events }) events")
    } catch {
      folder.discard(draft)
      throw error
    }
  }
}
