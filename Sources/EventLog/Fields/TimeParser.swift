/// Reads times as written in logs: microseconds since 1970, and whether they say an instant.
///
/// Built once per file from the spec's formats; a call allocates nothing. Times outside the years
/// 0001 to 9999 are bad times, and so is text around a time: nothing is trimmed.
struct TimeParser: Sendable {
  private enum Kind: Sendable {
    case iso8601
    case epoch(TimeUnit)
    case excel
    case auto
    case pattern
  }

  private let kind: Kind
  /// The compiled pattern; without operations for every other format.
  let pattern: TimePattern
  /// Formats to try after this one.
  private let others: [TimeParser]

  /// - Precondition: a pattern is valid, see `TimePattern.problem(in:)`.
  init(_ format: TimeFormat) { self.init([format]) }

  /// Formats are tried in order; at least one.
  ///
  /// - Precondition: as for one.
  init(_ formats: [TimeFormat]) {
    var pattern = TimePattern()
    switch formats[0] {
    case .iso8601: kind = .iso8601
    case .seconds: kind = .epoch(.seconds)
    case .milliseconds: kind = .epoch(.milliseconds)
    case .microseconds: kind = .epoch(.microseconds)
    case .nanoseconds: kind = .epoch(.nanoseconds)
    case .excel: kind = .excel
    case .auto: kind = .auto
    case .pattern(let text):
      kind = .pattern
      do throws(TimePattern.Problem) {
        pattern = try TimePattern(text)
      } catch {
        preconditionFailure("time pattern \(text): \(error.text)")
      }
    }
    self.pattern = pattern
    others = formats.dropFirst().map { TimeParser($0) }
  }

  /// Nil for a bad time.
  ///
  /// - Parameter isNumber: The value was a JSON number. Epoch formats read numbers and numeric strings
  ///   (exponents in numbers only: a spreadsheet's `1.7E+12` has lost digits); ISO 8601 is text.
  /// - Parameter day: Of the row before, if there is one; then of this row.
  @inline(__always)
  func parse(
    _ bytes: Span<UInt8>, _ range: Range<Int>, isNumber: Bool, day: inout WrittenDay
  ) -> TimeReading? {
    let reading = first(bytes, range, isNumber: isNumber, day: &day)
    return reading != nil || others.isEmpty
      ? reading : parseOthers(bytes, range, isNumber: isNumber)
  }

  func parse(_ bytes: Span<UInt8>, _ range: Range<Int>, isNumber: Bool) -> TimeReading? {
    var day = WrittenDay()
    return parse(bytes, range, isNumber: isNumber, day: &day)
  }

  @inline(never)
  private func parseOthers(
    _ bytes: Span<UInt8>, _ range: Range<Int>, isNumber: Bool
  ) -> TimeReading? {
    var day = WrittenDay()
    for parser in others {
      if let reading = parser.first(bytes, range, isNumber: isNumber, day: &day) {
        return reading
      }
    }
    return nil
  }

  @inline(__always)
  private func first(
    _ bytes: Span<UInt8>, _ range: Range<Int>, isNumber: Bool, day: inout WrittenDay
  ) -> TimeReading? {
    switch kind {
    case .iso8601:
      return isNumber ? nil : TimeParser.iso8601(bytes, range, day: &day)
    case .epoch(let unit):
      return EpochNumber(bytes, range, exponents: isNumber)?.reading(unit)
    case .excel:
      return TimeParser.excel(bytes, range)
    case .auto:
      return TimeParser.auto(bytes, range, isNumber: isNumber, day: &day)
    case .pattern:
      return pattern.match(bytes, range)
    }
  }

  /// Whether it tries ISO 8601 first.
  @inline(__always)
  var isISO8601: Bool {
    if case .iso8601 = kind { return true }
    return false
  }

  /// Whether it reads days on a wall, so that a clock beside one may be meant with it.
  var readsText: Bool {
    switch kind {
    case .iso8601, .auto, .pattern: true
    case .epoch, .excel: others.contains(where: \.readsText)
    }
  }
}
