internal import CByteScan

/// The structural scan of a chunk, a few rows at a time: tokens, rows and quotes stand in buffers that
/// are used again and again.
///
/// A row's tokens are in `tokens[row's start..<row.tokens_end]`, positions in the chunk; see
/// `Structural.h` for what a token is and what the scan has checked. The buffer takes 2,048 tokens, of
/// some 40 KB of a log, and those of a step behind them, so that a row is read while its bytes are
/// still in the first cache; it grows only for a single row with more. Of one with very many it has
/// none, and calls the row doubtful.
struct JSONIndex: Sendable {
  private(set) var tokens: [UInt32]
  private(set) var rows: [structural_row]
  /// One bit per byte of the chunk, up to what has been scanned: quotes that begin or end a string.
  private(set) var quotes: [UInt64] = []
  /// The members that `findMembers` has found.
  private(set) var members: [structural_member] = []
  private var scan = structural_scan()
  private let rowTokensMax: Int
  /// The row that is being scanned has more tokens than that.
  private var isOverfull = false

  /// - Parameter rowTokensMax: tokens of a row that are wanted, or twice as many.
  init(rowTokensMax: Int) {
    self.rowTokensMax = rowTokensMax
    let step = Int(STRUCTURAL_STEP)
    tokens = [UInt32](repeating: 0, count: 2048 + step)
    rows = [structural_row](repeating: structural_row(), count: 256 + step)
  }

  /// Starts with a new chunk.
  mutating func begin(count: Int) {
    precondition(
      count < Int(UInt32.max) - Int(STRUCTURAL_STEP), "a chunk's positions are 32 bits wide")
    scan = structural_scan()
    isOverfull = false
    // One more than the scan writes, for readers that look at two words at once.
    let words = count / Int(STRUCTURAL_BLOCK) + 2
    if quotes.count < words {
      quotes.append(contentsOf: repeatElement(0, count: words - quotes.count))
    }
  }

  /// Scans until some rows are whole, and returns how many; 0 at the end of the chunk.
  mutating func next(_ bytes: Span<UInt8>) -> Int {
    // Tokens of a row that was not whole move to the front.
    if scan.rows_count > 0 {
      let done = Int(rows[scan.rows_count - 1].tokens_end)
      for index in done..<scan.tokens_count { tokens[index - done] = tokens[index] }
      scan.tokens_count -= done
      scan.rows_count = 0
    }
    while !scan.is_done {
      if scan.tokens_count + Int(STRUCTURAL_STEP) > tokens.count {
        if scan.tokens_count > rowTokensMax {
          isOverfull = true
          scan.tokens_count = 0
        } else {
          tokens.append(contentsOf: repeatElement(0, count: tokens.count))
        }
      }
      run(bytes)
      if scan.rows_count > 0 { break }
    }
    if isOverfull, scan.rows_count > 0 {
      rows[0].flags |= UInt32(STRUCTURAL_DOUBTFUL)
      isOverfull = false
    }
    return scan.rows_count
  }

  private mutating func run(_ bytes: Span<UInt8>) {
    // The buffers are alive and untouched by anything else inside the closures, and as long as they
    // say; the scan writes no further, and reads no byte beyond the span.
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe tokens.withUnsafeMutableBufferPointer { tokens in
        unsafe rows.withUnsafeMutableBufferPointer { rows in
          unsafe quotes.withUnsafeMutableBufferPointer { quotes in
            var output = unsafe structural_output(
              tokens: tokens.baseAddress, tokens_capacity: tokens.count,
              rows: rows.baseAddress, rows_capacity: rows.count, quotes: quotes.baseAddress)
            unsafe structural_scan_run(&scan, bytes.baseAddress, bytes.count, &output)
          }
        }
      }
    }
  }

  /// Checks the brackets of a row whose tokens are given, and finds its members at most `depth` levels
  /// deep: how many stand at the front of `members`, nil where the row is not valid or too unusual.
  mutating func findMembers(_ bytes: Span<UInt8>, _ range: Range<Int>, depth: Int) -> Int? {
    if members.count < range.count {
      let missing = range.count - members.count
      members.append(contentsOf: repeatElement(structural_member(), count: missing))
    }
    // The tokens are places in `bytes`, there is room for as many members, and no pointer outlives
    // the call.
    let count = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe tokens.withUnsafeBufferPointer { tokens in
        unsafe members.withUnsafeMutableBufferPointer { found in
          unsafe structural_members(
            bytes.baseAddress, UnsafeBufferPointer(rebasing: tokens[range]).baseAddress,
            range.count,
            UInt32(truncatingIfNeeded: depth), found.baseAddress)
        }
      }
    }
    return count < 0 ? nil : count
  }
}
