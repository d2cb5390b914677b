import EventLog
import System

/// What the arguments of a run name, found and readable, or the reason why not.
struct ReadableInputs {
  /// In canonical order.
  var files: [InputFile]
  /// One line each, each once.
  var warnings: [String]

  /// - Parameter output: the folder that the run writes, which folders and patterns do not lead into.
  /// - Throws: `RunFailure` with exit 66 that names every input that is missing or unreadable.
  init(_ arguments: [String], except output: FileStatus? = nil) throws(RunFailure) {
    let expansion = InputExpansion(arguments, except: output)
    guard expansion.errors.isEmpty else {
      throw RunFailure(.noInput, expansion.errors.map { "\($0.path): \($0.reason)" })
    }
    guard !expansion.files.isEmpty else {
      throw RunFailure(.noInput, "no input: the folders given hold no files")
    }
    files = expansion.files
    var told: Set<String> = []
    warnings = expansion.warnings.filter { told.insert($0).inserted }.map { "warning: \($0)" }
  }

  /// What the files are to the system; standard input is nothing that could be replaced.
  var identities: [FileStatus] {
    files.filter { !$0.isStandardInput }.compactMap { try? FileStatus(path: $0.path) }
  }
}
