/// Every field of the rows of a file, whatever they are: for looking at logs, not for counting events.
///
/// Fields are called as a spec's paths call them. Of an array it tells the first element and, where it
/// is one of keys and values, each entry:
///
///     {"a": {"b.c": 1}, "list": [7, 8], "params": [{"key": "page", "value": {"s": "/x"}}]}
///     a.b\.c = 1    list = (2 elements)    list[0] = 7    params[page] = /x
///
/// Rows that do not fit the format are passed over and counted: why not, only the format's parser knows.
package struct FieldReader {
  package enum Kind: UInt8, Sendable, CaseIterable {
    case text, number, boolean, null, list
  }

  /// A field of a row.
  package struct Field {
    /// Index into `paths`.
    package var path: Int
    package var kind: Kind
    /// Of the row's text, decoded; of a list all of it.
    package var range: Range<Int>
  }

  /// What a path leads to, in the order in which paths were come upon; the first to `pathsMax`.
  package private(set) var paths: [String] = []
  /// Whether there were more: keys that are ids themselves.
  package private(set) var hasMorePaths = false
  package private(set) var rows = 0
  package private(set) var misfits = 0

  package static let pathsMax = 2_000
  private static let heldDepthMax = 4

  private struct Step: Hashable {
    var parent: Int
    var name: [UInt8]
  }

  private enum Layout {
    case json(isLines: Bool)
    case delimited(DelimitedFormat, DelimitedRowWalker)
    case combined(CombinedRowParser)
    case server(ServerLogRowParser)
    case w3c(W3CRowParser)
  }

  private var layout: Layout
  private let rules: RowRules
  private var document = JSONDocument()
  private var known: [Step: Int] = [:]
  private var fields: [Field] = []
  /// Of a row that is not JSON.
  private var text: [UInt8] = []
  /// Of columns, by place; nil until the header was read.
  private var header: [Int]?
  private var linesToSkip = 0
  private var values: [RawValue] = []

  package init(format: LogFormat, rules: RowRules = RowRules()) {
    let nothing = Extraction(
      format: format, event: .constant(""), time: TimeField(paths: [], format: .iso8601))
    self.rules = rules
    switch format {
    case .jsonl: layout = .json(isLines: true)
    case .json: layout = .json(isLines: false)
    case .delimited(let format): layout = .delimited(format, Self.walker(format, format.delimiter))
    case .combined:
      layout = .combined(CombinedRowParser(extraction: nothing, limits: ReadLimits()))
    case .server(let format):
      layout = .server(
        ServerLogRowParser(format: format, extraction: nothing, limits: ReadLimits()))
    case .w3c: layout = .w3c(W3CRowParser(extraction: nothing, limits: ReadLimits()))
    }
  }

  private static func walker(_ format: DelimitedFormat, _ delimiter: UInt8) -> DelimitedRowWalker {
    DelimitedRowWalker(
      delimiter: delimiter, isQuoting: format.quote != nil || format.isUnusual)
  }

  /// Calls `body` with each row of a chunk; a file's chunks come in order.
  package mutating func read(
    _ chunk: borrowing Chunk, _ body: (_ fields: [Field], _ text: [UInt8]) -> Void
  ) {
    let bytes = chunk.bytes.span.extracting(0..<chunk.count)
    switch layout {
    case .json(let isLines):
      if isLines, !chunk.holdsValues {
        readLines(bytes, body)
      } else {
        readValues(bytes, body)
      }
    case .delimited(let format, let walker):
      if format.isUnusual {
        let plain = UnusualQuotes.rewritten(bytes, format)
        readDelimited(plain.span, format, walker, isFirst: chunk.index == 0, body)
      } else {
        readDelimited(bytes, format, walker, isFirst: chunk.index == 0, body)
      }
    case .combined(var parser):
      eachLine(bytes) { $0.take(parser.named(bytes, $1), bytes, body) }
    case .server(var parser):
      eachLine(bytes) { $0.take(parser.named(bytes, $1), bytes, body) }
    case .w3c(let parser):
      eachLine(bytes) { $0.takeW3C($1, bytes, parser, body) }
    }
  }

  private mutating func eachLine(
    _ bytes: Span<UInt8>, _ body: (inout FieldReader, Range<Int>) -> Void
  ) {
    var start = 0
    while start < bytes.count {
      let next = LineSplitter.firstLineEnd(in: bytes, from: start)
      var end = next.map { $0 - 1 } ?? bytes.count
      if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      if end > start { body(&self, start..<end) }
      start = next ?? bytes.count
    }
  }

  /// The path of a name below another one; -1 stands for the row.
  private mutating func path(_ name: [UInt8], below parent: Int, spelled: (String) -> String)
    -> Int?
  {
    let step = Step(parent: parent, name: name)
    if let path = known[step] { return path }
    guard paths.count < Self.pathsMax else {
      hasMorePaths = true
      return nil
    }
    known[step] = paths.count
    paths.append(spelled(String(decoding: name, as: UTF8.self)))
    return paths.count - 1
  }

  private mutating func deliver(
    _ text: [UInt8], _ body: (_ fields: [Field], _ text: [UInt8]) -> Void
  ) {
    rows += 1
    body(fields, text)
    fields.removeAll(keepingCapacity: true)
  }
}

