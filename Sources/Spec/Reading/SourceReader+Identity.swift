package import EventLog
package import Values

extension SourceReader {
  /// `anonymous` and `alias`.
  mutating func readIdentity(_ source: inout SpecMapping) {
    let (anonymousValue, aliasValue) = (source.value("anonymous"), source.value("alias"))
    if source.has("anonymous") {
      anonymous = anonymousValue.map { paths($0) } ?? []
      anonymousIsUser = true
    } else if source.has("user") {
      // Who says where users are, and no more, means no others.
      anonymousIsUser = false
    }
    if let anonymousValue, anonymous.count > Self.anonymousMax {
      anonymousValue.error(
        "`anonymous` has at most \(Self.anonymousMax) values, not \(anonymous.count)")
    }
    if source.has("alias") {
      alias = aliasValue?.mapping("`alias`") { AliasField(reading: &$0, paths: paths) }
    }
  }

  static let anonymousMax = 8
}

extension AliasField {
  /// - Parameter paths: reads paths as the source's format has them.
  static func declared(paths: @escaping (SpecValue) -> [FieldPath]) -> Options<AliasField> {
    func shown(_ paths: [FieldPath]) -> JSONValue { .list(paths.map { .text($0.description) }) }
    return [
      .written("event", .oneOrMore(.text, max: namesMax), "Names of the events.", isRequired: true)
      {
        alias, mapping in
        alias.names = mapping.required("event")?.items(max: namesMax).compactMap { $0.text() } ?? []
      } show: {
        .list($0.names.map { .text($0) })
      },
      .written(
        "from", .oneOrMore(.text, max: namesMax), "Where the former id is.", isRequired: true
      ) {
        alias, mapping in
        alias.from = mapping.required("from").map(paths) ?? []
      } show: {
        shown($0.from)
      },
      .written(
        "to", .oneOrMore(.text, max: namesMax), "Where the later id is, if not in its usual place."
      ) { alias, mapping in
        alias.to = mapping.value("to").map(paths) ?? []
      } show: {
        $0.to.isEmpty ? .null : shown($0.to)
      },
    ]
  }

  init(reading alias: inout SpecMapping, paths: @escaping (SpecValue) -> [FieldPath]) {
    self.init()
    Self.declared(paths: paths).read(into: &self, from: &alias)
  }

  private static let namesMax = 16

  static var outlines: [OptionOutline] {
    declared { _ in [] }.outlines(blank: AliasField())
  }

  package var description: JSONValue { .object(Self.declared { _ in [] }.shown(self)) }
}
