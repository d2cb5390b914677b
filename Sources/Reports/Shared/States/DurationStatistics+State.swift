extension DurationStatistics {
  package var isZero: Bool { count == 0 }
  package var heapBytes: Int { values.capacity * 8 + counts.capacity * 8 + recent.capacity * 8 }

  /// Distinct durations, ascending: each as what it is more than the one before, with how often it
  /// was added.
  package func encode(to writer: inout StateWriter) {
    var sorted = self
    sorted.sortIn()
    writer.append(count: sorted.values.count)
    var previous: Int64 = 0
    for (value, count) in zip(sorted.values, sorted.counts) {
      writer.append(signed: value &- previous)
      writer.append(signed: Int64(count))
      previous = value
    }
  }

  package init(from reader: inout StateReader) {
    var values: [Int64] = []
    var counts: [Int] = []
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
      values.append(value)
      counts.append(count)
      previous = value
    }
    self.init(values: values, counts: counts)
  }
}
