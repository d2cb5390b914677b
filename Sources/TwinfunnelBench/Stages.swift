import ArgumentParser
import EventLog
import Pipeline
import Reports
import Spec
import System
import Timelines
import Values

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension Bench {
  /// Where the time of a run goes: every stage of it on one thread, with the CPU time it took.
  struct Stages: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "CPU time of each stage of a run, on one thread."
    )

    @Option(help: "The spec of the run.") var spec = "fixtures/specs/bench.yaml"
    @Argument(help: "Logs.") var files: [String]

    func run() throws {
      let spec = try SpecFile.load(spec).spec
      let plan = ExtractionPlan(spec)
      var clock = StageClock()
      var events = 0
      var latest = Int64.min
      var shards = plan.schemas.map { schema in
        TimelineShards(
          schema: schema, textColumns: plan.extraction.texts.map(\.name),
          numberColumns: plan.extraction.numbers.map(\.name))
      }
      for (index, path) in files.enumerated() {
        let tally = try read(
          path, index: index, extraction: plan.extraction, into: &shards, clock: &clock)
        events += tally.events
        latest = max(latest, tally.latest)
      }
      let calendar = ReportCalendar(
        spec.calendar, zone: try ZoneRules.load(spec.calendar.timeZone))
      // Taken from the end, so that nothing holds what a merge has built and freed.
      for schema in plan.schemas.reversed() {
        let reports = spec.reports.filter { report in
          report.needsByEntity.contains { $0.entity == schema.entity }
        }
        try fold(
          [shards.removeLast()], reports: reports, calendar: calendar, observedUntil: latest,
          clock: &clock)
      }
      print(clock.table(events: events, inflater: InflateBackend.name))
    }

    /// Read, parse, append: the stages of the first half, chunk by chunk.
    private func read(
      _ path: String, index: Int, extraction: Extraction, into shards: inout [TimelineShards],
      clock: inout StageClock
    ) throws -> RowTally {
      let limits = ReadLimits()
      var source = try ChunkSource(
        file: InputFile(path: path, bytes: 0), format: extraction.format, limits: limits)
      var parser = ChunkParser(extraction: extraction, limits: limits)
      var chunk = Chunk()
      var batch = EventBatch()
      var tally = RowTally()
      var used: [UInt8] = []
      clock.start()
      while try source.next(into: &chunk) {
        clock.end(.inflate)
        parser.parse(taking: &chunk, into: &batch, tally: &tally)
        clock.end(.parse)
        used.removeAll(keepingCapacity: true)
        for schema in shards.indices {
          _ = try shards[schema].append(batch, file: UInt32(index), used: &used)
        }
        batch.giveBack(&chunk.bytes)
        clock.end(.append)
      }
      clock.end(.inflate)
      return tally
    }

    /// Build, fold, tables: the stages of the second half, partition by partition.
    private func fold(
      _ shards: consuming [TimelineShards], reports: [any ReportDefinition],
      calendar: ReportCalendar, observedUntil: Int64, clock: inout StageClock
    ) throws {
      clock.start()
      let merge = try TimelineMerge(shards)
      let context = ReportContext(
        schema: merge.schema, kinds: merge.kinds, calendar: calendar,
        observedUntil: observedUntil)
      var folds = reports.map { makeFold(definition: $0, context: context) }
      let budget = FoldBudget(memoryBytes: nil)
      var meters = reports.map { FoldMeter(budget, report: $0.options.name, breakdown: []) }
      for number in 0..<merge.partitionCount {
        let partition = try merge.build(partition: number)
        clock.end(.build)
        for report in folds.indices {
          try observe(partition, with: &folds[report], meter: &meters[report])
          _ = folds[report].drainList()
        }
        clock.end(.fold)
      }
      for fold in folds { _ = try fold.tables() }
      clock.end(.tables)
    }
  }
}

/// Adds up this thread's CPU time by stage; reading it costs a fraction of a microsecond.
private struct StageClock {
  enum Stage: String, CaseIterable {
    case inflate = "read, inflate, cut"
    case parse, append, build, fold, tables
  }

  private var last = Self.now()
  private var nanoseconds = [Int](repeating: 0, count: Stage.allCases.count)

  mutating func start() { last = Self.now() }

  /// Since the last start or end, it was this stage.
  mutating func end(_ stage: Stage) {
    let now = Self.now()
    nanoseconds[Stage.allCases.firstIndex(of: stage)!] += now - last
    last = now
  }

  func table(events: Int, inflater: String) -> String {
    let total = nanoseconds.reduce(0, +)
    var lines = [
      "| \(events) events, \(inflater) | CPU s | ns per event | share |", "|---|---|---|---|",
    ]
    let names = Stage.allCases.map(\.rawValue) + ["all"]
    for (name, time) in zip(names, nanoseconds + [total]) {
      let hundredths = String(time / 10_000_000 % 100 + 100).dropFirst()
      lines.append(
        "| \(name) | \(time / 1_000_000_000).\(hundredths) | \(time / max(1, events)) "
          + "| \(100 * time / max(1, total)) % |")
    }
    return lines.joined(separator: "\n")
  }

  private static func now() -> Int {
    var time = timespec()
    // Written before the call returns.
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
  }
}
