import Foundation
import Testing

@testable import Pipeline

/// What a run publishes that does not tell of the machine or the night.
struct PublishedSources: Equatable {
  var tables: [String: Data] = [:]
  var told: NSDictionary
  var warnings: Set<String>

  private static let kept: Set<String> = [
    "reconciliation", "sources", "maps", "shared_accounts", "identity", "entities", "inputs",
    "earliest_event", "latest_event", "observed_until", "events_after_the_end", "damages",
  ]

  init(_ folder: String) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      tables[name] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
    }
    tables["rejects.jsonl"] = nil
    let json = try JSONSerialization.jsonObject(with: tables.removeValue(forKey: "run.json")!)
    var manifest = json as? [String: Any] ?? [:]
    manifest["inputs"] = (manifest["inputs"] as? [[String: Any]] ?? []).map { input in
      input.filter { $0.key != "from_store" }
    }
    told = manifest.filter { Self.kept.contains($0.key) } as NSDictionary
    warnings = Set(manifest["warnings"] as? [String] ?? [])
  }

  static func run(
    _ world: StoreWorld, _ inputs: [String], store: String?, _ options: RunOptions? = nil
  ) throws -> PublishedSources {
    _ = try world.run(inputs, store: store, options: options)
    return try PublishedSources(world.path("out"))
  }

  static func expectSame(
    _ found: PublishedSources, _ wanted: PublishedSources, _ what: String
  ) {
    #expect(found.tables.keys.sorted() == wanted.tables.keys.sorted())
    for (name, data) in wanted.tables where found.tables[name] != data {
      Issue.record(
        """
        \(what), \(name): \(String(decoding: found.tables[name] ?? Data(), as: UTF8.self)) instead of \
        \(String(decoding: data, as: UTF8.self))
        """)
    }
    #expect(found.told == wanted.told, "\(what)")
    #expect(found.warnings == wanted.warnings, "\(what)")
  }
}
