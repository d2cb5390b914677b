import EventLog
import Reports
import Spec
import Tables
import Values

/// Writes the tables of an analysis into a set of files, in every format asked for; the data package
/// and the rejects beside them.
struct ReportWriter: ~Copyable {
  /// Gives all rows of a table, some at a time; can be asked once for each format.
  typealias Rows = (([[Cell]]) throws -> Void) throws -> Void

  let set: OutputSet
  let formats: OutputFormats

  private var csv: CSVWriter.Options {
    CSVWriter.Options(excel: formats.excel, rawText: formats.rawText)
  }

  init(set: consuming OutputSet, formats: OutputFormats) {
    self.set = set
    self.formats = formats
  }

  func write(_ analysis: Analysis) throws {
    var resources: [DataPackage.Resource] = []
    var books: [(format: TableFormat, path: String, book: any TableBook)] = []
    for format in formats.tables {
      guard case .book(let make) = format.shape else { continue }
      let path = set.scratchPath("book.\(format.name)")
      books.append((format, path, try make(path, analysis.bookFacts)))
    }
    func write(_ head: TableHead, _ rows: Rows) throws {
      for format in formats.tables {
        guard case .files(let make) = format.shape else { continue }
        let writer = make(head, csv)
        let file = try writeFile("\(head.name).\(format.name)", writer, rows)
        if format.name == CSVWriter.format.name {
          resources.append(
            DataPackage.Resource(
              name: head.name, path: file.name, bytes: file.bytes, sha256: file.sha256,
              columns: head.columns, title: head.definition["title"]?.string,
              description: head.definition["description"]?.string))
        }
      }
      for (_, _, book) in books {
        try book.begin(head)
        try rows { for row in $0 { try book.append(row) } }
        try book.end()
      }
    }
    try analysis.forEachTable(write)
    for (format, path, book) in books {
      try book.finish()
      try set.take(path, as: "tables.\(format.name)")
    }
    let package = DataPackage(resources: resources, options: csv)
    try set.write(JSONWriter.pretty(package.json), to: "datapackage.json")
    try writeRejects(analysis)
  }

  /// Row by row: a list can be larger than memory.
  private func writeFile(
    _ name: String, _ writer: some TableWriter, _ rows: Rows
  ) throws -> OutputFile {
    var stream = TableStream(writer, into: try set.open(name))
    try rows { try stream.append(contentsOf: $0) }
    let count = stream.rowCount
    return try stream.finish().close(rows: count)
  }

  private func writeRejects(_ analysis: Analysis) throws {
    let rejects = analysis.files.flatMap { reading in
      reading.tally.samples.map { (reading.file.path, $0) }
    }
    guard !rejects.isEmpty else { return }
    var bytes: [UInt8] = []
    for (path, reject) in rejects {
      bytes += JSONWriter.compact(
        .object([
          ("file", .text(path)), ("line", .integer(reject.line)), ("byte", .integer(reject.byte)),
          ("reason", .text(reject.reason.name)),
          ("row", .text(String(decoding: reject.prefix, as: UTF8.self))),
        ]))
      bytes.append(UInt8(ascii: "\n"))
    }
    try set.write(bytes, to: "rejects.jsonl", rows: rejects.count)
  }

  consuming func commit() throws(PublishError) -> Publication { try set.commit() }
}
