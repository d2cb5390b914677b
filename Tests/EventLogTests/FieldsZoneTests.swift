import Foundation
import TestSupport
import Testing

@testable import EventLog
@testable import System
@testable import Values

@Suite struct FieldsZoneTests {
  private static func rules(_ footer: String) throws -> ZoneFooter? {
    try ZoneFooter(Array(footer.utf8)[...])
  }

  private static let fixedZonesNeedNoDatabaseCases: [(String, Int32)] = [
    ("UTC", 0), ("Etc/UTC", 0), ("GMT", 0), ("Z", 0), ("+08:00", 28_800), ("-0330", -12_600),
    ("+05", 18_000), ("-00:00", 0), ("+23:59", 86_340),
  ]

  @Test(arguments: fixedZonesNeedNoDatabaseCases)
  func fixedZonesNeedNoDatabase(name: String, offset: Int32) throws {
    let zone = try ZoneRules.load(name, from: ZoneDatabase(folders: []))
    #expect(zone == ZoneRules(name: name, starts: [.min], offsets: [offset]))
    #expect(zone.offset(at: .min) == offset && zone.offset(at: .max) == offset)
  }

  @Test func anAbsentDatabaseIsSaid() throws {
    let database = ZoneDatabase(folders: ["/nonexistent/zoneinfo"])
    let error = #expect(throws: ZoneError.self) {
      try ZoneRules.load("Asia/Shanghai", from: database)
    }
    #expect(
      error == .databaseMissing(name: "Asia/Shanghai", searched: ["/nonexistent/zoneinfo"]))
    #expect("\(error!)".contains("install the tzdata package"))
  }

  @Test(arguments: [
    "", "/etc/passwd", "../../etc/passwd", "Asia/../../../etc/passwd", "Asia//Shanghai", "Asia/",
    "./UTC", ".", "..", "Asia/Shanghai\0", "Asia/Shang hai", "Asia\\Shanghai", "-x",
    "+24:00", "+08:60", "+8", "Ä", String(repeating: "a", count: 300),
  ])
  func unsafeNamesAreUnknown(name: String) {
    let database = ZoneDatabase(folders: ["/usr/share/zoneinfo"])
    let error = #expect(throws: ZoneError.self) { try ZoneRules.load(name, from: database) }
    guard case .unknownName(name, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func nearestNames() {
    let names = [
      "America/New_York", "Asia/Khandyga", "Asia/Shanghai", "Asia/Tokyo", "Europe/Berlin", "UTC",
    ]
    #expect(ZoneRules.nearest(to: "asia/shanghai", in: names) == ["Asia/Shanghai"])
    #expect(ZoneRules.nearest(to: "Asia/Shangai", in: names) == ["Asia/Shanghai"])
    #expect(ZoneRules.nearest(to: "Shanghai", in: names) == ["Asia/Shanghai"])
    #expect(ZoneRules.nearest(to: "Europe/Tokyo", in: names) == ["Asia/Tokyo"])
    #expect(ZoneRules.nearest(to: "new_york", in: names) == ["America/New_York"])
    #expect(ZoneRules.nearest(to: "utc", in: names) == ["UTC"])
    #expect(ZoneRules.nearest(to: "Mars/Olympus_Mons", in: names) == [])
    #expect(
      "\(ZoneError.unknownName("Asia/Shangai", nearest: ["Asia/Shanghai"]))"
        == "no time zone is named \"Asia/Shangai\"; did you mean Asia/Shanghai?")
  }

  @Test func footers() throws {
    typealias Day = ZoneFooter.Day
    var footer = try #require(try Self.rules("CET-1CEST,M3.5.0,M10.5.0/3"))
    #expect(footer.standardOffset == 3600)
    #expect(footer.daylight?.offset == 7200)
    #expect(footer.daylight?.start == Day(rule: .weekday(month: 3, week: 5, day: 0), time: 7200))
    // The last Sundays of March and October 2026 are the 29th and the 25th.
    #expect(
      footer.daylight?.start.seconds(in: 2026)
        == slowMicroseconds(2026, 3, 29, 2) / 1_000_000)
    #expect(
      footer.daylight?.end.seconds(in: 2026) == slowMicroseconds(2026, 10, 25, 3) / 1_000_000)
    footer = try #require(try Self.rules("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"))
    #expect(footer.standardOffset == 37_800 && footer.daylight?.offset == 39_600)
    footer = try #require(try Self.rules("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"))
    #expect(footer.standardOffset == -7200 && footer.daylight?.offset == -3600)
    #expect(footer.daylight?.start.time == -3600)
    footer = try #require(try Self.rules("XXX3EDT4,0/0,J365/23"))
    #expect(footer.daylight?.start == Day(rule: .yearDay(0), time: 0))
    #expect(footer.daylight?.end == Day(rule: .yearDayWithoutLeapDay(365), time: 82_800))
    footer = try #require(try Self.rules("IST-5:30:15"))
    #expect(footer.standardOffset == 19_815 && footer.daylight == nil)
    #expect(try Self.rules("") == nil)
    // 29 February counts for `59`, never for `J60`.
    let leapDay = slowMicroseconds(2024, 2, 29) / 1_000_000
    #expect(Day(rule: .yearDay(59), time: 0).seconds(in: 2024) == leapDay)
    #expect(Day(rule: .yearDayWithoutLeapDay(60), time: 0).seconds(in: 2024) == leapDay + 86_400)
    #expect(
      Day(rule: .yearDayWithoutLeapDay(59), time: 0).seconds(in: 2024) == leapDay - 86_400)
  }

  @Test(arguments: [
    "CET", "CE-1", "<CET-1", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
    "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J1", "CET-1CEST,J366,J1",
    "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,M3.5.0,M10.5.0x", "CET-25", "CET-1:60", "CET-1 ",
  ])
  func brokenFootersAreCorrupt(footer: String) {
    #expect(throws: ZoneFileError.corrupt("its footer is \"\(footer)\"")) {
      try Self.rules(footer)
    }
  }

  /// Every weekday rule, in every year of a 400-year cycle's worth of shapes, by walking days.
  @Test func weekdayRulesByWalking() {
    for year in [2023, 2024, 2025, 2026, 2100] {
      for month in 1...12 {
        for weekday in 0...6 {
          let first = Int(slowMicroseconds(year, month, 1) / 86_400_000_000)
          let next = Int(
            slowMicroseconds(month == 12 ? year + 1 : year, month % 12 + 1, 1) / 86_400_000_000)
          let matching = (first..<next).filter { ($0 + 4) % 7 == weekday }
          for week in 1...5 {
            let rule = ZoneFooter.Day.Rule.weekday(month: month, week: week, day: weekday)
            let expected = week == 5 ? matching.last! : matching[week - 1]
            let day = ZoneFooter.Day(rule: rule, time: 0)
            #expect(day.seconds(in: year) == Int64(expected) * 86_400, "\(year) \(rule)")
          }
        }
      }
    }
  }

  private static func big(_ value: Int64, _ bytes: Int) -> [UInt8] {
    (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> Int64($0 * 8)) }
  }

  private static func block(
    _ times: [(Int64, UInt8)], _ offsets: [Int64], bytes: Int, leapSeconds: Int64 = 0
  ) -> [UInt8] {
    var file = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
    for count in [0, 0, leapSeconds, Int64(times.count), Int64(offsets.count), 4] {
      file += big(count, 4)
    }
    for (time, _) in times { file += big(time, bytes) }
    file += times.map(\.1)
    for offset in offsets { file += big(offset, 4) + [0, 0] }
    file += Array("ABC\0".utf8)
    return file + [UInt8](repeating: 0, count: Int(leapSeconds) * (bytes + 4))
  }

  private static func zone(_ file: [UInt8]) throws(ZoneFileError) -> ZoneRules {
    try ZoneRules(name: "Test", file: file)
  }

  @Test func aFileByHand() throws {
    let first = Self.block([], [0], bytes: 4)
    let second = Self.block(
      [(-1000, 1), (0, 2), (500, 2), (1000, 0)], [100, 3600, 7200], bytes: 8)
    let zone = try Self.zone(first + second + Array("\nABC-1\n".utf8))
    // The change at 500 is one of name alone.
    #expect(zone.starts == [.min, -1000, 0, 1000])
    #expect(zone.offsets == [100, 3600, 7200, 100])
    for (second, offset) in [
      (-1001, 100), (-1000, 3600), (-1, 3600), (0, 7200), (999, 7200), (1000, 100),
    ] {
      #expect(zone.offset(at: Int64(second)) == Int32(offset))
    }
    #expect(
      try Self.zone(first + Self.block([], [5], bytes: 8) + Array("\nABC-1\n".utf8)).offsets == [
        3600
      ])
    #expect(
      try Self.zone(first + Self.block([], [5], bytes: 8) + Array("\n\n".utf8)).offsets == [5])
  }

  @Test func damagedFilesAreRefused() throws {
    let first = Self.block([], [0], bytes: 4)
    let whole =
      first + Self.block([(0, 1), (9, 0)], [0, 3600], bytes: 8) + Array("\nABC0\n".utf8)
    #expect(try Self.zone(whole).starts == [.min, 0, 9])
    for length in 0..<whole.count {
      #expect(throws: ZoneFileError.self) { try Self.zone(Array(whole[..<length])) }
    }
    let footer = Array("\n\n".utf8)
    let leap = Self.block([], [0], bytes: 8, leapSeconds: 1)
    #expect(throws: ZoneFileError.countsLeapSeconds) { try Self.zone(first + leap + footer) }
    let unordered = Self.block([(5, 0), (5, 0)], [0], bytes: 8)
    #expect(throws: ZoneFileError.corrupt("its transitions are out of order")) {
      try Self.zone(first + unordered + footer)
    }
    let noType = Self.block([(5, 1)], [0], bytes: 8)
    #expect(throws: ZoneFileError.corrupt("a type that is not there")) {
      try Self.zone(first + noType + footer)
    }
    let farOff = Self.block([], [26 * 3600], bytes: 8)
    #expect(throws: ZoneFileError.corrupt("an offset of 93600 seconds")) {
      try Self.zone(first + farOff + footer)
    }
    let none = Self.block([], [], bytes: 8)
    #expect(throws: ZoneFileError.corrupt("it has no local time types")) {
      try Self.zone(first + none + footer)
    }
    // Any bytes at all: an error or a zone, never a trap.
    var random = SplitMix64(seed: 8)
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      if let zone = try? Self.zone(bytes) { #expect(zone.starts.count == zone.offsets.count) }
    }
  }

  @Test func allYearDaylightTimeIsOneOffset() throws {
    let file =
      Self.block([], [0], bytes: 4) + Self.block([(0, 0)], [-14_400], bytes: 8)
      + Array("\nEST5EDT4,0/0,J365/25\n".utf8)
    let zone = try Self.zone(file)
    #expect(zone.offset(at: 0) == -14_400)
    #expect(zone.offset(at: 4_000_000_000) == -14_400)
  }
}
