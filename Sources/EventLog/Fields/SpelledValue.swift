package import Values

/// Brings booleans, dates and times to one spelling: equal values are equal bytes, and values are
/// ordered as their bytes are.
///
///     boolean  true
///     date     2024-01-31
///     time     2024-01-31T09:00:00.000000Z
package struct SpelledValue: Sendable {
  package enum Reading: Sendable, Equatable {
    case value([UInt8])
    /// What programs write where there is none: the zero of dates and times.
    case absent
    case unreadable
  }

  private let type: PropertyType
  private let parser: TimeParser
  private let rules: TimeRules
  /// A clock without an offset is an instant, whose day is the calendar's.
  private let hasOwnZone: Bool

  /// - Parameters:
  ///   - formats: of dates and times, tried in order.
  ///   - rules: the zones of the source's times; a day without a clock is its first instant.
  ///   - zone: where those without an offset were written, if not where the rows' times were.
  package init(
    _ type: PropertyType, formats: [TimeFormat] = [.iso8601], zone: ZoneRules? = nil,
    rules: TimeRules
  ) {
    self.type = type
    parser = TimeParser(formats.isEmpty ? [.iso8601] : formats)
    var rules = rules
    rules.endsDay = false
    if let zone { rules.zone = zone }
    self.rules = rules
    hasOwnZone = zone != nil
  }

  init(_ field: PropertyField, rules: TimeRules) {
    self.init(field.type, formats: field.formats, zone: field.zoneRules, rules: rules)
  }

  package func reading(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Reading {
    var (start, end) = (range.lowerBound, range.upperBound)
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    while start < end, isBlank(bytes[start]) { start += 1 }
    while start < end, isBlank(bytes[end - 1]) { end -= 1 }
    if start == end { return .absent }
    switch type {
    case .text, .number:
      return .value((start..<end).map { bytes[$0] })
    case .boolean:
      return Self.boolean(bytes, start..<end).map { .value(Array($0 ? "true".utf8 : "false".utf8)) }
        ?? .unreadable
    case .date, .time:
      return time(bytes, start..<end)
    }
  }

  /// A value that a spec compares with; nil when it is none. Of a time, the offset must be there.
  package func operand(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    if type == .time, TimeFormat.iso8601.reading(text)?.shape != .instant { return nil }
    guard case .value(let value) = reading(bytes.span, 0..<bytes.count) else { return nil }
    return String(decoding: value, as: UTF8.self)
  }

  private func time(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Reading {
    guard let found = parser.parse(bytes, range, isNumber: false) else {
      return Self.isZeroDay(bytes, range) ? .absent : .unreadable
    }
    if found.microseconds <= 0, found.isZero { return .absent }
    if type == .date {
      var local = found.microseconds
      if found.shape == .instant || hasOwnZone && found.shape == .local {
        guard let instant = rules.instant(of: found) else { return .unreadable }
        let seconds = floorDivide(instant, Microseconds.second)
        local = instant + Int64(rules.calendar.offset(at: seconds)) * Microseconds.second
      }
      guard CivilDate.instants.contains(local) else { return .unreadable }
      let day = CalendarDate(daysSince1970: Int(floorDivide(local, Microseconds.day)))
      return .value(Array(day.text.utf8))
    }
    guard let instant = rules.instant(of: found), CivilDate.instants.contains(instant) else {
      return .unreadable
    }
    return .value(Self.spelled(instant))
  }

  private static func spelled(_ instant: Int64) -> [UInt8] {
    let day = floorDivide(instant, Microseconds.day)
    let inDay = instant - day * Microseconds.day
    let seconds = Int(inDay / Microseconds.second)
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
    let fraction = padded(Int(inDay % Microseconds.second), 6)
    let date = CalendarDate(daysSince1970: Int(day)).text
    return Array("\(date)T\(clock.joined(separator: ":")).\(fraction)Z".utf8)
  }

  /// `0000-00-00`, with or without a clock.
  private static func isZeroDay(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let zero = Array("0000-00-00".utf8)
    return range.count >= zero.count
      && zero.indices.allSatisfy { bytes[range.lowerBound + $0] == zero[$0] }
  }

  /// The words of databases, languages and spreadsheets, in any case.
  private static func boolean(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool? {
    guard range.count <= 5 else { return nil }
    switch String(decoding: range.map { bytes[$0] }, as: UTF8.self).lowercased() {
    case "true", "t", "yes", "y", "on", "1": return true
    case "false", "f", "no", "n", "off", "0": return false
    default: return nil
    }
  }
}
