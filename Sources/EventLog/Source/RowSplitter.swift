/// Tells where rows end, over bytes that arrive in pieces: by line, by the quotes of CSV, or by the
/// braces of JSON.
///
/// A row ends at LF. A CR before it belongs to the line end; a lone CR is data.
enum RowSplitter {
  case lines
  case csv(CSVRowSplitter)
  case values(JSONValueSplitter)

  init(format: LogFormat) {
    switch format {
    case .jsonl, .lines: self = .lines
    case .json: self = .values(JSONValueSplitter())
    case .delimited(let format):
      self = format.quote == nil ? .lines : .csv(CSVRowSplitter(format: format))
    }
  }

  /// The offset after the last row end in `bytes[start...]`, nil for none. What is before `start`
  /// was passed in earlier calls; all of `bytes` counts as passed after this one.
  mutating func lastRowEnd(in bytes: Span<UInt8>, from start: Int) -> Int? {
    switch self {
    case .lines:
      return LineSplitter.lastLineEnd(in: bytes, range: start..<bytes.count)
    case .csv(var splitter):
      let end = splitter.lastRowEnd(in: bytes, from: start)
      self = .csv(splitter)
      return end
    case .values(var splitter):
      let end = splitter.lastRowEnd(in: bytes, from: start)
      self = .values(splitter)
      return end
    }
  }

  /// The offset after the first row end in `bytes[start...]`, up to which alone `bytes` counts as
  /// passed; all of it when there is none.
  mutating func firstRowEnd(in bytes: Span<UInt8>, from start: Int) -> Int? {
    switch self {
    case .lines:
      return LineSplitter.firstLineEnd(in: bytes, from: start)
    case .csv(var splitter):
      let end = splitter.firstRowEnd(in: bytes, from: start)
      self = .csv(splitter)
      return end
    case .values(var splitter):
      let end = splitter.firstRowEnd(in: bytes, from: start)
      self = .values(splitter)
      return end
    }
  }
}

extension RowSplitter {
  /// Whether a stray quote of CSV made the row that `firstRowEnd` found as long as it is.
  var endedStray: Bool {
    if case .csv(let splitter) = self { splitter.endedStray } else { false }
  }

  /// Whether one did so with the row that has not ended, if nothing follows.
  var isStray: Bool {
    if case .csv(let splitter) = self { splitter.isStray } else { false }
  }
}

/// Line ends in bytes.
enum LineSplitter {
  /// Offset after the last LF in `bytes[range]`. From the end: a chunk ends within a line of its last
  /// LF, so this looks at a few hundred bytes, whatever the chunk's size.
  static func lastLineEnd(in bytes: Span<UInt8>, range: Range<Int>) -> Int? {
    var index = range.upperBound
    while index > range.lowerBound {
      if bytes[index - 1] == UInt8(ascii: "\n") { return index }
      index -= 1
    }
    return nil
  }

  /// Offset after the first LF in `bytes[start...]`.
  static func firstLineEnd(in bytes: Span<UInt8>, from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\n") { return index + 1 }
      index += 1
    }
    return nil
  }
}
