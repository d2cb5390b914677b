extension DurationStatistics {
  package var isZero: Bool { count == 0 }

  /// Distinct durations, ascending: each as what it is more than the one before, with how often it
  /// was added.
  package func encode(to writer: inout StateWriter) {
    let run = sorted
    writer.append(count: run.count)
    var cursor = DurationRun.Cursor(run)
    var previous: Int64 = 0
    while let (value, times) = cursor.next() {
      writer.append(signed: value &- previous)
      writer.append(signed: Int64(times))
      previous = value
    }
  }

  package init(from reader: inout StateReader) {
    var run = DurationRun()
    var previous: Int64 = 0
    for position in 0..<reader.count() {
      let (value, overflows) = previous.addingReportingOverflow(reader.signed())
      let count = reader.tally()
      if !reader.isDamaged,
        overflows || position > 0 && value <= previous || count <= 0
          || value.magnitude > StateReader.instantMax
      {
        reader.note("durations are not in order, or are counted beyond reason")
      }
      if reader.isDamaged { break }
      run.append(value, times: count)
      previous = value
    }
    self.init(run)
  }
}
