import Spec
import Timelines

/// How explanations speak of events, instants, intervals and breakdowns.
struct EventTeller {
  let timeline: Timeline
  let context: ReportContext

  /// `purchase at 2026-01-31T13:00:00+08:00`.
  func told(_ event: Int) -> String {
    "\(context.kinds.names[Int(timeline.kinds[event])]) at \(at(timeline.times[event]))"
  }

  func at(_ instant: Int64) -> String { context.calendar.timestamp(instant) }

  /// Why an event at an instant is not in range.
  func outside(_ range: EntryRange, _ instant: Int64) -> String {
    instant < range.from ? "before the range" : "after the range"
  }

  /// `country = DE, plan empty`; nil without breakdown.
  func breakdown(_ properties: [String], _ values: [[UInt8]]?) -> String? {
    guard !properties.isEmpty, let values else { return nil }
    let parts = zip(properties, values).map { property, value in
      value.isEmpty
        ? "\(property) empty" : "\(property) = \(String(decoding: value, as: UTF8.self))"
    }
    return "counted in the rows of " + parts.joined(separator: ", ")
  }

  /// The same for an entity that stands under several values; nil where there are too many to say.
  func breakdowns(_ properties: [String], _ groups: BreakdownGroups) -> String? {
    if groups.count == 1 { return breakdown(properties, groups.values.first) }
    guard !properties.isEmpty, groups.count > 1 else { return nil }
    let names = groups.values.prefix(Self.valuesMax).map { tuple in
      zip(properties, tuple).map { property, value in
        value.isEmpty
          ? "\(property) empty" : "\(property) = \(String(decoding: value, as: UTF8.self))"
      }.joined(separator: ", ")
    }.sorted()
    let more = groups.count > names.count ? "; and \(groups.count - names.count) more" : ""
    return "counted in the rows of \(names.joined(separator: "; "))\(more), each by its own events"
  }

  private static let valuesMax = 24

  static let nothing = "none of its events concerns this report"
}

/// Ascending numbers as people write them: `0, 2 to 4, 7`.
func spelled(_ numbers: [Int]) -> String {
  var parts: [String] = []
  var at = 0
  while at < numbers.count {
    var end = at
    while end + 1 < numbers.count, numbers[end + 1] == numbers[end] + 1 { end += 1 }
    switch end - at {
    case 0: parts.append("\(numbers[at])")
    case 1: parts.append("\(numbers[at]), \(numbers[end])")
    default: parts.append("\(numbers[at]) to \(numbers[end])")
    }
    at = end + 1
  }
  return parts.joined(separator: ", ")
}

/// `1 event`, `2 events`.
func counted(_ number: Int, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}
