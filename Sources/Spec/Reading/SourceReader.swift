package import EventLog
package import Timelines
package import Values

/// What could be read of `source`; whether it is enough is known once the reports are.
package struct SourceReader {
  package var format: LogFormat = .jsonl
  package var encoding: String?
  package var user: [FieldPath] = []
  package var account: [FieldPath] = []
  package var carry = CarryRule.none
  /// Where `carry` is given.
  package var carryMark: SpecMark?
  package var anonymous: [FieldPath] = []
  /// Without `identity`, whether a row without a user has the first of these.
  package var anonymousIsUser = true
  package var alias: AliasField?
  /// Whose rows without a user are, as the preset's vendor has it.
  package var presetRows: IdentityRules.AnonymousRows?
  package var event: EventField?
  package var time: TimeField?
  package var id: [FieldPath] = []
  package var properties: [SourceSpec.Property] = []
  /// Of all number properties, if they are not written plainly.
  package var numberForm: NumberForm?
  package var nulls = NullRule()
  /// By the name of a zone of times: where it is named first.
  package var zoneMarks: [String: SpecMark] = [:]
  package var rows = RowRules()
  package var passive = PassiveNames([])
  package var isSnapshot = false
  /// A preset was named that does not exist: what it would have filled in is not missing.
  package var presetUnknown = false

  private enum Future: String, CaseIterable {
    case reject, outside
  }

  /// Of nothing yet.
  init() {}

  package init(reading source: inout SpecMapping) {
    if let value = source.value("preset"), let name = value.text() {
      if let preset = SourcePreset.named(name) {
        preset.read({ readFields(&$0) }, context: source.context)
        presetRows = preset.anonymousRows
      } else {
        presetUnknown = true
        let valid = SourcePreset.all.map(\.name)
        value.error("`\(name)` is not a valid `preset`\(NearestName.hint(for: name, among: valid))")
      }
    } else {
      presetUnknown = source.value("preset") != nil
    }
    readFields(&source)
  }

  /// Reads what is given; what is not given stays as it was.
  private mutating func readFields(_ source: inout SpecMapping) {
    format = SourceFormat.read(&source, known: format)
    if case .lines(let lines) = format, let standard = lines.time { time = time ?? standard }
    if let value = source.value("encoding") { encoding = sourceEncoding(value) }
    // An explicit null takes back what the preset fills in.
    let (userValue, accountValue) = (source.value("user"), source.value("account"))
    let idValue = source.value("id")
    if source.has("user") { user = userValue.map { paths($0) } ?? [] }
    readIdentity(&source)
    if source.has("account") { readAccount(accountValue) }
    if source.has("id") { id = idValue.map { paths($0) } ?? [] }
    if let value = source.value("event") { event = eventField(value) }
    if let value = source.value("time") {
      time = timeField(value)
    }
    if source.choice("future", of: Future.self) == .outside { time?.futureIsOutside = true }
    if let value = source.value("number") { readNumberForm(value) }
    if let value = source.value("null") { readNulls(value) }
    if let value = source.value("properties") { readProperties(value) }
    readRows(&source)
    isSnapshot = source.boolean("snapshot", default: isSnapshot)
    let passiveValue = source.value("passive")
    if source.has("passive") { passive = passiveValue.map { Self.passive($0) } ?? PassiveNames([]) }
  }

  /// Paths, and in a mapping with them `carry`.
  private mutating func readAccount(_ value: SpecValue?) {
    (carry, carryMark) = (.none, nil)
    var rule: CarryRule?
    account =
      value.map { value in
        paths(value) { field in rule = field.choice("carry") }
      } ?? []
    guard let rule else { return }
    carry = rule
    carryMark = value?.mark(of: "carry") ?? value?.mark
  }

  func requiredPaths(_ key: String, _ mapping: inout SpecMapping) -> [FieldPath] {
    guard let value = mapping.required(key) else { return [] }
    if value.items().isEmpty { value.error("`\(key)` needs at least one path") }
    return paths(value)
  }

  private func eventField(_ value: SpecValue) -> EventField? {
    guard case .mapping = value.node.content else { return .paths(paths(value)) }
    return value.mapping("the event field") { field in
      let name = field.required("value")?.text()
      return EventField.constant(name ?? "")
    }
  }
}

extension SourceReader {
  /// Which ids some source has.
  struct Entities {
    var users: Bool
    var accounts: Bool
  }

  private static func deliversToAccounts(_ report: any ReportDefinition) -> Bool {
    report.needsByEntity.contains { $0.entity == .account && !$0.needs.deliveries.isEmpty }
  }

  var hasUsers: Bool { !user.isEmpty || !anonymous.isEmpty && anonymousIsUser }

  /// The section, complete for these reports; what no source has is an error at `mark`.
  func source(
    for reports: [any ReportDefinition], has: Entities, at mark: SpecMark, context: SpecContext
  ) -> SourceSpec {
    func missing(_ field: String, _ reason: String) {
      if !presetUnknown { context.error(mark, "`source` needs `\(field)`\(reason)") }
    }
    if !has.users {
      let reports = reports.filter { report in
        report.needsByEntity.contains { $0.entity == .user || $0.needs.users }
      }
      if let first = reports.first {
        missing("user", ": the report `\(first.options.name)` counts users")
      }
    }
    if !has.accounts {
      let reports = reports.filter { $0.needsByEntity.contains { $0.entity == .account } }
      if let first = reports.first {
        missing("account", ": the report `\(first.options.name)` counts accounts")
      }
    }
    if rows.each.isEmpty, event == nil {
      missing("event", ": the path of the event's name, or {value: NAME}")
    }
    if case .paths(let paths)? = event, paths.isEmpty { missing("event", ": it has no path") }
    if rows.each.isEmpty, time?.paths.isEmpty ?? true {
      missing("time", ": the path of the event's time")
    }
    var spec = SourceSpec(
      format: format, encoding: encoding, user: user, account: account,
      event: event ?? .constant(""),
      time: time ?? TimeField(paths: [], format: .iso8601), id: id, properties: properties,
      numberForm: numberForm, nulls: nulls)
    spec.carry = carry
    spec.isSnapshot = isSnapshot
    if carry != .none, let carryMark {
      if !hasUsers {
        context.error(carryMark, "`carry` needs `user`: whose the row is says which account it has")
      }
      if reports.contains(where: Self.deliversToAccounts) {
        context.error(
          carryMark, "`carry` and a referral report of accounts do not go together so far")
      }
    }
    spec.anonymous = anonymous
    spec.anonymousIsUser = anonymousIsUser || anonymous.isEmpty
    spec.alias = alias
    spec.rows = rows
    spec.passive = passive
    let paths = spec.pathCount
    if paths > SpecLimits.pathsMax {
      context.error(
        mark,
        "`source` has at most \(SpecLimits.pathsMax) paths, each entry of `each` with all of them, not "
          + "\(paths)")
    }
    return spec
  }
}
