/// What is remembered of a row that is too long to keep.
struct OversizedRow {
  /// Inflated bytes of the file before it.
  let byte: Int
  /// Bytes so far, its line end included.
  private(set) var count = 0
  private var lineEnds = 0
  private var lastByte: UInt8 = 0
  private var start: [UInt8] = []
  /// Whether it has a line end: a last row may not, even where its last byte, inside quotes, is LF.
  private var isEnded = false

  init(byte: Int) {
    self.byte = byte
  }

  /// Takes the row's next bytes, its line end included; `isEnd` when there is one.
  mutating func take(_ bytes: Span<UInt8>, isEnd: Bool) {
    isEnded = isEnd
    for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { lineEnds += 1 }
    // Two more than will be shown, because they may turn out to be the line end.
    let room = Reject.prefixBytesMax + 2 - start.count
    for index in 0..<min(room, bytes.count) { start.append(bytes[index]) }
    count += bytes.count
    if !bytes.isEmpty { lastByte = bytes[bytes.count - 1] }
  }

  /// Lines it spreads over: one for each line end, and one for a rest after the last.
  var lines: Int { lineEnds + (lastByte == UInt8(ascii: "\n") ? 0 : 1) }

  /// The first bytes of the row, without its line end.
  var prefix: [UInt8] {
    var prefix = start
    if isEnded && count == start.count {
      prefix.removeLast()
      if prefix.last == UInt8(ascii: "\r") { prefix.removeLast() }
    }
    return Array(prefix.prefix(Reject.prefixBytesMax))
  }
}

/// The first lines of a CSV row that is too long, to be read again should a stray quote have made it
/// that long, and what the row is without them.
struct LinesAgain {
  let bytes: [UInt8]
  private(set) var rest: OversizedRow
  private var passed = 0

  /// Those that fit into `bytesMax` of `row`, the row's first bytes; nil when no line does.
  init?(_ row: Span<UInt8>, byte: Int, bytesMax: Int) {
    let first = 0..<min(row.count, bytesMax)
    guard let end = LineSplitter.lastLineEnd(in: row, range: first) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(end)
    for index in 0..<end { bytes.append(row[index]) }
    self.bytes = bytes
    rest = OversizedRow(byte: byte + end)
  }

  /// Takes the row's next bytes, its first ones included, as `OversizedRow.take` does.
  mutating func take(_ row: Span<UInt8>, isEnd: Bool) {
    let own = min(row.count, max(0, bytes.count - passed))
    passed += row.count
    rest.take(row.extracting(own..<row.count), isEnd: isEnd)
  }
}
