import EventLog
import Spec
import Timelines

/// What a run has beside the inputs that it is given.
enum InputCover {
  /// Nothing.
  case whole
  /// Other machines have the inputs of sources that have none here.
  case part
  /// A store has those of former runs, and their maps.
  case stored
}

/// Which inputs are which source's, by their names.
struct SourceDeal {
  private let names: [String]
  private let patterns: [[PathPattern]]
  private let ignored: [PathPattern]
  private let isOptional: [Bool]
  private let isSnapshot: [Bool]
  /// For how messages call a source's patterns.
  private let texts: [[String]]
  private let maps: [MapSpec]
  private let mapPatterns: [[PathPattern]]

  init(_ spec: AnalysisSpec) {
    names = spec.sources.map(\.name)
    texts = spec.sources.map(\.files)
    patterns = texts.map { $0.map { PathPattern($0) } }
    ignored = spec.ignore.map { PathPattern($0) }
    isOptional = spec.sources.map(\.isOptional)
    isSnapshot = spec.sources.map(\.isSnapshot)
    maps = spec.maps
    mapPatterns = maps.map { $0.files.map { PathPattern($0) } }
  }

  /// What became of the files.
  struct Dealt {
    /// By map: its files, which are no source's.
    var maps: [[InputFile]]
    /// What there is to say.
    var notices: [String]
  }

  /// Numbers the files' sources, without those to be ignored and those of maps.
  ///
  /// - Parameter cover: what else there is.
  /// - Throws: `RunFailure` with exit 64 for inputs of no source or of several, all of them named;
  ///   66 for a source or a map without inputs that must have some.
  func deal(
    _ files: inout [InputFile], cover: InputCover = .whole
  ) throws(RunFailure) -> Dealt {
    var dealt: [InputFile] = []
    var mapped = [[InputFile]](repeating: [], count: maps.count)
    var wrong: [String] = []
    for var file in files {
      var (isIgnored, found, ofMaps) = fits([file.name])
      if !isIgnored, found.isEmpty, ofMaps.isEmpty {
        // What was given lies below the folder that the patterns begin with.
        (isIgnored, found, ofMaps) = fits(Self.longerNames(of: file))
      }
      if isIgnored { continue }
      if !ofMaps.isEmpty {
        for map in ofMaps { mapped[map].append(file) }
        if let source = found.first {
          wrong.append(
            "\(file.path): '\(file.name)' fits the `files` of '\(names[source])' and of a map; "
              + "a map's rows are no events")
        }
        continue
      }
      switch found.count {
      case 1:
        file.source = found[0]
        dealt.append(file)
      case 0:
        wrong.append(
          "\(file.path): no source's `files` fit '\(file.name)', its path below the folder that was "
            + "given; name it in one, or in `ignore`")
      default:
        let all = found.map { "'\(names[$0])'" }.joined(separator: " and ")
        wrong.append(
          "\(file.path): '\(file.name)' fits the `files` of \(all); it can be of one only")
      }
    }
    if !wrong.isEmpty { throw RunFailure(.usage, wrong) }
    files = dealt
    let missing = maps.indices.filter { mapped[$0].isEmpty && !maps[$0].isOptional }
      .map { (whose: "a map", files: maps[$0].files) }
    switch cover {
    case .whole:
      return Dealt(
        maps: mapped, notices: try notices(files.map(\.source), missing: missing))
    case .part:
      if !missing.isEmpty { throw Self.missing(missing, isPart: true) }
      return Dealt(maps: mapped, notices: [])
    case .stored:
      let given = Set(files.map(\.source))
      return Dealt(
        maps: mapped,
        notices: names.indices.filter { !given.contains($0) && !isOptional[$0] }
          .map { "notice: the source '\(names[$0])' has no input" })
    }
  }

  /// Whether any of an input's names is to be ignored, and of which sources and maps it is.
  private func fits(_ names: [String]) -> (isIgnored: Bool, sources: [Int], maps: [Int]) {
    func fits(_ patterns: [PathPattern]) -> Bool {
      patterns.contains { pattern in names.contains { pattern.matches($0) } }
    }
    return (
      fits(ignored), patterns.indices.filter { fits(patterns[$0]) },
      mapPatterns.indices.filter { fits(mapPatterns[$0]) }
    )
  }

  /// The name with more and more of the folders that its path has before it.
  private static func longerNames(of file: InputFile) -> [String] {
    let parts = file.filePath.split(separator: "/").filter { $0 != "." }
    let known = file.name.split(separator: "/").count
    guard known < parts.count, file.filePath.hasSuffix(file.name) else { return [] }
    return (known + 1...parts.count).map { parts.suffix($0).joined(separator: "/") }
  }

  /// What there is to say of sources without inputs, and of those with too many.
  ///
  /// - Parameters:
  ///   - sources: of all inputs.
  ///   - missing: what else has none, and the patterns of it.
  /// - Throws: `RunFailure` with exit 66.
  func notices(
    _ sources: [Int], missing: [(whose: String, files: [String])] = []
  ) throws(RunFailure) -> [String] {
    var count = [Int](repeating: 0, count: names.count)
    for source in sources where source < count.count { count[source] += 1 }
    let empty = count.indices.filter { count[$0] == 0 }
    let missing =
      empty.filter { !isOptional[$0] }.map { ("the source '\(names[$0])'", texts[$0]) } + missing
    if !missing.isEmpty { throw Self.missing(missing) }
    return empty.map { "notice: the source '\(names[$0])' has no input" }
      + count.indices.filter { isSnapshot[$0] && count[$0] > 1 }.map {
        "notice: the source '\(names[$0])' is a snapshot and has \(count[$0]) inputs, all of which "
          + "are read: without a store nobody knows which are former ones"
      }
  }

  private static func missing(
    _ missing: [(whose: String, files: [String])], isPart: Bool = false
  ) -> RunFailure {
    RunFailure(
      .noInput,
      missing.map { whose, texts in
        "no input fits the `files` of \(whose): " + texts.joined(separator: ", ")
          + (isPart
            ? "; every map task is given the files of all maps"
            : "; `optional: true` lets it have none")
      })
  }
}
