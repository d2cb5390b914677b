import Testing
import Values

@testable import Pipeline

/// Days in the paths of inputs.
@Suite struct DatedInputsTests {
  private func paths(_ path: String, for days: String) throws -> [String] {
    let today = CalendarDate(year: 2026, month: 3, day: 1)
    return try DatedInputs(days, today: today).paths(path)
  }

  @Test(arguments: [
    ("yesterday", ["logs/2026/02/28/*.gz"]),
    ("2024-02-29", ["logs/2024/02/29/*.gz"]),
    ("2d", ["logs/2026/02/27/*.gz", "logs/2026/02/28/*.gz"]),
    ("2026-02-28..today", ["logs/2026/02/28/*.gz", "logs/2026/03/01/*.gz"]),
    ("-3d..yesterday", ["logs/2026/02/26/*.gz", "logs/2026/02/27/*.gz", "logs/2026/02/28/*.gz"]),
    ("month_start", ["logs/2026/03/01/*.gz"]),
  ])
  func days(_ days: String, expected: [String]) throws {
    #expect(try paths("logs/{date:%Y/%m/%d}/*.gz", for: days) == expected)
  }

  @Test func pathsAreWhatTheySay() throws {
    #expect(try paths("{date:%F}-{date:%m}.gz", for: "today") == ["2026-03-01-03.gz"])
    #expect(try paths("plain.gz", for: "7d") == ["plain.gz"])
    // A month's folder stands once, however many of its days are asked for.
    #expect(try paths("{date:%Y-%m}/*", for: "3d") == ["2026-02/*"])
  }

  @Test(arguments: [
    "", "d", "0d", "-7", "99999d", "9999999999999999999d", "2026-02-30", "2026-03-02..2026-03-01",
    "0001-01-01..9999-12-31", "tonight",
  ])
  func wrongDays(_ days: String) {
    #expect(throws: RunFailure.self) { try paths("{date:%F}", for: days) }
  }

  @Test(arguments: ["{date:%Y", "{date:%H}", "{date:%}"])
  func wrongPatterns(_ path: String) {
    #expect(throws: RunFailure.self) { try paths(path, for: "today") }
  }
}
