import EventLog
import Foundation
import Spec
import TestSupport
import Testing

@testable import Reports
@testable import Values

/// Foundation's own calendar in one zone, read as dates: what the tables' arithmetic is compared to.
struct FoundationZone {
  let calendar: Calendar
  let zone: TimeZone
  /// Seconds since 1970 at which the offset changes, 1969 to 2101.
  let transitions: [Int64]

  init(_ name: String) {
    zone = TimeZone(identifier: name)!
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    self.calendar = calendar
    var transitions: [Int64] = []
    var date = Date(timeIntervalSince1970: -31_536_000)
    let last = Date(timeIntervalSince1970: 4_133_980_800)
    while let next = zone.nextDaylightSavingTimeTransition(after: date), next > date, next < last {
      transitions.append(Int64(next.timeIntervalSince1970.rounded()))
      date = next
    }
    self.transitions = transitions
  }

  func offset(_ second: Int64) -> Int {
    zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
  }

  var rules: ZoneRules {
    let first = transitions.first.map { offset($0 - 1) } ?? offset(0)
    return ZoneRules(
      name: zone.identifier, starts: [.min] + transitions,
      offsets: [Int32(first)] + transitions.map { Int32(offset($0)) })
  }

  func components(_ second: Int64) -> DateComponents {
    calendar.dateComponents(
      [.year, .month, .day, .hour], from: Date(timeIntervalSince1970: Double(second)))
  }

  /// The date of an instant, or the one that had begun before the clock was put back over midnight.
  func date(_ second: Int64) -> (Int, Int, Int) {
    func local(_ second: Int64) -> (Int, Int, Int) {
      let parts = components(second)
      return (parts.year!, parts.month!, parts.day!)
    }
    var date = local(second)
    for transition in transitions where transition <= second && transition > second - 172_800 {
      date = max(date, local(transition - 1), by: <)
    }
    return date
  }
}

private func max<Value>(_ left: Value, _ right: Value, by precedes: (Value, Value) -> Bool) -> Value
{
  precedes(left, right) ? right : left
}

struct CalendarTests {
  static let million: Int64 = 1_000_000

  static func calendar(_ name: String, sunday: Bool = false) -> ReportCalendar {
    ReportCalendar(zone: FoundationZone(name).rules, weekStartsOnSunday: sunday)
  }

  /// Microseconds of an ISO instant.
  static func instant(_ text: String) -> Int64 {
    Int64(try! Date(text, strategy: .iso8601).timeIntervalSince1970) * million
  }

  @Test func datesCountDays() {
    #expect(CalendarDate(year: 1970, month: 1, day: 1).daysSince1970 == 0)
    #expect(CalendarDate(year: 1969, month: 12, day: 31).daysSince1970 == -1)
    #expect(CalendarDate(year: 2000, month: 3, day: 1).daysSince1970 == 11017)
    // Every day of 800 years follows the one before, in a month of the right length.
    var expected = CalendarDate(year: 1600, month: 1, day: 1)
    for days in expected.daysSince1970..<CalendarDate(year: 2400, month: 1, day: 1).daysSince1970 {
      #expect(expected.daysSince1970 == days && CalendarDate(daysSince1970: days) == expected)
      let isLeap = expected.year % 4 == 0 && (expected.year % 100 != 0 || expected.year % 400 == 0)
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      expected.day += 1
      if expected.day > lengths[expected.month - 1] {
        expected.day = 1
        expected.month += 1
      }
      if expected.month > 12 {
        expected.month = 1
        expected.year += 1
      }
    }
  }

  @Test func longAndShortDays() {
    let berlin = Self.calendar("Europe/Berlin")
    let long = berlin.index(of: Self.instant("2026-10-25T12:00:00Z"), in: .day)
    #expect(berlin.label(long, .day) == "2026-10-25")
    #expect(berlin.start(of: long, in: .day) == Self.instant("2026-10-24T22:00:00Z"))
    #expect(berlin.start(of: long + 1, in: .day) == Self.instant("2026-10-25T23:00:00Z"))
    let short = berlin.index(of: Self.instant("2026-03-29T12:00:00Z"), in: .day)
    #expect(berlin.start(of: short, in: .day) == Self.instant("2026-03-28T23:00:00Z"))
    #expect(berlin.start(of: short + 1, in: .day) == Self.instant("2026-03-29T22:00:00Z"))
  }

