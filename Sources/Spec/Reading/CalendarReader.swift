package import Values

extension CalendarSpec {
  private enum WeekStart: String, CaseIterable {
    case monday, sunday
  }

  /// The `calendar` section.
  package init(reading calendar: inout SpecMapping) {
    self.init()
    if let zone = calendar.value("time_zone") {
      timeZone = zone.text() ?? timeZone
      timeZoneMark = zone.mark
    }
    weekStartsOnSunday = calendar.choice("week_start", default: WeekStart.monday) == .sunday
    observed = calendar.choice("observed", default: .event)
    range = calendar.dateRange(default: DateRange())
  }
}

extension SpecMapping {
  /// `from` and `until`, each else that of `standard`.
  package mutating func dateRange(default standard: DateRange) -> DateRange {
    let range = DateRange(
      from: date("from") ?? standard.from, until: date("until") ?? standard.until)
    check(range)
    return range
  }

  /// Notes an error for a range that is empty because of what this mapping says.
  package func check(_ range: DateRange) {
    if let from = range.from, let until = range.until, from >= until {
      let key = has("until") ? "until" : "from"
      if has("from") || has("until") {
        error(
          at: key, "an empty range: `until` (\(until.text)) is not after `from` (\(from.text))")
      }
    }
  }
}
