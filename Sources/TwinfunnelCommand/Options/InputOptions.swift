import ArgumentParser
import EventLog
import Pipeline
import Spec
import System

/// How logs are read: shared by every command that reads them.
struct InputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Workers (default: one per core).", valueName: "n"))
  var threads: Int?

  @Option(help: "Budget for timelines, such as 512MiB; above it they spill to --scratch.")
  var memory = ByteCount(bytes: 1 << 30)

  @Option(
    help: ArgumentHelp("Folder for what spills (default: TMPDIR or /tmp).", valueName: "dir"),
    completion: .directory)
  var scratch: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Observed is all before this date or ISO 8601 time (default: up to the latest event).",
      valueName: "time"))
  var observedUntil: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Observed is all from this date or ISO 8601 time on (default: from the earliest event).",
      valueName: "time"))
  var observedFrom: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Today, on which relative dates hang; events more than a day later are none (default: "
        + "--observed-until, or the clock).",
      valueName: "time"))
  var now: String?

  @Option(
    help: ArgumentHelp(
      "Rejects to put up with, in each input and in all: rows, or a share of rows and of bytes "
        + "such as 0.5%; past it exit 65.",
      valueName: "n|p%"))
  var maxRejects: RejectBound?

  @Option(help: "Longest row; a longer one is rejected.")
  var maxLine = ByteCount(bytes: 16 << 20)

  @Option(help: "Longest id, event name or text; a longer one counts as absent.")
  var maxValue = ByteCount(bytes: 64 << 10)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Rows before this date or ISO 8601 time are rejected (default: years below 1).",
      valueName: "time"))
  var earliest: String?

  @Option(help: "Exit code when some input was damaged and the rest was read.")
  var damagedExit: Int32 = 1

  @Flag(help: "Damaged input and event names that never occurred are errors: exit 65.")
  var strict = false

  @Flag(
    name: .shortAndLong,
    help: "No warnings and no progress; only what makes the exit code other than 0.")
  var quiet = false

  @Option(help: "Progress on stderr: auto, plain or none.")
  var progress = ProgressMode.auto

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is 1 to 1024.")
    }
    if memory.isBare, (1..<1 << 20).contains(memory.bytes) {
      throw ValidationError(
        "--memory \(memory.bytes) is so many bytes: say \(memory.bytes)MiB, or \(memory.bytes)B if "
          + "that is meant.")
    }
    if let scratch, (try? Folder.open(FilePath(scratch))) == nil {
      throw ValidationError("--scratch \(scratch) is no folder that can be opened: make it first.")
    }
    guard maxLine.bytes > 0, maxLine.bytes <= 1 << 30 else {
      throw ValidationError("--max-line is 1 byte to 1GiB.")
    }
    if let (flag, bytes, memory) = needsMoreMemory {
      throw ValidationError(
        "\(flag) \(bytes) needs --memory \(memory) at least: what is that long is held several times "
          + "while it is read.")
    }
    if let most = Machine.addressSpaceMax,
      memoryThatFits(most) < min(memory.bytes, Self.memoryLeast)
    {
      let needed = ByteCount(bytes: Self.mappedBytes(workers) + 2 * Self.memoryLeast)
      throw ValidationError(
        "The address space is limited to \(ByteCount(bytes: most)) (ulimit -v); with \(workers) "
          + "threads a run maps \(needed) at least.")
    }
    if let most = Machine.openFilesMax, most < Self.openFilesLeast {
      throw ValidationError(
        "Only \(most) files may be open at a time (ulimit -n); a run needs \(Self.openFilesLeast).")
    }
    guard maxValue.bytes > 0, maxValue.bytes <= 16 << 20 else {
      throw ValidationError("--max-value is 1 byte to 16MiB.")
    }
    if let earliest, ObservationEnd(earliest, relativeTo: .instant(0)) == nil {
      throw ValidationError("--earliest '\(earliest)' is neither a date nor an ISO 8601 time.")
    }
    guard (0...125).contains(damagedExit) else {
      throw ValidationError("--damaged-exit is 0 to 125.")
    }
    if let observedUntil, ObservationEnd(observedUntil, relativeTo: .instant(0)) == nil {
      throw ValidationError(
        "--observed-until '\(observedUntil)' is neither a date nor an ISO 8601 time.")
    }
    if let observedFrom, ObservationEnd(observedFrom, relativeTo: .instant(0)) == nil {
      throw ValidationError(
        "--observed-from '\(observedFrom)' is neither a date nor an ISO 8601 time.")
    }
    if let now, ObservationEnd(now, relativeTo: .instant(0)) == nil {
      throw ValidationError("--now '\(now)' is neither a date nor an ISO 8601 time.")
    }
  }

  /// Rows and values longer than the defaults, for which `--memory` has no room.
  private var needsMoreMemory: (flag: String, bytes: ByteCount, memory: ByteCount)? {
    for (flag, value, free, share) in [
      ("--max-line", maxLine, 16 << 20, 4), ("--max-value", maxValue, 64 << 10, 512),
    ] where value.bytes > max(free, memory.bytes / share) {
      return (flag, value, ByteCount(bytes: value.bytes * share))
    }
    return nil
  }

  private var workers: Int { threads ?? Machine.cores }

  private static let memoryLeast = 32 << 20

  /// For one input on one thread, with room for what the system's libraries open.
  private static let openFilesLeast = 16

  /// What a process maps beside the budget: itself, and for each thread a stack and an arena of the
  /// allocator, of which hardly anything is ever touched.
  private static func mappedBytes(_ threads: Int) -> Int { (256 + 80 * (threads + 2)) << 20 }

  /// `--memory`, or what the address space has room for: past its end an allocation would not fail, it
  /// would trap.
  private func memoryThatFits(_ addressSpace: Int) -> Int {
    min(memory.bytes, max(0, addressSpace - Self.mappedBytes(workers)) / 2)
  }

  /// Asks the clock: once a run.
  var runOptions: RunOptions {
    let clock = ObservationEnd.instant(Machine.now)
    let given = now.flatMap { ObservationEnd($0, relativeTo: clock) }
    let observedUntil = observedUntil.flatMap {
      ObservationEnd($0, relativeTo: given ?? clock)
    }
    return RunOptions(
      threads: workers,
      memoryBytesMax: Machine.addressSpaceMax.map { memoryThatFits($0) } ?? memory.bytes,
      scratch: scratch ?? Machine.environment("TMPDIR") ?? "/tmp",
      observedUntil: observedUntil,
      observedFrom: observedFrom.flatMap { ObservationEnd($0, relativeTo: given ?? clock) },
      now: given ?? observedUntil ?? clock,
      rejectsMax: maxRejects?.limit,
      strict: strict,
      limits: ReadLimits(lineBytesMax: maxLine.bytes, valueBytesMax: maxValue.bytes),
      earliest: earliest.flatMap { ObservationEnd($0, relativeTo: given ?? observedUntil ?? clock) }
    )
  }
}

