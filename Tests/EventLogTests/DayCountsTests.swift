import Testing

@testable import EventLog

struct DayCountsTests {
  static func counts(_ days: [(day: Int, events: Int)]) -> DayCounts {
    var counts = DayCounts()
    for (day, events) in days {
      for event in 0..<events { counts.count(Int64(day) * 86_400_000_000 + Int64(event)) }
    }
    return counts
  }

  /// Day by day, in any order, alone or added up; what is before 1970 or far in the future is left out.
  @Test func countsByDay() {
    let counts = Self.counts([(20_000, 3), (19_998, 1), (20_003, 2), (20_000, 1), (80_000, 1)])
    #expect(counts.base == 19_998 && counts.counts == [1, 0, 4, 0, 0, 2])
    var sum = Self.counts([(20_003, 1)])
    sum.add(counts)
    sum.count(-1)
    sum.count(.min)
    sum.count(.max)
    #expect(sum.base == 19_998 && sum.counts == [1, 0, 4, 0, 0, 3])
  }

  @Test func straysAreFewAndFar() {
    let daily = (0..<100).map { (day: 20_000 + $0, events: 10) }
    #expect(Self.counts(daily).straysBehind == nil)
    // Five days behind daily ones.
    #expect(
      Self.counts(daily + [(20_104, 1), (20_105, 8)]).straysBehind
        == .init(events: 9, days: 5, othersDay: 20_099))
    #expect(Self.counts(daily + [(20_103, 1)]).straysBehind == nil)
    #expect(Self.counts(daily + [(20_104, 10)]).straysBehind == nil)
    // With one day before, there is no way from day to day: more than two it takes.
    #expect(Self.counts([(20_000, 1000), (20_002, 1)]).straysBehind == nil)
    #expect(Self.counts([(20_000, 1000), (20_003, 1)]).straysBehind?.days == 3)
    // 1 %, and more.
    #expect(Self.counts([(20_000, 99), (20_050, 1)]).straysBehind == nil)
    #expect(Self.counts([(20_000, 100), (20_050, 1)]).straysBehind != nil)
    // From Friday to Monday are three days: five times as many it takes.
    let weekdays = daily.filter { $0.day % 7 < 5 }
    let last = weekdays.last!.day
    #expect(Self.counts(weekdays + [(last + 14, 1)]).straysBehind == nil)
    #expect(Self.counts(weekdays + [(last + 15, 1)]).straysBehind?.days == 15)
    #expect(
      Self.counts([(19_000, 2)] + daily).straysBefore
        == .init(events: 2, days: 1_000, othersDay: 20_000))
    #expect(DayCounts().straysBehind == nil)
  }
}