// MARK: JSON

extension FieldReader {
  private mutating func readLines(
    _ bytes: Span<UInt8>, _ body: ([Field], [UInt8]) -> Void
  ) {
    eachLine(bytes) { reader, line in
      var start = line.lowerBound + RowMark.count(bytes, line)
      if reader.rules.skipsPrefix {
        start = WordScan.first(UInt8(ascii: "{"), in: bytes, line) ?? line.upperBound
      }
      if start == line.upperBound { return }
      reader.load(bytes, start..<line.upperBound)
      var at = 0
      while at < line.upperBound - start {
        guard let found = reader.document.parse(from: at, to: line.upperBound - start) else {
          reader.misfits += 1
          return
        }
        reader.takeRoot(found.root, body)
        at = reader.document.skipSeparators(from: found.end, to: line.upperBound - start).0
      }
    }
  }

  private mutating func readValues(
    _ bytes: Span<UInt8>, _ body: ([Field], [UInt8]) -> Void
  ) {
    var start = 0
    while start < bytes.count {
      var splitter = JSONValueSplitter()
      let end = splitter.firstRowEnd(in: bytes, from: start) ?? bytes.count
      let value = JSONValueSplitter.trim(bytes, start..<end)
      start = end
      if value.isEmpty { continue }
      load(bytes, value)
      if let found = document.parse(from: 0, to: value.count), found.end == value.count {
        takeRoot(found.root, body)
      } else {
        misfits += 1
      }
    }
  }

  private mutating func load(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    document.load(bytes, range)
    document.isLenient = true
  }

  private mutating func takeRoot(_ root: Int, _ body: ([Field], [UInt8]) -> Void) {
    if let path = rules.records {
      guard let found = document.records(at: path, in: root) else {
        misfits += 1
        return
      }
      for element in found.elements {
        var names: Set<[UInt8]> = []
        add(membersOf: element, below: -1, depth: 0, names: &names)
        for outer in found.enclosing.reversed() {
          add(membersOf: outer, below: -1, depth: 0, names: &names, listsToo: false)
        }
        deliver(document.text, body)
      }
      return
    }
    let roots =
      document.nodes[root].kind == .array ? document.children(of: root) : [root]
    for root in roots {
      guard document.nodes[root].kind == .object else {
        misfits += 1
        continue
      }
      var names: Set<[UInt8]> = []
      add(membersOf: root, below: -1, depth: 0, names: &names)
      deliver(document.text, body)
    }
  }

  /// - Parameter names: what the row has already; the first wins.
  private mutating func add(
    membersOf object: Int, below parent: Int, depth: Int, names: inout Set<[UInt8]>,
    listsToo: Bool = true
  ) {
    guard object >= 0, document.nodes[object].kind == .object else { return }
    let isTop = parent < 0 && (rules.records != nil)
    var child = document.nodes[object].firstChild
    while child >= 0 {
      defer { child = document.nodes[child].next }
      if !listsToo, document.nodes[child].kind == .array { continue }
      let key = Array(document.text[document.nodes[child].key])
      if isTop, !names.insert(key).inserted { continue }
      let prefix = parent < 0 ? "" : paths[parent] + "."
      guard
        let path = path(key, below: parent, spelled: { prefix + Self.escaped($0) })
      else { continue }
      add(child, path: path, depth: depth)
    }
  }

  private mutating func add(_ node: Int, path: Int, depth: Int) {
    let value = document.nodes[node]
    var nothing: Set<[UInt8]> = []
    let range = value.start..<value.end
    switch value.kind {
    case .object: add(membersOf: node, below: path, depth: depth, names: &nothing)
    case .array:
      fields.append(Field(path: path, kind: .list, range: range))
      addElements(of: node, path: path, depth: depth)
    case .text:
      if depth < Self.heldDepthMax, let held = document.held(by: node) {
        add(held, path: path, depth: depth + 1)
      } else {
        fields.append(Field(path: path, kind: .text, range: range))
      }
    case .number: fields.append(Field(path: path, kind: .number, range: range))
    case .boolean: fields.append(Field(path: path, kind: .boolean, range: range))
    case .null: fields.append(Field(path: path, kind: .null, range: range))
    }
  }

  private mutating func addElements(of array: Int, path parent: Int, depth: Int) {
    let children = document.children(of: array)
    let name = paths[parent]
    for (place, child) in children.enumerated() {
      if document.nodes[child].kind == .object, let entry = entry(child) {
        guard !entry.key.contains(UInt8(ascii: "]")) else { continue }
        if let path = path(entry.key, below: parent, spelled: { "\(name)[\($0)]" }) {
          add(entry.value, path: path, depth: depth)
        }
      } else if place == 0, let path = path([0], below: parent, spelled: { _ in name + "[0]" }) {
        add(child, path: path, depth: depth)
      }
    }
  }

