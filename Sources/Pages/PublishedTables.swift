import Tables
package import Values

/// Tables read back from a published folder: of each, its NAME.json; of a set without those, what
/// `datapackage.json` says and the CSV.
package enum PublishedTables {
  /// - Parameters:
  ///   - manifest: `run.json`.
  ///   - read: a file of the folder by its name; nil, or nothing, when it cannot be read.
  package static func source(
    manifest: JSONValue, read: (String) -> [UInt8]?
  ) -> PageSource {
    let outputs = (manifest["outputs"]?.elements ?? []).compactMap { $0["path"]?.string }
    let resources =
      read("datapackage.json").flatMap { try? JSONReader.read($0) }?["resources"]?.elements ?? []
    var source = PageSource(manifest: manifest, reports: [])
    // In the order of the spec, which is that of the data package; else by name.
    let order = resources.compactMap { $0["name"]?.string }
    let stems = order + outputs.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    var seen: Set<String> = ["run", "datapackage"]
    for stem in stems where seen.insert(stem).inserted && !stem.hasSuffix(".entities") {
      guard outputs.contains("\(stem).json") || outputs.contains("\(stem).csv") else { continue }
      var document: JSONValue?
      if outputs.contains("\(stem).json"), let bytes = read("\(stem).json") {
        document = try? JSONReader.read(bytes)
      }
      let resource = resources.first { $0["name"]?.string == stem }
      guard
        let table = document.flatMap({ table($0, name: stem) })
          ?? resource.flatMap({ self.table($0, name: stem, csv: read("\(stem).csv") ?? []) })
      else { continue }
      let report =
        document?["report"]?.string ?? stem.split(separator: ".").first.map(String.init) ?? stem
      if let place = source.reports.firstIndex(where: { $0.name == report }) {
        source.reports[place].tables.append(table)
      } else {
        source.reports.append(
          PageSource.Report(
            name: report, definition: document?["definition"] ?? .object([]), tables: [table]))
      }
    }
    return source
  }

  /// `NAME.json`.
  static func table(_ document: JSONValue, name: String) -> Table? {
    guard let columns = document["columns"]?.elements?.map(column),
      let rows = document["rows"]?.elements
    else { return nil }
    var table = Table(name: name, columns: columns)
    for row in rows {
      guard case .object(let members) = row, members.count == columns.count else { return nil }
      table.rows.append(zip(members, columns).map { cell($0.value, $1) })
    }
    return table
  }

  private static func column(_ value: JSONValue) -> Column {
    let kind: Column.Kind =
      switch value["type"]?.string {
      case "integer": .integer
      case "number": .number
      case "date": .date
      case "datetime": .dateTime
      case "boolean": .boolean
      default: .text
      }
    let column = Column(
      value["name"]?.string ?? "", kind, unit: value["unit"]?.string ?? "",
      value["description"]?.string ?? "")
    return value["key"] == .boolean(true) ? column.key : column
  }

  /// A number with a few decimals is money, and keeps them, unless its unit is one of the tool's own
  /// words.
  private static func cell(_ value: JSONValue, _ column: Column) -> Cell {
    switch value {
    case .null, .list, .object: return .empty
    case .boolean(let value): return .boolean(value)
    // A rate of 1 is written without a point.
    case .integer(let value):
      return column.kind == .number && !column.unit.isEmpty
        ? .number(Double(value)) : .integer(value)
    case .number(let value): return .number(value)
    case .text(let text): return .text(text)
    case .digits(let digits):
      let decimals = digits.split(separator: ".").dropFirst().first?.utf8.count ?? 0
      let isOwnUnit =
        !column.unit.isEmpty
        && column.unit.utf8.allSatisfy { $0 &- UInt8(ascii: "a") < 26 }
      if !isOwnUnit, decimals <= 6, let sum = DecimalSum(digits) { return .decimal(sum) }
      return Double(digits).map { .number($0) } ?? .empty
    }
  }

  /// A CSV as the tool writes it, with the columns of its resource.
  private static func table(_ resource: JSONValue, name: String, csv: [UInt8]) -> Table? {
    guard let fields = resource["schema"]?["fields"]?.elements else { return nil }
    let columns = fields.map(column)
    let guards = fields.map { $0["guard"]?.string }
    var table = Table(name: name, columns: columns)
    for row in CSVRows.read(csv).dropFirst() where row.count == columns.count {
      table.rows.append(
        row.indices.map { index in
          guard var text = row[index] else { return .empty }
          let column = columns[index]
          if let mark = guards[index], text.hasPrefix(mark) { text.removeFirst(mark.count) }
          switch column.kind {
          case .integer: return Int(text).map { .integer($0) } ?? .text(text)
          case .number, .decimal: return cell(.digits(text), column)
          case .boolean: return .boolean(text == "true")
          case .text, .label, .date, .dateTime: return .text(text)
          }
        })
    }
    return table
  }
}

/// Rows of a CSV with quotes as RFC 4180 has them; nil where nothing stands between two commas.
enum CSVRows {
  static func read(_ bytes: [UInt8]) -> [[String?]] {
    var rows: [[String?]] = []
    var row: [String?] = []
    var field: [UInt8] = []
    var (isQuoted, wasQuoted) = (false, false)
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    func value() -> String? {
      field.isEmpty && !wasQuoted ? nil : String(decoding: field, as: UTF8.self)
    }
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isQuoted {
        if byte != UInt8(ascii: "\"") {
          field.append(byte)
        } else if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
          field.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): (isQuoted, wasQuoted) = (true, true)
      case UInt8(ascii: ","), UInt8(ascii: "\n"):
        row.append(value())
        (field, wasQuoted) = ([], false)
        if byte == UInt8(ascii: "\n") {
          rows.append(row)
          row = []
        }
      case UInt8(ascii: "\r"): break
      default: field.append(byte)
      }
    }
    return rows
  }
}
