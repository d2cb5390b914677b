import EventLog
import Values

/// A block of a segment on its way to a batch: the columns that every reader needs are unpacked, the
/// others when they are asked for.
struct UnpackedBlock {
  typealias Damage = SegmentCursor.Damage

  private let segment: SegmentReader
  private let entry: SegmentWriter.BlockEntry
  private let columns: BlockColumns
  private let block: BlockRows
  /// Of the rows that are kept: their entities.
  private var entityOfKept: [UInt32] = []

  init(
    _ bytes: [UInt8], entry: SegmentWriter.BlockEntry, segment: SegmentReader
  ) throws(Damage) {
    self.entry = entry
    self.segment = segment
    columns = try BlockColumns(bytes, entry: entry, segment: segment)
    var block = BlockRows()
    try block.read(columns, entry: entry, segment: segment)
    self.block = block
  }

  /// The rows that pass the filter; nil for all of them.
  mutating func select(
    _ filter: SegmentFilter, counts tally: inout SegmentCounts, inputs kept: inout [UInt32]
  ) -> [Int]? {
    let masks = filter.masked.contains(true)
    var isNameKept: [Bool] = []
    if !filter.namesKept.isEmpty {
      isNameKept = segment.eventNames.map { filter.namesKept.contains($0) }
    }
    entityOfKept.reserveCapacity(entry.rows)
    kept.reserveCapacity(entry.rows)
    let (entities, times, names, inputs) = (block.entities, block.times, block.names, block.inputs)
    var rows: [Int] = []
    var row = 0
    for entity in block.counts.indices {
      let end = row + Int(block.counts[entity])
      // Nil where it depends on a row's time.
      var verdict: Bool? =
        !filter.erased.isEmpty && filter.erased.contains(Array(entities[entity]))
      if !entry.isAccounts, let persons = filter.persons {
        verdict = persons.verdict(entities[entity])
      }
      for at in row..<end {
        let input = Int(inputs[at])
        if masks, filter.masked[input] { continue }
        if verdict ?? isErased(entities[entity], at: times[at], filter) {
          tally.erased[input] += 1
        } else if times[at] > filter.latest {
          tally.later[input] += 1
        } else if times[at] < filter.earliest,
          isNameKept.isEmpty || !isNameKept[Int(names[at])]
        {
          tally.earlier[input] += 1
        } else {
          tally.kept[input] += 1
          kept.append(UInt32(input))
          entityOfKept.append(UInt32(entity))
          rows.append(at)
        }
      }
      row = end
    }
    return rows.count == entry.rows ? nil : rows
  }

  private func isErased(
    _ key: ArraySlice<UInt8>, at time: Int64, _ filter: SegmentFilter
  ) -> Bool {
    filter.persons?.isErased(Array(key), at: time) ?? false
  }

  /// Fills an empty batch with the rows that were selected.
  mutating func fill(
    _ batch: inout EventBatch, rows: [Int]?, textNames: [String], numberNames: [String],
    wantsIDs: Bool, filter: SegmentFilter, values: inout [UInt64]
  ) throws(Damage) {
    let count = entityOfKept.count
    batch.count = count
    if count == 0 { return }
    let (entities, names) = (block.entities, block.names)
    batch.times = rows.map { $0.map { block.times[$0] } } ?? block.times
    batch.bytes.append(contentsOf: entities.bytes)
    let owners = entityOfKept.map { entity in
      let start = entity == 0 ? 0 : entities.ends[Int(entity) - 1]
      return ByteSlice(offset: start, count: entities.ends[Int(entity)] - start)
    }
    var slices = SliceTable(segment.names)
    batch.names.reserveCapacity(count)
    for at in 0..<count {
      batch.names.append(slices.slice(Int(names[rows?[at] ?? at]), &batch.bytes))
    }
    if entry.isAccounts {
      batch.accounts = owners
      batch.users = [ByteSlice](repeating: .absent, count: count)
    } else {
      batch.users = owners
      if segment.columns.hasAccounts {
        var accounts = [ByteSlice](repeating: .absent, count: count)
        try fillCodes(
          4, of: segment.accounts, rows: rows, into: &accounts, stride: 1, at: 0, &batch.bytes,
          blank: filter.erased, values: &values)
        batch.accounts = accounts
      }
    }
    if wantsIDs { try fillIDs(&batch, rows: rows) }
    var numbers: [String: [ExactDecimal]] = [:]
    for name in numberNames { numbers[name] = try self.numbers(name, values: &values) }
    if !numberNames.isEmpty {
      batch.numbers.reserveCapacity(count * numberNames.count)
      let columns = numberNames.map { numbers[$0] ?? [] }
      for at in 0..<count {
        for column in columns { batch.numbers.append(column[rows?[at] ?? at]) }
      }
    }
    if textNames.isEmpty { return }
    var texts = [ByteSlice](repeating: .absent, count: count * textNames.count)
    for (place, name) in textNames.enumerated() {
      // A source that came later has brought it: rows before it have none.
      guard let column = segment.columns.texts.firstIndex(of: name) else { continue }
      try fillCodes(
        BlockColumns.fixedCount + column, of: segment.texts[column], rows: rows, into: &texts,
        stride: textNames.count, at: place, &batch.bytes,
        blank: filter.idProperties.contains(name) ? filter.erased : [], values: &values)
      if segment.columns.numbers.contains(name) {
        if numbers[name] == nil { numbers[name] = try self.numbers(name, values: &values) }
        fillPlain(
          numbers[name] ?? [], rows: rows, into: &texts, stride: textNames.count, at: place,
          &batch.bytes)
      }
    }
    batch.texts = texts
    // Slices are numbers of 32 bits.
    guard batch.bytes.count <= Int(Int32.max) else { throw Damage(what: "it has too much text") }
  }

