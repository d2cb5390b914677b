import Values

/// When a row happened. (`mutating`: see `RowAssembler.commit`.)
extension RowAssembler {
  enum Time {
    case time(Int64)
    case reject(RejectReason)
  }

  /// The instant of a row whose time is written as in the row before, on the same day; nil says
  /// nothing.
  @inline(__always)
  mutating func instantOnDay(_ values: [RawValue], of chunk: Span<UInt8>) -> Int64? {
    guard let slot = layout.time.first else { return nil }
    let value = values[slot]
    guard value.shape == .text, keepsInstants, time.isISO8601 else { return nil }
    return TimeParser.instant(on: day, chunk, value.start..<value.end)
  }

  @inline(never)
  mutating func time(
    _ values: [RawValue], of chunk: Span<UInt8>, line: Int, into batch: inout EventBatch,
    unit: inout TimeUnit, tally: inout ValueTally
  ) -> Time {
    let value = Self.present(layout.time, values)
    if value.shape == .absent { return missingTime }
    var found = reading(value, of: chunk, bytes: &batch.bytes)
    if layout.time.count > 1, found?.shape != .instant {
      found = withClock(values, found, of: chunk, bytes: &batch.bytes)
    }
    guard let found else {
      tally.unreadTimes.add(value.start..<value.end, of: chunk, line: line)
      if isNumber(value, in: chunk) {
        tally.numericTimes.add(value.start..<value.end, of: chunk, line: line)
      }
      return .reject(.badTime)
    }
    unit = found.unit
    var instant = found.microseconds
    if found.shape != .instant || !keepsInstants {
      if found.shape == .local {
        tally.localTimes.add(value.start..<value.end, of: chunk, line: line)
      }
      if found.shape == .date { tally.dates += 1 }
      guard let known = timeRules.instant(of: found) else { return .reject(.timeWithoutZone) }
      instant = known
    }
    // What programs write where there is no time.
    if instant == 0 || found.microseconds <= 0 && found.isZero { return .reject(.zeroTime) }
    return CivilDate.instants.contains(instant) ? .time(instant) : .reject(.badTime)
  }

  @inline(__always)
  private mutating func reading(
    _ value: RawValue, of chunk: Span<UInt8>, bytes: inout [UInt8]
  ) -> TimeReading? {
    switch value.shape {
    case .absent, .boolean, .container: return nil
    case .text, .number:
      return time.parse(
        chunk, value.start..<value.end, isNumber: value.shape == .number, day: &day)
    case .escaped, .escapedField:
      return Self.decoded(value, of: chunk, in: &bytes) { time.parse($0, $1, isNumber: false) }
    }
  }

  /// The day in the first of several fields and the clock in the next one, if that is what they are;
  /// else what the first said.
  @inline(never)
  private mutating func withClock(
    _ values: [RawValue], _ found: TimeReading?, of chunk: Span<UInt8>, bytes: inout [UInt8]
  ) -> TimeReading? {
    if found?.shape == .local || !time.readsText { return found }
    let there = layout.time.lazy.map { values[$0] }.filter {
      $0.shape != .absent && $0.end > $0.start
    }
    guard there.count > 1 else { return found }
    let start = bytes.count
    defer { bytes.removeLast(bytes.count - start) }
    var lone = 0
    for (index, value) in there.prefix(2).enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: " ")) }
      _ = Self.append(value, of: chunk, to: &bytes, &lone)
    }
    let both = time.parse(bytes.span, start..<bytes.count, isNumber: false)
    return both?.shape == .date ? found : both ?? found
  }

  private func isNumber(_ value: RawValue, in chunk: Span<UInt8>) -> Bool {
    value.shape == .number
      || value.shape == .text
        && EpochNumber(chunk, value.start..<value.end, exponents: false) != nil
  }

  /// Gives `body` the decoded text of a value, which stands behind `bytes` only so long.
  static func decoded<Result>(
    _ value: RawValue, of chunk: Span<UInt8>, in bytes: inout [UInt8],
    _ body: (Span<UInt8>, Range<Int>) -> Result
  ) -> Result {
    var lone = 0
    let slice = append(value, of: chunk, to: &bytes, &lone)
    defer { bytes.removeLast(Int(slice.count)) }
    return body(bytes.span, slice.range)
  }
}
