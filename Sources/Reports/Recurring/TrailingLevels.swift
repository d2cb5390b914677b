import Spec
import Tables
import Values

/// Levels at the end of an interval against those so many months before, over entities with one then.
struct TrailingCell: FieldwiseState {
  /// Sums of the levels above 0 before; of the smaller of both; and of those at the end.
  var base = DecimalSum.zero
  var kept = DecimalSum.zero
  var grown = DecimalSum.zero
  var entities = 0
  var lost = 0

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.base)
    fields.visit(\.kept)
    fields.visit(\.grown)
    fields.visit(\.entities)
    fields.visit(\.lost)
  }

  /// `nrr_trailing`, `grr_trailing` and `logo_churn_trailing`.
  var cells: [Cell] {
    func share(_ sum: DecimalSum) -> Cell {
      base.isZero ? .empty : .number(sum.approximation / base.approximation)
    }
    return [share(grown), share(kept), .ratio(lost, entities)]
  }
}

/// Compares what an entity is worth with what it was worth months before, at the end of each interval.
struct TrailingLevels: Sendable {
  private let months: Int
  private let interval: Interval
  private let observation: Observation

  init(months: Int, _ interval: Interval, _ observation: Observation) {
    self.months = months
    self.interval = interval
    self.observation = observation
  }

  /// The first instant behind an interval, as far as it is observed and in range.
  func end(of index: Int) -> Int64 {
    let end = observation.calendar.start(of: index + 1, in: interval)
    return min(end, observation.range.until, observation.until + 1)
  }

  /// The same local time so many months before: on the last day of a month without that day.
  func before(_ instant: Int64) -> Int64 {
    let calendar = observation.calendar
    let day = calendar.index(of: instant, in: .day)
    let earlier = CalendarDate(daysSince1970: day).adding(months: -months).daysSince1970
    return calendar.start(of: earlier, in: .day) + instant - calendar.start(of: day, in: .day)
  }

  /// - Parameter steps: an entity's levels, in order of time, each from its instant on.
  func count(
    _ steps: [(instant: Int64, level: DecimalSum)], into series: inout IntervalSeries<TrailingCell>
  ) {
    guard let first = steps.first else { return }
    let calendar = observation.calendar
    let lastInstant = min(observation.until, observation.range.until - 1)
    let begin = max(first.instant, observation.range.from)
    if begin > lastInstant { return }
    let last = calendar.index(of: lastInstant, in: interval)
    var (old, new) = (0, 0)
    func level(_ next: inout Int, at instant: Int64) -> DecimalSum {
      while next < steps.count, steps[next].instant < instant { next += 1 }
      return next == 0 ? .zero : steps[next - 1].level
    }
    for index in calendar.index(of: begin, in: interval)...last {
      let end = end(of: index)
      let before = level(&old, at: before(end))
      let now = level(&new, at: end)
      if before <= .zero { continue }
      series[index].base.add(before)
      series[index].kept.add(now < before ? max(now, .zero) : before)
      series[index].grown.add(max(now, .zero))
      series[index].entities += 1
      if now <= .zero { series[index].lost += 1 }
    }
  }
}
