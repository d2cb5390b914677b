import EventLog
import Reports
import Spec
import System
import Timelines
import Values

/// What a store keeps: all that its sources declare, and where rows may say who is who, that too.
struct StoredSource: Sendable, Equatable {
  /// By the store's number; at least one. Those of a store never go, and new ones come behind.
  var specs: [SourceSpec]
  /// Nil for a store that was made without.
  var links: Links?
  /// By which the store places entities; 0 for none.
  var salt: UInt64 = 0

  struct Links: Sendable, Equatable {
    /// By which accounts become one.
    var merge: AliasField?
  }

  init(_ specs: [SourceSpec], links: Links? = nil) {
    self.specs = specs
    self.links = links
  }

  /// Whether rows of one entity may lie under several keys.
  var hasAnonymousKeys: Bool { links != nil && specs.contains { !$0.anonymous.isEmpty } }

  var hasNamedSources: Bool { !specs[0].name.isEmpty }

  /// Of all sources, each once.
  var properties: [SourceSpec.Property] {
    var names: Set<String> = []
    return specs.flatMap(\.properties).filter { names.insert($0.name).inserted }
  }

  /// What rows are read by, and the schemas of what is kept of them.
  var plan: ExtractionPlan {
    var plan = ExtractionPlan(storing: specs, keepsLinks: links != nil)
    guard let links else { return plan }
    if !specs[0].account.isEmpty { plan.extraction.identity.accountAlias = links.merge }
    for (number, source) in specs.dropFirst().enumerated() where !source.account.isEmpty {
      plan.others[number].identity.accountAlias = links.merge
    }
    for schema in plan.schemas.indices {
      plan.schemas[schema].texts = StoredLinks.names + plan.schemas[schema].texts
    }
    return plan
  }

  /// The same, with what times mean in a calendar's zone.
  func plan(timeZone: String) throws -> ExtractionPlan {
    let zone = try ZoneRules.load(timeZone)
    var plan = plan
    try plan.extraction.loadZones(calendar: zone)
    for number in plan.others.indices { try plan.others[number].loadZones(calendar: zone) }
    return plan
  }

  /// Columns of the batches that are kept.
  func texts(_ plan: ExtractionPlan) -> [String] {
    plan.extraction.texts.map(\.name) + (links == nil ? [] : StoredLinks.names)
  }

  func columns(_ plan: ExtractionPlan) -> SegmentColumns {
    SegmentColumns(
      texts: texts(plan), numbers: plan.extraction.numbers.map(\.name),
      hasIDs: specs.contains { !$0.id.isEmpty }, hasAccounts: plan.schemas.count == 2)
  }

  /// Properties whose values are checked, in the order in which the reading of an input has them.
  var checkedNames: [String] {
    ExtractionPlan(storing: specs).extraction.checkedProperties.map(\.name)
  }
}

extension StoredSource.Links {
  var json: JSONValue {
    .object([
      (
        "accounts_merge",
        merge?.description ?? .null
      )
    ])
  }
}

extension StoredSource {
  /// What a new store keeps for a spec. Links are kept wherever rows have them, whatever reports ask: a
  /// spec may want them later.
  init(of spec: AnalysisSpec) throws(RunFailure) {
    let merge = spec.identity?.accounts.merge
    self.init(spec.sources, links: Self.links(spec.sources, merge))
    try check(path: nil)
  }

  private static func links(_ sources: [SourceSpec], _ merge: AliasField?) -> Links? {
    let hasLinks = sources.contains { !$0.anonymous.isEmpty || $0.alias != nil } || merge != nil
    return hasLinks ? Links(merge: merge) : nil
  }

  /// As a manifest has it.
  init(_ manifest: StoreManifest, path: String) throws(RunFailure) {
    let merge = manifest.links?["accounts_merge"].flatMap { $0 == .null ? nil : $0 }
    let parsed = try Self.parsed(
      manifest, path: path,
      identity: merge.map { .object([("accounts", .object([("merge", $0)]))]) })
    self.init(
      parsed.sources,
      links: manifest.links == nil ? nil : Links(merge: parsed.identity?.accounts.merge))
    salt = manifest.salt
    try check(path: path)
  }

  /// A spec of these sources, with a section `identity` if need be.
  static func parsed(
    _ manifest: StoreManifest, path: String, identity: JSONValue?
  ) throws(RunFailure) -> AnalysisSpec {
    let sections = manifest.source.elements ?? [manifest.source]
    let hasUser = sections.contains { section in
      [section["user"], section["anonymous"]].contains { $0.map { $0 != .null } ?? false }
    }
    let report: JSONValue = .object([
      ("type", .text("activity")), ("interval", .text("day")),
      ("entity", .text(hasUser ? "user" : "account")),
    ])
    let key = manifest.source.elements == nil ? "source" : "sources"
    let text = JSONWriter.compact(
      .object(
        [(key, manifest.source), ("reports", .object([("any", report)]))]
          + (identity.map { [("identity", $0)] } ?? [])))
    do {
      return try AnalysisSpec.parse(yaml: String(decoding: text, as: UTF8.self))
    } catch {
      throw RunFailure(
        .badSpec,
        ["\(path): this program cannot read the store's source"] + error.errors.map { "\($0)" })
    }
  }

  private func check(path: String?) throws(RunFailure) {
    // Where a store's own columns are.
    if let name = properties.map(\.name).first(where: { $0.hasPrefix("\0") }) {
      throw RunFailure(.badSpec, "a store cannot keep a property '\(name)', which begins with NUL")
    }
  }

  /// Takes in a source that the store did not have: its inputs are new ones.
  mutating func add(_ source: SourceSpec) {
    specs.append(source)
    if links == nil { links = Self.links([source], nil) }
  }

  /// A spec may ask who is who only where rows have kept it.
  func check(_ identity: IdentitySpec?, path: String) throws(RunFailure) {
    guard let identity else { return }
    let advice =
      "read all logs into a new store: twinfunnel run SPEC INPUT... --store NEW --out DIR"
    guard let links else {
      throw RunFailure(
        .badSpec,
        [
          "the store \(path) was made before rows kept which ids are one person's: take `identity` out "
            + "of the spec, or", advice,
        ])
    }
    guard let merge = identity.accounts.merge, merge != links.merge else { return }
    func text(_ merge: AliasField?) -> String {
      merge.map { String(decoding: JSONWriter.compact($0.description), as: UTF8.self) } ?? "nothing"
    }
    throw RunFailure(
      .badSpec,
      [
        "identity.accounts.merge: the store \(path) has \(text(links.merge)), the spec \(text(merge))",
        advice,
      ])
  }
}
