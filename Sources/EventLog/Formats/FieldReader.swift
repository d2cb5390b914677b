/// Every field of the rows of a file, whatever they are: for looking at logs, not for counting events.
///
/// Fields are called as a spec's paths call them. Of an array it tells the first element and, where it
/// is one of keys and values, each entry:
///
///     {"a": {"b.c": 1}, "list": [7, 8], "params": [{"key": "page", "value": {"s": "/x"}}]}
///     a.b\.c = 1    list = (2 elements)    list[0] = 7    params[page] = /x
///
/// Rows that do not fit the format are passed over and counted; why not, the format's parser knows.
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
  package internal(set) var misfits = 0

  package static let pathsMax = 2_000
  static let heldDepthMax = 4

  struct Step: Hashable {
    var parent: Int
    var name: [UInt8]
  }

  enum Layout {
    case json(isLines: Bool)
    case delimited(DelimitedFormat, DelimitedRowWalker)
    case lines(any LineParser)
  }

  var layout: Layout
  let rules: RowRules
  var document = JSONDocument(ReadLimits())
  var known: [Step: Int] = [:]
  var fields: [Field] = []
  /// Of a row that is not JSON.
  var text: [UInt8] = []
  /// Of columns, by place; nil until the header was read.
  var header: [Int]?
  var linesToSkip = 0
  var values: [RawValue] = []

  package init(format: LogFormat, rules: RowRules = RowRules()) {
    self.rules = rules
    switch format {
    case .jsonl: layout = .json(isLines: true)
    case .json: layout = .json(isLines: false)
    case .delimited(let format): layout = .delimited(format, DelimitedRowWalker(format))
    case .lines(let lines):
      let nothing = Extraction(
        format: format, event: .constant(""), time: TimeField(paths: [], format: .iso8601))
      layout = .lines(lines.makeParser(nothing, ReadLimits()))
    }
  }

  /// Calls `body` with each row of a chunk; a file's chunks come in order.
  package mutating func read(
    _ chunk: borrowing Chunk,
    _ body: (_ paths: [String], _ fields: [Field], _ text: [UInt8]) -> Void
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
      readDelimited(bytes, format, walker, isFirst: chunk.index == 0, body)
    case .lines(var parser):
      eachLine(bytes) { $0.take(parser.look(at: $1, of: bytes), bytes, body) }
      layout = .lines(parser)
    }
  }

  mutating func eachLine(
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
  mutating func path(_ name: [UInt8], below parent: Int, spelled: (String) -> String)
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

  mutating func deliver(
    _ text: [UInt8], _ body: (_ paths: [String], _ fields: [Field], _ text: [UInt8]) -> Void
  ) {
    rows += 1
    body(paths, fields, text)
    fields.removeAll(keepingCapacity: true)
  }
}
