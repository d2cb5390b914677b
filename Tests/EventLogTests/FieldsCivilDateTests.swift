import Foundation
import TestSupport
import Testing

@testable import EventLog
@testable import Values

@Suite struct FieldsCivilDateTests {
  @Test func everyDayOfTheYears1To9999() {
    // The walk counts days one by one with the plain leap rule; 1970-01-01 pins it to zero.
    var day = -719_162
    var mismatches: [String] = []
    for year in 1...9999 {
      let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      for month in 1...12 {
        if CivilDate.days(inMonth: month, year: year) != lengths[month - 1] {
          mismatches.append("length of \(year)-\(month)")
        }
        // All days between differ by the day alone.
        if CivilDate.days(year: year, month: month, day: 1) != day
          || CivilDate.days(year: year, month: month, day: lengths[month - 1])
            != day + lengths[month - 1] - 1
        {
          mismatches.append("\(year)-\(month)")
        }
        day += lengths[month - 1]
      }
    }
    #expect(mismatches == [])
    #expect(CivilDate.days(year: 1970, month: 1, day: 1) == 0)
    #expect(day == 2_932_897)
  }

  @Test func agreesWithFoundationFrom1890To2110() {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0)!
    let first = CivilDate.days(year: 1890, month: 1, day: 1)
    let last = CivilDate.days(year: 2110, month: 12, day: 31)
    #expect(last - first == 80_717)
    var mismatches: [Int] = []
    for day in first...last {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day], from: date)
      if CivilDate.days(year: parts.year!, month: parts.month!, day: parts.day!) != day {
        mismatches.append(day)
      }
    }
    #expect(mismatches == [])
  }

  @Test func agreesWithFoundationBySamples() {
    // Foundation's calendar is Julian before 15 October 1582.
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0)!
    var random = SplitMix64(seed: 1)
    for _ in 0..<2000 {
      let day = Int.random(in: -141_427...2_932_896, using: &random)
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day], from: date)
      #expect(
        CivilDate.days(year: parts.year!, month: parts.month!, day: parts.day!) == day,
        "seed 1, day \(day)")
    }
  }

  @Test func instantsAreTheYears1To9999() {
    #expect(CivilDate.instants.lowerBound == slowMicroseconds(1, 1, 1))
    #expect(CivilDate.instants.upperBound == slowMicroseconds(10_000, 1, 1))
  }
}
