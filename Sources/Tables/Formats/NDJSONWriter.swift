/// `NAME.ndjson`: the rows alone, one object per line.
package struct NDJSONWriter: TableWriter {
  package static let format = TableFormat(
    name: "ndjson", shape: .files { head, _ in NDJSONWriter(columns: head.columns) })

  private let rowEncoder: JSONRowEncoder

  package init(columns: [Column]) {
    rowEncoder = JSONRowEncoder(columns: columns)
  }

  package func begin(into bytes: inout [UInt8]) {}

  package func append(_ row: [Cell], into bytes: inout [UInt8]) {
    rowEncoder.append(row, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }

  package func end(into bytes: inout [UInt8]) {}
}
