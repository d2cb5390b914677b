import EventLog
import Reports
import Spec
import Timelines
import Values

/// What a store keeps: all that the source declares, and where rows may say who is who, that too.
struct StoredSource: Sendable, Equatable {
  var spec: SourceSpec
  /// Nil for a store that was made without.
  var links: Links?

  struct Links: Sendable, Equatable {
    /// By which accounts become one.
    var merge: AliasField?
  }

  init(_ spec: SourceSpec, links: Links? = nil) {
    self.spec = spec
    self.links = links
  }

  /// Whether rows of one entity may lie under several keys.
  var hasAnonymousKeys: Bool { links != nil && !spec.anonymous.isEmpty }

  /// What rows are read by, and the schemas of what is kept of them.
  var plan: ExtractionPlan {
    var plan = ExtractionPlan(storing: spec, keepsLinks: links != nil)
    guard let links else { return plan }
    if !spec.account.isEmpty { plan.extraction.identity.accountAlias = links.merge }
    for schema in plan.schemas.indices {
      plan.schemas[schema].texts = StoredLinks.names + plan.schemas[schema].texts
    }
    return plan
  }

  /// Columns of the batches that are kept.
  func texts(_ plan: ExtractionPlan) -> [String] {
    plan.extraction.texts.map(\.name) + (links == nil ? [] : StoredLinks.names)
  }

  func columns(_ plan: ExtractionPlan) -> SegmentColumns {
    SegmentColumns(
      texts: texts(plan), numbers: plan.extraction.numbers.map(\.name), hasIDs: !spec.id.isEmpty,
      hasAccounts: plan.schemas.count == 2)
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
    let hasLinks = !spec.source.anonymous.isEmpty || spec.source.alias != nil || merge != nil
    self.init(spec.source, links: hasLinks ? Links(merge: merge) : nil)
    try check(path: nil)
  }

  /// As a manifest has it.
  init(_ manifest: StoreManifest, path: String) throws(RunFailure) {
    let merge = manifest.links?["accounts_merge"].flatMap { $0 == .null ? nil : $0 }
    let parsed = try Self.parsed(
      manifest, path: path,
      identity: merge.map { .object([("accounts", .object([("merge", $0)]))]) })
    self.init(
      parsed.source,
      links: manifest.links == nil ? nil : Links(merge: parsed.identity?.accounts.merge))
    try check(path: path)
  }

  /// A spec of this source, with a section `identity` if need be.
  static func parsed(
    _ manifest: StoreManifest, path: String, identity: JSONValue?
  ) throws(RunFailure) -> AnalysisSpec {
    let hasUser = [manifest.source["user"], manifest.source["anonymous"]].contains {
      $0.map { $0 != .null } ?? false
    }
    let report: JSONValue = .object([
      ("type", .text("activity")), ("interval", .text("day")),
      ("entity", .text(hasUser ? "user" : "account")),
    ])
    let text = JSONWriter.compact(
      .object(
        [("source", manifest.source), ("reports", .object([("any", report)]))]
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
    if let name = spec.properties.map(\.name).first(where: { $0.hasPrefix("\0") }) {
      throw RunFailure(.badSpec, "a store cannot keep a property '\(name)', which begins with NUL")
    }
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
