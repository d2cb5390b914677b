/// From the values of a row to its events: mostly one, by a `RowAssembler`.
///
/// What is more than that stands here: joint keys, lower case, domains, and rows that are several
/// events. Plain extractions pass straight through.
struct RowCommitter: Sendable {
  /// One event that a row may be.
  private struct Lane: Sendable {
    var assembler: RowAssembler
    /// Its own slots among all.
    var slots: Range<Int>
    var time: Range<Int>
    var conditions: [(slot: Int, values: [[UInt8]])]
  }

  /// What a format has to find, by slot.
  let paths: [FieldPath]
  /// Slots of ids and event names, in which every byte must be text.
  let ids: SlotRanges
  /// Slots of properties: what one of them lacks, no event lacks.
  let properties: SlotRanges
  /// Slots that a file may lack without a word.
  let optional: SlotRanges
  /// Slots of the events' own ids.
  let eventIDs: SlotRanges
  /// Slots that one field shares, of which one must be there: users, accounts, names, times, ids.
  let required: [Range<Int>]
  /// What plain extractions pass through: a property of its own, since a row would pay for an array.
  private var plain: RowAssembler
  private var lanes: [Lane] = []
  private var forms: [(slot: Int, form: FieldPath.Form)] = []
  private var joints: [(slot: Int, parts: Range<Int>)] = []
  private let isPlain: Bool
  private var pool: [UInt8] = []
  private static let keptBytesMax = 1 << 20
  private static let longBytes = 1 << 12
  private var values: [RawValue] = []

  init(extraction: Extraction, limits: ReadLimits) {
    var paths: [FieldPath] = []
    var (ids, properties, required) = ([Range<Int>](), [Range<Int>](), [Range<Int>]())
    var (eventIDs, optional) = ([Range<Int>](), [Range<Int>]())
    for event in extraction.rows.each.isEmpty ? [nil] : extraction.rows.each.map({ $0 }) {
      var own = extraction
      if let event {
        own.event = .constant(event.name)
        own.time.paths = event.time
      }
      let layout = SlotLayout(own)
      let base = paths.count
      func moved(_ range: Range<Int>) -> Range<Int> {
        range.lowerBound + base..<range.upperBound + base
      }
      paths += layout.paths
      let slots = base..<paths.count
      ids += [layout.anyUser, layout.aliases, layout.account, layout.event, layout.id].map(moved)
      eventIDs.append(moved(layout.id))
      if own.identity.isAccountAliasOptional {
        optional += [layout.accountAlias.from, layout.accountAlias.to].map(moved)
      }
      properties += (layout.texts + layout.numbers).map(moved)
      required += [layout.anyUser, layout.account, layout.event, layout.time, layout.id].map(moved)
      var conditions: [(slot: Int, values: [[UInt8]])] = []
      for condition in event?.conditions ?? [] {
        conditions.append((paths.count, condition.values.map { Array($0.utf8) }))
        paths.append(condition.path)
        required.append(paths.count - 1..<paths.count)
      }
      lanes.append(
        Lane(
          assembler: RowAssembler(extraction: own, limits: limits), slots: slots,
          time: moved(layout.time), conditions: conditions))
    }
    // A part may be joint itself no further: the spec has no such thing.
    for slot in paths.indices where !paths[slot].parts.isEmpty {
      joints.append((slot, paths.count..<paths.count + paths[slot].parts.count))
      paths += paths[slot].parts
    }
    for slot in paths.indices where paths[slot].form != .asIs {
      forms.append((slot, paths[slot].form))
    }
    self.paths = paths
    self.ids = SlotRanges(ranges: ids + joints.map(\.parts))
    self.properties = SlotRanges(ranges: properties)
    self.optional = SlotRanges(ranges: optional)
    self.eventIDs = SlotRanges(ranges: eventIDs)
    self.required = required.filter { !$0.isEmpty }
    isPlain = forms.isEmpty && joints.isEmpty && extraction.rows.each.isEmpty
    plain = lanes[0].assembler
  }

  /// As `RowAssembler.commit`, where `row` is the row's place in the chunk. A row that is several
  /// events counts as so many rows.
  @inline(__always)
  mutating func commit(
    _ values: [RawValue], of chunk: Span<UInt8>, line: Int, into batch: inout EventBatch,
    tally: inout RowTally
  ) -> RejectReason? {
    if isPlain {
      return plain.commit(values, of: chunk, line: line, into: &batch, tally: &tally)
    }
    return commitFinished(values, of: chunk, line: line, into: &batch, tally: &tally)
  }

  /// Slots of what a plain row has; nil where no row is plain.
  var plainSlots: PlainRow<Int>? { isPlain ? plain.plain : nil }

  /// Whether a run of plain rows may be more than no row.
  @inline(__always)
  var mayRun: Bool { isPlain && plain.mayRun }

  /// As `RowAssembler.commitRun`, for rows with values in `plainSlots`.
  @inline(__always)
  mutating func commitRun(
    _ places: [PlainRow<ByteSlice>], _ rows: Range<Int>, of chunk: Span<UInt8>, line: Int,
    into batch: inout EventBatch, tally: inout RowTally
  ) -> Int {
    plain.commitRun(
      places.span.extracting(rows), of: chunk, line: line, into: &batch, tally: &tally)
  }

  /// The same for values that do not stand in the chunk: places in it are those of the row.
  @inline(never)
  mutating func commit(
    _ values: [RawValue], of text: Span<UInt8>, rowStart: Int, line: Int,
    into batch: inout EventBatch, tally: inout RowTally
  ) -> RejectReason? {
    Self.apart(from: rowStart, &batch, &tally) {
      commit(values, of: text, line: line, into: &$0, tally: &$1)
    }
  }

