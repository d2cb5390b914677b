package import Values

extension CalendarSpec {
  private enum WeekStart: String, CaseIterable {
    case monday, sunday
  }

  /// Takes what flags say of the time zone; from here on dates can be relative.
  package mutating func settle(in context: SpecContext) {
    if let zone = context.surroundings.timeZone {
      timeZone = zone
      timeZoneMark = nil
    }
    context.settle(self)
  }

  /// Takes what flags say of the range.
  package mutating func override(in context: SpecContext) {
    let flags = context.surroundings
    func date(_ expression: DateExpression?, _ name: String) -> CalendarDate? {
      expression.flatMap { context.date($0, named: name, at: .wholeFile) }
    }
    if flags.from == nil, flags.until == nil { return }
    range.from = date(flags.from, "--from") ?? range.from
    range.until = date(flags.until, "--until") ?? range.until
    if let from = range.from, let until = range.until, from >= until {
      context.error(
        .wholeFile,
        "an empty range: with what flags say, until \(until.text) is not after from \(from.text)")
    }
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
    yearStart = calendar.value("year_start")?.integer(in: 1...12) ?? yearStart
    settle(in: calendar.context)
    range = calendar.dateRange(default: DateRange())
    origin = range.from
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
