import Synchronization

/// A story told, sorted by arrival, and ready to be written in parts.
///
/// Everything is in memory: 32 bytes an event and 16 a line, so about 50 MB for a million.
struct ScriptedLog<Story: LogStory>: LogProfile {
  /// A line of the log: which event, and when the collector wrote it.
  private struct Line: Comparable {
    var received: Int
    var chunk: Int32
    var index: Int32

    static func < (left: Line, right: Line) -> Bool {
      (left.received, left.chunk, left.index) < (right.received, right.chunk, right.index)
    }
  }

  /// One line in so many is sent twice, as a client does that has missed the answer.
  private static var repeated: Int { 400 }
  /// Of 1000 lines, how many arrive late, by up to 20 minutes.
  private static var late: Int { 100 }

  let story: Story
  let chunks: [[ScriptEvent<Story.Name>]]
  private let lines: [Line]
  private let duplicates: Int
  /// The time of the last event in milliseconds since 1970: what a reader can know.
  private let observedUntil: Int

  init(_ story: Story, threads: Int) throws(WriteError) {
    self.story = story
    let count = story.chunks
    let wanted = story.scale.events
    let told = Mutex<[Int: [ScriptEvent<Story.Name>]]>([:])
    let arrivals = Mutex<[Int: [Line]]>([:])
    try inParallel(count, threads: threads) { (chunk) throws(WriteError) in
      let share = wanted * (chunk + 1) / count - wanted * chunk / count
      let twice = share / Self.repeated
      let events = try story.events(chunk: chunk, count: share - twice)
      precondition(events.count == share - twice)
      let lines = Self.arrivals(events, chunk: chunk, twice: twice, seed: story.scale.seed)
      told.withLock { $0[chunk] = events }
      arrivals.withLock { $0[chunk] = lines }
    }
    let (events, received) = (told.withLock { $0 }, arrivals.withLock { $0 })
    chunks = (0..<count).map { events[$0] ?? [] }
    var lines = (0..<count).flatMap { received[$0] ?? [] }
    lines.sort()
    self.lines = lines
    duplicates = lines.count - chunks.reduce(0) { $0 + $1.count }
    observedUntil = chunks.reduce(story.scale.start) { $1.reduce($0) { max($0, $1.time) } }
  }

  private static func arrivals(
    _ events: [ScriptEvent<Story.Name>], chunk: Int, twice: Int, seed: UInt64
  ) -> [Line] {
    var random = SeededRandom(seed: ~seed, part: chunk)
    var lines: [Line] = []
    lines.reserveCapacity(events.count + twice)
    for (index, event) in events.enumerated() {
      let delay = random.below(1000) < late ? random.below(1_200_000) : random.below(2000)
      lines.append(
        Line(received: event.time + delay, chunk: Int32(chunk), index: Int32(index)))
    }
    for number in 0..<twice {
      var again = lines[number * events.count / twice]
      again.received += 1000 + random.below(7_200_000)
      lines.append(again)
    }
    return lines
  }

  func write(part: Int, of parts: Int, into file: inout GzipFile) throws(WriteError) {
    var buffer = LineBuffer()
    for line in lines(part: part, of: parts) {
      story.addLine(event(line), id: Self.id(line), received: line.received, into: &buffer)
      if buffer.count > 512 << 10 {
        try file.append(buffer.bytes)
        buffer.removeAll()
      }
    }
    try file.append(buffer.bytes)
  }

  /// The lines of one part in the order in which a collector would have written them.
  func forEachLine(
    part: Int, of parts: Int,
    _ body: (ScriptEvent<Story.Name>, _ id: UInt64, _ received: Int) throws(WriteError) -> Void
  ) throws(WriteError) {
    for line in lines(part: part, of: parts) {
      try body(event(line), Self.id(line), line.received)
    }
  }

  private func lines(part: Int, of parts: Int) -> ArraySlice<Line> {
    lines[lines.count * part / parts..<lines.count * (part + 1) / parts]
  }

  private func event(_ line: Line) -> ScriptEvent<Story.Name> {
    chunks[Int(line.chunk)][Int(line.index)]
  }

  private static func id(_ line: Line) -> UInt64 {
    UInt64(line.chunk) << 32 | UInt64(line.index)
  }

  func truth(threads: Int) throws(WriteError) -> Truth? {
    let counted = Mutex<[Int: [TruthTable]]>([:])
    try inParallel(chunks.count, threads: threads) { (chunk) throws(WriteError) in
      let tables = story.truth(of: chunks[chunk], observedUntil: observedUntil)
      counted.withLock { $0[chunk] = tables }
    }
    let parts = counted.withLock { $0 }
    var tables = parts[0] ?? []
    for chunk in 1..<max(1, chunks.count) {
      for (index, table) in (parts[chunk] ?? []).enumerated() { tables[index].merge(table) }
    }
    return Truth(
      log: [
        ("lines", .count(lines.count)), ("events", .count(lines.count - duplicates)),
        ("duplicates", .count(duplicates)), ("observed_until", .time(observedUntil)),
      ],
      parameters: story.parameters(tables), tables: tables)
  }
}
