import Values

/// From the values that a format found for the wanted paths to a row of a batch, or why it is none.
///
/// All formats share it, so that a rule on missing ids, times or numbers is written once. Checks run
/// in a fixed order before any text is copied: user, account, event, time. A number that cannot be
/// read is absent: it is counted, and the row stays.
struct RowAssembler: Sendable {
  let layout: SlotLayout
  private let limits: ReadLimits
  let valueBytesMax: Int
  private let time: TimeParser
  private let timeRules: TimeRules
  private let keepsInstants: Bool
  private let futureIsOutside: Bool
  private let missingIsOutside: Bool
  /// Of a row without a time.
  private let missingTime: Time
  private let countsTimeUnits: Bool
  /// The name of every event, where it does not come from the rows.
  private let eventConstant: [UInt8]?
  private let wantsAccount: Bool
  private let wantsUser: Bool
  /// Rows with a known and an anonymous id are links.
  let keepsLinks: Bool
  /// Names of the events that rename a user or an account; nil where nothing does.
  let (userAlias, accountAlias): (Set<[UInt8]>?, Set<[UInt8]>?)
  let numbers: [PropertyField]
  /// Texts that have one spelling.
  let spelled: [(column: Int, value: SpelledValue)]
  /// By text: what it is where the row has none. Empty where no text has such a thing.
  private let constants: [[UInt8]?]
  let idNulls: NullWords
  let numberNulls: NullWords
  private let textNulls: NullWords
  private let wantsID: Bool
  /// Of a row that has no id of those that the source names; nil where it names none.
  private let missingEntity: RejectReason?

  init(extraction: Extraction, limits: ReadLimits) {
    layout = SlotLayout(extraction)
    self.limits = limits
    valueBytesMax = limits.valueBytesMax
    time = TimeParser(extraction.time.formats)
    timeRules = extraction.time.rules
    keepsInstants = timeRules.keepsInstants
    futureIsOutside = extraction.time.futureIsOutside
    missingIsOutside = extraction.time.missingIsOutside
    missingTime = extraction.time.isNone ? .time(0) : .reject(.noTime)
    countsTimeUnits = extraction.time.formats.contains(.auto)
    if case .constant(let name) = extraction.event {
      eventConstant = Array(name.utf8)
    } else {
      eventConstant = nil
    }
    let identity = extraction.identity
    wantsUser =
      extraction.keepsUsers && !(extraction.user.isEmpty && identity.anonymous.isEmpty)
    keepsLinks = identity.isKept && wantsUser && !identity.anonymous.isEmpty
    func names(_ alias: AliasField?) -> Set<[UInt8]>? {
      alias.map { Set($0.names.map { Array($0.utf8) }) }
    }
    userAlias = identity.isKept ? names(identity.userAlias) : nil
    accountAlias = identity.isKept ? names(identity.accountAlias) : nil
    numbers = extraction.numbers
    spelled = extraction.texts.enumerated().compactMap { column, field in
      guard field.type.isSpelled else { return nil }
      return (column, SpelledValue(field, rules: extraction.time.rules))
    }
    let constants = extraction.texts.map { $0.constant.map { Array($0.utf8) } }
    self.constants = constants.contains { $0 != nil } ? constants : []
    idNulls = extraction.nulls.ofIDs
    numberNulls = extraction.nulls.ofNumbers
    textNulls = extraction.nulls.ofTexts(extraction.format)
    wantsAccount = extraction.keepsAccounts && !extraction.account.isEmpty
    wantsID = !extraction.id.isEmpty
    if extraction.user.isEmpty, identity.anonymous.isEmpty {
      missingEntity = extraction.account.isEmpty ? nil : .noAccount
    } else {
      missingEntity = .noUser
    }
  }

