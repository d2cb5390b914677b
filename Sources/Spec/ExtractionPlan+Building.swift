import EventLog
import Timelines

extension ExtractionPlan {
  /// The union of what the reports of a spec look at, in the order in which they ask.
  ///
  /// A row must have a user when all reports count users, and an account when all count accounts.
  /// When reports count both, a row may have either. What is read is the union: a property that one
  /// report needs must be readable in every row, and ids are compared among the events that any
  /// report looks at.
  package init(_ spec: AnalysisSpec) {
    let source = spec.source
    var schemas: [TimelineSchema] = []
    for entity in TimelineSchema.Entity.allCases {
      let parts = spec.reports.flatMap { report in
        report.needsByEntity.filter { $0.entity == entity }.map { ($0.needs, report.options.list) }
      }
      guard !parts.isEmpty else { continue }
      var schema = TimelineSchema(entity: entity, keepsIDs: !source.id.isEmpty)
      for (needs, lists) in parts {
        schema.matchers.appendNew(needs.matchers)
        schema.texts.appendNew(needs.texts)
        schema.numbers.appendNew(needs.numbers)
        for property in needs.texts + needs.numbers {
          schema.readOn[property, default: []].appendNew(needs.events(reading: property))
        }
        schema.deliveries.appendNew(needs.deliveries)
        if entity == .account, needs.users { schema.keepsUsers = true }
        if lists { schema.sortsEntities = true }
      }
      let matchers = Set(schema.matchers)
      schema.readOn = schema.readOn.filter { !matchers.isSubset(of: $0.value) }
      schema.hasPersons = spec.identity != nil
      schemas.append(schema)
    }
    var extraction = Self.extraction(source, schemas)
    if let identity = spec.identity {
      extraction.identity.isKept = true
      if extraction.identity.anonymous.isEmpty, !extraction.user.isEmpty {
        extraction.identity.anonymous = source.anonymous
      }
      if !extraction.identity.anonymous.isEmpty || !extraction.user.isEmpty {
        extraction.identity.userAlias = source.alias
      }
      if !extraction.account.isEmpty { extraction.identity.accountAlias = identity.accounts.merge }
    }
    self.init(extraction: extraction, schemas: schemas)
  }

  /// What a store keeps: all that the source declares, whatever reports ask.
  package init(storing source: SourceSpec) {
    func names(_ properties: [SourceSpec.Property]) -> [String] {
      properties.map(\.name).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }
    let texts = names(source.properties)
    let numbers = names(source.properties.filter { $0.type == .number })
    let entities = TimelineSchema.Entity.allCases.filter { entity in
      !(entity == .user ? source.user : source.account).isEmpty
    }
    let schemas = entities.map { entity in
      TimelineSchema(
        entity: entity, matchers: [.any], texts: texts, numbers: numbers, keepsRows: true)
    }
    self.init(extraction: Self.extraction(source, schemas), schemas: schemas)
  }

  private static func extraction(_ source: SourceSpec, _ schemas: [TimelineSchema]) -> Extraction {
    var texts: [String] = []
    var numbers: [String] = []
    for schema in schemas {
      texts.appendNew(schema.texts)
      numbers.appendNew(schema.numbers)
      texts.appendNew(schema.deliveries.map(\.property))
      let events = schema.matchers + schema.deliveries.map(\.event)
      for condition in events.flatMap(\.conditions) {
        if source.property(condition.property).type == .number {
          numbers.appendNew([condition.property])
        } else {
          texts.appendNew([condition.property])
        }
      }
    }
    let countsUsers = schemas.contains { $0.entity == .user }
    let countsAccounts = schemas.contains { $0.entity == .account }
    let needsUsers = countsUsers || schemas.contains { $0.keepsUsers }
    func fields(_ names: [String]) -> [PropertyField] {
      names.map { PropertyField(name: $0, paths: source.property($0).paths) }
    }
    func numberFields(_ names: [String]) -> [PropertyField] {
      names.map { name in
        let property = source.property(name)
        return PropertyField(
          name: name, paths: property.paths, form: source.numberForm, shift: property.shift)
      }
    }
    var extraction = Extraction(
      format: source.format, encoding: source.encoding, user: needsUsers ? source.user : [],
      account: countsAccounts ? source.account : [], event: source.event, time: source.time,
      id: source.id, texts: fields(texts), numbers: numberFields(numbers), nulls: source.nulls,
      requiresUser: countsUsers && !countsAccounts,
      requiresAccount: countsAccounts && !countsUsers)
    if needsUsers, source.anonymousIsUser { extraction.identity.anonymous = source.anonymous }
    extraction.rows = source.rows
    return extraction
  }
}

extension SourceSpec {
  /// A declared property; that a report asks only for those is checked when the spec is read.
  package func property(_ name: String) -> Property {
    guard let property = properties.first(where: { $0.name == name }) else {
      preconditionFailure("a report needs the property \(name), which the source does not have")
    }
    return property
  }
}

extension Array where Element: Equatable {
  fileprivate mutating func appendNew(_ more: [Element]) {
    for element in more where !contains(element) { append(element) }
  }
}
