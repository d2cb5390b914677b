import EventLog
import Timelines
import Values

/// Reads `maps`, and holds them against the spaces that sources say their ids are of.
struct MapsReader {
  private var found: [(map: MapSpec, mark: SpecMark, from: SpecValue?, to: SpecValue?)] = []

  static let mapsMax = 100

  init(_ value: SpecValue) {
    let items = value.list(of: "maps") ?? []
    if items.count > Self.mapsMax {
      value.error("`maps` has at most \(Self.mapsMax) maps, not \(items.count)")
    }
    for item in items.prefix(Self.mapsMax) {
      let read = item.mapping("a map") { Self.read(&$0) }
      if let read { found.append((read.map, item.mark, read.from, read.to)) }
    }
  }

  private static func read(
    _ section: inout SpecMapping
  ) -> (map: MapSpec, from: SpecValue?, to: SpecValue?) {
    let files = section.required("files")?.items(max: SourceSections.patternsMax)
      .compactMap { $0.text() }
    var reader = SourceReader()
    reader.format = SourceFormat.read(&section, known: format(of: files ?? []))
    switch reader.format {
    case .jsonl, .json, .delimited: break
    case .lines:
      section.error(at: "format", "a map's `format` is jsonl, json, csv or tsv")
    }
    var map = MapSpec()
    map.files = files ?? []
    map.format = reader.format
    map.isOptional = section.boolean("optional", default: false)
    if let value = section.value("encoding") { map.encoding = sourceEncoding(value) }
    if let value = section.value("null") { reader.readNulls(value) }
    map.nulls = reader.nulls
    map.kind = section.choice("kind", default: .account)
    func end(_ value: SpecValue?, needsSpace: Bool) -> (end: MapSpec.End, space: SpecValue?) {
      var space: SpecValue?
      let end = value?.mapping("`\(value?.name ?? "")` of a map") { field in
        let paths = reader.requiredPaths("column", &field)
        space = needsSpace ? field.required("space") : field.value("space")
        return MapSpec.End(paths: paths, space: space.flatMap(SourceSpaces.name) ?? "")
      }
      return (end ?? MapSpec.End(), space)
    }
    let (from, to) = (
      end(section.required("from"), needsSpace: true),
      end(section.required("to"), needsSpace: false)
    )
    map.from = from.end
    map.to = to.end
    return (map, from.space, to.space)
  }

  /// By how the files are called: what a spec names is not looked at before it is read.
  private static func format(of files: [String]) -> LogFormat {
    func all(_ endings: [String]) -> Bool {
      !files.isEmpty
        && files.allSatisfy { file in
          let name = file.hasSuffix(".gz") ? String(file.dropLast(3)) : file
          return endings.contains { name.hasSuffix($0) }
        }
    }
    if all([".json", ".jsonl", ".ndjson"]) { return .jsonl }
    return all([".tsv", ".tab"]) ? .tsv : .csv()
  }

  /// The maps; errors for spaces that nobody has, and for ways that lead back.
  ///
  /// - Parameter spaces: of the sources.
  func maps(among spaces: [SourceSpaces]) -> [MapSpec] {
    for entry in found {
      let kind = entry.map.kind
      let known =
        spaces.compactMap { $0[kind] }
        + found.filter { $0.map.kind == kind }.map(\.map.to.space).filter { !$0.isEmpty }
      let names = Array(Set(known)).sorted()
      for (space, value) in [(entry.map.from.space, entry.from), (entry.map.to.space, entry.to)] {
        guard let value, !space.isEmpty, !names.contains(space) else { continue }
        value.error(
          "no source has \(kind.rawValue) ids of the space `\(space)`: say "
            + "`ids: {\(kind.rawValue): \(space)}` in one"
            + (names.isEmpty ? "" : NearestName.hint(for: space, among: names)))
      }
      if let from = entry.from, isReached(entry.map.from.space, from: entry.map.to.space, kind) {
        from.error("the maps lead from the space `\(entry.map.from.space)` back to itself")
      }
    }
    return found.map(\.map)
  }

  private func isReached(
    _ wanted: String, from start: String, _ kind: TimelineSchema.Entity
  ) -> Bool {
    var (seen, open): (Set<String>, [String]) = ([], [start])
    while let space = open.popLast() {
      if space == wanted { return true }
      if space.isEmpty || !seen.insert(space).inserted { continue }
      open += found.map(\.map).filter { $0.kind == kind && $0.from.space == space }.map(\.to.space)
    }
    return false
  }
}

extension SourceSpaces {
  /// A space's name; nil with an error for one that cannot be told from the ids behind it.
  static func name(_ value: SpecValue) -> String? {
    guard let text = value.text() else { return nil }
    let isPlain = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != ":" }
    guard !text.isEmpty, isPlain, text.utf8.count <= nameBytesMax else {
      value.error(
        "a space's name has 1 to \(nameBytesMax) bytes, and no blank and no colon among them")
      return nil
    }
    return text
  }

  private static let nameBytesMax = 100

  /// `ids` of a source.
  init(_ value: SpecValue) {
    self.init()
    let read = value.mapping("`ids`") { field in
      SourceSpaces(
        account: field.value("account").flatMap(Self.name),
        user: field.value("user").flatMap(Self.name))
    }
    self = read ?? self
  }
}
