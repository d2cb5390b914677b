import EventLog
import Values

/// Reads a segment: checks it against its header's checksums, then takes it apart. A segment of
/// right checksums but wrong content is found as well, as far as it would lead out of a table.
struct RunReader {
  typealias Damage = SegmentCursor.Damage

  private var cursor: SegmentCursor
  private let layout: RowLayout
  private let rowCount: Int

  init(_ bytes: [UInt8], partition: Int, layout: RowLayout) throws(Damage) {
    let header = RunFormat.headerBytes
    guard bytes.count >= header else { throw Damage(what: "a segment is too short") }
    func fixed(_ offset: Int, _ count: Int) -> UInt64 {
      var value: UInt64 = 0
      for at in 0..<count { value |= UInt64(bytes[offset + at]) << UInt64(8 * at) }
      return value
    }
    guard Array(bytes[0..<7]) == RunFormat.magic else { throw Damage(what: "no segment") }
    guard bytes[7] == RunFormat.version else {
      throw Damage(what: "a segment of version \(bytes[7])")
    }
    guard RunFormat.checksum(bytes.span.extracting(0..<32)) == fixed(32, 8) else {
      throw Damage(what: "a header's checksum does not fit")
    }
    guard fixed(8, 4) == UInt64(partition) else { throw Damage(what: "another partition") }
    guard fixed(16, 8) == UInt64(bytes.count - header) else {
      throw Damage(what: "a segment's length does not fit")
    }
    guard RunFormat.checksum(bytes.span.extracting(header..<bytes.count)) == fixed(24, 8) else {
      throw Damage(what: "a segment's checksum does not fit")
    }
    cursor = SegmentCursor(bytes, at: header)
    self.layout = layout
    rowCount = Int(fixed(12, 4))
  }

  /// The segment as a part of its partition.
  mutating func part(kindCodes: [WorkerKind: UInt32]) throws(Damage) -> ShardPart {
    let columns = (try cursor.count(), try cursor.count())
    let flags = try cursor.byte()
    guard columns == (layout.textCount, layout.numberCount),
      flags == layout.flags
    else { throw Damage(what: "a segment has other columns") }
    let (kinds, isMark) = try kinds(kindCodes)
    let entities = try cursor.table()
    let values = try cursor.table()
    let numbers = try cursor.numbers()
    let ids = PackedIDs(bytes: Array(cursor.bytes[try cursor.range(try cursor.count())]))
    let rows = try rows(entities: entities.count, kinds: kinds.count)
    let words = try words(
      rows: rows.count { !isMark[Int($0.kind)] }, values: values.count, numbers: numbers.count,
      ids: ids.bytes.count)
    guard cursor.isAtEnd else { throw Damage(what: "a segment is longer than its content") }
    return ShardPart(
      entities: .read(entities), values: values, numbers: numbers, ids: ids,
      blocks: [PartitionShard.RowBlock(rows: rows, words: words)], kindCodes: kinds,
      isMark: isMark)
  }

  private mutating func kinds(
    _ codes: [WorkerKind: UInt32]
  ) throws(Damage) -> (codes: [UInt32], isMark: [Bool]) {
    var kinds: [UInt32] = []
    var isMark: [Bool] = []
    for _ in 0..<(try cursor.count()) {
      let name = Array(cursor.bytes[try cursor.range(try cursor.count())])
      let delivery = try cursor.count()
      let mark = try cursor.code(below: 2)
      var matched: [Int] = []
      for _ in 0..<(try cursor.count()) { matched.append(try cursor.count() + (matched.last ?? 0)) }
      let kind = WorkerKind(name: name, matched: matched, delivery: delivery)
      guard let code = codes[kind] else { throw Damage(what: "an unknown kind of event") }
      kinds.append(code)
      isMark.append(mark == 1)
    }
    return (kinds, isMark)
  }

  private mutating func rows(entities: Int, kinds: Int) throws(Damage) -> [EventRow] {
    guard rowCount <= cursor.bytes.count - cursor.at else { throw Damage(what: "too many rows") }
    var rows = [EventRow](repeating: EventRow(time: 0, entity: 0, kind: 0), count: rowCount)
    for index in 0..<rowCount { rows[index].entity = UInt32(try cursor.code(below: entities)) }
    var time: Int64 = 0
    for index in 0..<rowCount {
      time &+= try cursor.zigzag()
      rows[index].time = time
    }
    for index in 0..<rowCount { rows[index].kind = UInt32(try cursor.code(below: kinds)) }
    return rows
  }

  /// `rows`: of those that are no marks.
  private mutating func words(
    rows: Int, values: Int, numbers: Int, ids: Int
  ) throws(Damage) -> [UInt32] {
    let width = layout.words
    guard width == 0 || rows <= (cursor.bytes.count - cursor.at) / width else {
      throw Damage(what: "a segment ends too early")
    }
    var words = [UInt32](repeating: 0, count: rows * width)
    for column in 0..<width {
      if layout.isPosition(column) {
        let end = column < layout.user ? numbers + 1 : ids
        var position: Int64 = 0
        for row in 0..<rows {
          let step = try cursor.varint()
          if step == 0 { continue }
          position &+= SegmentCursor.signed(step - 1)
          guard position > 0, position < end else { throw Damage(what: "a position too large") }
          words[row * width + column] = UInt32(position)
        }
      } else {
        let isFile = layout.hasID && column == layout.file
        let end = isFile ? Int(UInt32.max) + 1 : values
        for row in 0..<rows { words[row * width + column] = UInt32(try cursor.code(below: end)) }
      }
    }
    return words
  }
}
