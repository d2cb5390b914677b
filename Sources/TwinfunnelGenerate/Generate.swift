import ArgumentParser
import System
import Values

@main
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "twinfunnel-generate",
    abstract: "Writes seeded, realistic event logs: same options, same bytes.",
    discussion: """
      Files are named part-0000.jsonl.gz, part-0001.jsonl.gz, ... and follow each other in time.

      The profiles b2b and b2c follow a script for every account and user, and say at the end as
      JSON what the log holds: the numbers that the tables of fixtures/specs/b2b.yaml and b2c.yaml
      must show. They hold the whole log in memory: about 50 MB for a million events.
      """
  )

  enum Profile: String, ExpressibleByArgument, CaseIterable {
    case segment, rough, b2b, b2c
  }

  @Option(help: "The folder to write to; made when missing.") var out: String
  @Option(
    help: """
      segment: a web shop; rough: the same shop, with escapes, arrays and keys that differ from row \
      to row; b2b: accounts and contracts; b2c: consumers.
      """)
  var profile = Profile.segment
  @Option(help: "Log lines over all files.") var events = 1_000_000
  @Option(help: "Files.") var files = 8
  @Option(
    help: """
      Distinct users, as many as events to give each event its own; b2b: those who belong to no \
      account (default: segment, rough 200000; else as fits the events).
      """)
  var users: Int?
  @Option(help: "Distinct accounts (default: segment none, rough none; b2b as fits the events; b2c has none).")
  var accounts: Int?
  @Option(help: "Days that the log spans (default: segment, rough 56, b2b 540, b2c 175).")
  var days: Int?
  @Option(
    help: """
      Seconds since 1970 at which it begins (default: segment, rough 2026-01-01, b2b 2024-01-01, b2c \
      2025-01-01).
      """)
  var start: Int?
  @Option(help: "Any number.") var seed: UInt64 = 1
  @Option(help: "gzip level 1 to 9; 0 writes plain files.") var level = 6
  @Option(help: "Files written at a time.") var threads = 2
  @Flag(
    help: """
      b2b: the same story as files of the product, the CRM and billing, each with ids of its own, \
      and the maps between them (fixtures/specs/b2b-sources.yaml).
      """)
  var sources = false
  @Option(help: "b2b, b2c: the file for what the log holds (default: stdout).") var truth: String?

  func validate() throws {
    guard events >= 0, files > 0, users ?? 1 >= 0, accounts ?? 0 >= 0, days ?? 1 > 0, threads > 0
    else { throw ValidationError("Counts must be positive.") }
    guard profile == .b2b || users ?? 1 > 0 else {
      throw ValidationError("--users must be at least 1.")
    }
    guard events < 1 << 31, users ?? 0 < 1 << 30, accounts ?? 0 < 1 << 22, days ?? 1 < 100_000
    else { throw ValidationError("More than the generator can number.") }
    guard (0...9).contains(level) else { throw ValidationError("--level is 0 to 9.") }
    if profile == .segment || profile == .rough, truth != nil {
      throw ValidationError("--truth needs --profile b2b or b2c.")
    }
    if profile != .b2b, sources { throw ValidationError("--sources needs --profile b2b.") }
    if profile == .b2c || profile == .rough, accounts ?? 0 > 0 {
      throw ValidationError("--profile \(profile.rawValue) has no accounts.")
    }
  }

  func run() throws {
    let log = try makeLog()
    try Self.makeFolder(out)
    if sources, let log = log as? ScriptedLog<BusinessStory> {
      for folder in BusinessSources.folders { try Self.makeFolder("\(out)/\(folder)") }
      try BusinessSources(log).write(parts: files, threads: threads, level: level, in: out)
    } else {
      try inParallel(files, threads: threads) { [files, out, level] (part) throws(WriteError) in
        var file = try GzipFile(
          path: "\(out)/part-\(Self.padded(part)).jsonl\(level > 0 ? ".gz" : "")", level: level)
        try log.write(part: part, of: files, into: &file)
        try file.finish()
      }
    }
    guard let found = try log.truth(threads: threads) else { return }
    let json = found.json(profile: profile.rawValue)
    guard let truth else { return print(String(decoding: json, as: UTF8.self), terminator: "") }
    var file = try GzipFile(path: truth, level: 0)
    try file.append(json)
    try file.finish()
  }

  /// A part's number in file names.
  static func padded(_ part: Int) -> String {
    let number = String(part)
    return String(repeating: "0", count: max(0, 4 - number.count)) + number
  }

  private static func makeFolder(_ path: String) throws(WriteError) {
    do throws(SystemError) {
      try FileSystem.makeDirectory(FilePath(path))
    } catch {
      if error.code != SystemError.alreadyExists { throw WriteError(path: path, error) }
    }
  }

  private func makeLog() throws(WriteError) -> any LogProfile {
    switch profile {
    case .segment:
      SegmentProfile(
        scale: scale(users: 200_000, accounts: 0, days: 56, start: 1_767_225_600))
    case .rough:
      RoughProfile(
        scale: scale(users: 200_000, accounts: 0, days: 56, start: 1_767_225_600))
    case .b2b:
      try ScriptedLog(
        BusinessStory(
          scale: scale(
            users: max(1, events / 400), accounts: max(1, events / 800), days: 540,
            start: 1_704_067_200)), threads: threads)
    case .b2c:
      try ScriptedLog(
        ConsumerStory(
          scale: scale(
            users: max(1, events / 20), accounts: 0, days: 175, start: 1_735_689_600)),
        threads: threads)
    }
  }

  private func scale(users: Int, accounts: Int, days: Int, start: Int) -> LogScale {
    LogScale(
      events: events, users: self.users ?? users,
      hasUserPerEvent: self.users.map { $0 >= events } ?? false,
      accounts: self.accounts ?? accounts,
      days: self.days ?? days, start: (self.start ?? start) * 1000, seed: seed)
  }
}
