import Testing

@testable import EventLog

/// What `inspect` reads of CSV, with quotes that never close.
@Suite struct FieldReaderTests {
  private func rows(_ text: String) -> Int {
    var reader = FieldReader(format: .csv(delimiter: UInt8(ascii: ",")))
    var chunk = Chunk()
    chunk.bytes = Array(text.utf8)
    chunk.count = chunk.bytes.count
    var rows = 0
    reader.read(chunk) { _, _, _ in rows += 1 }
    return rows
  }

  @Test(arguments: [1, 999, 1000, 1001, 1002, 2500])
  func strayQuotes(lines: Int) {
    let stray = "user,time\nx,\"" + String(repeating: "\n", count: lines) + "y,2026-01-01\n"
    let found = rows(stray + "z,2026-01-02\n")
    // The line feed behind 1000 others ends the row: those of the two rows count, too.
    #expect(found == (lines < 1000 ? 0 : lines == 1000 ? 1 : 2))
    #expect(rows("user,time\nx,\"a\nb\"\ny,2026-01-01\n") == 2)
  }
}
