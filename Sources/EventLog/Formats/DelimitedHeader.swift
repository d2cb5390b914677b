/// The first row of a CSV or TSV file: which column holds which wanted path.
struct DelimitedHeader {
  /// The wanted columns, or why the file cannot be read.
  enum Match: Equatable {
    case columns([DelimitedRowWalker.Column])
    case problem(String)
  }

  let names: [String]

  /// Splits a header that the walker has found to be well-formed. Slow and plain: one row a file.
  init(_ bytes: Span<UInt8>, _ range: Range<Int>, delimiter: UInt8, isQuoting: Bool) {
    let quote = UInt8(ascii: "\"")
    var names: [String] = []
    var name: [UInt8] = []
    var isQuoted = false
    var isFieldStart = true
    var place = range.lowerBound
    while place < range.upperBound {
      let byte = bytes[place]
      place += 1
      if isQuoted {
        if byte != quote {
          name.append(byte)
        } else if place < range.upperBound, bytes[place] == quote {
          name.append(quote)
          place += 1
        } else {
          isQuoted = false
        }
      } else if isFieldStart, isQuoting, byte == quote {
        isQuoted = true
        isFieldStart = false
      } else if byte == delimiter {
        names.append(String(decoding: name, as: UTF8.self))
        name.removeAll()
        isFieldStart = true
      } else {
        name.append(byte)
        isFieldStart = false
      }
    }
    names.append(String(decoding: name, as: UTF8.self))
    self.names = names
  }

  /// Names are compared byte by byte; a wanted one must occur, and once.
  func match(_ paths: [FieldPath]) -> Match {
    var columns: [DelimitedRowWalker.Column] = []
    for (slot, path) in paths.enumerated() {
      let wanted = Array(path.description.utf8)
      let found = names.indices.filter { names[$0].utf8.elementsEqual(wanted) }
      guard let index = found.first else {
        return .problem("no column named \"\(path)\"; the header has: \(shortList)")
      }
      guard found.count == 1 else {
        return .problem("\(found.count) columns are named \"\(path)\"")
      }
      columns.append(DelimitedRowWalker.Column(index: index, slot: slot))
    }
    return .columns(columns.sorted { ($0.index, $0.slot) < ($1.index, $1.slot) })
  }

  private var shortList: String {
    let shown = names.prefix(40).joined(separator: ", ")
    return names.count > 40 ? shown + ", and \(names.count - 40) more" : shown
  }
}
