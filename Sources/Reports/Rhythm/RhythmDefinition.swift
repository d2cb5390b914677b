package import Spec
package import Timelines
import Values

/// When a product is used: events by local weekday and hour (`Documentation.docc/Rhythm.md`).
package struct RhythmDefinition: ReportDefinition {
  package enum Weekday: String, Sendable, CaseIterable {
    case mon, tue, wed, thu, fri, sat, sun

    /// 1 to 7, Monday first.
    package var number: Int { Self.allCases.firstIndex(of: self)! + 1 }
  }

  /// Working hours in local time.
  package struct Working: Sendable, Equatable {
    /// At least one, ascending, each once.
    package var days: [Weekday] = [.mon, .tue, .wed, .thu, .fri]
    /// From 0 to 23, inclusive.
    package var from = 9
    /// From 1 to 24, exclusive, after `from`.
    package var until = 18
  }

  package static let type = "rhythm"
  package static let summary = "When a product is used: events by local weekday and hour"
  package static var breakdownChoices: [BreakdownOn] {
    [.event, .latest, .firstTouch, .firstMatch]
  }

  package var options: ReportOptions
  package var event = EventMatcher.any
  package var working = Working()

  package var needs: ReportNeeds { ReportNeeds(matchers: [event]) }
}

extension RhythmDefinition {
  package init(options: ReportOptions) {
    self.options = options
  }

  package static var declared: Options<Self> {
    [
      .option("event", \.event, .event, "The events that are counted.").flag("count"),
      .mapping(
        "working", \.working, "working hours", "Working hours in local time.", Working.declared),
    ]
  }
}

extension RhythmDefinition.Working {
  fileprivate static var declared: Options<Self> {
    [
      .written(
        "days", .oneOrMore(.choice(RhythmDefinition.Weekday.allCases.map(\.rawValue)), max: 7),
        "Working days."
      ) {
        $0.readDays(&$1)
      } show: {
        .list($0.days.map { .text($0.rawValue) })
      },
      .written(
        "hours", .list(.integer(0...24), max: 2),
        "The first working hour, and the one after the last."
      ) {
        $0.readHours(&$1)
      } show: {
        .list([.integer($0.from), .integer($0.until)])
      },
    ]
  }

  private mutating func readDays(_ mapping: inout SpecMapping) {
    guard let value = mapping.value("days") else { return }
    let given = value.items(max: 7).compactMap { $0.choice(RhythmDefinition.Weekday.self) }
    days = RhythmDefinition.Weekday.allCases.filter(given.contains)
    if value.items().isEmpty { value.error("`days` needs at least one day") }
  }

  private mutating func readHours(_ mapping: inout SpecMapping) {
    guard let value = mapping.value("hours") else { return }
    let items = value.items()
    guard items.count == 2 else {
      value.error("`hours` must be two hours such as [9, 18], not \(value.node.described)")
      return
    }
    let hours = items.compactMap { $0.integer(in: 0...24) }
    guard hours.count == 2 else { return }
    if hours[0] >= hours[1] {
      value.error("`hours` go from an earlier to a later one, not [\(hours[0]), \(hours[1])]")
    }
    (from, until) = (hours[0], hours[1])
  }
}