  /// The key and the value of an element such as `{"key": K, "value": V}`; of a value by types the first
  /// that is not null.
  private func entry(_ object: Int) -> (key: [UInt8], value: Int)? {
    var (key, value): (Int?, Int?)
    var child = document.nodes[object].firstChild
    while child >= 0 {
      let name = document.text[document.nodes[child].key]
      if name.elementsEqual("key".utf8) || key == nil && name.elementsEqual("name".utf8) {
        key = child
      }
      if name.elementsEqual("value".utf8) { value = child }
      child = document.nodes[child].next
    }
    guard let key, var value, document.nodes[key].kind == .text else { return nil }
    if document.nodes[value].kind == .object {
      var inner = document.nodes[value].firstChild
      while inner >= 0, document.nodes[inner].kind == .null { inner = document.nodes[inner].next }
      if inner >= 0 { value = inner }
    }
    return (Array(document.text[document.nodes[key].start..<document.nodes[key].end]), value)
  }

  private static func escaped(_ key: String) -> String {
    key.contains { ".\\[".contains($0) }
      ? key.reduce(into: "") { text, letter in
        if ".\\[".contains(letter) { text.append("\\") }
        text.append(letter)
      } : key
  }
}

// MARK: Lines of columns

extension FieldReader {
  private mutating func take(
    _ row: [(name: String, range: Range<Int>)]?, _ bytes: Span<UInt8>,
    _ body: ([Field], [UInt8]) -> Void
  ) {
    guard let row else {
      misfits += 1
      return
    }
    text.removeAll(keepingCapacity: true)
    for (name, range) in row { add(column: name, range, of: bytes) }
    deliver(text, body)
  }

  private mutating func add(column name: String, _ range: Range<Int>, of bytes: Span<UInt8>) {
    guard let path = path(Array(name.utf8), below: -1, spelled: { $0 }) else { return }
    let start = text.count
    for place in range { text.append(bytes[place]) }
    let isDash = range.count == 1 && bytes[range.lowerBound] == UInt8(ascii: "-")
    let kind = range.isEmpty || isDash ? Kind.null : .text
    fields.append(Field(path: path, kind: kind, range: start..<text.count))
  }

  private mutating func takeW3C(
    _ row: Range<Int>, _ bytes: Span<UInt8>, _ parser: W3CRowParser,
    _ body: ([Field], [UInt8]) -> Void
  ) {
    if bytes[row.lowerBound] == UInt8(ascii: "#") {
      let line = String(decoding: row.map { bytes[$0] }, as: UTF8.self)
      guard line.lowercased().hasPrefix("#fields:") else { return }
      let names = line.dropFirst(8).split { $0 == " " || $0 == "\t" }
      header = names.compactMap { path(Array($0.utf8), below: -1, spelled: { $0 }) }
      return
    }
    let ranges = parser.values(bytes, row)
    guard let header, ranges.count == header.count else {
      misfits += 1
      return
    }
    take(zip(header, ranges).map { (paths[$0], $1) }, bytes, body)
  }

  private mutating func readDelimited(
    _ bytes: Span<UInt8>, _ format: DelimitedFormat, _ given: DelimitedRowWalker, isFirst: Bool,
    _ body: ([Field], [UInt8]) -> Void
  ) {
    var walker = given
    var start = 0
    if isFirst {
      header = nil
      linesToSkip = format.skip
      if let delimiter = CSVRowSplitter.statedDelimiter(bytes), walker.isQuoting {
        walker = Self.walker(format, delimiter)
        start = LineSplitter.firstLineEnd(in: bytes, from: 0) ?? bytes.count
      }
      if let columns = format.columns { begin(columns, &walker) }
      layout = .delimited(format, walker)
    }
    while linesToSkip > 0, start < bytes.count {
      start = LineSplitter.firstLineEnd(in: bytes, from: start) ?? bytes.count
      linesToSkip -= 1
    }
    walker.start(at: start, in: bytes)
    while start < bytes.count {
      if bytes[start] == format.comment {
        start = LineSplitter.firstLineEnd(in: bytes, from: start) ?? bytes.count
        walker.start(at: start, in: bytes)
        continue
      }
      for slot in values.indices { values[slot] = .absent }
      let row = walker.next(in: bytes, from: start, values: &values)
      let line = start..<row.contentEnd
      start = row.end
      if row.isBlank { continue }
      guard let header else {
        let names = DelimitedHeader(
          bytes, line, delimiter: walker.delimiter, isQuoting: walker.isQuoting
        ).names
        begin(names, &walker)
        layout = .delimited(format, walker)
        walker.start(at: start, in: bytes)
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
      document.append(decoded)
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
