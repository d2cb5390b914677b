/// Reads times as written in logs into microseconds since 1970 UTC.
///
/// Built once per file from the spec's format; a call allocates nothing. Times outside the years
/// 0001 to 9999 are bad times, and so is text around a time: nothing is trimmed.
struct TimeParser: Sendable {
  private enum Kind: Sendable {
    case iso8601
    case epoch(TimeUnit)
    case auto
    case pattern
  }

  private let kind: Kind
  /// The compiled pattern; empty for every other format.
  let operations: [TimePattern.Operation]

  /// - Precondition: a pattern is valid, see `TimePattern.problem(in:)`.
  init(_ format: TimeFormat) {
    var operations: [TimePattern.Operation] = []
    switch format {
    case .iso8601: kind = .iso8601
    case .seconds: kind = .epoch(.seconds)
    case .milliseconds: kind = .epoch(.milliseconds)
    case .microseconds: kind = .epoch(.microseconds)
    case .auto: kind = .auto
    case .pattern(let pattern):
      kind = .pattern
      do throws(TimePattern.Problem) {
        operations = try TimePattern.compile(pattern)
      } catch {
        preconditionFailure("time pattern \(pattern): \(error.text)")
      }
    }
    self.operations = operations
  }

  /// Microseconds since 1970 UTC, or nil for a bad time.
  ///
  /// - Parameters:
  ///   - isNumber: The value was a JSON number. Epoch formats read numbers and numeric strings
  ///     (exponents in numbers only: a spreadsheet's `1.7E+12` has lost digits); ISO 8601 is text.
  ///   - unit: How the value was read. Text formats say `iso8601`.
  @inline(always)
  func parse(
    _ bytes: Span<UInt8>, _ range: Range<Int>, isNumber: Bool, unit: inout TimeUnit
  ) -> Int64? {
    switch kind {
    case .iso8601:
      unit = .iso8601
      return isNumber ? nil : TimeParser.iso8601(bytes, range)
    case .epoch(let fixed):
      unit = fixed
      guard let number = EpochNumber(bytes, range, exponents: isNumber) else { return nil }
      return number.microseconds(fixed)
    case .auto:
      return auto(bytes, range, isNumber: isNumber, unit: &unit)
    case .pattern:
      unit = .iso8601
      return match(bytes, range)
    }
  }

  /// A value that is a number in full is an epoch time (also `20260131`), all else is ISO 8601.
  private func auto(
    _ bytes: Span<UInt8>, _ range: Range<Int>, isNumber: Bool, unit: inout TimeUnit
  ) -> Int64? {
    // Most text times show a dash after four digits; it spares them the attempt as a number.
    let looksLikeDate =
      !isNumber && range.count >= 10 && bytes[range.lowerBound + 4] == UInt8(ascii: "-")
    if !looksLikeDate, let number = EpochNumber(bytes, range, exponents: isNumber) {
      unit = number.unitByMagnitude
      return number.microseconds(unit)
    }
    unit = .iso8601
    return isNumber ? nil : TimeParser.iso8601(bytes, range)
  }
}
