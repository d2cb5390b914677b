/// Delimited text with other quotes, or with escapes, as RFC 4180 writes it: line for line, so that
/// only one parser has to know rows. For rare files: it reads every byte once more.
enum UnusualQuotes {
  static func rewritten(_ bytes: Span<UInt8>, _ format: DelimitedFormat) -> [UInt8] {
    let plain = UInt8(ascii: "\"")
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + bytes.count / 8)
    var at = 0
    while at < bytes.count {
      // Marks before a row are none of its first field.
      if out.last ?? UInt8(ascii: "\n") == UInt8(ascii: "\n") {
        let end = DelimitedRowParser.marksEnd(in: bytes, from: at)
        while at < end {
          out.append(bytes[at])
          at += 1
        }
        if at == bytes.count { break }
      }
      // One field.
      var field: [UInt8] = []
      var needsQuotes = false
      var isClosed = true
      if let quote = format.quote, bytes[at] == quote {
        needsQuotes = true
        let start = at + 1
        (field, at, isClosed) = quoted(bytes, start..<bytes.count, quote, format)
        if !isClosed || !isEnd(bytes, behind: at, format),
          let line = LineSplitter.firstLineEnd(in: bytes, from: start), line <= at
        {
          // A stray quote is one of its own line, so that what follows is written as it should be.
          (field, at, _) = quoted(bytes, start..<line - 1, quote, format)
          isClosed = false
        }
      } else {
        if bytes[at] == plain { needsQuotes = true }
        while at < bytes.count, bytes[at] != format.delimiter, bytes[at] != UInt8(ascii: "\n") {
          let byte = bytes[at]
          if byte == format.escape, at + 1 < bytes.count,
            bytes[at + 1] == format.delimiter || bytes[at + 1] == byte
          {
            field.append(bytes[at + 1])
            needsQuotes = needsQuotes || bytes[at + 1] == format.delimiter
            at += 2
          } else {
            field.append(byte)
            at += 1
          }
        }
      }
      let endsInReturn =
        needsQuotes && isClosed && field.last == UInt8(ascii: "\r") && at < bytes.count
        && bytes[at] == UInt8(ascii: "\n") && format.quote == nil
      if endsInReturn { field.removeLast() }
      if needsQuotes {
        out.append(plain)
        for byte in field {
          if byte == plain { out.append(plain) }
          out.append(byte)
        }
        if isClosed { out.append(plain) }
      } else {
        out += field
      }
      if endsInReturn { out.append(UInt8(ascii: "\r")) }
      // What stands behind a closing quote, up to the end of the field.
      while at < bytes.count {
        let byte = bytes[at]
        out.append(byte)
        at += 1
        if byte == format.delimiter || byte == UInt8(ascii: "\n") { break }
      }
    }
    return out
  }

  /// Makes rejects of rewritten lines show, and place, the lines as the file has them.
  ///
  /// - Parameters:
  ///   - rejects: In any order; their lines count from that of `bytes`' start.
  static func restore(_ rejects: inout ArraySlice<Reject>, from bytes: Span<UInt8>) {
    guard let last = rejects.map(\.line).max() else { return }
    var starts = [0]
    while starts.count <= last,
      let next = LineSplitter.firstLineEnd(in: bytes, from: starts[starts.count - 1])
    {
      starts.append(next)
    }
    for index in rejects.indices where rejects[index].line < starts.count {
      let start = DelimitedRowParser.marksEnd(in: bytes, from: starts[rejects[index].line])
      var end = start
      for _ in 0...rejects[index].prefix.count(where: { $0 == UInt8(ascii: "\n") }) {
        end = LineSplitter.firstLineEnd(in: bytes, from: end) ?? bytes.count
      }
      while end > start, [UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains(bytes[end - 1]) {
        end -= 1
      }
      rejects[index].byte = start
      rejects[index].prefix = (start..<min(end, start + Reject.prefixBytesMax)).map { bytes[$0] }
    }
  }

  /// The text behind an opening quote at the start of `range`, where it ends, behind the closing quote,
  /// and whether there is one, within the lines that quotes may hold.
  private static func quoted(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ quote: UInt8, _ format: DelimitedFormat
  ) -> (field: [UInt8], end: Int, isClosed: Bool) {
    var field: [UInt8] = []
    var at = range.lowerBound
    var lines = 0
    while at < range.upperBound, lines <= CSVRowSplitter.quotedLinesMax {
      let byte = bytes[at]
      if byte == format.escape, at + 1 < range.upperBound {
        let next = bytes[at + 1]
        if next == UInt8(ascii: "\n") { lines += 1 }
        if next != quote, next != byte { field.append(byte) }
        field.append(next)
        at += 2
      } else if byte == quote {
        guard at + 1 < range.upperBound, bytes[at + 1] == quote else {
          return (field, at + 1, true)
        }
        field.append(byte)
        at += 2
      } else {
        if byte == UInt8(ascii: "\n") { lines += 1 }
        field.append(byte)
        at += 1
      }
    }
    return (field, at, false)
  }

  /// Whether a field may end behind a closing quote, blanks aside.
  private static func isEnd(
    _ bytes: Span<UInt8>, behind place: Int, _ format: DelimitedFormat
  ) -> Bool {
    var place = place
    while place < bytes.count, bytes[place] == UInt8(ascii: " ") { place += 1 }
    return place == bytes.count || bytes[place] == format.delimiter
      || bytes[place] == UInt8(ascii: "\n") || bytes[place] == UInt8(ascii: "\r")
  }
}
