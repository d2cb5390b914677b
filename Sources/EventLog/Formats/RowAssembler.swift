/// From the values a format found in a row to a row of an `EventBatch`: which path wins, what is
/// required, what the bytes mean. The same for every format.
struct RowAssembler: Sendable {
  let layout: SlotLayout
  private let time: TimeParser
  private let constantName: [UInt8]
  private let hasUsers: Bool
  private let hasAccounts: Bool
  private let hasIDs: Bool
  private let requiresUser: Bool
  private let requiresAccount: Bool
  private let timeMax: Int64

  init(_ extraction: Extraction, limits: ReadLimits) {
    layout = SlotLayout(extraction)
    time = TimeParser(extraction.time.format)
    if case .constant(let name) = extraction.event {
      constantName = Array(name.utf8)
    } else {
      constantName = []
    }
    hasUsers = !extraction.user.isEmpty
    hasAccounts = !extraction.account.isEmpty
    hasIDs = !extraction.id.isEmpty
    requiresUser = extraction.requiresUser && hasUsers
    requiresAccount = extraction.requiresAccount && hasAccounts
    timeMax = limits.timeMax
  }

  /// Adds the row to the batch, or says why it is not an event and leaves the batch as it was.
  ///
  /// - Parameters:
  ///   - values: by slot of `layout`, ranges of `chunk`.
  ///   - line: relative to the chunk, 0 first.
  mutating func commit(
    _ values: [RawValue], of chunk: Span<UInt8>, line: Int, into batch: inout EventBatch,
    tally: inout RowTally
  ) -> RejectReason? {
    let user = hasUsers ? scalar(values, layout.user) : .absent
    if requiresUser, user.shape == .absent { return .noUser }
    let account = hasAccounts ? scalar(values, layout.account) : .absent
    if requiresAccount, account.shape == .absent { return .noAccount }
    let event = scalar(values, layout.event)
    if event.shape == .absent, constantName.isEmpty { return .noEvent }
    let when = scalar(values, layout.time)
    if when.shape == .absent { return .noTime }
    var unit = TimeUnit.iso8601
    guard let instant = parseTime(when, chunk, &unit) else { return .badTime }
    if instant > timeMax { return .timeInTheFuture }
    let numbersBefore = batch.numbers.count
    for slots in layout.numbers {
      guard let number = parseNumber(scalarOrContainer(values, slots), chunk) else {
        batch.numbers.removeLast(batch.numbers.count - numbersBefore)
        return .badNumber
      }
      batch.numbers.append(number)
    }

    // Nothing can fail any more: the row goes in.
    batch.times.append(instant)
    batch.lines.append(Int32(truncatingIfNeeded: line))
    if hasUsers { batch.users.append(copy(user, chunk, &batch, &tally)) }
    if hasAccounts { batch.accounts.append(copy(account, chunk, &batch, &tally)) }
    if event.shape == .absent {
      batch.names.append(ByteSlice(offset: batch.bytes.count, count: constantName.count))
      batch.bytes.append(contentsOf: constantName)
    } else {
      batch.names.append(copy(event, chunk, &batch, &tally))
    }
    if hasIDs { batch.ids.append(copy(scalar(values, layout.id), chunk, &batch, &tally)) }
    for slots in layout.texts {
      batch.texts.append(copy(scalarOrContainer(values, slots), chunk, &batch, &tally))
    }
    batch.count += 1
    tally.events += 1
    tally.timeUnits[Int(unit.rawValue)] += 1
    if instant > tally.latest { tally.latest = instant }
    if instant < tally.earliest { tally.earliest = instant }
    return nil
  }

  /// The first value of the slots that is there, not empty, and not an object or array: an id, a
  /// name and a time are scalars.
  @inline(__always)
  private func scalar(_ values: [RawValue], _ slots: Range<Int>) -> RawValue {
    for slot in slots {
      let value = values[slot]
      if value.shape != .absent, value.shape != .container, value.start < value.end {
        return value
      }
    }
    return .absent
  }

  @inline(__always)
  private func scalarOrContainer(_ values: [RawValue], _ slots: Range<Int>) -> RawValue {
    for slot in slots {
      let value = values[slot]
      if value.shape != .absent, value.start < value.end { return value }
    }
    return .absent
  }

  private func parseTime(
    _ value: RawValue, _ chunk: Span<UInt8>, _ unit: inout TimeUnit
  ) -> Int64? {
    switch value.shape {
    case .text: return time.parse(chunk, value.start..<value.end, isNumber: false, unit: &unit)
    case .number: return time.parse(chunk, value.start..<value.end, isNumber: true, unit: &unit)
    case .escaped, .doubledQuotes:
      let bytes = decoded(value, chunk)
      return time.parse(bytes.span, 0..<bytes.count, isNumber: false, unit: &unit)
    case .absent, .boolean, .container: return nil
    }
  }

  /// Absent is a number too; nil is a bad one.
  private func parseNumber(_ value: RawValue, _ chunk: Span<UInt8>) -> ExactDecimal? {
    switch value.shape {
    case .absent: return .absent
    case .text, .number: return ExactDecimal.parse(chunk, value.start..<value.end)
    case .escaped, .doubledQuotes:
      let bytes = decoded(value, chunk)
      return ExactDecimal.parse(bytes.span, 0..<bytes.count)
    case .boolean, .container: return nil
    }
  }

  private func decoded(_ value: RawValue, _ chunk: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    _ = Self.decode(value, chunk, into: &bytes)
    return bytes
  }

  /// Puts the value's text behind the batch's bytes.
  @inline(__always)
  private func copy(
    _ value: RawValue, _ chunk: Span<UInt8>, _ batch: inout EventBatch, _ tally: inout RowTally
  ) -> ByteSlice {
    if value.shape == .absent { return .absent }
    let offset = batch.bytes.count
    if value.shape == .escaped || value.shape == .doubledQuotes {
      tally.loneSurrogates += Self.decode(value, chunk, into: &batch.bytes)
    } else {
      // The pointer is used during the call only, and the range was checked by `extracting`.
      unsafe chunk.extracting(value.start..<value.end).withUnsafeBufferPointer {
        unsafe batch.bytes.append(contentsOf: $0)
      }
    }
    return ByteSlice(offset: offset, count: batch.bytes.count - offset)
  }

  /// - Returns: lone surrogates.
  private static func decode(
    _ value: RawValue, _ chunk: Span<UInt8>, into bytes: inout [UInt8]
  ) -> Int {
    if value.shape == .escaped {
      return JSONEscapes.decode(chunk, value.start..<value.end, into: &bytes)
    }
    var position = value.start
    while position < value.end {
      bytes.append(chunk[position])
      // The second quote of a pair is not text.
      let isPair = chunk[position] == UInt8(ascii: "\"")
      position += isPair ? 2 : 1
    }
    return 0
  }
}
