import EventLog
import Timelines
import Values

extension ExtractionPlan {
  /// The union of what the reports of a spec look at, in the order in which they ask.
  ///
  /// What a row is does not depend on them: it must have a user or an account, of those that the
  /// source names. What is read is the union.
  package init(_ spec: AnalysisSpec) {
    let sources = spec.sources
    let keepsIDs = sources.contains { !$0.id.isEmpty }
    var schemas: [TimelineSchema] = []
    for entity in TimelineSchema.Entity.allCases {
      let parts = spec.reports.flatMap { report in
        report.needsByEntity.filter { $0.entity == entity }.map { ($0.needs, report.options.list) }
      }
      guard !parts.isEmpty else { continue }
      var schema = TimelineSchema(entity: entity, keepsIDs: keepsIDs)
      schema.sources = sources.map { SchemaSource(name: LogText($0.name), passive: $0.passive) }
      var matchers = Distinct<EventMatcher>()
      var (texts, numbers) = (Distinct<String>(), Distinct<String>())
      var readOn: [String: Distinct<EventMatcher>] = [:]
      var deliveries = Distinct<Delivery>()
      for (needs, lists) in parts {
        matchers.append(needs.matchers)
        texts.append(needs.texts)
        numbers.append(needs.numbers)
        for property in needs.texts + needs.numbers {
          readOn[property, default: Distinct()].append(needs.events(reading: property))
        }
        deliveries.append(needs.deliveries)
        if entity == .account, needs.users { schema.keepsUsers = true }
        if lists { schema.sortsEntities = true }
      }
      schema.matchers = matchers.elements
      schema.texts = texts.elements
      schema.numbers = numbers.elements
      schema.deliveries = deliveries.elements
      schema.readOn = readOn.filter { !$0.value.contains(all: matchers) }.mapValues(\.elements)
      schema.carries = entity == .account && sources.contains { $0.carry != .none }
      schema.hasPersons = spec.identity != nil || schema.carries
      schema.hasSpaces = sources.contains { $0.spaces[entity] != nil }
      schemas.append(schema)
    }
    let extractions = sources.map { source in
      var extraction = Self.extraction(source, schemas, of: sources)
      if let identity = spec.identity {
        extraction.identity.isKept = true
        extraction.identity.anonymous = source.anonymous
        if extraction.keepsUsers { extraction.identity.userAlias = source.alias }
        if extraction.keepsAccounts { extraction.identity.accountAlias = identity.accounts.merge }
        extraction.identity.isAccountAliasOptional = sources.count > 1
      } else if extraction.keepsAccounts, source.carry == .none, !source.user.isEmpty {
        // Nobody counts them: they tell whether accounts are missing that `carry` would give.
        extraction.keepsUsers = true
      }
      return extraction
    }
    self.init(extraction: extractions[0], schemas: schemas)
    others = Array(extractions.dropFirst())
    spaces = sources.map(\.spaces)
    if schemas.contains(where: \.carries) { carry = sources.map(\.carry) }
  }

  /// What a store keeps: all that its sources declare, whatever reports ask.
  ///
  /// - Parameters:
  ///   - sources: at least one.
  ///   - keepsLinks: also who is who, as a run with `identity` sees it.
  package init(storing sources: [SourceSpec], keepsLinks: Bool = false) {
    func names(_ properties: [SourceSpec.Property]) -> [String] {
      Set(properties.map(\.name))
        .sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }
    let properties = sources.flatMap(\.properties)
    let texts = names(properties)
    let numbers = names(properties.filter { $0.type == .number })
    let entities = TimelineSchema.Entity.allCases.filter { entity in
      sources.contains { source in
        !(entity == .user ? source.user : source.account).isEmpty
          || entity == .user && keepsLinks && !source.anonymous.isEmpty
      }
    }
    let schemas = entities.map { entity in
      var schema = TimelineSchema(
        entity: entity, matchers: [.any], texts: texts, numbers: numbers, keepsRows: true)
      schema.sources = sources.map { SchemaSource(name: LogText($0.name)) }
      return schema
    }
    let extractions = sources.map { source in
      var extraction = Self.extraction(source, schemas, of: sources)
      if keepsLinks {
        extraction.identity.isKept = true
        extraction.identity.anonymous = source.anonymous
        extraction.identity.userAlias = source.alias
      }
      extraction.identity.isAccountAliasOptional = sources.count > 1
      return extraction
    }
    self.init(extraction: extractions[0], schemas: schemas)
    others = Array(extractions.dropFirst())
  }

  /// - Parameter sources: all of the run: a property is declared by at least one of them.
  private static func extraction(
    _ source: SourceSpec, _ schemas: [TimelineSchema], of sources: [SourceSpec]
  ) -> Extraction {
    var (texts, numbers) = (Distinct<String>(), Distinct<String>())
    let types = Dictionary(
      sources.flatMap(\.properties).map { ($0.name, $0.type) }
    ) { one, _ in one }
    for schema in schemas {
      texts.append(schema.texts)
      numbers.append(schema.numbers)
      texts.append(schema.deliveries.map(\.property))
      for matcher in schema.matchers + schema.deliveries.map(\.event) {
        for condition in matcher.conditions {
          if types[condition.property] == .number {
            numbers.append([condition.property])
          } else {
            texts.append([condition.property])
          }
        }
      }
    }
    let countsUsers = schemas.contains { $0.entity == .user }
    let countsAccounts = schemas.contains { $0.entity == .account }
    let needsUsers = countsUsers || schemas.contains { $0.keepsUsers || $0.carries }
    func declared(_ name: String) -> SourceSpec.Property {
      // That a report asks only for what some source has is checked when the spec is read.
      guard sources.contains(where: { $0.declares(name) }) else {
        preconditionFailure("a report needs the property \(name), which no source has")
      }
      let own = source.properties.first { $0.name == name }
      // Of one type in all sources, so that what is found of their values is told alike.
      return own ?? SourceSpec.Property(name: name, paths: [], type: types[name] ?? .text)
    }
    func fields(_ names: [String]) -> [PropertyField] {
      names.map { name in
        let property = declared(name)
        // A number's text keeps its bytes.
        let type = property.type == .number ? .text : property.type
        return PropertyField(
          name: name, paths: property.paths, type: type, formats: property.formats,
          zone: property.zone, constant: property.constant)
      }
    }
    func numberFields(_ names: [String]) -> [PropertyField] {
      names.map { name in
        let property = declared(name)
        return PropertyField(
          name: name, paths: property.paths, form: source.numberForm, shift: property.shift)
      }
    }
    var extraction = Extraction(
      format: source.format, encoding: source.encoding, user: source.user,
      account: source.account, event: source.event, time: source.time,
      id: source.id, texts: fields(texts.elements), numbers: numberFields(numbers.elements),
      nulls: source.nulls,
      keepsUsers: needsUsers, keepsAccounts: countsAccounts)
    if source.anonymousIsUser { extraction.identity.anonymous = source.anonymous }
    extraction.rows = source.rows
    return extraction
  }
}

extension SourceSpec {
  fileprivate func declares(_ name: String) -> Bool { properties.contains { $0.name == name } }
}

/// Elements in the order in which they came, each once.
private struct Distinct<Element: Hashable> {
  private(set) var elements: [Element] = []
  private var known: Set<Element> = []

  mutating func append(_ more: [Element]) {
    for element in more where known.insert(element).inserted { elements.append(element) }
  }

  func contains(all others: Distinct) -> Bool {
    known.count >= others.known.count && others.known.isSubset(of: known)
  }
}
