import EventLog
import Values

/// What one worker has of one partition: rows in blocks, and the dictionaries that their codes
/// refer to. Refers to nothing outside it but the worker's kinds.
struct PartitionShard: Sendable {
  var entities: EntityTable
  /// Texts and users; code 0 is the absent value.
  var values: ByteInterner
  var numbers = PackedDecimals()
  var ids = PackedIDs()
  /// Full blocks: growing one array would copy it again and again, and hold twice its size.
  var blocks: [RowBlock] = []
  /// The block being filled; its capacity is `room`.
  var tail = RowBlock()
  var room = 0

  struct RowBlock: Sendable {
    var rows: [EventRow] = []
    /// `RowLayout.words` for each row that is not a mark.
    var words: [UInt32] = []
  }

  /// Rows of the first block, and of the largest: blocks double in between.
  static let (roomMin, roomMax) = (32, 2048)

  /// - Parameter packs: whether short ids of entities are packed: not where records are referred to.
  init(packs: Bool) {
    entities = EntityTable(packs: packs)
    values = ByteInterner(slots: 4)
    _ = values.intern([UInt8]().span, hash: 0)
  }

  var isEmpty: Bool { blocks.isEmpty && tail.rows.isEmpty }

  var rowCount: Int { blocks.reduce(tail.rows.count) { $0 + $1.rows.count } }

  /// The blocks in order of arrival.
  func forEachBlock(_ body: (RowBlock) -> Void) {
    for block in blocks { body(block) }
    body(tail)
  }

  /// Bytes of memory held.
  var footprint: Int {
    var total = entities.footprint + values.footprint + numbers.footprint + ids.footprint
    for block in blocks { total += block.rows.capacity * 16 + block.words.capacity * 4 }
    return total + tail.rows.capacity * 16 + tail.words.capacity * 4
  }

  /// Makes room in `tail` for one more row.
  @inline(__always)
  mutating func prepareRow(grown: inout Int) {
    if tail.rows.count == room { startBlock(grown: &grown) }
  }

  /// Makes room in `tail` for the words of one more row that is no mark.
  @inline(__always)
  mutating func prepareWords(_ words: Int, grown: inout Int) {
    if tail.words.capacity - tail.words.count < words { growWords(words, grown: &grown) }
  }

  /// Keeps a row but for its words, which a mark has none of.
  ///
  /// - Parameter word: where a record begins that may be its entity's.
  @inline(__always)
  mutating func keepRow(
    time: Int64, kind: UInt32, _ entity: borrowing Span<UInt8>, _ probe: EntityTable.Probe,
    word: UInt32, by hash: ByteHash, grown: inout Int
  ) {
    let code = entities.intern(entity, probe, word: word, by: hash, grown: &grown)
    prepareRow(grown: &grown)
    tail.rows.append(EventRow(time: time, entity: code, kind: kind))
  }

  @inline(never)
  private mutating func startBlock(grown: inout Int) {
    // How many rows are marks hardly changes from block to block.
    let words = room == 0 ? 0 : tail.words.count * min(room * 2, Self.roomMax) / room
    if room > 0 { blocks.append(tail) }
    room = room == 0 ? Self.roomMin : min(room * 2, Self.roomMax)
    tail = RowBlock()
    tail.rows.reserveCapacity(room)
    tail.words.reserveCapacity(words)
    // Arrays may take more than was asked for.
    grown += tail.rows.capacity * 16 + tail.words.capacity * 4
  }

  @inline(never)
  private mutating func growWords(_ words: Int, grown: inout Int) {
    let before = tail.words.capacity
    let wanted = max(16 * words, tail.words.count + tail.words.count / 4)
    tail.words.reserveCapacity(min(wanted, room * words))
    grown += (tail.words.capacity - before) * 4
  }

  /// The word for a text or user.
  @inline(__always)
  mutating func value(_ bytes: borrowing Span<UInt8>, hash: UInt64, grown: inout Int) -> UInt32 {
    if bytes.count == 0 { return 0 }
    return values.intern(bytes, hash: hash, grown: &grown)
  }

  /// The word for a number.
  mutating func number(_ number: ExactDecimal, grown: inout Int) -> UInt32 {
    if number.isAbsent { return 0 }
    let before = numbers.footprint
    if numbers.isFull { numbers.reserveCapacity(max(16, numbers.count / 2 * 3)) }
    numbers.append(number)
    grown += numbers.footprint - before
    return UInt32(numbers.count)
  }
}
