public import Tables
public import Timelines

/// When a product is used: events by local weekday and hour (`Documentation.docc/Rhythm.md`).
public struct RhythmDefinition: ReportDefinition {
  public enum Weekday: String, Sendable, CaseIterable {
    case mon, tue, wed, thu, fri, sat, sun

    /// 1 to 7, Monday first.
    public var number: Int { Self.allCases.firstIndex(of: self)! + 1 }
  }

  /// Working hours in local time.
  public struct Working: Sendable, Equatable {
    /// At least one, ascending, each once.
    public var days: [Weekday]
    /// From 0 to 23, inclusive.
    public var from: Int
    /// From 1 to 24, exclusive, after `from`.
    public var until: Int

    public init(
      days: [Weekday] = [.mon, .tue, .wed, .thu, .fri], from: Int = 9, until: Int = 18
    ) {
      self.days = days
      self.from = from
      self.until = until
    }
  }

  public static let type = "rhythm"
  public var options: ReportOptions
  public var event: EventMatcher
  public var working: Working

  public init(
    options: ReportOptions, event: EventMatcher = .any, working: Working = Working()
  ) {
    self.options = options
    self.event = event
    self.working = working
  }

  public var tables: [String] { [options.name, options.name + ".summary"] }

  public var needs: ReportNeeds { ReportNeeds(matchers: [event]) }

  public var described: [(key: String, value: JSONValue)] {
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
