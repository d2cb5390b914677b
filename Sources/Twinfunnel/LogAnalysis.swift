import EventLog
import Pipeline
import System

/// Reads event logs once and makes every report of a spec.
///
/// The same inputs give the same tables, whatever the order of files, the number of threads and the
/// memory that is allowed.
public struct LogAnalysis: Sendable {
  public var spec: LogSpec
  /// Files, folders or globs; gzip is recognised by content. `-` is standard input.
  public var inputs: [String]
  public var settings: AnalysisSettings

  public init(
    spec: LogSpec, inputs: [String], settings: AnalysisSettings = AnalysisSettings()
  ) {
    self.spec = spec
    self.inputs = inputs
    self.settings = settings
  }

  /// The tables in memory; nothing is written but timelines above the memory limit, to scratch.
  ///
  /// - Parameter monitor: tells how far it is, from any thread, and can stop it.
  public func run(monitor: AnalysisMonitor = AnalysisMonitor()) throws(AnalysisFailure)
    -> AnalysisResult
  {
    do {
      let analysis = try AnalysisRun(
        spec: spec.file.spec, inputs: inputs, options: settings.runOptions,
        control: monitor.control
      ).analyse()
      return AnalysisResult(analysis)
    } catch {
      throw AnalysisFailure(error)
    }
  }

  /// Publishes every table as one set of files in a folder: a reader sees the old set or the new one,
  /// and a run that fails leaves the old set. Returns what there is to say, one line each.
  @discardableResult
  public func publish(
    to folder: String, monitor: AnalysisMonitor = AnalysisMonitor()
  ) throws(AnalysisFailure) -> [String] {
    do {
      let notices = try PublishedRun(
        specFile: spec.file, inputs: inputs, out: folder, options: settings.runOptions,
        control: monitor.control
      ).run()
      return notices.damages + notices.failures + notices.lines
    } catch {
      throw AnalysisFailure(error)
    }
  }
}

/// What the caller of an analysis decides, beside the spec.
public struct AnalysisSettings: Sendable {
  /// Workers that read and fold, at least 1; by default one for each processor.
  public var threads: Int
  /// Bytes that timelines may take; above it they go to `scratch`. Nil for no limit.
  public var memoryBytesMax: Int?
  /// A folder for what does not fit.
  public var scratch: String
  /// Damaged inputs, and event names that never occurred, are failures.
  public var strict: Bool

  public init(
    threads: Int? = nil, memoryBytesMax: Int? = 1 << 30, scratch: String = "/tmp",
    strict: Bool = false
  ) {
    self.threads = max(1, threads ?? Machine.cores)
    self.memoryBytesMax = memoryBytesMax
    self.scratch = scratch
    self.strict = strict
  }

  var runOptions: RunOptions {
    RunOptions(
      threads: threads, memoryBytesMax: memoryBytesMax, scratch: scratch, strict: strict)
  }
}
