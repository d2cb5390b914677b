import EventLog
import Spec

/// Which inputs are which source's, by their names.
struct SourceDeal {
  private let names: [String]
  private let patterns: [[PathPattern]]
  private let ignored: [PathPattern]
  private let isOptional: [Bool]
  /// For how messages call a source's patterns.
  private let texts: [[String]]

  init(_ spec: AnalysisSpec) {
    names = spec.sources.map(\.name)
    texts = spec.sources.map(\.files)
    patterns = texts.map { $0.map { PathPattern($0) } }
    ignored = spec.ignore.map { PathPattern($0) }
    isOptional = spec.sources.map(\.isOptional)
  }

  /// Numbers the files' sources, without those to be ignored. Returns what there is to say.
  ///
  /// - Throws: `RunFailure` with exit 64 for inputs of no source or of several, all of them named;
  ///   66 for a source without inputs that must have some.
  func deal(_ files: inout [InputFile]) throws(RunFailure) -> [String] {
    var dealt: [InputFile] = []
    var wrong: [String] = []
    var count = [Int](repeating: 0, count: names.count)
    for var file in files where !ignored.contains(where: { $0.matches(file.name) }) {
      let found = patterns.indices.filter { source in
        patterns[source].contains { $0.matches(file.name) }
      }
      switch found.count {
      case 1:
        file.source = found[0]
        count[found[0]] += 1
        dealt.append(file)
      case 0:
        wrong.append(
          "\(file.path): no source's `files` fit '\(file.name)'; name it in one, or in `ignore`")
      default:
        let all = found.map { "'\(names[$0])'" }.joined(separator: " and ")
        wrong.append(
          "\(file.path): '\(file.name)' fits the `files` of \(all); it can be of one only")
      }
    }
    if !wrong.isEmpty { throw RunFailure(.usage, wrong) }
    files = dealt
    let empty = count.indices.filter { count[$0] == 0 }
    let missing = empty.filter { !isOptional[$0] }
    if !missing.isEmpty {
      throw RunFailure(
        .noInput,
        missing.map {
          "no input fits the `files` of the source '\(names[$0])': "
            + texts[$0].joined(separator: ", ") + "; `optional: true` lets it have none"
        })
    }
    return empty.map { "notice: the source '\(names[$0])' has no input" }
  }
}

extension AnalysisSpec {
  /// Refuses what can take one source only.
  ///
  /// - Throws: `RunFailure` with exit 78.
  func checkOneSource(_ what: String) throws(RunFailure) {
    guard hasNamedSources else { return }
    throw RunFailure(
      .badSpec,
      "\(what) can take one `source` only so far, not `sources`: use `twinfunnel run` without it")
  }
}
