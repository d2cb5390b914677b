import EventLog
import Testing

@testable import Tables
@testable import Values

@Suite struct TableJSONWriterTests {
  private static let columns = [
    Column("country", .text, "Where it was."),
    Column("rate", .number, unit: "fraction", "A \"rate\"."),
    Column("revenue", .decimal, unit: "money", "Paid."),
  ]

  private static let rows: [[Cell]] = [
    [
      .text("=\"x\"\n"), .number(0.25),
      .decimal(DecimalSum(ExactDecimal(significand: 250_031_563, scale: 2))),
    ],
    [.empty, .number(.infinity), .empty],
    [.boolean(true), .integer(3), .decimal(.zero)],
  ]

  @Test func wholeDocument() {
    var sink = ArraySink()
    let definition = JSONValue.object([("type", .text("funnel")), ("steps", .list([.text("a")]))])
    TableJSONWriter(report: "check out", definition: definition, columns: Self.columns)
      .write(Self.rows, to: &sink)
    #expect(
      sink.text == #"""
        {
          "report": "check out",
          "definition": {
            "type": "funnel",
            "steps": ["a"]
          },
          "columns": [
            {"name": "country", "type": "string", "unit": "", "description": "Where it was."},
            {"name": "rate", "type": "number", "unit": "fraction", "description": "A \"rate\"."},
            {"name": "revenue", "type": "number", "unit": "money", "description": "Paid."}
          ],
          "rows": [
            {"country": "=\"x\"\n", "rate": 0.25, "revenue": 2500315.63},
            {"country": null, "rate": null, "revenue": null},
            {"country": true, "rate": 3, "revenue": 0}
          ]
        }

        """#)
  }

  @Test func noRows() throws {
    var sink = ArraySink()
    TableJSONWriter(report: "r", definition: .object([]), columns: []).write([], to: &sink)
    #expect(
      sink.text
        == "{\n  \"report\": \"r\",\n  \"definition\": {},\n  \"columns\": [],\n  \"rows\": []\n}\n"
    )
    #expect(try JSONReader.read(sink.bytes)["rows"] == .list([]))
  }

  @Test func ndjsonIsRowsAlone() {
    var sink = ArraySink()
    NDJSONWriter(columns: Self.columns).write(Self.rows, to: &sink)
    #expect(
      sink.text == #"""
        {"country": "=\"x\"\n", "rate": 0.25, "revenue": 2500315.63}
        {"country": null, "rate": null, "revenue": null}
        {"country": true, "rate": 3, "revenue": 0}

        """#)
  }
}

@Suite struct DataPackageTests {
  @Test func describesEachCSV() {
    let columns: [Column] = [
      Column("country", .text, "t"), Column("state", .label, "l"),
      Column("size", .integer, unit: "entities", "i"),
      Column("rate", .number, unit: "fraction", "n"),
      Column("revenue", .decimal, "d"), Column("cohort", .date, "D"),
      Column("hour", .dateTime, "T"),
      Column("won", .boolean, "b"),
    ]
    let package = DataPackage(resources: [
      .init(
        name: "daily.matrix", path: "daily.matrix.csv", bytes: 42, sha256: "ab", columns: columns)
    ])
    let resource = package.json["resources"]?.elements?.first
    #expect(
      package.json["$schema"]?.string == "https://datapackage.org/profiles/2.0/datapackage.json")
    #expect(resource?["name"] == .text("daily.matrix"))
    #expect(resource?["path"] == .text("daily.matrix.csv"))
    #expect(resource?["type"] == .text("table"))
    #expect(resource?["format"] == .text("csv"))
    #expect(resource?["mediatype"] == .text("text/csv"))
    #expect(resource?["encoding"] == .text("utf-8"))
    #expect(resource?["bytes"] == .integer(42))
    #expect(resource?["hash"] == .text("sha256:ab"))
    #expect(resource?["dialect"] == .object([("lineTerminator", .text("\n"))]))
    #expect(resource?["schema"]?["missingValues"] == .list([.text("")]))
    let fields = resource?["schema"]?["fields"]?.elements ?? []
    #expect(fields.map { $0["name"]?.string } == columns.map(\.name))
    #expect(
      fields.map { $0["type"]?.string }
        == ["string", "string", "integer", "number", "number", "date", "datetime", "boolean"])
    #expect(fields.map { $0["description"]?.string } == ["t", "l", "i", "n", "d", "D", "T", "b"])
    #expect(
      fields.map { $0["unit"]?.string } == [nil, nil, "entities", "fraction", nil, nil, nil, nil])
  }

  @Test func excelEndsLinesInCRLF() {
    let package = DataPackage(
      resources: [.init(name: "a", path: "a.csv", bytes: 0, sha256: "", columns: [])],
      options: .init(excel: true))
    let resource = package.json["resources"]?.elements?.first
    #expect(resource?["dialect"]?["lineTerminator"] == .text("\r\n"))
  }
}
