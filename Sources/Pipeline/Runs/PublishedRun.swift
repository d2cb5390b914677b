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

  private var tableNames: [String] {
    specFile.spec.reports.flatMap { report in
      options.formats.tables.map { "\(report.options.name).\($0.name)" }
    }
  }

  package func run() throws(RunFailure) -> RunNotices {
    let start = DispatchTime.now()
    _ = try specFile.zoneRules()
    try specFile.checkGoals()
    do {
      // The lock comes first: a second run of the same night should say so before it reads a byte.
      let set = try OutputSet.begin(directory: out, replace: options.replace)
      let found = try ReadableInputs(
        inputs, encoding: specFile.spec.source.encoding, except: set.targetStatus())
      try set.protect(
        found.identities + [try? FileStatus(path: specFile.path)].compactMap { $0 })
      // What is in the way should be said before the logs are read, as far as names are known.
      for name in ["run.json", "datapackage.json"] + tableNames { try set.check(name) }
      let analysis = try AnalysisRun(
        spec: specFile.spec, inputs: inputs, options: options, control: control
      ).analyse(found)
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
      control.end()
      return RunNotices(lines: lines, isDamaged: analysis.isDamaged)
    } catch {
      throw RunFailure(wrapping: error)
    }
  }
}
