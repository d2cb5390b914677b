import Values

/// From the values that a format found for the wanted paths to a row of a batch, or why it is none.
///
/// All formats share it, so that a rule on missing ids, times or numbers is written once. Checks run
/// in a fixed order before any text is copied: user, account, event, time. A number that cannot be
/// read is absent: it is counted, and the row stays.
struct RowAssembler: Sendable {
  let layout: SlotLayout
  let limits: ReadLimits
  let valueBytesMax: Int
  let time: TimeParser
  /// Of the row before.
  var day = WrittenDay()
  let timeRules: TimeRules
  let keepsInstants: Bool
  private let futureIsOutside: Bool
  private let missingIsOutside: Bool
  /// Of a row without a time.
  let missingTime: Time
  private let countsTimeUnits: Bool
  /// The name of every event, where it does not come from the rows.
  private let eventConstant: [UInt8]?
  private let wantsAccount: Bool
  let wantsUser: Bool
  let keepsLines: Bool
  /// Rows with a known and an anonymous id are links.
  let keepsLinks: Bool
  let linksAreKeys: Bool
  /// Names of the events that rename a user or an account; nil where nothing does.
  let (userAlias, accountAlias): (Set<[UInt8]>?, Set<[UInt8]>?)
  let numbers: [PropertyField]
  /// Texts that have one spelling.
  let spelled: [(column: Int, value: SpelledValue)]
  /// By text: what it is where the row has none. Empty where no text has such a thing.
  private let constants: [[UInt8]?]
  let idNulls: NullWords
  let numberNulls: NullWords
  let textNulls: NullWords
  private let wantsID: Bool
  /// Rows may name users in more than one way.
  private let namesPersons: Bool
  /// Rows have more than a time, a name and a user.
  private let hasMore: Bool
  /// Of a row that has no id of those that the source names; nil where it names none.
  private let missingEntity: RejectReason?
  /// Where a plain row has its values; nil where no row is plain.
  let plain: PlainRow<Int>?

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
    keepsLines = extraction.keepsLines
    let identity = extraction.identity
    wantsUser =
      extraction.keepsUsers && !(extraction.user.isEmpty && identity.anonymous.isEmpty)
    keepsLinks = identity.isKept && wantsUser && !identity.anonymous.isEmpty
    linksAreKeys = keepsLinks && identity.linksAreKeys
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
    namesPersons = !identity.anonymous.isEmpty
    hasMore =
      wantsAccount || userAlias != nil || accountAlias != nil || wantsID || !layout.texts.isEmpty
      || !numbers.isEmpty
    if extraction.user.isEmpty, identity.anonymous.isEmpty {
      missingEntity = extraction.account.isEmpty ? nil : .noAccount
    } else {
      missingEntity = .noUser
    }
    if !hasMore, !namesPersons, eventConstant == nil, keepsInstants, time.isISO8601,
      !countsTimeUnits, let user = layout.user.first, let event = layout.event.first,
      let time = layout.time.first
    {
      plain = PlainRow(user: user, event: event, time: time)
    } else {
      plain = nil
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
  /// Only the day of the last row changes here. What it calls is `mutating` as well, so that no call
  /// copies the rules, which are some hundreds of bytes.
  mutating func commit(
    _ values: [RawValue], of chunk: Span<UInt8>, line: Int, into batch: inout EventBatch,
    tally: inout RowTally
  ) -> RejectReason? {
    let known = id(layout.user, values, of: chunk, line: line, tally: &tally.values)
    var user = known
    if known.shape == .absent, !layout.anonymous.isEmpty {
      user = anonymousID(values, of: chunk, line: line, tally: &tally.values)
    }
    var account = RawValue.absent
    if wantsAccount || user.shape == .absent {
      account = accountID(values, of: chunk, line: line, tally: &tally.values)
      if user.shape == .absent, account.shape == .absent, let missingEntity { return missingEntity }
    }
    let event = kept(Self.scalar(layout.event, values), of: chunk, line, &tally.values)
    if event.shape == .absent, eventConstant == nil { return .noEvent }

    var unit = TimeUnit.iso8601
    let instant: Int64
    if let found = instantOnDay(values, of: chunk) {
      instant = found
    } else {
      switch time(values, of: chunk, line: line, into: &batch, unit: &unit, tally: &tally.values) {
      case .time(let found): instant = found
      case .reject(.noTime) where missingIsOutside:
        tally.events += 1
        tally.values.timeless += 1
        return nil
      case .reject(let reason): return reason
      }
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
    if event.shape == .absent || eventConstant != nil {
      appendConstantName(into: &batch)
    } else {
      batch.names.append(Self.append(event, of: chunk, to: &batch, &lone))
    }
    if wantsUser {
      if namesPersons {
        appendPerson(
          user, known: known, values, of: chunk, into: &batch, lone: &lone, tally: &tally.values)
      } else {
        batch.users.append(Self.append(user, of: chunk, to: &batch, &lone))
      }
    }
    if hasMore {
      appendMore(
        values, user: known, account: account, of: chunk, line: line, into: &batch, lone: &lone,
        tally: &tally.values)
    }
    if keepsLines { batch.lines.append(Int32(truncatingIfNeeded: line)) }
    batch.count += 1
    if lone > 0 {
      tally.loneSurrogates += lone
      tally.values.note(.loneSurrogate, event.start..<event.end, of: chunk, line: line)
    }
    return nil
  }

  @inline(never)
  private mutating func appendConstantName(into batch: inout EventBatch) {
    guard let eventConstant else { return }
    let start = batch.end
    batch.bytes.append(contentsOf: eventConstant)
    batch.names.append(ByteSlice(offset: start, count: eventConstant.count))
  }

  /// What only some sources have: accounts, former ids, event ids, properties. (A function of its own,
  /// like all that few rows need: what the optimizer puts into one function has a limit, and beyond it
  /// appending a byte is a call.)
  @inline(never)
  private mutating func appendMore(
    _ values: [RawValue], user: RawValue, account: RawValue, of chunk: Span<UInt8>, line: Int,
    into batch: inout EventBatch, lone: inout Int, tally: inout ValueTally
  ) {
    if wantsAccount {
      batch.accounts.append(Self.append(account, of: chunk, to: &batch, &lone))
    }
    if userAlias != nil || accountAlias != nil {
      appendAliases(values, user: user, account: account, of: chunk, into: &batch)
    }
    if wantsID {
      let id = id(layout.id, values, of: chunk, line: line, tally: &tally)
      batch.ids.append(Self.append(id, of: chunk, to: &batch, &lone))
    }
    for index in layout.texts.indices {
      let text = kept(text(layout.texts[index], values, of: chunk), of: chunk, line, &tally)
      if text.shape == .absent, !constants.isEmpty, let constant = constants[index] {
        batch.texts.append(ByteSlice(offset: batch.end, count: constant.count))
        batch.bytes.append(contentsOf: constant)
        continue
      }
      batch.texts.append(Self.append(text, of: chunk, to: &batch, &lone))
    }
    if !spelled.isEmpty {
      spellTexts(values, of: chunk, line: line, in: &batch, tally: &tally)
    }
    if !numbers.isEmpty {
      appendNumbers(values, of: chunk, line: line, into: &batch, tally: &tally)
    }
  }
}
