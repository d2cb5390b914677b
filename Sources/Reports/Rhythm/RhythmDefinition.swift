package import Spec
import Tables
package import Timelines
package import Values

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
    package var days: [Weekday]
    /// From 0 to 23, inclusive.
    package var from: Int
    /// From 1 to 24, exclusive, after `from`.
    package var until: Int

    package init(
      days: [Weekday] = [.mon, .tue, .wed, .thu, .fri], from: Int = 9, until: Int = 18
    ) {
      self.days = days
      self.from = from
      self.until = until
    }
  }

  package static let type = "rhythm"
  package var options: ReportOptions
  package var event: EventMatcher
  package var working: Working

  package init(
    options: ReportOptions, event: EventMatcher = .any, working: Working = Working()
  ) {
    self.options = options
    self.event = event
    self.working = working
  }

  package var tables: [String] { [options.name, options.name + ".summary"] }

  package var needs: ReportNeeds { ReportNeeds(matchers: [event]) }

  package var described: [(key: String, value: JSONValue)] {
    [
      ("event", .describing(event)),
      (
        "working",
        .object([
          ("days", .list(working.days.map { .text($0.rawValue) })),
          ("hours", .list([.integer(working.from), .integer(working.until)])),
        ])
      ),
    ]
  }
}
