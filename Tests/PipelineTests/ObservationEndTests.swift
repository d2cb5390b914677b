import Reports
import System
import Testing
import Values

@testable import Pipeline

/// Ends of observation as flags say them.
@Suite struct ObservationEndTests {
  /// 2026-03-31T00:45 in Shanghai, 16:45 of the day before in UTC.
  private static let now = ObservationEnd.instant(1_774_889_100_000_000)

  private func text(_ text: String, _ zone: String) throws -> String? {
    let calendar = ReportCalendar(zone: try ZoneRules.load(zone))
    return ObservationEnd(text, relativeTo: Self.now).map {
      calendar.timestamp($0.instant(in: calendar))
    }
  }

  @Test func datesAreOfTheCalendarsZone() throws {
    let cases = [
      ("today", "Asia/Shanghai", "2026-03-31T00:00:00+08:00"),
      ("today", "UTC", "2026-03-30T00:00:00Z"),
      ("yesterday", "Asia/Shanghai", "2026-03-30T00:00:00+08:00"),
      ("-1 month", "Asia/Shanghai", "2026-02-28T00:00:00+08:00"),
      ("2026-03-29", "Europe/Berlin", "2026-03-29T00:00:00+01:00"),
      ("2026-03-29 + 1d", "Europe/Berlin", "2026-03-30T00:00:00+02:00"),
      ("2026-03-01T10:00", "Asia/Shanghai", "2026-03-01T10:00:00+08:00"),
      ("2026-03-01T10:00Z", "Asia/Shanghai", "2026-03-01T18:00:00+08:00"),
      ("-9000 years", "UTC", "9999-12-31T00:00:00Z"),
    ]
    for (given, zone, expected) in cases { #expect(try text(given, zone) == expected, "\(given)") }
    for bad in ["", "soon", "-3m", "2026-02-30", "2026-03-01T25:00"] {
      #expect(ObservationEnd(bad, relativeTo: Self.now) == nil, "\(bad)")
    }
  }

  /// What is relative can hang on what is relative.
  @Test func relativeToEachOther() throws {
    let calendar = ReportCalendar(zone: .utc)
    let yesterday = try #require(ObservationEnd("yesterday", relativeTo: Self.now))
    let end = try #require(ObservationEnd("-1d", relativeTo: yesterday))
    #expect(calendar.timestamp(end.instant(in: calendar)) == "2026-03-28T00:00:00Z")
    #expect(end.day(in: calendar).text == "2026-03-28")
    #expect(end.inUTC == 1_774_656_000_000_000)
  }
}
