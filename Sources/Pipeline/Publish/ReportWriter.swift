import EventLog
import Reports
import Spec
import Tables
import Values

/// Writes the tables of an analysis into a set of files: CSV, JSON, the data package, the rejects.
struct ReportWriter: ~Copyable {
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
    for (definition, tables) in zip(analysis.spec.reports, analysis.tables) {
      let description = definition.fullDescription(calendar: analysis.spec.calendar)
      for table in tables { try writeRows(of: table, into: &resources) }
      if let main = tables.first { try writeJSON(of: main, description) }
      try writeList(of: definition, analysis, into: &resources)
    }
    if let goals = analysis.goals {
      try writeRows(of: goals, into: &resources)
      try writeJSON(of: goals, .list(analysis.spec.goals.map(\.definition)))
    }
    let package = DataPackage(resources: resources, options: csv)
    try set.write(JSONWriter.pretty(package.json), to: "datapackage.json")
    try writeRejects(analysis)
  }

  private func writeRows(
    of table: Table, into resources: inout [DataPackage.Resource]
  ) throws {
    let file = try set.write(
      table.rows, as: CSVWriter(columns: table.columns, options: csv), to: "\(table.name).csv")
    resources.append(Self.resource(file, table.name, table.columns))
    if formats.ndjson {
      try set.write(
        table.rows, as: NDJSONWriter(columns: table.columns), to: "\(table.name).ndjson")
    }
  }

  private func writeJSON(of table: Table, _ definition: JSONValue) throws {
    try set.write(
      table.rows,
      as: TableJSONWriter(report: table.name, definition: definition, columns: table.columns),
      to: "\(table.name).json")
  }

  /// Row by row: a list can be larger than memory.
  private func writeList(
    of definition: any ReportDefinition, _ analysis: Analysis,
    into resources: inout [DataPackage.Resource]
  ) throws {
    let name = definition.options.name
    guard definition.options.list, let columns = analysis.lists.columns(report: name) else {
      return
    }
    let sink = try set.open("\(name).entities.csv")
    var stream = TableStream(CSVWriter(columns: columns, options: csv), into: sink)
    try analysis.lists.forEachBatch(report: name) { try stream.append(contentsOf: $0) }
    let rows = stream.rowCount
    let file = try stream.finish().close(rows: rows)
    resources.append(Self.resource(file, "\(name).entities", columns))
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

  private static func resource(
    _ file: OutputFile, _ name: String, _ columns: [Column]
  ) -> DataPackage.Resource {
    DataPackage.Resource(
      name: name, path: file.name, bytes: file.bytes, sha256: file.sha256, columns: columns)
  }
}
