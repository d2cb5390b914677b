import EventLog
import Foundation
import Spec
import TestSupport
import Testing

@testable import Pipeline

/// Order never shows: the same events give the same bytes for any order and division of files, any
/// number of threads, any chunk size and any memory budget.
@Suite struct SameTablesTests {
  /// Every output file but `run.json` and the rejects, which name files, threads and times.
  static func tables(
    of files: [String: [String]], threads: Int = 2, memory: Int? = nil, chunkBytes: Int = 4096,
    memberBytes: Int? = nil
  ) throws -> [String: Data] {
    let folder = try TemporaryFolder()
    for (name, lines) in files {
      let text = lines.map { $0 + "\n" }.joined()
      let bytes = memberBytes.map { BlockGzip.compress(Array(text.utf8), memberBytes: $0) }
      try Data(bytes ?? Array(text.utf8)).write(to: folder.url.appendingPathComponent(name))
    }
    let specPath = folder.url.appendingPathComponent("spec.yaml").path
    try Data(LogStory.specOfAll.utf8).write(to: URL(fileURLWithPath: specPath))
    let out = folder.url.appendingPathComponent("out").path
    var limits = ReadLimits()
    limits.chunkBytes = chunkBytes
    let options = RunOptions(
      threads: threads, memoryBytesMax: memory, scratch: folder.url.path, limits: limits)
    _ = try PublishedRun(
      specFile: try SpecFile.load(specPath),
      inputs: files.keys.map { folder.url.appendingPathComponent($0).path }, out: out,
      options: options, control: RunControl()
    ).run()
    var tables: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: out)
    where name != "run.json" && name != "rejects.jsonl" {
      tables[name] = try Data(contentsOf: URL(fileURLWithPath: out + "/" + name))
    }
    return tables
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func tablesAreTheSameBytes(seed: UInt64) throws {
    // Equal ids are copies of one event only if they are equal in everything: which of two
    // different events with one id survives is decided by their content, not by their file.
    let lines = LogStory.lines(1500, seed: seed)
    let expected = try Self.tables(of: ["all.jsonl": lines], threads: 1)
    #expect(expected.count > 15)
    for threads in [1, 2, 8] {
      for files in [1, 3, 7] {
        let dealt = LogStory.deal(lines, over: files, seed: seed &+ UInt64(files))
        #expect(try Self.tables(of: dealt, threads: threads) == expected)
      }
    }
    let shuffled = LogStory.deal(lines.reversed(), over: 4, seed: seed)
    for memory in [0, 20_000, 1 << 20] {
      #expect(try Self.tables(of: shuffled, memory: memory) == expected, "memory \(memory)")
    }
    for chunkBytes in [1, 2, 3, 7, 64, 1000, 1 << 20] {
      #expect(
        try Self.tables(of: shuffled, threads: 3, chunkBytes: chunkBytes) == expected,
        "chunks of \(chunkBytes)")
    }
  }

  /// Members that carry their size are inflated by whoever is free.
  @Test func tablesAreTheSameBytesFromBlockGzip() throws {
    let lines = LogStory.lines(1500, seed: 4)
    let expected = try Self.tables(of: ["all.jsonl": lines], threads: 1)
    for threads in [1, 2, 3, 8] {
      for (files, memberBytes, chunkBytes) in [(1, 97, 64), (1, 1000, 4096), (3, 60_000, 1000)] {
        let dealt = LogStory.deal(lines, over: files, seed: UInt64(threads))
        #expect(
          try Self.tables(
            of: dealt, threads: threads, chunkBytes: chunkBytes, memberBytes: memberBytes)
            == expected,
          "\(threads) threads, \(files) files, members of \(memberBytes)")
      }
    }
  }

  /// Cut and damaged files have the same rows, the same damage and the same rejects.
  @Test func damageIsTheSameFromBlockGzip() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appendingPathComponent("log.gz").path
    let specPath = folder.url.appendingPathComponent("spec.yaml")
    try Data(LogStory.spec.utf8).write(to: specPath)
    let spec = try SpecFile.load(specPath.path).spec
    let text = LogStory.lines(300, seed: 6).map { $0 + "\n" }.joined()
    let file = BlockGzip.compress(Array(text.utf8), memberBytes: 700)
    var random = SplitMix64(seed: 6)
    for number in 0..<60 {
      var bytes = file
      let place = Int(random.next() % UInt64(file.count))
      if number % 2 == 0 { bytes.removeSubrange(place...) } else { bytes[place] ^= 4 }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      func readings(threads: Int) throws -> [InputLedger] {
        var limits = ReadLimits(refusesOtherEncodings: false)
        limits.chunkBytes = 200
        return try AnalysisRun(
          spec: spec, inputs: [path],
          options: RunOptions(threads: threads, scratch: folder.url.path, limits: limits)
        ).analyse().files
      }
      let expected = try readings(threads: 1)[0]
      for threads in [2, 4] {
        let reading = try readings(threads: threads)[0]
        #expect(reading.source == expected.source, "file \(number), \(threads) threads")
        #expect(reading.tally == expected.tally, "file \(number), \(threads) threads")
        #expect(reading.judged == expected.judged, "file \(number), \(threads) threads")
      }
    }
  }
}