  /// Appends one row to `batch`, or returns why it is not an event and leaves nothing in `batch`.
  ///
  /// Epoch units, lone surrogates and the range of times are counted for events alone; counting the
  /// rejected row is up to the caller.
  ///
  /// - Parameters:
  ///   - values: By slot of `SlotLayout`.
  ///   - line: The row's first line, relative to the chunk.
  ///
  /// Nothing here changes: it and what it calls are `mutating` so that no call copies the rules, which
  /// are some hundreds of bytes.
  mutating func commit(
    _ values: [RawValue], of chunk: Span<UInt8>, line: Int, into batch: inout EventBatch,
    tally: inout RowTally
  ) -> RejectReason? {
    let known = id(layout.user, values, of: chunk, line: line, tally: &tally.values)
    let user = anyUser(known, values, of: chunk, line: line, tally: &tally.values)
    var account = RawValue.absent
    if wantsAccount || user.shape == .absent {
      account = id(layout.account, values, of: chunk, line: line, tally: &tally.values)
    }
    if user.shape == .absent, account.shape == .absent, let missingEntity { return missingEntity }
    let event = kept(Self.scalar(layout.event, values), of: chunk, line, &tally.values)
    if event.shape == .absent, eventConstant == nil { return .noEvent }

    var unit = TimeUnit.iso8601
    let instant: Int64
    switch time(values, of: chunk, line: line, into: &batch, unit: &unit, tally: &tally.values) {
    case .time(let found): instant = found
    case .reject(.noTime) where missingIsOutside:
      tally.events += 1
      return nil
    case .reject(let reason): return reason
    }
    if instant < limits.timeMin { return .timeTooEarly }
    if instant > limits.timeMax {
      guard futureIsOutside else { return .timeInTheFuture }
      tally.events += 1
      tally.values.future += 1
      return nil
    }

    // From here on the row is an event.
    if countsTimeUnits { tally.timeUnits[Int(unit.rawValue)] += 1 }
    tally.latest = max(tally.latest, instant)
    tally.earliest = min(tally.earliest, instant)
    tally.days.count(instant)
    tally.events += 1
    var lone = 0
    batch.times.append(instant)
    if let eventConstant {
      let start = batch.bytes.count
      batch.bytes.append(contentsOf: eventConstant)
      batch.names.append(ByteSlice(offset: start, count: eventConstant.count))
    } else {
      batch.names.append(Self.append(event, of: chunk, to: &batch.bytes, &lone))
    }
    if wantsUser {
      appendUser(
        user, known: known, values, of: chunk, into: &batch, lone: &lone, tally: &tally.values)
    }
    if wantsAccount {
      batch.accounts.append(Self.append(account, of: chunk, to: &batch.bytes, &lone))
    }
    if userAlias != nil || accountAlias != nil {
      appendAliases(values, user: known, account: account, of: chunk, into: &batch)
    }
    if wantsID {
      let id = id(layout.id, values, of: chunk, line: line, tally: &tally.values)
      batch.ids.append(Self.append(id, of: chunk, to: &batch.bytes, &lone))
    }
    for index in layout.texts.indices {
      let text = kept(
        text(layout.texts[index], values, of: chunk), of: chunk, line, &tally.values)
      if text.shape == .absent, !constants.isEmpty, let constant = constants[index] {
        batch.texts.append(ByteSlice(offset: batch.bytes.count, count: constant.count))
        batch.bytes.append(contentsOf: constant)
        continue
      }
      batch.texts.append(Self.append(text, of: chunk, to: &batch.bytes, &lone))
    }
    if !spelled.isEmpty {
      spellTexts(values, of: chunk, line: line, in: &batch, tally: &tally.values)
    }
    if !numbers.isEmpty {
      appendNumbers(values, of: chunk, line: line, into: &batch, tally: &tally.values)
    }
    batch.lines.append(Int32(truncatingIfNeeded: line))
    batch.count += 1
    if lone > 0 {
      tally.loneSurrogates += lone
      tally.values.note(.loneSurrogate, event.start..<event.end, of: chunk, line: line)
    }
    return nil
  }
}

/// Choosing a value among the paths of a field.
extension RowAssembler {
  /// The value, or none if it is longer than values may be, which is counted.
  @inline(__always)
  private func kept(
    _ value: RawValue, of chunk: Span<UInt8>, _ line: Int, _ tally: inout ValueTally
  ) -> RawValue {
    if value.end - value.start <= valueBytesMax { return value }
    tally.tooLong.add(value.start..<value.end, of: chunk, line: line)
    return .absent
  }

  /// The first value that is present and not empty.
  @inline(__always)
  static func present(_ slots: Range<Int>, _ values: [RawValue]) -> RawValue {
    for slot in slots {
      let value = values[slot]
      if value.shape != .absent, value.end > value.start { return value }
    }
    return .absent
  }

  /// The first value of a text that is present and no word for an absent one.
  @inline(__always)
  func text(_ slots: Range<Int>, _ values: [RawValue], of chunk: Span<UInt8>) -> RawValue {
    if textNulls.isEmpty { return Self.present(slots, values) }
    for slot in slots {
      let value = values[slot]
      if value.shape != .absent, value.end > value.start, textNulls.index(value, in: chunk) == nil {
        return value
      }
    }
    return .absent
  }

  /// The first value that is somebody's id.
  @inline(__always)
  func id(
    _ slots: Range<Int>, _ values: [RawValue], of chunk: Span<UInt8>, line: Int,
    tally: inout ValueTally
  ) -> RawValue {
    for slot in slots {
      let value = values[slot]
      if value.shape == .absent || value.end <= value.start { continue }
      if value.shape == .container {
        tally.containerIDs.add(value.start..<value.end, of: chunk, line: line)
        continue
      }
      guard let word = idNulls.index(value, in: chunk) else {
        return kept(value, of: chunk, line, &tally)
      }
      tally.addNull(
        word, of: idNulls.words.count, value.start..<value.end, in: chunk, line: line)
    }
    return .absent
  }

  /// The first value that is present, not empty, and no object or array: a name.
  @inline(__always)
  private static func scalar(_ slots: Range<Int>, _ values: [RawValue]) -> RawValue {
    for slot in slots {
      let value = values[slot]
      if value.shape != .absent, value.shape != .container, value.end > value.start {
        return value
      }
    }
    return .absent
  }
}

/// Times.
extension RowAssembler {
  fileprivate enum Time {
    case time(Int64)
    case reject(RejectReason)
  }

  @inline(__always)
  private mutating func time(
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
  private func reading(
    _ value: RawValue, of chunk: Span<UInt8>, bytes: inout [UInt8]
  ) -> TimeReading? {
    switch value.shape {
    case .absent, .boolean, .container: return nil
    case .text, .number:
      return time.parse(chunk, value.start..<value.end, isNumber: value.shape == .number)
    case .escaped, .doubledQuotes:
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
