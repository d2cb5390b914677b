import EventLog
import Timelines
import Values

/// `source`, or `sources`, between its reading and the reports that say what it must have.
struct SourceSections {
  private struct Section {
    var reader: SourceReader
    var mark: SpecMark
    var name = ""
    var files: [String] = []
    var isOptional = false
    var spaces = SourceSpaces()
  }

  private var sections: [Section] = []
  /// Where sources have names.
  private var isNamed = false
  /// As the file has it.
  private(set) var written = JSONValue.null
  /// From one space of ids to another.
  private(set) var maps: [MapSpec] = []

  static let sourcesMax = 100
  static let patternsMax = 1_000
  /// Stands in for what could not be read: the error is noted, and nobody sees it.
  private static let unnamed = SourceSpec(
    format: .jsonl, event: .constant(""), time: TimeField(paths: [], format: .iso8601))

  var readers: [SourceReader] { sections.map(\.reader) }

  /// What checks call them.
  var checkNames: [String] {
    isNamed ? sections.map(\.name) : [AnalysisSpec.unnamedSource]
  }

  init(_ spec: inout SpecMapping, _ context: SpecContext) {
    let (one, several) = (spec.value("source"), spec.value("sources"))
    if let several {
      isNamed = true
      one?.error("give either `source` or `sources`, not both")
      readSeveral(several)
    } else if let value = one ?? spec.required("source") {
      written = JSONValue(sourceSection: value.node)
      if let reader = value.mapping("`source`", { SourceReader(reading: &$0) }) {
        sections = [Section(reader: reader, mark: value.keyMark ?? value.mark)]
      }
    }
    if let value = spec.value("ignore"), !isNamed {
      value.error("`ignore` is for `sources`, which have `files`")
    }
    if let value = spec.value("maps") {
      if !isNamed { value.error("`maps` is for `sources`, which have `ids` of their own") }
      maps = MapsReader(value).maps(among: sections.map(\.spaces))
    }
    context.properties = properties(context)
    context.sources = isNamed ? sections.map(\.name) : []
    context.passiveSources = Set(sections.filter { $0.reader.passive == .all }.map(\.name))
  }

  private mutating func readSeveral(_ value: SpecValue) {
    let items = value.list(of: "sources") ?? []
    if items.isEmpty { value.error("`sources` needs at least one source") }
    if items.count > Self.sourcesMax {
      value.error("`sources` has at most \(Self.sourcesMax) sources, not \(items.count)")
    }
    written = .list(items.map { JSONValue(sourceSection: $0.node) })
    for item in items.prefix(Self.sourcesMax) {
      let section = item.mapping("a source") { source in
        let name = source.required("name")
        let text = name?.text() ?? ""
        if let name, sections.contains(where: { $0.name == text }) {
          name.error("another source is named `\(text)`")
        }
        let files = source.required("files")?.items(max: Self.patternsMax)
          .compactMap { $0.text() }
        let isOptional = source.boolean("optional", default: false)
        let spaces = source.value("ids").map { SourceSpaces($0) } ?? SourceSpaces()
        return Section(
          reader: SourceReader(reading: &source), mark: item.mark, name: text,
          files: files ?? [], isOptional: isOptional, spaces: spaces)
      }
      if let section { sections.append(section) }
    }
  }

  /// Of all sources: those of one name are one property, of one type.
  private func properties(_ context: SpecContext) -> [SourceSpec.Property] {
    var all: [SourceSpec.Property] = []
    for section in sections {
      for property in section.reader.properties {
        guard let place = all.firstIndex(where: { $0.name == property.name }) else {
          all.append(property)
          continue
        }
        let known = all[place]
        all[place].currency = AmountCurrency.joined(known.currency, property.currency)
        if known.type != property.type {
          context.error(
            section.mark,
            "the property `\(property.name)` is a \(property.type.rawValue) in the source "
              + "`\(section.name)`, and a \(known.type.rawValue) in one before it")
        }
      }
    }
    return all
  }

  /// Of sources that a list names.
  func numbers(_ value: SpecValue) -> [Int] {
    if !isNamed {
      value.error("`\(value.name)` names sources, which only `sources` has")
      return [0]
    }
    let numbers = value.items(max: Self.sourcesMax).compactMap { item -> Int? in
      guard let name = item.text() else { return nil }
      let number = sections.firstIndex { $0.name == name }
      if number == nil {
        item.error(
          "no source is named `\(name)`"
            + NearestName.hint(for: name, among: sections.map(\.name)))
      }
      return number
    }
    return numbers.isEmpty ? [0] : Array(Set(numbers)).sorted()
  }

  /// Complete for these reports; at least one.
  func complete(for reports: [any ReportDefinition], _ context: SpecContext) -> [SourceSpec] {
    if sections.isEmpty { return [Self.unnamed] }
    // What one source lacks, another may have.
    let has = SourceReader.Entities(
      users: readers.contains(where: \.hasUsers), accounts: readers.contains { !$0.account.isEmpty }
    )
    return sections.map { section in
      var spec = section.reader.source(
        for: reports, has: has, at: section.mark, context: context)
      spec.name = section.name
      spec.files = section.files
      spec.isOptional = section.isOptional
      spec.spaces = section.spaces
      let reader = section.reader
      if isNamed, !reader.hasUsers, reader.account.isEmpty {
        context.error(section.mark, "the source `\(section.name)` needs `user` or `account`")
      }
      return spec
    }
  }
}