/// A size on the command line: `64MiB`, `1GiB`, `500MB`, `1048576`.
struct ByteCount: ExpressibleByArgument, CustomStringConvertible {
  var bytes: Int
  /// Given without a unit.
  private(set) var isBare = false

  private static let units: [(suffix: String, bytes: Int)] = [
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000),
    ("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("B", 1), ("", 1),
  ]

  init(bytes: Int) {
    self.bytes = bytes
  }

  init?(argument: String) {
    for unit in Self.units where argument.hasSuffix(unit.suffix) {
      let digits = argument.dropLast(unit.suffix.count)
      guard let number = Int(digits), number >= 0 else { continue }
      let (product, overflow) = number.multipliedReportingOverflow(by: unit.bytes)
      guard !overflow else { return nil }
      bytes = product
      isBare = unit.suffix.isEmpty
      return
    }
    return nil
  }

  /// The largest unit of two that divides it.
  var description: String {
    for unit in Self.units.prefix(4).reversed() where bytes > 0 && bytes % unit.bytes == 0 {
      return "\(bytes / unit.bytes)\(unit.suffix)"
    }
    return String(bytes)
  }

  var defaultValueDescription: String { description }
}

/// `--max-rejects`.
struct RejectBound: ExpressibleByArgument {
  var limit: RejectLimit

  init?(argument: String) {
    if argument.hasSuffix("%") {
      guard let percent = Double(argument.dropLast()), (0...100).contains(percent) else {
        return nil
      }
      limit = .percent(percent)
    } else {
      guard let rows = Int(argument), rows >= 0 else { return nil }
      limit = .rows(rows)
    }
  }
}

enum ProgressMode: String, ExpressibleByArgument, CaseIterable {
  case auto, plain, none
}
