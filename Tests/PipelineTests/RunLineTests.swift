import Dispatch
import EventLog
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

/// Members inflated by several threads: the same chunks, the same damage, and always an end.
@Suite struct RunLineTests {
  private static let content = Array(
    "{\"a\":1}\n\nsecond\r\nthird,\"x\ny\",longer\nsecond,\"\"\r\nlast".utf8)

  /// What a source delivered, and what it said in the end.
  private struct Reading: Equatable {
    var chunks: [[UInt8]] = []
    var offsets: [Int] = []
    var outcome = SourceOutcome()
  }

  private static func read(_ path: String, format: LogFormat, line: RunLine?) throws -> Reading {
    var source = try ChunkSource(
      file: InputFile(path: path, bytes: 0), format: format,
      limits: ReadLimits(chunkBytes: 2, refusesOtherEncodings: false), line: line)
    var reading = Reading()
    var chunk = Chunk()
    while try source.next(into: &chunk) {
      reading.chunks.append(Array(chunk.bytes[..<chunk.count]))
      reading.offsets.append(chunk.offset)
    }
    reading.outcome = source.outcome
    return reading
  }

  /// The same with helpers, who are there before it begins.
  private static func readWithHelp(
    _ path: String, format: LogFormat, helpers: Int
  ) throws -> Reading {
    let exchange = ChunkExchange(
      workers: helpers + 1, files: 1, lineBytesMax: 1 << 20, memoryBytesMax: nil)
    let line = RunLine(exchange: exchange)
    exchange.open(line)
    for _ in 0..<helpers { exchange.becomeHelper() }
    let result = Mutex<Result<Reading, any Error>?>(nil)
    DispatchQueue.concurrentPerform(iterations: helpers + 1) { worker in
      if worker == 0 {
        let reading = Result { try read(path, format: format, line: line) }
        result.withLock { $0 = reading }
        exchange.finishFile()
      } else {
        while case .inflate(var claim, let line) = exchange.take() {
          claim.run.inflate()
          line.give(back: claim)
        }
      }
    }
    return try #require(result.withLock { $0 }).get()
  }

  @Test func everyTruncationAndCorruption() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appendingPathComponent("file").path
    let file = BlockGzip.compress(Self.content, memberBytes: 9)
    var files = (1...file.count).map { Array(file[..<$0]) }
    for index in file.indices {
      files.append(file)
      files[files.count - 1][index] ^= UInt8(1 << (index % 8))
    }
    for (number, bytes) in files.enumerated() {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      for format in [LogFormat.jsonl, .csv(delimiter: 44)] {
        let expected = try Self.read(path, format: format, line: nil)
        let reading = try Self.readWithHelp(path, format: format, helpers: 1 + number % 3)
        #expect(reading == expected, "file \(number), \(format)")
      }
    }
  }

  /// The owner does it alone when nobody comes, and helpers' runs come back in order.
  @Test func ordersAndNumbersOfHelpers() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appendingPathComponent("file").path
    let lines = (0..<4).map { Array(String(repeating: "\($0)", count: 7 + $0).utf8) + [10] }
    let members = lines + [[]]
    try Data(members.flatMap(BlockGzip.member)).write(to: URL(fileURLWithPath: path))
    for helpers in 0...4 {
      for claimed in 0...4 {
        let exchange = ChunkExchange(
          workers: 5, files: 1, lineBytesMax: 1 << 20, memoryBytesMax: nil)
        for _ in 0..<helpers { exchange.becomeHelper() }
        let line = ClaimingLine(line: RunLine(exchange: exchange), claimed: claimed)
        var source = try ChunkSource(
          file: InputFile(path: path, bytes: 0), format: .jsonl,
          limits: ReadLimits(chunkBytes: 1), line: line)
        var chunk = Chunk()
        var found: [UInt8] = []
        while try source.next(into: &chunk) { found += chunk.bytes[..<chunk.count] }
        #expect(found == lines.flatMap { $0 }, "\(helpers) helpers, \(claimed) claimed")
        #expect(source.outcome.damages.isEmpty)
        #expect(line.appended == (helpers == 0 ? 0 : 5))
      }
    }
  }

  /// A cancelled run ends, whatever its workers were doing.
  @Test func cancellationEnds() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appendingPathComponent("log.gz").path
    let lines = LogStory.lines(3000, seed: 5)
    let text = lines.map { $0 + "\n" }.joined()
    try Data(BlockGzip.compress(Array(text.utf8), memberBytes: 500))
      .write(to: URL(fileURLWithPath: path))
    let specPath = folder.url.appendingPathComponent("spec.yaml")
    try Data(LogStory.spec.utf8).write(to: specPath)
    let spec = try SpecFile.load(specPath.path).spec
    var limits = ReadLimits()
    limits.chunkBytes = 300
    for events in [0, 1, 50, 700, 2000] {
      for threads in [1, 2, 4] {
        let control = RunControl()
        let run = AnalysisRun(
          spec: spec, inputs: [path],
          options: RunOptions(threads: threads, scratch: folder.url.path, limits: limits),
          control: control)
        let isOver = Atomic<Bool>(false)
        DispatchQueue.global().async {
          while control.snapshot.events < events && !isOver.load(ordering: .relaxed) {}
          control.cancel()
        }
        do {
          // It may have been too fast for the other thread.
          _ = try run.analyse()
        } catch {
          #expect(error.kind == .cancelled)
        }
        isOver.store(true, ordering: .relaxed)
      }
    }
  }
}

/// Claims runs as helpers do, before the owner takes any, and gives them back last first.
private final class ClaimingLine: MemberRunLine, @unchecked Sendable {
  // Used by one thread only, that of the test.
  private let line: RunLine
  private let claimed: Int
  private(set) var appended = 0

  init(line: RunLine, claimed: Int) {
    self.line = line
    self.claimed = claimed
  }

  var isAttended: Bool { line.isAttended }
  var hasRoom: Bool { line.hasRoom }

  func append(_ run: MemberRun) {
    appended += 1
    line.append(run)
  }

  func next() -> MemberRun? {
    var claims = (0..<claimed).compactMap { _ in line.claim() }
    while var claim = claims.popLast() {
      claim.run.inflate()
      line.give(back: claim)
    }
    return line.next()
  }
}
