/// JSON objects one after another, however laid out: from a chunk of whole values to rows of a batch.
///
/// What stands between them (blanks, line ends, commas, brackets of an outer array, record separators)
/// is passed over. Anything else between them is a rejected row up to its line's end.
struct JSONValuesParser: RowParser {
  private var reader: JSONSlowReader
  private let limits: ReadLimits
  private let skipsPrefix: Bool

  init(extraction: Extraction, limits: ReadLimits) {
    self.limits = limits
    skipsPrefix = extraction.rows.skipsPrefix
    reader = JSONSlowReader(extraction: extraction, limits: limits)
  }

  /// Adds the events of a chunk of whole values to `batch`, and what became of them to `tally`.
  mutating func parse(
    _ bytes: Span<UInt8>, isFirstChunk: Bool, into batch: inout EventBatch, tally: inout RowTally
  ) {
    var start = 0
    var line = 0
    while start < bytes.count {
      var splitter = JSONValueSplitter()
      let end = splitter.firstRowEnd(in: bytes, from: start) ?? bytes.count
      var value = JSONValueSplitter.trim(bytes, start..<end)
      if skipsPrefix, !value.isEmpty,
        let brace = WordScan.first(UInt8(ascii: "{"), in: bytes, value)
      {
        value = brace..<value.upperBound
      }
      for place in start..<value.lowerBound where bytes[place] == UInt8(ascii: "\n") { line += 1 }
      if !value.isEmpty {
        tally.rows += 1
        if let reason = reader.readValue(bytes, value, line: line, into: &batch, tally: &tally) {
          tally.reject(
            reason, row: value, of: bytes, line: line, samplesMax: limits.rejectSamplesMax)
        }
      }
      for place in value.lowerBound..<end where bytes[place] == UInt8(ascii: "\n") { line += 1 }
      start = end
    }
    // A last line without its end is one, too.
    if bytes.count > 0, bytes[bytes.count - 1] != UInt8(ascii: "\n") { line += 1 }
    tally.lines += line
  }
}
