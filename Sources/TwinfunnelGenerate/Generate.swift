import ArgumentParser
import Dispatch
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

@main
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "twinfunnel-generate",
    abstract: "Writes seeded, realistic event logs: same options, same bytes.",
    discussion: """
      Files are named part-0000.jsonl.gz, part-0001.jsonl.gz, ... and follow each other in time.
      """
  )

  @Option(help: "The folder to write to; made when missing.") var out: String
  @Option(help: "Log lines over all files.") var events = 1_000_000
  @Option(help: "Files.") var files = 8
  @Option(help: "Distinct users.") var users = 200_000
  @Option(help: "Distinct accounts; 0 for none.") var accounts = 0
  @Option(help: "Days that the log spans.") var days = 56
  @Option(help: "Seconds since 1970 at which it begins (default: 2026-01-01).")
  var start = 1_767_225_600
  @Option(help: "Any number.") var seed: UInt64 = 1
  @Option(help: "gzip level 1 to 9; 0 writes plain files.") var level = 6
  @Option(help: "Files written at a time.") var threads = 2

  func validate() throws {
    guard events >= 0, files > 0, users > 0, accounts >= 0, days > 0, threads > 0 else {
      throw ValidationError("Counts must be positive.")
    }
    guard (0...9).contains(level) else { throw ValidationError("--level is 0 to 9.") }
  }

  func run() throws {
    // The path is only read during the call.
    if unsafe mkdir(out, 0o755) != 0, errno != EEXIST { throw WriteError(path: out, code: errno) }
    let profile: any LogProfile = SegmentProfile(
      scale: LogScale(
        events: events, users: users, accounts: accounts, days: days, start: start * 1000,
        seed: seed))
    let next = Atomic<Int>(0)
    let failure = Mutex<WriteError?>(nil)
    DispatchQueue.concurrentPerform(iterations: threads) { [files, out, level] _ in
      while true {
        let part = next.add(1, ordering: .relaxed).oldValue
        guard part < files else { return }
        do throws(WriteError) {
          let number = String(part)
          let padded = String(repeating: "0", count: max(0, 4 - number.count)) + number
          var file = try GzipFile(
            path: "\(out)/part-\(padded).jsonl\(level > 0 ? ".gz" : "")", level: level)
          try profile.write(part: part, of: files, into: &file)
          try file.finish()
        } catch {
          failure.withLock { $0 = error }
          return
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
