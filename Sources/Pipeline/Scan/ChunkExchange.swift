import Dispatch
import EventLog
import Synchronization

/// The bounded hand-off of work from workers that own a file to workers that have no file left.
///
/// A worker that owns a file offers each chunk; if somebody waits for work and the exchange has
/// room, the chunk changes hands, else the owner parses it itself. Nobody ever waits for room, so a
/// single large file costs hardly more than inflating it, and many files run without any hand-off.
/// Chunks of long rows are not handed over, and few are parsed at a time: a parser may take several
/// times as much memory as the row that it reads.
///
///     owner    next ─ offer ─ next ─ offer ─ next ─ (full) parse ─ next ...
///     helper         take ─ parse ────────── take ─ parse ...
///
/// Where the members of a file carry their size, helpers also inflate runs of them (`RunLine`) when
/// there is nothing to parse.
final class ChunkExchange: Sendable {
  struct Item: Sendable {
    var chunk: Chunk
    /// Index of the input in canonical order.
    var file: Int
    /// The owner's parser once it has seen the file's first chunk (a CSV header, for example).
    var parser: SharedParser
  }

  /// A parser on its way through many hands: by reference, since each copy of the value would count
  /// up and down all that it holds.
  final class SharedParser: Sendable {
    let parser: ChunkParser

    init(_ parser: ChunkParser) { self.parser = parser }
  }

  enum Work: Sendable {
    case parse(Item)
    /// Has to be given back to the line, whatever happens.
    case inflate(RunLine.Claim, RunLine)
  }

  private struct State {
    var queue: [Item] = []
    /// Of the files being read.
    var lines: [RunLine] = []
    var free: [Chunk] = []
    var filesLeft: Int
    var helpers = 0
  }

  private let state: Mutex<State>
  private let filled = DispatchSemaphore(value: 0)
  private let capacity: Int
  private let long: DispatchSemaphore
  private static let longBytes = 4 << 20
  /// Memory that a long row takes, in times of the longest that is allowed.
  private static let longShare = 8

  /// - Parameters:
  ///   - files: how many files there are to read; the exchange ends with the last of them.
  ///   - lineBytesMax: of the longest row allowed.
  ///   - memoryBytesMax: of the run; nil for no limit.
  init(workers: Int, files: Int, lineBytesMax: Int, memoryBytesMax: Int?) {
    let fitting = memoryBytesMax.map { $0 / Self.longShare / max(1, lineBytesMax) } ?? workers
    long = DispatchSemaphore(value: min(workers, max(1, fitting)))
    state = Mutex(State(filesLeft: files))
    capacity = 2 * workers
  }

  /// Hands the chunk to a helper, and leaves an empty one in its place; false when nobody is free.
  func offer(_ chunk: inout Chunk, file: Int, parser: SharedParser) -> Bool {
    if chunk.count > Self.longBytes { return false }
    // The common case, a file for every worker, costs one uncontended lock per chunk.
    let handed = state.withLock { state in
      guard state.helpers > 0, state.queue.count < capacity else { return false }
      let spare = state.free.popLast() ?? Chunk()
      state.queue.append(Item(chunk: chunk, file: file, parser: parser))
      chunk = spare
      return true
    }
    if handed { filled.signal() }
    return handed
  }

  /// A file has been read to its end: with the last one, every helper sees the end.
  func finishFile() {
    let waiting = state.withLock { state in
      state.filesLeft -= 1
      return state.filesLeft == 0 ? state.helpers : 0
    }
    for _ in 0..<waiting { filled.signal() }
  }

  /// The worker has no file left and will help: from now on owners may hand over.
  func becomeHelper() {
    state.withLock { $0.helpers += 1 }
  }

  var helperCount: Int { state.withLock { $0.helpers } }

  /// From now on helpers look into the line, until it is closed.
  func open(_ line: RunLine) {
    state.withLock { $0.lines.append(line) }
  }

  func close(_ line: RunLine) {
    state.withLock { state in state.lines.removeAll { $0 === line } }
  }

  /// A run has been appended to an open line.
  func announceRun() { filled.signal() }

  /// The next piece of work; nil when every file has been read and nothing is left to do. Chunks come
  /// before runs: what is nearest to the end frees memory, and gives runs their place.
  func take() -> Work? {
    while true {
      let (item, lines, isOver) = state.withLock { state -> (Item?, [RunLine], Bool) in
        if !state.queue.isEmpty { return (state.queue.removeFirst(), [], false) }
        return (nil, state.lines, state.filesLeft == 0)
      }
      if let item { return .parse(item) }
      for line in lines {
        if let claim = line.claim() { return .inflate(claim, line) }
      }
      if isOver { return nil }
      filled.wait()
    }
  }

  /// Waits, with a chunk of long rows, for its turn to be parsed.
  func begin(_ chunk: borrowing Chunk) {
    if chunk.count > Self.longBytes { long.wait() }
  }

  func end(_ chunk: borrowing Chunk) {
    if chunk.count > Self.longBytes { long.signal() }
  }

  func giveBack(_ chunk: consuming Chunk) {
    let chunk = chunk
    state.withLock { state in state.free.append(chunk) }
  }
}
