import Synchronization
import System
import Tables
import Timelines

/// Rows of the NAME.entities lists on their way out: each partition's rows are sorted by id and go to
/// an unlinked scratch file; at the end they are merged, row by row, into one sorted list. Nothing
/// of a list is ever held in memory whole.
final class ListSpools: Sendable {
  private struct Spool {
    var file: ScratchFile
    var columns: [Column]
    /// Byte ranges of the file, each sorted by the first column.
    var runs: [Range<Int>] = []
  }

  private let scratch: String
  private let spools = Mutex<[String: Spool]>([:])

  init(scratch: String) {
    self.scratch = scratch
  }

  /// Adds one partition's rows, which must be sorted by the id in their first column. Called from
  /// any worker.
  func append(_ rows: Table, report: String) throws {
    guard !rows.rows.isEmpty else { return try ensure(report, columns: rows.columns) }
    var bytes: [UInt8] = []
    for row in rows.rows { RowCodec.append(row, to: &bytes) }
    try ensure(report, columns: rows.columns)
    try spools.withLock { spools in
      let start = try spools[report]!.file.append(bytes)
      spools[report]!.runs.append(start..<start + bytes.count)
    }
  }

  /// Adds a run of rows that are bytes already, sorted by id and checked (`RowCodec.isValid`), piece by
  /// piece until there is none. One caller at a time.
  func appendRun(_ report: String, columns: [Column], _ next: () throws -> [UInt8]?) throws {
    try ensure(report, columns: columns)
    guard let file = spools.withLock({ $0[report]?.file }) else { return }
    let start = file.byteCount
    while let bytes = try next() { _ = try file.append(bytes) }
    let run = start..<file.byteCount
    if !run.isEmpty { spools.withLock { $0[report]?.runs.append(run) } }
  }

  private func ensure(_ report: String, columns: [Column]) throws {
    try spools.withLock { spools in
      if spools[report] == nil {
        spools[report] = Spool(file: try ScratchFile(directory: scratch), columns: columns)
      }
    }
  }

  /// Columns of a report's list; nil when the report has none.
  func columns(report: String) -> [Column]? {
    spools.withLock { $0[report]?.columns }
  }

  private static let (batchRowsMax, batchBytesMax) = (4096, 1 << 20)

  /// All rows of a report's list, sorted by id bytes, some thousand at a time, fewer of long ids.
  func forEachBatch(report: String, _ body: ([[Cell]]) throws -> Void) throws {
    guard let spool = spools.withLock({ $0[report] }) else { return }
    // As many buffers as runs: together they stay within a few megabytes.
    let bufferBytes = max(1 << 10, min(32 << 10, (8 << 20) / max(1, spool.runs.count)))
    var cursors = try spool.runs.map {
      try RunCursor(file: spool.file, range: $0, bufferBytes: bufferBytes)
    }
    // A heap of cursor numbers by their current id; ids differ between partitions.
    var heap = BinaryHeap(count: cursors.count) { left, right in
      cursors[left].key.lexicographicallyPrecedes(cursors[right].key)
    }
    var batch: [[Cell]] = []
    var batchBytes = 0
    while let first = heap.first {
      batch.append(cursors[first].row)
      batchBytes += cursors[first].rowBytes
      if batch.count == Self.batchRowsMax || batchBytes >= Self.batchBytesMax {
        try body(batch)
        batch.removeAll(keepingCapacity: true)
        batchBytes = 0
      }
      let hasMore = try cursors[first].advance()
      heap.fixFirst(keeping: hasMore) { left, right in
        cursors[left].key.lexicographicallyPrecedes(cursors[right].key)
      }
    }
    if !batch.isEmpty { try body(batch) }
  }
}

/// Reads the rows of one sorted run of a spool, some at a time.
private struct RunCursor {
  private let file: ScratchFile
  private var position: Int
  private let end: Int
  private let bufferBytes: Int
  private var buffer: [UInt8] = []
  private var offset = 0
  /// The current row, and its id's bytes.
  private(set) var row: [Cell] = []
  private(set) var rowBytes = 0
  private(set) var key: [UInt8] = []

  /// - Parameter range: not empty.
  init(file: ScratchFile, range: Range<Int>, bufferBytes: Int) throws {
    self.file = file
    self.bufferBytes = bufferBytes
    position = range.lowerBound
    end = range.upperBound
    _ = try advance()
  }

  /// Moves to the next row; false at the end.
  mutating func advance() throws -> Bool {
    while true {
      if let (next, used) = RowCodec.read(buffer, from: offset) {
        offset += used
        (row, rowBytes) = (next, used)
        if case .text(let id) = next.first { key = Array(id.utf8) }
        return true
      }
      guard position < end else { return false }
      buffer.removeFirst(offset)
      offset = 0
      // A row longer than the buffer makes it grow.
      let more = try file.read(offset: position, count: min(bufferBytes, end - position))
      position += more.count
      buffer += more
    }
  }
}
