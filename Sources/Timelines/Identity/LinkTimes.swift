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
  private var spilled: [Place] = []
  /// Codes are below it.
  private var codes = Int(UInt32.max)
  private let budget: MemoryBudget
  private let scratch: String?

  private static let pieceBytes = 1 << 16

  /// Where a piece stands in the file.
  struct Place: Sendable {
    var range: Range<Int>
    /// Nil for what the program itself has written.
    var checksum: UInt64?
  }

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
      spilled.append(Place(range: start..<start + piece.count))
      budget.add(-piece.count)
    }
    pieces = []
  }

  /// Gives `body` every link.
  func readAll(_ body: (_ code: UInt32, _ time: Int64) -> Void) throws(ScratchError) {
    for place in spilled {
      guard let file else { return }
      let bytes = try read(place, of: file)
      do throws(SegmentCursor.Damage) {
        try Self.read(bytes, codes: codes, body)
      } catch {
        throw file.damaged(error.what)
      }
    }
    for bytes in pieces + [piece.bytes] {
      do throws(SegmentCursor.Damage) {
        try Self.read(bytes, codes: codes, body)
      } catch {
        preconditionFailure("links that were just written cannot be read: \(error.what)")
      }
    }
  }

  private func read(_ place: Place, of file: ScratchFile) throws(ScratchError) -> [UInt8] {
    let bytes = try file.read(offset: place.range.lowerBound, count: place.range.count)
    guard place.checksum.map({ $0 == RunFormat.checksum(bytes.span) }) ?? true else {
      throw file.damaged("the checksum of instants does not fit")
    }
    return bytes
  }

  /// Gives `body` the pieces as they are, those on disk first.
  func forEachPiece(_ body: ([UInt8]) throws -> Void) throws {
    for place in spilled {
      guard let file else { return }
      try body(try read(place, of: file))
    }
    for bytes in pieces + [piece.bytes] where !bytes.isEmpty { try body(bytes) }
  }

  /// Pieces that another machine wrote.
  mutating func takeOver(_ places: [Place], in file: ScratchFile, codes: Int) {
    (spilled, self.file, self.codes) = (places, file, codes)
  }

  private static func read(
    _ bytes: [UInt8], codes: Int, _ body: (UInt32, Int64) -> Void
  ) throws(SegmentCursor.Damage) {
    var cursor = SegmentCursor(bytes)
    var time: Int64 = 0
    while !cursor.isAtEnd {
      let code = try cursor.code(below: codes)
      time &+= try cursor.zigzag()
      body(UInt32(code), time)
    }
  }

  /// Memory that is given back with it.
  var budgeted: Int { pieces.reduce(0) { $0 + $1.count } }
}
