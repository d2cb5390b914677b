import EventLog
import Spec
import System

/// What the arguments of a run name, found and readable, or the reason why not.
struct ReadableInputs {
  /// In canonical order.
  var files: [InputFile]
  /// By map of the spec, likewise.
  var maps: [[InputFile]] = []
  /// One line each, each once.
  var warnings: [String]

  /// What the files are to the system; standard input is nothing that could be replaced.
  var identities: [FileStatus]

  /// - Parameters:
  ///   - spec: whose sources they are of, and in which encodings those are; nil for `source`'s.
  ///   - source: without a spec; nil for UTF-8.
  ///   - cover: what else the run has.
  ///   - output: the folder that the run writes, which folders and patterns do not lead into.
  /// - Throws: `RunFailure` with exit 66 that names every input that is missing or unreadable; 64 for
  ///   one that is of no source.
  init(
    _ arguments: [String], of spec: AnalysisSpec? = nil, source: SourceSpec? = nil,
    except output: FileStatus? = nil, cover: InputCover = .whole
  ) throws(RunFailure) {
    let expansion = InputExpansion(arguments, except: output)
    var found = expansion.files
    var missing: [String] = []
    var mapped: [InputListing] = []
    if let spec, spec.hasNamedSources, expansion.errors.isEmpty {
      let dealt = try SourceDeal(spec).deal(&found, cover: cover)
      missing = dealt.notices
      mapped = zip(dealt.maps, spec.maps).map { InputListing($0, encoding: $1.encoding) }
    }
    let listing = InputListing(
      found, encoding: (spec?.source ?? source)?.encoding,
      others: spec?.others.map(\.encoding) ?? [])
    let errors = expansion.errors + listing.errors + mapped.flatMap(\.errors)
    guard errors.isEmpty else {
      throw RunFailure(.noInput, errors.map { "\($0.path): \($0.reason)" })
    }
    guard !listing.files.isEmpty || mapped.contains(where: { !$0.files.isEmpty }) else {
      throw RunFailure(.noInput, Self.none(expansion, listing))
    }
    files = listing.files
    maps = mapped.map(\.files)
    identities = expansion.files.filter { !$0.isStandardInput }
      .compactMap { try? FileStatus(path: $0.path) }
    var told: Set<String> = []
    let lines =
      (expansion.warnings + listing.warnings + mapped.flatMap(\.warnings))
      .map { "warning: \($0)" }
      + (expansion.notices + listing.notices + mapped.flatMap(\.notices)).map { "notice: \($0)" }
    warnings = missing + lines.filter { told.insert($0).inserted }
  }

  /// Why there is nothing to read.
  private static func none(_ expansion: InputExpansion, _ listing: InputListing) -> [String] {
    if let path = expansion.outputPaths.first {
      return [
        "no input: \(path) is the folder of --out, in which no logs are looked for; publish beside "
          + "them, or into a folder of their own, as in --out \(path)/tables"
      ]
    }
    let left = (expansion.notices + listing.notices).map { "notice: \($0)" }
    return left + ["no input: the folders given hold no files" + (left.isEmpty ? "" : " to read")]
  }
}
