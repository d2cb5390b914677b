import Foundation
import TestSupport
import Testing
import Timelines
import Values

@testable import Pipeline

/// Stores as earlier programs wrote them, one folder for each version of the format: read today, and
/// written today byte by byte. A change of the format adds a folder, and says here what becomes of the
/// others.
///
/// They were made of `log.jsonl` by standard input, which has no path and no times:
///
///     twinfunnel run spec.yaml - --store . --out out --now 2026-03-31 < log.jsonl
@Suite struct GoldenStoreTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("fixtures/stores")

  private static func file(_ version: String, _ name: String) throws -> Data {
    try Data(contentsOf: root.appendingPathComponent(version).appendingPathComponent(name))
  }

  private static func copied(_ version: String) throws -> StoreWorld {
    var world = try StoreWorld()
    world.spec = String(decoding: try file(version, "spec.yaml"), as: UTF8.self)
    try FileManager.default.createDirectory(
      atPath: world.store, withIntermediateDirectories: true)
    for name in ["store.json", "segment-000001.twf"] {
      try file(version, name).write(to: URL(fileURLWithPath: world.store + "/" + name))
    }
    try file(version, "log.jsonl").write(to: URL(fileURLWithPath: world.path("log.jsonl")))
    return world
  }

  @Test(arguments: ["2", "3"])
  func isReadAndWritten(version: String) throws {
    let world = try Self.copied(version)
    let expected = try world.run([world.path("log.jsonl")], store: nil)
    #expect(try world.run([], store: world.store) == expected)
    let verified = try world.keeper.verify(against: [world.path("log.jsonl")], timeZone: "UTC")
    #expect(verified.isWhole)
    // Its input is known, under any name.
    #expect(try world.run([world.path("log.jsonl")], store: world.store) == expected)
    // The same rows make the same bytes.
    let new = world.path("new")
    var options = world.options
    options.storeSalt = try StoreManifest(Array(Self.file(version, "store.json"))).salt
    #expect(options.storeSalt != 0 || version == "2")
    _ = try world.run([world.path("log.jsonl")], store: new, options: options)
    let segment = try Self.file(version, "segment-000001.twf")
    #expect(try Data(contentsOf: URL(fileURLWithPath: new + "/segment-000001.twf")) == segment)
    let manifest = try Self.file(version, "store.json")
    #expect(try StoreManifest(Array(manifest)).bytes == Array(manifest))
  }

  /// A store from before the last reason to reject a row was added has a count less.
  @Test func fewerReasons() throws {
    let world = try Self.copied("2")
    let expected = try world.run([world.path("log.jsonl")], store: nil)
    let text = String(decoding: try Self.file("2", "store.json"), as: UTF8.self)
    let line = try #require(text.split(separator: "\n").first)
      .replacingOccurrences(of: ", 0], \"duplicate_keys\"", with: "], \"duplicate_keys\"")
    try Data(SealedLine.bytes(of: JSONReader.read(Array(line.utf8)))).write(
      to: URL(fileURLWithPath: world.store + "/store.json"))
    #expect(try world.run([], store: world.store) == expected)
  }

  /// A segment that was written for another store, or for none.
  @Test func otherSalts() throws {
    for (version, other) in [("2", "3"), ("3", "2")] {
      let world = try Self.copied(version)
      let path = world.store + "/segment-000001.twf"
      try Self.file(other, "segment-000001.twf").write(to: URL(fileURLWithPath: path))
      let failure = #expect(throws: RunFailure.self) { try world.run([], store: world.store) }
      #expect(failure?.kind == .badData)
    }
    // New stores have numbers of their own.
    let salts = try (0..<3).map { _ in
      let world = try StoreWorld()
      _ = try world.run([world.write(LogStory.lines(9, seed: 1), to: "a")], store: world.store)
      return try StoreManifest(Array(world.files()["store.json"] ?? Data())).salt
    }
    #expect(Set(salts).count == 3 && !salts.contains(0))
  }

  /// Another version of either file is refused, and named.
  @Test func otherVersions() throws {
    let world = try Self.copied("2")
    let path = world.store + "/segment-000001.twf"
    let segment = try Self.file("2", "segment-000001.twf")
    for version in [1, 4] as [UInt8] {
      var bytes = segment
      bytes[7] = version
      bytes[bytes.count - 1] = version
      try bytes.write(to: URL(fileURLWithPath: path))
      let damage = #expect(throws: SegmentDamage.self) { try SegmentReader(path: path) }
      #expect(damage?.what == "it is no segment of version 2 or 3")
      let failure = #expect(throws: RunFailure.self) { try world.run([], store: world.store) }
      #expect(failure?.kind == .badData)
    }
    let manifest = try #require(SealedLine.read(Array(Self.file("2", "store.json"))))
    let later = manifest.json.members?.map { key, value in
      (key, key == "version" ? .integer(2) : value)
    }
    try Data(SealedLine.bytes(of: .object(later ?? []))).write(
      to: URL(fileURLWithPath: world.store + "/store.json"))
    let failure = #expect(throws: RunFailure.self) { try world.run([], store: world.store) }
    #expect(failure?.messages.first?.contains("version 2") == true)
  }
}