  /// Runs `body` for values that do not stand in the chunk: they are copied, and places in them are
  /// those of the row, which begins at `rowStart`.
  private static func apart(
    from rowStart: Int, _ batch: inout EventBatch, _ tally: inout RowTally,
    _ body: (inout EventBatch, inout RowTally) -> RejectReason?
  ) -> RejectReason? {
    let refers = batch.refersToChunk
    batch.refersToChunk = false
    var found = ValueTally()
    swap(&found, &tally.values)
    let reason = body(&batch, &tally)
    swap(&found, &tally.values)
    found.updatePlaces { $0.byte = rowStart }
    tally.values.add(found)
    batch.refersToChunk = refers
    return reason
  }

  @inline(never)
  private mutating func commitFinished(
    _ found: [RawValue], of chunk: Span<UInt8>, line: Int, into batch: inout EventBatch,
    tally: inout RowTally
  ) -> RejectReason? {
    pool.removeAll(keepingCapacity: pool.capacity <= Self.keptBytesMax)
    values = found
    var (lone, rowStart) = (0, Int.max)
    // By start: the slot of a long value, which is copied once.
    var long: [Int: Int] = [:]
    for slot in values.indices where values[slot].shape != .absent {
      rowStart = min(rowStart, values[slot].start)
      if values[slot].end - values[slot].start > Self.longBytes {
        if let known = long[values[slot].start], found[known] == found[slot] {
          values[slot] = values[known]
          continue
        }
        long[values[slot].start] = slot
      }
      let slice = RowAssembler.append(values[slot], of: chunk, to: &pool, &lone)
      let isText = values[slot].shape == .escaped || values[slot].shape == .escapedField
      values[slot] = RawValue(
        start: slice.range.lowerBound, end: slice.range.upperBound,
        shape: isText ? .text : values[slot].shape)
    }
    for (slot, form) in forms { apply(form, to: slot) }
    for (slot, parts) in joints { join(parts, into: slot) }
    return Self.apart(from: rowStart == .max ? 0 : rowStart, &batch, &tally) {
      commitLanes(line, into: &$0, tally: &$1)
    }
  }

  private mutating func commitLanes(
    _ line: Int, into batch: inout EventBatch, tally: inout RowTally
  ) -> RejectReason? {
    let text = pool
    if lanes.count == 1, lanes[0].conditions.isEmpty {
      let own = Array(values[lanes[0].slots])
      return lanes[0].assembler.commit(
        own, of: text.span, line: line, into: &batch, tally: &tally)
    }
    var events = 0
    var reason: RejectReason?
    for lane in lanes.indices {
      guard lanes[lane].time.contains(where: { isThere($0) }) else { continue }
      guard lanes[lane].conditions.allSatisfy({ holds($0.slot, $0.values) }) else { continue }
      let own = Array(values[lanes[lane].slots])
      if let found = lanes[lane].assembler.commit(
        own, of: text.span, line: line, into: &batch, tally: &tally)
      {
        reason = found
      } else {
        events += 1
      }
    }
    if events == 0, reason == nil {
      // A row of no event (yet): it counts as one that no report looks at.
      tally.events += 1
      return nil
    }
    tally.rows += events - 1 + (reason == nil ? 0 : 1)
    return reason
  }

  private func isThere(_ slot: Int) -> Bool {
    values[slot].shape != .absent && values[slot].end > values[slot].start
  }

  private func holds(_ slot: Int, _ wanted: [[UInt8]]) -> Bool {
    let value = values[slot]
    return value.shape != .absent
      && wanted.contains { $0.elementsEqual(pool[value.start..<value.end]) }
  }
}

/// What becomes of values.
extension RowCommitter {
  private mutating func apply(_ form: FieldPath.Form, to slot: Int) {
    guard isThere(slot), values[slot].shape != .container else { return }
    var range = values[slot].start..<values[slot].end
    if form == .first {
      let end = pool[range].firstIndex(of: UInt8(ascii: ",")) ?? range.upperBound
      values[slot] = RawValue(start: range.lowerBound, end: end, shape: .text)
      return
    }
    if case .domain = form {
      // An address has one `@` with something on both sides; nothing else has a domain.
      guard let sign = pool[range].lastIndex(of: UInt8(ascii: "@")), sign > range.lowerBound,
        sign + 1 < range.upperBound
      else {
        values[slot] = .absent
        return
      }
      range = sign + 1..<range.upperBound
    }
    let lowered = pool[range].map(Self.lower)
    if case .domain(let except) = form,
      except.contains(where: { $0.utf8.lazy.map(Self.lower).elementsEqual(lowered) })
    {
      values[slot] = .absent
      return
    }
    let start = pool.count
    pool += lowered
    values[slot] = RawValue(start: start, end: pool.count, shape: .text)
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }

  /// `a|b`, where `\` stands before a bar or backslash of a part; an absent part is empty.
  private mutating func join(_ parts: Range<Int>, into slot: Int) {
    guard parts.contains(where: { isThere($0) && values[$0].shape != .container }) else {
      values[slot] = .absent
      return
    }
    var joint: [UInt8] = []
    for part in parts {
      if part > parts.lowerBound { joint.append(UInt8(ascii: "|")) }
      guard isThere(part) else { continue }
      for byte in pool[values[part].start..<values[part].end] {
        if byte == UInt8(ascii: "|") || byte == UInt8(ascii: "\\") {
          joint.append(UInt8(ascii: "\\"))
        }
        joint.append(byte)
      }
    }
    let start = pool.count
    pool += joint
    values[slot] = RawValue(start: start, end: pool.count, shape: .text)
  }
}
