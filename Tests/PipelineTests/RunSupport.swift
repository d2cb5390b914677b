import EventLog
import Foundation
import Pipeline
import TestSupport

/// One published run over files of a temporary folder, and what it wrote.
struct RunOutcome {
  /// `run.json`.
  var manifest: [String: Any]
  /// Lines of `rejects.jsonl`.
  var rejects: [[String: Any]]
  /// Every other file.
  var tables: [String: Data]
  /// Warnings and notices, where somebody keeps them.
  var said: [String] = []

  /// - Parameter files: content by name; all of them are inputs.
  init(
    spec: String, files: [String: Data], threads: Int = 2, memory: Int? = nil,
    limits: ReadLimits = ReadLimits()
  ) throws {
    let folder = try TemporaryFolder(inMemory: true)
    for (name, content) in files {
      try content.write(to: folder.url.appendingPathComponent(name))
    }
    let specPath = folder.url.appendingPathComponent("spec.yaml").path
    try Data(spec.utf8).write(to: URL(fileURLWithPath: specPath))
    let out = folder.url.appendingPathComponent("out").path
    _ = try PublishedRun(
      specFile: try SpecFile.load(specPath),
      inputs: files.keys.map { folder.url.appendingPathComponent($0).path }, out: out,
      options: RunOptions(
        threads: threads, memoryBytesMax: memory, scratch: folder.url.path, limits: limits),
      control: RunControl()
    ).run()
    try self.init(published: out)
  }

  /// What a folder holds.
  init(published out: String) throws {
    tables = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: out) {
      tables[name] = try Data(contentsOf: URL(fileURLWithPath: out + "/" + name))
    }
    manifest =
      try JSONSerialization.jsonObject(with: tables.removeValue(forKey: "run.json") ?? Data())
      as? [String: Any] ?? [:]
    rejects = try (tables.removeValue(forKey: "rejects.jsonl") ?? Data())
      .split(separator: UInt8(ascii: "\n"))
      .compactMap { try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any] }
  }

  /// The manifest's entry of each input, by file name.
  var inputs: [String: [String: Any]] {
    var inputs: [String: [String: Any]] = [:]
    for input in manifest["inputs"] as? [[String: Any]] ?? [] {
      let path = input["name"] as? String ?? ""
      inputs[String(path.split(separator: "/").last ?? "")] = input
    }
    return inputs
  }

  var reconciliation: [String: Int] {
    (manifest["reconciliation"] as? [String: Any] ?? [:]).compactMapValues { $0 as? Int }
  }

  /// What does not add up, per file and in total.
  var mismatches: [String] {
    let parts = ["used", "outside", "duplicates", "rejected", "blank"]
    func sum(_ counts: [String: Any]) -> Int { parts.reduce(0) { $0 + (counts[$1] as? Int ?? -1) } }
    var found: [String] = []
    for (name, input) in inputs {
      let reasons = input["rejected_by_reason"] as? [String: Int] ?? [:]
      if input["lines"] as? Int != sum(input)
        || input["rejected"] as? Int != reasons.values.reduce(0, +)
      {
        found.append("\(name): \(input)")
      }
    }
    for key in parts + ["lines"] {
      let total = inputs.values.reduce(0) { $0 + ($1[key] as? Int ?? 0) }
      if reconciliation[key] != total { found.append("\(key): \(total), not in total") }
    }
    return found
  }
}

/// A gzip member of one stored block for every 65,535 bytes: what a test can write by hand.
func storedGzip(_ content: Data) -> Data {
  var member = Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
  let bytes = [UInt8](content)
  var start = 0
  repeat {
    let end = min(bytes.count, start + 65_535)
    let count = UInt16(end - start)
    member.append(end == bytes.count ? 1 : 0)
    for word in [count, ~count] {
      member.append(UInt8(word & 0xff))
      member.append(UInt8(word >> 8))
    }
    member.append(contentsOf: bytes[start..<end])
    start = end
  } while start < bytes.count
  var checksum = UInt32.max
  for byte in bytes {
    checksum ^= UInt32(byte)
    for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xedb8_8320 : checksum >> 1 }
  }
  for word in [~checksum, UInt32(truncatingIfNeeded: bytes.count)] {
    for shift in stride(from: 0, to: 32, by: 8) {
      member.append(UInt8(truncatingIfNeeded: word >> UInt32(shift)))
    }
  }
  return member
}
