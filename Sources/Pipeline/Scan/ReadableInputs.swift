import EventLog

/// What the arguments of a run name, found and readable, or the reason why not.
struct ReadableInputs {
  /// In canonical order.
  var files: [InputFile]
  /// One line each, each once.
  var warnings: [String]

  /// - Parameter encoding: of the logs' text; nil for UTF-8.
  /// - Throws: `RunFailure` with exit 66 that names every input that is missing or unreadable.
  init(_ arguments: [String], encoding: String? = nil) throws(RunFailure) {
    let expansion = InputExpansion(arguments)
    let listing = InputListing(expansion.files, encoding: encoding)
    let errors = expansion.errors + listing.errors
    guard errors.isEmpty else {
      throw RunFailure(.noInput, errors.map { "\($0.path): \($0.reason)" })
    }
    guard !listing.files.isEmpty else {
      throw RunFailure(.noInput, "no input: the folders given hold no files")
    }
    files = listing.files
    var told: Set<String> = []
    let lines =
      (expansion.warnings + listing.warnings).map { "warning: \($0)" }
      + (expansion.notices + listing.notices).map { "notice: \($0)" }
    warnings = lines.filter { told.insert($0).inserted }
  }
}
