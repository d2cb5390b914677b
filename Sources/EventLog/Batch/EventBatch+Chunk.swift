/// Values that stand in a chunk as they are need no copy: the batch takes over the chunk's bytes, and
/// what had to be decoded stands behind them.
///
///     chunk    u1 page_view FR "say ""hi""" ...
///     bytes    u1 page_view FR "say ""hi""" ... say "hi" ...
///     users    [0..2]                           texts [41..49]
///
/// A batch of its own bytes is the same with nothing before them.
extension EventBatch {
  /// Begins with a chunk of so many bytes, which it will take over. Only when empty.
  mutating func begin(behind chunkBytes: Int) {
    precondition(bytes.isEmpty && count == 0)
    base = chunkBytes
    refersToChunk = true
  }

  /// Takes over the chunk's bytes, and leaves a buffer of its own in their place. All rows are there.
  mutating func takeOver(_ chunkBytes: inout [UInt8]) {
    precondition(chunkBytes.count == base)
    if !bytes.isEmpty {
      // No more than that: an array that grows by itself may take twice as much.
      chunkBytes.reserveCapacity(base + bytes.count)
      chunkBytes += bytes
    }
    swap(&bytes, &chunkBytes)
    refersToChunk = false
  }

  /// Gives a chunk its bytes back, if they were taken over; the batch is empty then.
  package mutating func giveBack(_ chunkBytes: inout [UInt8]) {
    let length = base
    base = 0
    if length > 0 {
      if bytes.count > length { bytes.removeLast(bytes.count - length) }
      swap(&bytes, &chunkBytes)
    }
    removeAll()
  }

  /// Where the next decoded byte will stand.
  @inline(__always)
  var end: Int { base + bytes.count }

  /// Gives `body` what a slice stands for, while `chunk` is parsed.
  func withText<Result>(
    _ slice: ByteSlice, of chunk: Span<UInt8>, _ body: (Span<UInt8>, Range<Int>) -> Result
  ) -> Result {
    let range = slice.range
    if range.lowerBound < base { return body(chunk, range) }
    return body(bytes.span, range.lowerBound - base..<range.upperBound - base)
  }
}
