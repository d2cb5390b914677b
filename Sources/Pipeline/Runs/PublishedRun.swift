import Dispatch
import EventLog
import Reports
import Spec
import System
import Tables
import Values

/// The main job: analyses logs by a spec file and publishes every table, or nothing.
///
///     lock ── analyse ── refuse? ── write beside ── swap
package struct PublishedRun: Sendable {
  package var specFile: SpecFile
  package var inputs: [String]
  /// The folder to publish to.
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
    let start = DispatchTime.now()
    try specFile.checkTimeZone()
    try specFile.checkGoals()
    do {
      // The lock comes first: a second run of the same night should say so before it reads a byte.
      let set = try OutputSet.begin(directory: out)
      let analysis = try AnalysisRun(
        spec: specFile.spec, inputs: inputs, options: options, control: control
      ).analyse()
      let notices = Notices(analysis: analysis)
      try Acceptance(options: options).check(analysis, notices)
      control.begin(.writing)
      let writer = ReportWriter(set: set, formats: options.formats)
      try writer.write(analysis)
      try control.checkCancelled()
      let manifest = Manifest(
        analysis: analysis, specPath: specFile.path, specSHA256: specFile.sha256,
        warnings: notices.warnings, damages: notices.damages,
        resources: ResourceUse(since: start), outputs: writer.set.outputs)
      try writer.set.write(JSONWriter.pretty(manifest.json), to: "run.json")
      var lines = notices.damages + notices.warnings
      lines += try writer.commit().warnings.map { "warning: \($0)" }
      return RunNotices(lines: lines, isDamaged: analysis.isDamaged)
    } catch {
      throw RunFailure(wrapping: error)
    }
  }
}
