/// Values of a row that do not stand in it as they are: those inside JSON that a column holds, and text
/// in which bytes that are no UTF-8 are spelled out. All of the row's values are copied to `text`, long
/// ones that stand at the same place once.
struct HeldValues: Sendable {
  private var text: [UInt8] = []
  private var values: [RawValue] = []
  private var document: JSONDocument
  private let textMax: Int
  private static let keptBytesMax = 1 << 20
  private static let longBytes = 1 << 12

  init(_ limits: ReadLimits) {
    document = JSONDocument(limits)
    textMax = 2 * limits.lineBytesMax + Self.keptBytesMax
  }

  /// Returns why the row is no event, when a value of `ids` is not UTF-8, for example.
  private mutating func take(
    _ found: [RawValue], of bytes: Span<UInt8>, holding paths: [(slot: Int, path: FieldPath)],
    ids: SlotRanges
  ) -> RejectReason? {
    text.removeAll(keepingCapacity: text.capacity <= Self.keptBytesMax)
    values = found
    // By start: the slot of a long value. Short ones are copied as often as they are wanted.
    var long: [Int: Int] = [:]
    for slot in values.indices where values[slot].shape != .absent {
      let value = found[slot]
      if value.end - value.start > Self.longBytes {
        if let known = long[value.start], found[known] == value,
          ids.contains(known) == ids.contains(slot)
        {
          values[slot] = values[known]
          continue
        }
        long[value.start] = slot
      }
      var lone = 0
      let slice = RowAssembler.append(values[slot], of: bytes, to: &text, &lone)
      var range = slice.range
      if !isValidUTF8(text.span, range) {
        if ids.contains(slot) { return .invalidUTF8 }
        guard let spelled = UTF8Repair.spelled(text.span, range, most: textMax - text.count) else {
          return .rowTooLarge
        }
        range = text.count..<text.count + spelled.count
        text += spelled
      }
      values[slot] = RawValue(start: range.lowerBound, end: range.upperBound, shape: .text)
    }
    var last = RawValue.absent
    var root: Int?
    var isTooLarge = false
    for (slot, path) in paths where values[slot].shape != .absent {
      // Columns that hold several wanted values are parsed once.
      if last.start != found[slot].start || last.end != found[slot].end {
        let row = text
        document.load(row.span, values[slot].start..<values[slot].end)
        root = document.parse(from: 0, to: document.text.count)?.root
        last = found[slot]
      }
      let node = root.flatMap { document.find(path, in: $0) }
      isTooLarge = isTooLarge || document.isTooLarge
      guard let node else {
        values[slot] = .absent
        continue
      }
      let value = document.value(node)
      let start = text.count
      if value.end - value.start > textMax - start { return .rowTooLarge }
      text += document.text[value.start..<value.end]
      values[slot] = RawValue(start: start, end: text.count, shape: value.shape)
    }
    return isTooLarge ? .rowTooLarge : nil
  }

  /// Commits a row by way of copies of its values.
  ///
  /// - Parameters:
  ///   - found: values of the row, in `bytes`.
  ///   - row: its place in `chunk`.
  ///   - isBad: it is not UTF-8, which is noted.
  mutating func commit(
    _ found: [RawValue], of bytes: Span<UInt8>,
    holding paths: [(slot: Int, path: FieldPath)] = [], row: Range<Int>, in chunk: Span<UInt8>,
    line: Int, isBad: Bool = true, by committer: inout RowCommitter, into batch: inout EventBatch,
    tally: inout RowTally
  ) -> RejectReason? {
    if let reason = take(found, of: bytes, holding: paths, ids: committer.ids) { return reason }
    if isBad { tally.values.note(.invalidUTF8, row, of: chunk, line: line) }
    return committer.commit(
      values, of: text.span, rowStart: row.lowerBound, line: line, into: &batch, tally: &tally)
  }
}
