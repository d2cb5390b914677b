/// How every format records a row that is not an event.
extension RowTally {
  /// Counts a rejected row and, while samples of its reason are fewer than `samplesMax`, keeps it.
  ///
  /// - Parameters:
  ///   - row: The row's bytes in `chunk`, without its line end.
  ///   - line: The row's first line, relative to the chunk.
  ///   - lines: As how many rows it counts: a stray quote makes one of many lines.
  mutating func reject(
    _ reason: RejectReason, row: Range<Int>, of chunk: Span<UInt8>, line: Int, lines: Int = 1,
    samplesMax: Int
  ) {
    let index = Int(reason.rawValue)
    rejected[index] += lines
    rejectedBytes += row.count
    guard sampled[index] < samplesMax else { return }
    sampled[index] += 1
    var prefix: [UInt8] = []
    let end = min(row.upperBound, row.lowerBound + Reject.prefixBytesMax)
    prefix.reserveCapacity(end - row.lowerBound)
    for place in row.lowerBound..<end { prefix.append(chunk[place]) }
    samples.append(Reject(reason: reason, line: line, byte: row.lowerBound, prefix: prefix))
  }
}
