/// Delimited text with other quotes, or with escapes, as RFC 4180 writes it: line for line, so that
/// only one parser has to know rows. For rare files: it reads every byte once more.
enum UnusualQuotes {
  static func rewritten(_ bytes: Span<UInt8>, _ format: DelimitedFormat) -> [UInt8] {
    let plain = UInt8(ascii: "\"")
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + bytes.count / 8)
    var at = 0
    while at < bytes.count {
      // One field.
      var field: [UInt8] = []
      var needsQuotes = false
      var isClosed = true
      if let quote = format.quote, bytes[at] == quote {
        needsQuotes = true
        isClosed = false
        at += 1
        while at < bytes.count {
          let byte = bytes[at]
          if byte == format.escape, at + 1 < bytes.count {
            let next = bytes[at + 1]
            if next != quote, next != byte { field.append(byte) }
            field.append(next)
            at += 2
          } else if byte == quote {
            if at + 1 < bytes.count, bytes[at + 1] == quote {
              field.append(byte)
              at += 2
            } else {
              isClosed = true
              at += 1
              break
            }
          } else {
            field.append(byte)
            at += 1
          }
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
}
