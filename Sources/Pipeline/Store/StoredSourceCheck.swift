import EventLog
import Spec
import Values

/// What a spec may say otherwise than the store whose rows it counts: less, never something else. Which
/// rows are passive, whose rows take an account, of which space ids are and which inputs are whose is
/// decided anew by every run.
struct StoredSourceCheck {
  let spec: AnalysisSpec
  let kept: StoredSource
  let manifest: StoreManifest
  let path: String

  private func text(_ value: JSONValue?) -> String {
    value.map { String(decoding: JSONWriter.compact($0), as: UTF8.self) } ?? "nothing"
  }

  /// Sources that the store does not have.
  ///
  /// - Throws: `RunFailure` with exit 78 and all differences.
  func newSources() throws(RunFailure) -> [(spec: SourceSpec, written: JSONValue)] {
    guard spec.hasNamedSources == kept.hasNamedSources else {
      throw refusal([
        kept.hasNamedSources
          ? "the store has `sources`, the spec one `source`"
          : "the store has one `source`, the spec has `sources`"
      ])
    }
    var differences: [String] = []
    var new: [(spec: SourceSpec, written: JSONValue)] = []
    let written = spec.sourceWritten.elements ?? [spec.sourceWritten]
    for (source, written) in zip(spec.sources, written) {
      guard let known = kept.specs.firstIndex(where: { $0.name == source.name }) else {
        differences += typeConflicts(source)
        new.append((source, written))
        continue
      }
      let sections = manifest.source.elements ?? [manifest.source]
      differences += self.differences(
        source, written, kept.specs[known], sections.dropFirst(known).first ?? .null)
    }
    if !differences.isEmpty { throw refusal(differences) }
    return new
  }

  private func refusal(_ differences: [String]) -> RunFailure {
    RunFailure(
      .badSpec,
      ["the store \(path) was made with another source:"] + differences + [
        "keep the source, or read all logs into a new store: twinfunnel run SPEC INPUT... "
          + "--store NEW --out DIR"
      ])
  }

  /// Properties of one name are one property, also those of sources that the spec does not list.
  private func typeConflicts(_ source: SourceSpec) -> [String] {
    source.properties.compactMap { property in
      let known = kept.properties.first { $0.name == property.name }
      guard let known, known.type != property.type else { return nil }
      return "sources.\(source.name).properties.\(property.name): the store has a "
        + "\(known.type.rawValue) of that name, the spec a \(property.type.rawValue)"
    }
  }

  private func differences(
    _ source: SourceSpec, _ now: JSONValue, _ known: SourceSpec, _ was: JSONValue
  ) -> [String] {
    let name = source.name.isEmpty ? "source" : "sources.\(source.name)"
    var (asked, kept) = (source, known)
    (asked.properties, kept.properties) = ([], [])
    (kept.passive, kept.carry, kept.spaces) = (asked.passive, asked.carry, asked.spaces)
    (kept.files, kept.isOptional) = (asked.files, asked.isOptional)
    kept.isSnapshot = asked.isSnapshot
    // Whether an anonymous id is a user is, too.
    kept.anonymousIsUser = asked.anonymousIsUser
    var differences: [String] = []
    func note(_ key: String, _ was: JSONValue?, _ now: JSONValue?) {
      differences.append("\(name).\(key): the store has \(text(was)), the spec \(text(now))")
    }
    if asked != kept {
      let keys = (was.members ?? []).map(\.key) + (now.members ?? []).map(\.key)
      var told: Set<String> = ["properties", "passive", "ids", "files", "optional", "snapshot"]
      for key in keys where told.insert(key).inserted && was[key] != now[key] {
        note(key, was[key], now[key])
      }
      if differences.isEmpty { differences.append("\(name): it is read otherwise than before") }
    }
    for property in source.properties {
      let known = known.properties.first { $0.name == property.name }
      if known == property { continue }
      note(
        "properties.\(property.name)", was["properties"]?[property.name],
        now["properties"]?[property.name])
    }
    return differences
  }
}
