extension RowTally {
  /// Counts a rejected row, and keeps its beginning unless there are enough of that reason.
  ///
  /// - Parameters:
  ///   - row: the row's bytes in its chunk, without the line end.
  ///   - line: relative to the chunk, 0 first.
  mutating func reject(
    _ reason: RejectReason, row: Range<Int>, of chunk: Span<UInt8>, line: Int, samplesMax: Int
  ) {
    let place = Int(reason.rawValue)
    rejected[place] += 1
    // Rejects of a chunk are kept in order, so the first ones of each reason are the ones wanted.
    guard rejected[place] <= samplesMax else { return }
    let end = min(row.upperBound, row.lowerBound + Reject.prefixBytesMax)
    var prefix: [UInt8] = []
    prefix.reserveCapacity(end - row.lowerBound)
    for position in row.lowerBound..<end { prefix.append(chunk[position]) }
    samples.append(Reject(reason: reason, line: line, byte: row.lowerBound, prefix: prefix))
  }
}
