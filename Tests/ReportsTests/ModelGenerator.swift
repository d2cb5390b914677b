import EventLog
import Foundation
import Spec
import TestSupport
import Timelines
import Values

/// Seeded logs for the operating models: few days, few names, few ids, so that every window is met at
/// its edge.
struct ModelGenerator: SeededGenerator {
  var random: SplitMix64
  /// Logs that each model is tried on.
  static let rounds =
    ProcessInfo.processInfo.environment["TWINFUNNEL_ROUNDS"].flatMap { UInt64($0) } ?? 700

  static let zones = ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kolkata"]

  static let amounts: [ExactDecimal] = [
    .absent, .zero, ExactDecimal(significand: 1, scale: 1),
    ExactDecimal(significand: -25, scale: 2), ExactDecimal(significand: 199, scale: 2),
  ]

  init(seed: UInt64) { random = SplitMix64(state: seed) }

  /// Events of different ids, times or names, in units of six hours around a change of month.
  mutating func events(_ names: [String], entity: TimelineSchema.Entity) -> [ModelEvent] {
    var events: [ModelEvent] = []
    let ids = (0..<number(1...6)).map { "id\($0)" }
    for _ in 0..<number(1...30) {
      let id = pick(ids)
      let other = pick(["", "s1", "s2", "s3", "s4"])
      var event = ModelEvent.at(Double(number(80...160)) / 4, pick(names))
      if chance(20) { event.time -= 1 }
      event.user = entity == .user ? id : other
      event.account = entity == .account ? id : ""
      event.country = pick(["", "A", "A", "B"])
      event.inviter = chance(20) ? "" : pick(ids + ["ghost"])
      event.amount = pick(Self.amounts)
      // Which of two events of one name and time is the first is not what is tested here.
      let owner = entity == .user ? event.user : event.account
      let isTaken = events.contains { other in
        guard other.time == event.time, other.name == event.name else { return false }
        return (entity == .user ? other.user : other.account) == owner
      }
      if !isTaken { events.append(event) }
    }
    return events
  }

  mutating func log(_ names: [String], entity: TimelineSchema.Entity, report: String) -> ModelLog {
    var log = ModelLog(report, events(names, entity: entity))
    log.zone = pick(Self.zones)
    log.weekStartsOnSunday = chance(30)
    let times = log.events.map(\.time)
    log.observedUntil = chance(50) ? times.max()! : pick(times)
    if chance(30) { log.observedUntil += Int64(number(-1...40)) * 21_600_000_000 }
    return log
  }

  /// Options of every report as text, and the country that `where` asks for.
  mutating func options() -> (text: String, country: String?) {
    var parts: [String] = []
    if chance(40) {
      parts.append("breakdown: country")
      if chance(40) { parts.append("top: \(number(1...2))") }
    }
    let asks = chance(25)
    if asks { parts.append("where: {country: A}") }
    let from = pick(["2026-01-22", "2026-01-26", "2026-02-01"])
    let until = pick(["2026-01-29", "2026-02-01", "2026-02-05"])
    if chance(25) { parts.append("from: \(from)") }
    if chance(25), parts.last != "from: \(from)" || from < until {
      parts.append("until: \(until)")
    }
    return (parts.map { $0 + ", " }.joined(), asks ? "A" : nil)
  }

  /// A duration of whole quarters of a day, as text and in microseconds; nil now and then.
  mutating func duration(_ quarters: ClosedRange<Int>) -> (text: String, length: Int64)? {
    if chance(25) { return nil }
    let quarters = number(quarters)
    return ("\(quarters * 6)h", Int64(quarters) * 21_600_000_000)
  }

  mutating func interval() -> Interval { pick([.day, .week, .month]) }
}
