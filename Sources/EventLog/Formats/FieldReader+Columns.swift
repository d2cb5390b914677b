/// Rows of columns; one of them may hold JSON.
extension FieldReader {
  mutating func take(
    _ look: LineLook, _ bytes: Span<UInt8>, _ body: ([String], [Field], [UInt8]) -> Void
  ) {
    switch look {
    case .comment: break
    case .misfit: misfits += 1
    case .header(let names):
      // Also of those that no row has a value of.
      for name in names { _ = path(Array(name.utf8), below: -1, spelled: { $0 }) }
    case .fields(let row):
      text.removeAll(keepingCapacity: true)
      for (name, range) in row { add(column: name, range, of: bytes) }
      deliver(text, body)
    }
  }

  private mutating func add(column name: String, _ range: Range<Int>, of bytes: Span<UInt8>) {
    guard let path = path(Array(name.utf8), below: -1, spelled: { $0 }) else { return }
    let start = text.count
    for place in range { text.append(bytes[place]) }
    let isDash = range.count == 1 && bytes[range.lowerBound] == UInt8(ascii: "-")
    let kind = range.isEmpty || isDash ? Kind.null : .text
    fields.append(Field(path: path, kind: kind, range: start..<text.count))
  }

  mutating func readDelimited(
    _ bytes: Span<UInt8>, _ format: DelimitedFormat, _ given: DelimitedRowWalker, isFirst: Bool,
    _ body: ([String], [Field], [UInt8]) -> Void
  ) {
    var walker = given
    var start = 0
    if isFirst {
      header = nil
      linesToSkip = format.skip
      if let delimiter = CSVRowSplitter.statedDelimiter(bytes), walker.isQuoting {
        walker = DelimitedRowWalker(format.delimited(by: delimiter))
        start = LineSplitter.firstLineEnd(in: bytes, from: 0) ?? bytes.count
      }
      if let columns = format.columns { begin(columns, &walker) }
      layout = .delimited(format, walker)
    }
    while linesToSkip > 0, start < bytes.count {
      start = LineSplitter.firstLineEnd(in: bytes, from: start) ?? bytes.count
      linesToSkip -= 1
    }
    walker.leave()
    while start < bytes.count {
      if bytes[start] == format.comment {
        start = LineSplitter.firstLineEnd(in: bytes, from: start) ?? bytes.count
        continue
      }
      let marksEnd = rules.isStrict ? start : DelimitedRowParser.marksEnd(in: bytes, from: start)
      if marksEnd > start {
        start = marksEnd
        continue
      }
      for slot in values.indices { values[slot] = .absent }
      let row = walker.next(in: bytes, from: start, values: &values)
      let line = start..<row.contentEnd
      start = row.end
      if row.isBlank { continue }
      guard let header else {
        let found = DelimitedHeader(bytes, line, fields: row.fields, walker)
        begin(found.names, &walker)
        layout = .delimited(format, walker)
        continue
      }
      guard row.fields <= header.count, row.problem == nil else {
        misfits += 1
        continue
      }
      takeColumns(row.fields, header, bytes)
      deliver(document.text, body)
    }
  }

  private mutating func begin(_ names: [String], _ walker: inout DelimitedRowWalker) {
    let names = names.prefix(Self.pathsMax)
    header = names.compactMap { path(Array($0.utf8), below: -1, spelled: { $0 }) }
    walker.columns = names.indices.map { DelimitedRowWalker.Column(index: $0, slot: $0) }
    values = [RawValue](repeating: .absent, count: names.count)
  }

  /// Columns may hold JSON, so they are laid into the document's text.
  private mutating func takeColumns(_ count: Int, _ header: [Int], _ bytes: Span<UInt8>) {
    document.load(bytes, 0..<0)
    document.isLenient = true
    for (column, path) in header.enumerated() where column < count {
      let value = values[column]
      var decoded: [UInt8] = []
      var lone = 0
      _ = RowAssembler.append(value, of: bytes, to: &decoded, &lone)
      let start = document.text.count
      guard document.append(decoded) else { continue }
      let end = document.text.count
      if decoded.first == UInt8(ascii: "{"),
        let found = document.parse(from: start, to: end), found.end == end
      {
        add(found.root, path: path, depth: 1)
      } else {
        let kind = decoded.isEmpty ? Kind.null : .text
        fields.append(Field(path: path, kind: kind, range: start..<end))
      }
    }
  }
}
