import EventLog

/// What the arguments of a run name, found and readable, or the reason why not.
struct ReadableInputs {
  /// In canonical order.
  var files: [InputFile]
  /// One line each, each once.
  var warnings: [String]

  /// - Throws: `RunFailure` with exit 66 that names every input that is missing or unreadable.
  init(_ arguments: [String]) throws(RunFailure) {
    let expansion = InputExpansion(arguments)
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
}
