import EventLog
import Foundation
import Reports
import Spec
import TestSupport
import Values

@testable import Pipeline

/// What a `source` section makes of the rows of one file.
struct ReadRows {
  /// `user|account|event|time|id|texts|numbers`, with `-` for what is absent; properties by name.
  var rows: [String] = []
  var tally = RowTally()
  var source = SourceOutcome()
  /// Why the file cannot be read.
  var problem: String?

  /// - Parameter source: the section as YAML, without its name.
  init(
    _ source: String, _ content: [UInt8], chunkBytes: Int = 256 << 10,
    lineBytesMax: Int = 16 << 20
  ) throws {
    let indented = source.split(separator: "\n").map { "  \($0)\n" }.joined()
    let spec = try AnalysisSpec.parse(
      yaml: "source:\n\(indented)reports: {daily: {type: activity}}\n")
    var extraction = ExtractionPlan(storing: spec.sources).extraction
    let utc = try ZoneRules.load("UTC")
    try extraction.loadZones(calendar: utc)
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.url.appendingPathComponent("log").path
    try Data(content).write(to: URL(fileURLWithPath: path))
    let limits = ReadLimits(
      lineBytesMax: lineBytesMax, chunkBytes: chunkBytes, refusesOtherEncodings: false)
    var file = try ChunkSource(
      file: InputFile(path: path, bytes: content.count), format: extraction.format,
      encoding: extraction.encoding, limits: limits)
    var parser = ChunkParser(extraction: extraction, limits: limits)
    var chunk = Chunk()
    var batch = EventBatch()
    while try file.next(into: &chunk) {
      parser.parse(taking: &chunk, into: &batch, tally: &tally)
      for row in 0..<batch.count { rows.append(Self.text(of: batch, row, extraction)) }
      batch.giveBack(&chunk.bytes)
    }
    self.source = file.outcome
    problem = parser.problem
  }

  init(
    _ source: String, _ content: String, chunkBytes: Int = 256 << 10,
    lineBytesMax: Int = 16 << 20
  ) throws {
    try self.init(
      source, Array(content.utf8), chunkBytes: chunkBytes, lineBytesMax: lineBytesMax)
  }

  /// By name: in how many rows something was forgiven.
  var repairs: [String: Int] {
    var counts: [String: Int] = [:]
    for (repair, found) in zip(Repair.allCases, tally.values.repairs) where found.count > 0 {
      counts[repair.name] = found.count
    }
    return counts
  }

  /// By name.
  var rejects: [String: Int] {
    var counts: [String: Int] = [:]
    for (reason, count) in zip(RejectReason.allCases, tally.rejected) where count > 0 {
      counts[reason.name] = count
    }
    return counts
  }

  private static func text(of batch: EventBatch, _ row: Int, _ extraction: Extraction) -> String {
    func text(_ slices: [ByteSlice], _ index: Int) -> String {
      index >= slices.count || slices[index].isAbsent
        ? "-" : String(decoding: batch.array(slices[index]), as: UTF8.self)
    }
    let (texts, numbers) = (extraction.texts.count, extraction.numbers.count)
    var parts = [
      text(batch.users, row), text(batch.accounts, row), text(batch.names, row),
      timestamp(batch.times[row]), text(batch.ids, row),
    ]
    // A store keeps numbers as texts, too.
    let names = extraction.numbers.map(\.name)
    parts += (0..<texts).filter { !names.contains(extraction.texts[$0].name) }
      .map { text(batch.texts, row * texts + $0) }
    parts += (0..<numbers).map { index in
      let number = batch.numbers[row * numbers + index]
      return number.isAbsent ? "-" : number.description
    }
    return parts.joined(separator: "|")
  }

  private static func timestamp(_ microseconds: Int64) -> String {
    let calendar = ReportCalendar(zone: .utc, weekStartsOnSunday: false, range: DateRange())
    return calendar.timestamp(microseconds)
  }
}
