import System

/// The instants of a worker's links in order of arrival: some seven bytes each, and on disk above
/// the memory budget.
///
/// Only devices of several people need more than their first and last link, and which these are is
/// known when all workers have read everything. Pieces of one encoding each:
///
///     per link: code of the tuple (varint), time less the one before in the piece (zigzag)
struct LinkTimes: Sendable {
  private var piece = RunBytes()
  private var previous: (code: UInt32, time: Int64) = (0, 0)
  /// In memory, whole.
  private var pieces: [[UInt8]] = []
  private var file: ScratchFile?
  private var spilled: [Range<Int>] = []
  private let budget: MemoryBudget
  private let scratch: String?

  private static let pieceBytes = 1 << 16

  init(budget: MemoryBudget, scratch: String?) {
    self.budget = budget
    self.scratch = scratch
  }

  /// Bytes of memory held.
  var footprint: Int { pieces.reduce(piece.bytes.capacity) { $0 + $1.count } }

  @inline(__always)
  mutating func append(code: UInt32, time: Int64) throws(ScratchError) {
    // Rows often come in bursts of one instant.
    if code == previous.code, time == previous.time, !piece.bytes.isEmpty { return }
    piece.append(varint: UInt64(code))
    piece.append(zigzag: time &- previous.time)
    previous = (code, time)
    if piece.bytes.count >= Self.pieceBytes { try endPiece() }
  }

  private mutating func endPiece() throws(ScratchError) {
    budget.add(piece.bytes.count)
    pieces.append(piece.bytes)
    piece.bytes.removeAll(keepingCapacity: true)
    previous = (0, 0)
    if budget.used > budget.limit { try spill() }
  }

  private mutating func spill() throws(ScratchError) {
    guard let scratch else { return }
    if file == nil { file = try ScratchFile(directory: scratch) }
    for piece in pieces {
      guard let start = try file?.append(piece) else { return }
      spilled.append(start..<start + piece.count)
      budget.add(-piece.count)
    }
    pieces = []
  }

  /// Gives `body` every link.
  func readAll(_ body: (_ code: UInt32, _ time: Int64) -> Void) throws(ScratchError) {
    for range in spilled {
      guard let file else { return }
      let bytes = try file.read(offset: range.lowerBound, count: range.count)
      do throws(SegmentCursor.Damage) {
        try Self.read(bytes, body)
      } catch {
        throw file.damaged(error.what)
      }
    }
    for bytes in pieces + [piece.bytes] {
      do throws(SegmentCursor.Damage) {
        try Self.read(bytes, body)
      } catch {
        preconditionFailure("links that were just written cannot be read: \(error.what)")
      }
    }
  }

  private static func read(
    _ bytes: [UInt8], _ body: (UInt32, Int64) -> Void
  ) throws(SegmentCursor.Damage) {
    var cursor = SegmentCursor(bytes)
    var time: Int64 = 0
    while !cursor.isAtEnd {
      let code = try cursor.code(below: Int(UInt32.max))
      time &+= try cursor.zigzag()
      body(UInt32(code), time)
    }
  }

  /// Memory that is given back with it.
  var budgeted: Int { pieces.reduce(0) { $0 + $1.count } }
}
