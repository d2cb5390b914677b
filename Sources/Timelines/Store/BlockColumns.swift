import Values

/// The columns of a block as they lie: each is checked when it is asked for, and what nobody asks for
/// is not looked at.
struct BlockColumns {
  typealias Damage = SegmentCursor.Damage

  /// Entities, counts, times, names, accounts, ids, inputs: then texts, then numbers.
  static let fixedCount = 7

  private let bytes: [UInt8]
  private var columns: [(range: Range<Int>, checksum: UInt64)] = []

  init(
    _ bytes: [UInt8], entry: SegmentWriter.BlockEntry, segment: SegmentReader
  ) throws(Damage) {
    self.bytes = bytes
    var head = SegmentCursor(bytes)
    var lengths: [(count: Int, checksum: UInt64)] = []
    let count =
      Self.fixedCount + segment.columns.texts.count + segment.columns.numbers.count
    for _ in 0..<count { lengths.append((try head.count(), try head.fixed(8))) }
    guard RunFormat.checksum(bytes.span.extracting(0..<head.at)) == entry.headChecksum else {
      throw Damage(what: "the checksum of its head does not fit")
    }
    for (count, checksum) in lengths { columns.append((try head.range(count), checksum)) }
    guard head.isAtEnd else { throw Damage(what: "it is longer than its columns") }
  }

  /// A column, after a look at its checksum.
  func column(_ number: Int) throws(Damage) -> SegmentCursor {
    let (range, checksum) = columns[number]
    guard RunFormat.checksum(bytes.span.extracting(range)) == checksum else {
      throw Damage(what: "the checksum of column \(number) does not fit")
    }
    return SegmentCursor(Array(bytes[range]))
  }

  /// A column of codes: which strings they stand for.
  struct Strings {
    /// Codes are by entity, else by row.
    var isByEntity: Bool
    /// Codes up to this are one more than a code of the segment's table, 0 absent; those behind it
    /// stand for the block's own.
    var shared: Int
    var own: ByteTable
  }

  /// Unpacks a column of codes.
  ///
  /// - Parameter strings: the segment's table.
  /// - Returns: nil where all are absent.
  func codes(
    _ number: Int, of strings: ByteTable, _ entry: SegmentWriter.BlockEntry,
    into codes: inout [UInt64]
  ) throws(Damage) -> Strings? {
    var cursor = try column(number)
    let form = try cursor.byte()
    if form == 0 { return nil }
    guard form <= 2 else { throw Damage(what: "codes of form \(form)") }
    let shared = try cursor.count()
    guard shared <= strings.count else { throw Damage(what: "codes of unknown strings") }
    let own = try cursor.table()
    try cursor.unpack(form == 1 ? entry.entities : entry.rows, into: &codes)
    let end = UInt64(shared + own.count)
    guard codes.allSatisfy({ $0 <= end }) else { throw Damage(what: "a code too large") }
    return Strings(isByEntity: form == 1, shared: shared, own: own)
  }

  /// Unpacks a column of numbers: by row, 0 absent, else one more than a place in the table.
  ///
  /// - Returns: nil where all are absent.
  func numbers(
    _ number: Int, rows: Int, into codes: inout [UInt64]
  ) throws(Damage) -> PackedDecimals? {
    var cursor = try column(number)
    let form = try cursor.byte()
    if form == 0 { return nil }
    guard form <= 2 else { throw Damage(what: "numbers of form \(form)") }
    let table = try cursor.numbers()
    let end = UInt64(table.count)
    try cursor.unpack(rows, into: &codes)
    if form == 1 {
      guard codes.allSatisfy({ $0 <= end }) else { throw Damage(what: "an unknown number") }
      return table
    }
    let present = codes.indices.filter { codes[$0] != 0 }
    var places: [UInt64] = []
    try cursor.unpack(present.count, into: &places)
    guard places.allSatisfy({ $0 < end }) else { throw Damage(what: "an unknown number") }
    for (row, place) in zip(present, places) { codes[row] = place + 1 }
    return table
  }
}

/// The columns of a block that every reader needs. Kept from block to block, for its memory.
struct BlockRows: Sendable {
  typealias Damage = SegmentCursor.Damage

  private(set) var entities = ByteTable()
  /// Events of each entity, at least 1; they add up to the rows.
  private(set) var counts: [UInt64] = []
  private(set) var times: [Int64] = []
  /// Codes of the segment's names.
  private(set) var names: [UInt64] = []
  /// Places in the segment's inputs.
  private(set) var inputs: [UInt64] = []
  private var values: [UInt64] = []

  mutating func read(
    _ columns: BlockColumns, entry: SegmentWriter.BlockEntry, segment: SegmentReader
  ) throws(Damage) {
    var cursor = try columns.column(0)
    entities = try cursor.entities(entry.entities, numbers: &values)
    cursor = try columns.column(1)
    try cursor.unpack(entry.entities, into: &counts)
    var rows = 0
    for count in counts {
      guard count > 0, count <= UInt64(entry.rows - rows) else {
        throw Damage(what: "its counts do not add up")
      }
      rows += Int(count)
    }
    guard rows == entry.rows else { throw Damage(what: "its counts do not add up") }
    cursor = try columns.column(2)
    let (earliest, unit) = (try cursor.zigzag(), try cursor.varint())
    try cursor.unpack(rows, into: &values)
    times.removeAll(keepingCapacity: true)
    times.reserveCapacity(rows)
    for value in values { times.append(earliest &+ Int64(bitPattern: value &* unit)) }
    cursor = try columns.column(3)
    try cursor.unpack(rows, into: &names)
    guard names.allSatisfy({ $0 < UInt64(segment.names.count) }) else {
      throw Damage(what: "an unknown name")
    }
    cursor = try columns.column(6)
    try cursor.unpack(rows, into: &inputs)
    guard inputs.allSatisfy({ $0 < UInt64(segment.inputs.count) }) else {
      throw Damage(what: "an unknown input")
    }
  }
}