  /// The plain text of numbers that have no other.
  private func fillPlain(
    _ decimals: [ExactDecimal], rows: [Int]?, into texts: inout [ByteSlice], stride: Int,
    at place: Int, _ bytes: inout [UInt8]
  ) {
    for at in 0..<entityOfKept.count where texts[at * stride + place].isAbsent {
      let number = decimals[rows?[at] ?? at]
      if number.isAbsent { continue }
      let start = bytes.count
      bytes.append(contentsOf: number.description.utf8)
      texts[at * stride + place] = ByteSlice(offset: start, count: bytes.count - start)
    }
  }

  private func numbers(_ name: String, values: inout [UInt64]) throws(Damage) -> [ExactDecimal] {
    var decimals = [ExactDecimal](repeating: .absent, count: entry.rows)
    guard let place = segment.columns.numbers.firstIndex(of: name) else { return decimals }
    let column = BlockColumns.fixedCount + segment.columns.texts.count + place
    guard let table = try columns.numbers(column, rows: entry.rows, into: &values) else {
      return decimals
    }
    for (row, code) in values.enumerated() where code > 0 { decimals[row] = table[Int(code) - 1] }
    return decimals
  }

  private func fillIDs(_ batch: inout EventBatch, rows: [Int]?) throws(Damage) {
    var cursor = try columns.column(5)
    guard try cursor.byte() == 1 else {
      batch.ids = [ByteSlice](repeating: .absent, count: entityOfKept.count)
      return
    }
    batch.ids.reserveCapacity(entityOfKept.count)
    var kept = 0
    for row in 0..<entry.rows {
      let range = try cursor.packedID()
      if let rows {
        guard kept < rows.count, rows[kept] == row else { continue }
        kept += 1
      }
      let start = batch.bytes.count
      if range.count == 0 {
        batch.ids.append(.absent)
        continue
      }
      if range.isUUID {
        PackedIDs.appendUUID(cursor.bytes[range.range], to: &batch.bytes)
      } else {
        batch.bytes.append(contentsOf: cursor.bytes[range.range])
      }
      batch.ids.append(ByteSlice(offset: start, count: batch.bytes.count - start))
    }
  }

  /// A column of codes as slices, at every `stride`-th place from `place` on.
  private func fillCodes(
    _ number: Int, of strings: ByteTable, rows: [Int]?, into slices: inout [ByteSlice],
    stride: Int, at place: Int, _ bytes: inout [UInt8], blank: Set<[UInt8]>,
    values: inout [UInt64]
  ) throws(Damage) {
    guard let codes = try columns.codes(number, of: strings, entry, into: &values) else { return }
    let shared = codes.shared
    var sharedSlices = SliceTable(strings, blank: blank)
    var ownSlices = SliceTable(codes.own, blank: blank)
    for at in 0..<entityOfKept.count {
      let code = Int(values[codes.isByEntity ? Int(entityOfKept[at]) : rows?[at] ?? at])
      if code == 0 { continue }
      slices[at * stride + place] =
        code <= shared
        ? sharedSlices.slice(code - 1, &bytes) : ownSlices.slice(code - 1 - shared, &bytes)
    }
  }
}

/// Strings of a table that stand in a batch, each once.
private struct SliceTable {
  private let strings: ByteTable
  private let blank: Set<[UInt8]>
  private var slices: [ByteSlice]
  private static let unknown = ByteSlice(offset: -1, count: 0)

  init(_ strings: ByteTable, blank: Set<[UInt8]> = []) {
    self.strings = strings
    self.blank = blank
    slices = [ByteSlice](repeating: Self.unknown, count: strings.count)
  }

  @inline(__always)
  mutating func slice(_ code: Int, _ bytes: inout [UInt8]) -> ByteSlice {
    if slices[code].offset < 0 { add(code, &bytes) }
    return slices[code]
  }

  private mutating func add(_ code: Int, _ bytes: inout [UInt8]) {
    let string = strings[code]
    if !blank.isEmpty, blank.contains(Array(string)) {
      slices[code] = .absent
      return
    }
    slices[code] = ByteSlice(offset: bytes.count, count: string.count)
    bytes.append(contentsOf: string)
  }
}

extension SegmentCursor {
  /// Where the bytes of the next packed id stand (`PackedIDs`).
  mutating func packedID() throws(Damage) -> (range: Range<Int>, count: Int, isUUID: Bool) {
    switch try byte() {
    case 255: return (try range(16), 16, true)
    case 254:
      let count = Int(try fixed(4))
      return (try range(count), count, false)
    case let count: return (try range(Int(count)), Int(count), false)
    }
  }
}
