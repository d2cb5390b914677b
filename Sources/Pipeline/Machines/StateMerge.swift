import EventLog
import Reports
import Spec
import System
import Tables
import Timelines
import Values

/// The states of all fold tasks, added up to what one run over all logs counts.
package struct StateMerge: Sendable {
  package var states: [String]
  package var ledger: String

  package init(states: [String], ledger: String) {
    self.states = states
    self.ledger = ledger
  }

  /// Files that it reads.
  var files: [String] { states + [ledger] }

  func analyse(_ specFile: SpecFile, _ options: RunOptions) throws -> Analysis {
    let (ledger, digest) = try Ledger.load(ledger)
    let task = try MachineTask(specFile, ledger, ledgerPath: self.ledger)
    let spec = task.spec
    let files = try opened(ledger: digest, task)
    try PartitionCover(
      count: ledger.fingerprint.partitions ?? 0, what: "state", advice: "fold them, too",
      shares: files.map { ($0.path, $0.head.share) }
    ).check()
    let observation = ledger.observation(of: spec, task.reading)
    let contexts = task.contexts(observation, options)
    var folded = FoldedLogs(
      reading: task.reading, observation: observation, files: ledger.files,
      folds: try spec.reports.map { report in
        guard
          let entity = report.needsByEntity.first?.entity,
          let context = contexts.first(where: { $0.schema.entity == entity })
        else { throw RunFailure(.internalError, "a report without timelines, please report this") }
        return makeFold(definition: report, context: context)
      },
      lists: ListSpools(scratch: options.scratch), facts: FoldFacts(),
      persons: files.first?.head.persons, mergedAccounts: files.first?.head.mergedAccounts,
      unseenProperties: task.unseenProperties, spaces: ledger.spaces.facts(spec.maps),
      warnings: try task.sourceNotices() + ledger.warnings, fresh: nil)
    for names in ledger.names { folded.facts.names.merge(names) { max($0, $1) } }
    for schema in task.reading.plan.schemas { folded.facts.entities[schema.entity] = 0 }
    for file in files { try add(file, to: &folded, spec, observation.counted) }
    return try folded.analysis(of: spec, memoryBytesMax: options.memoryBytesMax)
  }

  private struct Opened {
    var path: String
    var head: StateHead
    /// Where counts begin.
    var offset: Int
  }

  private func opened(ledger: String, _ task: MachineTask) throws(RunFailure) -> [Opened] {
    var files: [Opened] = []
    for path in states {
      let bytes: [UInt8]
      do {
        let file = try FileSystem.readFile(FilePath(path))
        // The head's two lines; counts are read later, one state at a time.
        var head: [UInt8] = []
        var lines = 0
        while lines < 2, head.count < StateHead.bytesMax {
          let piece = try file.read(at: head.count, count: 64 << 10)
          if piece.isEmpty { break }
          lines += piece.count { $0 == UInt8(ascii: "\n") }
          head += piece
        }
        bytes = head
      } catch {
        throw RunFailure(.noInput, "\(path): \(error.reason)")
      }
      guard let (json, _, end) = SealedLine.read(bytes),
        json["format"]?.string == StateHead.format
      else { throw damaged(path, "its head is not as it was written") }
      guard json["version"]?.integer == StateHead.version else {
        throw RunFailure(.badData, "\(path) is of another version of this program: fold it again")
      }
      guard let head = StateHead(json) else { throw damaged(path, "its head is no head") }
      guard head.ledger == ledger else {
        throw RunFailure(
          .badData, "\(path) was folded with another ledger than \(self.ledger): fold it again")
      }
      guard head.reports.map(\.name) == task.spec.reports.map(\.options.name),
        head.duplicates.keys.allSatisfy(task.ledger.files.indices.contains),
        head.lost.keys.allSatisfy(task.ledger.files.indices.contains)
      else { throw damaged(path, "it has other reports or inputs") }
      if let first = files.first?.head,
        first.persons != head.persons || first.mergedAccounts != head.mergedAccounts
      {
        throw damaged(path, "it has found other persons")
      }
      files.append(Opened(path: path, head: head, offset: end))
    }
    return files
  }

  private func damaged(_ path: String, _ what: String) -> RunFailure {
    RunFailure(.badData, "\(path) is damaged: \(what); fold it again")
  }

  private func add(
    _ state: Opened, to folded: inout FoldedLogs, _ spec: AnalysisSpec,
    _ counted: ClosedRange<Int64>
  ) throws {
    let file = try FileSystem.readFile(FilePath(state.path))
    let length = try file.status().bytes
    var offset = state.offset
    func take(_ count: Int) throws -> [UInt8] {
      guard count <= length - offset else { throw damaged(state.path, "it was cut off") }
      let bytes = try file.read(at: offset, count: count)
      guard bytes.count == count else { throw damaged(state.path, "it was cut off") }
      offset += count
      return bytes
    }
    for (report, entry) in state.head.reports.enumerated() {
      let bytes = try take(entry.bytes)
      do throws(CountsDamage) {
        try folded.folds[report].add(encoded: bytes, observed: counted)
      } catch {
        throw damaged(state.path, "report \(entry.name): \(error)")
      }
    }
    for (place, report) in spec.reports.enumerated() where report.options.list {
      let columns = folded.folds[place].drainList()?.columns ?? []
      try folded.lists.appendRun(report.options.name, columns: columns) {
        let head = try take(ListPiece.headBytes)
        let count = (0..<4).reduce(0) { $0 | Int(head[$1]) << (8 * $1) }
        let piece = try take(count)
        guard ListPiece.head(of: piece) == head, RowCodec.isValid(piece) else {
          throw damaged(state.path, "a list of \(report.options.name) is not as it was written")
        }
        return piece.isEmpty ? nil : piece
      }
    }
    guard offset == length else { throw damaged(state.path, "it is longer than its content") }
    for (input, count) in state.head.duplicates {
      folded.files[input].duplicates += count
      folded.files[input].used -= count
    }
    for (input, lost) in state.head.lost { folded.files[input].lose(lost) }
    folded.facts.entities.merge(state.head.entities, uniquingKeysWith: +)
    folded.facts.lateByEntity.merge(state.head.late, uniquingKeysWith: +)
    folded.facts.unplacedDeliveries += state.head.unplacedDeliveries
  }
}

extension MachineTask {
  /// For folds that observe nothing themselves.
  func contexts(_ observation: Observation, _ options: RunOptions) -> [ReportContext] {
    reading.plan.schemas.map { schema in
      ReportContext(
        schema: schema, kinds: EventKinds(matchers: schema.matchers, kinds: []),
        calendar: reading.calendar, observedUntil: observation.until,
        observedFrom: observation.from, rowLimit: RowLimit(memoryBytes: options.memoryBytesMax))
    }
  }
}
