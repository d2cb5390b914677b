import EventLog
import Reports
import Spec
import System
import Values

/// What a run knows before the first byte of a log: the plan with its zones, the calendar, and now.
struct ReadingPlan {
  var plan: ExtractionPlan
  var calendar: ReportCalendar
  /// With the latest time that an event may have.
  var limits: ReadLimits
  /// Microseconds since 1970; nil where nobody said it, as in tests of readers.
  var now: Int64?

  /// - Throws: `ZoneError`.
  init(_ spec: AnalysisSpec, _ options: RunOptions) throws {
    let zone = try ZoneRules.load(spec.calendar.timeZone)
    calendar = ReportCalendar(spec.calendar, zone: zone)
    plan = ExtractionPlan(spec)
    try plan.extraction.loadZones(calendar: zone)
    for index in plan.others.indices { try plan.others[index].loadZones(calendar: zone) }
    limits = options.limits
    now = options.now?.instant(in: calendar)
    if let earliest = options.earliest { limits.timeMin = earliest.instant(in: calendar) }
    if let now { limits.timeMax = min(now, .max / 2) + Microseconds.day }
  }

  var question: ZoneQuestion {
    ZoneQuestion(plan: plan, calendarZone: calendar.zone.name)
  }
}

extension Extraction {
  /// Finds out what times without an offset, and dates without a time, mean.
  ///
  /// - Throws: `ZoneError`.
  mutating func loadZones(calendar zone: ZoneRules) throws {
    let isUTC = zone.starts.count == 1 && zone.offsets == [0]
    time.rules = TimeRules(
      zone: try time.zone.map { try ZoneRules.load($0) } ?? (isUTC ? .utc : nil),
      calendar: zone, endsDay: time.endsDay,
      localEpoch: try time.localEpoch.map { try ZoneRules.load($0) })
    for index in texts.indices {
      texts[index].zoneRules = try texts[index].zone.map { try ZoneRules.load($0) }
    }
  }
}

/// Times without an offset, of which nobody says where they were written.
struct ZoneQuestion {
  var plan: ExtractionPlan
  var calendarZone: String

  /// Lines of a file that decide: what is found later is rejected row by row.
  static let linesAsked = 1000

  /// - Parameter source: the file's.
  /// - Throws: exit 78 with the two answers, for a file that begins with such times.
  func check(
    _ values: ValueTally, linesBefore: Int, path: String, source: Int
  ) throws(RunFailure) {
    // Else such times are rejected.
    let extraction = source == 0 ? plan.extraction : plan.others[source - 1]
    guard extraction.time.rules.zone == nil, let place = values.localTimes.first else { return }
    let line = place.line + linesBefore
    guard line <= Self.linesAsked else { return }
    let text = String(decoding: place.text, as: UTF8.self)
    throw RunFailure(
      .badSpec,
      [
        "\(path):\(line): the time '\(text)' has no offset, and the calendar is "
          + "\(calendarZone), not UTC; say in `source` where such times were written:",
        "  time: {zone: \(calendarZone)}", "  time: {zone: UTC}",
      ])
  }
}