  @Test func hoursOfAChange() {
    let berlin = Self.calendar("Europe/Berlin")
    let first = berlin.index(of: Self.instant("2026-10-24T23:30:00Z"), in: .hour)
    #expect(
      (0..<4).map { berlin.label(first + $0, .hour) } == [
        "2026-10-25T01:00:00+02:00", "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00",
        "2026-10-25T03:00:00+01:00",
      ])
    let spring = berlin.index(of: Self.instant("2026-03-29T00:30:00Z"), in: .hour)
    #expect(berlin.label(spring, .hour) == "2026-03-29T01:00:00+01:00")
    #expect(berlin.label(spring + 1, .hour) == "2026-03-29T03:00:00+02:00")
    // Half an hour of change: the hour before and the one after have 60 minutes, 30 between.
    let lordHowe = Self.calendar("Australia/Lord_Howe")
    let half = lordHowe.index(of: Self.instant("2026-04-04T14:59:00Z"), in: .hour)
    #expect(lordHowe.label(half, .hour) == "2026-04-05T01:00:00+11:00")
    #expect(lordHowe.label(half + 1, .hour) == "2026-04-05T01:00:00+10:30")
    #expect(lordHowe.start(of: half + 2, in: .hour) == Self.instant("2026-04-04T15:30:00Z"))
    #expect(
      ReportCalendar(zone: .utc).label(24, .hour) == "1970-01-02T00:00:00", "no offset in UTC")
  }

  @Test func skippedDays() {
    for (zone, before, date) in [
      ("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-30"),
      ("Pacific/Kwajalein", "1993-08-21T11:59:59Z", "1993-08-21"),
    ] {
      let calendar = Self.calendar(zone)
      let last = calendar.index(of: Self.instant(before), in: .day)
      let next = calendar.index(of: Self.instant(before) + Self.million, in: .day)
      #expect(next == last + 2, "\(zone): numbers count dates, also skipped ones")
      #expect(calendar.label(last + 1, .day) == date)
      #expect(calendar.start(of: last + 1, in: .day) == calendar.start(of: next, in: .day))
      #expect(calendar.start(of: next, in: .day) == Self.instant(before) + Self.million)
    }
  }

  @Test func daysWithoutMidnight() {
    // 2018-11-04 began at 01:00 in Sao Paulo.
    let calendar = Self.calendar("America/Sao_Paulo")
    let start = calendar.instant(of: CalendarDate(year: 2018, month: 11, day: 4))
    #expect(start == Self.instant("2018-11-04T03:00:00Z"))
    #expect(calendar.label(calendar.index(of: start, in: .day), .day) == "2018-11-04")
    #expect(calendar.label(calendar.index(of: start - 1, in: .day), .day) == "2018-11-03")
  }

  @Test func clocksPutBackOverMidnight() {
    // In St. John's, 2006-10-29 00:01 became 2006-10-28 23:01: the day had begun and goes on.
    let calendar = Self.calendar("America/St_Johns")
    let begun = calendar.index(of: Self.instant("2006-10-29T02:30:30Z"), in: .day)
    #expect(calendar.label(begun, .day) == "2006-10-29")
    #expect(calendar.index(of: Self.instant("2006-10-29T03:00:00Z"), in: .day) == begun)
    #expect(calendar.index(of: Self.instant("2006-10-30T03:29:59Z"), in: .day) == begun)
    #expect(calendar.index(of: Self.instant("2006-10-30T03:30:00Z"), in: .day) == begun + 1)
  }

  @Test func weeksQuartersAndYears() {
    let monday = ReportCalendar(zone: .utc)
    let sunday = ReportCalendar(zone: .utc, weekStartsOnSunday: true)
    let time = Self.instant("2026-01-04T12:00:00Z")  // A Sunday.
    #expect(monday.label(monday.index(of: time, in: .week), .week) == "2025-12-29")
    #expect(sunday.label(sunday.index(of: time, in: .week), .week) == "2026-01-04")
    let leap = Self.instant("2024-02-29T23:59:59Z")
    let labels = [Interval.month, .quarter, .year].map {
      monday.label(monday.index(of: leap, in: $0), $0)
    }
    #expect(labels == ["2024-02-01", "2024-01-01", "2024-01-01"])
    let month = monday.index(of: leap, in: .month)
    #expect(monday.start(of: month + 1, in: .month) == leap + Self.million)
    #expect(
      monday.index(of: leap, in: .quarter) + 1
        == monday.index(of: leap + Self.million * 86_400 * 40, in: .quarter))
  }

  @Test func yearsBeginWhereTheSpecSays() {
    let fiscal = ReportCalendar(zone: .utc, yearStart: 4)
    func labels(_ time: String) -> [String] {
      [Interval.month, .quarter, .year].map {
        fiscal.label(fiscal.index(of: Self.instant(time), in: $0), $0)
      }
    }
    #expect(labels("2024-03-31T23:59:59Z") == ["2024-03-01", "2024-01-01", "2023-04-01"])
    #expect(labels("2024-04-01T00:00:00Z") == ["2024-04-01", "2024-04-01", "2024-04-01"])
    #expect(labels("2024-12-31T00:00:00Z") == ["2024-12-01", "2024-10-01", "2024-04-01"])
  }

  @Test func stretchesOfDaysAndWeeks() {
    // From 1970-01-05, a Monday: every stretch of weeks begins on one.
    let plain = ReportCalendar(zone: .utc)
    let sunday = Self.instant("2026-01-04T12:00:00Z")
    func label(_ calendar: ReportCalendar, _ time: Int64, _ interval: Interval) -> String {
      calendar.label(calendar.index(of: time, in: interval), interval)
    }
    #expect(label(plain, sunday, .weeks(2)) == "2025-12-22")
    #expect(label(plain, sunday + Self.million * 86_400, .weeks(2)) == "2026-01-05")
    let own = ReportCalendar(
      zone: .utc, origin: CalendarDate(year: 2026, month: 1, day: 10))
    #expect(label(own, Self.instant("2026-01-09T23:59:59Z"), .days(30)) == "2025-12-11")
    #expect(label(own, Self.instant("2026-01-10T00:00:00Z"), .days(30)) == "2026-01-10")
    #expect(label(own, Self.instant("2026-02-09T00:00:00Z"), .days(30)) == "2026-02-09")
  }

  /// All zones, 1970 to 2100: at changes of the offset, beside them, and at random instants.
  /// `TWINFUNNEL_CALENDAR_SAMPLES` asks for more instants of each kind than the usual few.
  @Test func agreesWithFoundationInAllZones() {
    let extended = ProcessInfo.processInfo.environment["TWINFUNNEL_CALENDAR_SAMPLES"]
    let samples = extended.flatMap { Int($0) } ?? 12
    var random = SplitMix64(state: 20_260_101)
    for name in TimeZone.knownTimeZoneIdentifiers.sorted() {
      let zone = FoundationZone(name)
      let sunday = Bool.random(using: &random)
      let calendar = ReportCalendar(zone: zone.rules, weekStartsOnSunday: sunday)
      var seconds = (0..<samples).map { _ in Int64.random(in: 0..<4_102_444_800, using: &random) }
      for transition in zone.transitions.shuffled(using: &random).prefix(samples) {
        let beside = Int64.random(in: -90_000...90_000, using: &random)
        seconds += [transition - 1, transition, transition + beside]
      }
      var cursors = Interval.allCases.map { CalendarCursor(calendar, $0) }
      for second in seconds {
        check(second, calendar, zone, &cursors)
      }
    }
  }

  /// A cursor moves by whole intervals where it can: it is then where a fresh one is, which looks each
  /// instant up, forwards and backwards, near and far, and over changes of the offset.
  @Test func movesToWhereALookUpIs() {
    var random = SplitMix64(state: 88)
    let names = [
      "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kathmandu",
      "Pacific/Apia", "Australia/Lord_Howe",
    ]
    let intervals = Interval.allCases + [.days(1), .days(10), .weeks(1), .weeks(2)]
    for name in names {
      let calendar = ReportCalendar(
        zone: FoundationZone(name).rules, weekStartsOnSunday: Bool.random(using: &random))
      for interval in intervals {
        var cursor = CalendarCursor(calendar, interval)
        var instant = Self.instant("2026-03-01T00:00:00Z")
        for _ in 0..<300 {
          let reach = Int64(1) << Int64.random(in: 0...50, using: &random)
          instant += Int64.random(in: -reach...reach, using: &random)
          var fresh = CalendarCursor(calendar, interval)
          let expected = fresh.index(of: instant)
          let context = "\(name) \(interval) \(instant)"
          #expect(cursor.index(of: instant) == expected, "\(context)")
          #expect(cursor.start == fresh.start && cursor.end == fresh.end, "\(context)")
        }
        // Far beyond any date.
        let limit = Int64.max / 4
        let extremes: [Int64] = [.min, .max, 0, limit, limit - 1, -limit, .max, .min]
        for instant in extremes {
          let expected = calendar.index(of: instant, in: interval)
          #expect(cursor.index(of: instant) == expected, "\(name) \(interval) \(instant)")
        }
      }
    }
  }

  private func check(
    _ second: Int64, _ calendar: ReportCalendar, _ zone: FoundationZone,
    _ cursors: inout [CalendarCursor]
  ) {
    let instant = second * Self.million
    let (year, month, day) = zone.date(second)
    let date = CalendarDate(year: year, month: month, day: day)
    let context = "\(zone.zone.identifier) \(second)"
    for (number, interval) in Interval.allCases.enumerated() {
      let index = calendar.index(of: instant, in: interval)
      let label = calendar.label(index, interval)
      switch interval {
      case .hour:
        let parts = zone.components(second)
        let local = CalendarDate(year: parts.year!, month: parts.month!, day: parts.day!)
        #expect(label.hasPrefix("\(local.text)T\(padded(parts.hour!, 2)):00:00"), "\(context)")
        #expect(calendar.start(of: index + 1, in: .hour) - instant <= 3600 * Self.million)
      case .day: #expect(label == date.text, "\(context)")
      case .week:
        // 1969-12-28 was a Sunday, and a Monday came after it.
        let shift = calendar.weekStartsOnSunday ? 4 : 3
        let weekday = ((date.daysSince1970 + shift) % 7 + 7) % 7
        #expect(
          label == CalendarDate(daysSince1970: date.daysSince1970 - weekday).text, "\(context)")
      case .month:
        #expect(label == CalendarDate(year: year, month: month, day: 1).text, "\(context)")
      case .quarter:
        let first = (month - 1) / 3 * 3 + 1
        #expect(label == CalendarDate(year: year, month: first, day: 1).text, "\(context)")
      case .year:
        #expect(label == CalendarDate(year: year, month: 1, day: 1).text, "\(context)")
      case .days, .weeks: break
      }
      let start = calendar.start(of: index, in: interval)
      let next = calendar.start(of: index + 1, in: interval)
      #expect(start <= instant && instant < next, "\(context) \(interval)")
      #expect(calendar.index(of: start, in: interval) == index, "\(context) \(interval)")
      #expect(calendar.index(of: start - 1, in: interval) < index, "\(context) \(interval)")
      #expect(cursors[number].index(of: instant) == index, "\(context) \(interval)")
      let piece = cursors[number]
      #expect(piece.start >= start && piece.end <= next, "\(context) \(interval)")
      #expect(piece.start <= instant && instant < piece.end, "\(context) \(interval)")
    }
  }
}
