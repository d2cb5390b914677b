import Foundation
import Testing
import Values

@testable import TwinfunnelGenerate

@Suite struct LocalClockTests {
  @Test(arguments: [
    ("Europe/Berlin", LocalClock(rules: .europe(standardHours: 1))),
    ("Asia/Shanghai", LocalClock(rules: .fixed(hours: 8))),
  ])
  func agreesWithFoundation(_ name: String, _ clock: LocalClock) throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: name))
    calendar.firstWeekday = 2
    // Every 11 hours of eleven years: each hour of the day, each change of the clocks.
    for hours in stride(from: 0, to: 11 * 366 * 24, by: 11) {
      let time = 1_577_836_800_000 + hours * LocalClock.hour
      let date = Date(timeIntervalSince1970: Double(time) / 1000)
      let parts = calendar.dateComponents([.year, .month, .day, .hour, .weekday], from: date)
      let day = clock.day(time)
      let civil = CivilTime(milliseconds: day * LocalClock.day)
      #expect(
        [parts.year, parts.month, parts.day] == [civil.year, civil.month, civil.day], "\(time)")
      #expect(parts.hour == clock.hour(time), "\(time)")
      #expect(((parts.weekday ?? 0) + 5) % 7 == LocalClock.weekday(day), "\(time)")
      #expect(CivilTime.dayNumber(year: civil.year, month: civil.month, day: civil.day) == day)
      let month = clock.month(time)
      #expect(month + civil.day - 1 == day)
      let next = CivilTime(milliseconds: LocalClock.nextMonth(month) * LocalClock.day)
      #expect(next.day == 1 && next.month == civil.month % 12 + 1)
      #expect(clock.utc(local: clock.local(time)) == time || isRepeated(time, clock), "\(time)")
    }
  }

  /// The hour that the clocks show twice.
  private func isRepeated(_ time: Int, _ clock: LocalClock) -> Bool {
    clock.offset(at: time - LocalClock.hour) != clock.offset(at: time)
      || clock.offset(at: time + LocalClock.hour) != clock.offset(at: time)
  }
}
