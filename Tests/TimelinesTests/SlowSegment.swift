import Values

@testable import Timelines

/// One row of a segment, spelled out.
struct SegmentRow: Equatable {
  var isAccounts: Bool
  var entity: [UInt8]
  var time: Int64
  var name: [UInt8]
  var account: [UInt8]
  var id: [UInt8]
  var input: Int
  var texts: [[UInt8]]
  var numbers: [ExactDecimal]
}

/// The slow, obvious reader of a sound segment: follows the words of `SegmentFormat`, byte by byte and
/// bit by bit, and checks nothing.
struct SlowSegment {
  var rows: [SegmentRow] = []
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    at = bytes.count - 24
    at = bytes.count - 24 - fixed(8)
    if bytes[7] == 3 { _ = fixed(8) }
    let flags = byte()
    var (properties, isNumber): ([[UInt8]], [Bool]) = ([], [])
    for _ in 0..<varint() {
      properties.append(string(varint()))
      isNumber.append(byte() == 1)
    }
    for _ in 0..<varint() {
      _ = string(32)
      _ = varint()
      if varint() > 0 { _ = (varint(), varint()) }
    }
    let (names, accounts) = (table(), table())
    let texts = properties.map { _ in table() }
    _ = varint()
    var blocks: [(isAccounts: Bool, bytes: Int, rows: Int, entities: Int)] = []
    for _ in 0..<varint() {
      let isAccounts = byte() == 1
      _ = varint()
      let block = (isAccounts, varint(), varint(), varint())
      _ = (varint(), varint(), fixed(8))
      blocks.append(block)
    }
    var start = 8
    for block in blocks {
      at = start
      var lengths: [Int] = []
      for _ in 0..<(7 + properties.count + isNumber.count { $0 }) {
        lengths.append(varint())
        _ = fixed(8)
      }
      var columns: [Int] = []
      for length in lengths {
        columns.append(at)
        at += length
      }
      read(
        columns, block.isAccounts, rowCount: block.rows, entityCount: block.entities, names,
        accounts,
        texts, isNumber, hasAccounts: flags & 2 != 0)
      start += block.bytes
    }
  }

  private mutating func read(
    _ columns: [Int], _ isAccounts: Bool, rowCount: Int, entityCount: Int, _ names: [[UInt8]],
    _ accounts: [[UInt8]], _ texts: [[[UInt8]]], _ isNumber: [Bool], hasAccounts: Bool
  ) {
    at = columns[0]
    let entities = entities(entityCount)
    at = columns[1]
    let counts = packed(entityCount)
    let entityOfRow = counts.enumerated().flatMap { Array(repeating: $0, count: Int($1)) }
    at = columns[2]
    let (earliest, unit) = (zigzag(), varint64())
    let times = packed(rowCount).map { earliest &+ Int64(bitPattern: $0 &* unit) }
    at = columns[3]
    let nameOfRow = packed(rowCount).map { names[Int($0)] }
    at = columns[4]
    let accountOfRow = codes(accounts, entityOfRow)
    at = columns[5]
    var ids = [[UInt8]](repeating: [], count: rowCount)
    if byte() == 1 { for row in 0..<rowCount { ids[row] = id() } }
    at = columns[6]
    let inputs = packed(rowCount).map { Int($0) }
    var textsOfRow: [[[UInt8]]] = []
    for (place, table) in texts.enumerated() {
      at = columns[7 + place]
      textsOfRow.append(codes(table, entityOfRow))
    }
    var numbersOfRow: [[ExactDecimal]] = []
    for place in 0..<(isNumber.count { $0 }) {
      at = columns[7 + texts.count + place]
      numbersOfRow.append(numbers(rowCount))
    }
    for (number, place) in isNumber.indices.filter({ isNumber[$0] }).enumerated() {
      for row in 0..<rowCount where textsOfRow[place][row].isEmpty {
        textsOfRow[place][row] = Array(numbersOfRow[number][row].description.utf8)
      }
    }
    for row in 0..<rowCount {
      rows.append(
        SegmentRow(
          isAccounts: isAccounts, entity: entities[entityOfRow[row]], time: times[row],
          name: nameOfRow[row], account: accountOfRow[row], id: ids[row], input: inputs[row],
          texts: textsOfRow.map { $0[row] }, numbers: numbersOfRow.map { $0[row] }))
    }
  }

  private mutating func byte() -> UInt8 {
    at += 1
    return bytes[at - 1]
  }

  private mutating func fixed(_ count: Int) -> Int {
    var value: UInt64 = 0
    for place in 0..<count { value |= UInt64(byte()) << UInt64(8 * place) }
    return Int(truncatingIfNeeded: value)
  }

  private mutating func varint64() -> UInt64 {
    var (value, shift) = (UInt64(0), UInt64(0))
    while true {
      let next = byte()
      value |= UInt64(next & 127) << shift
      if next < 128 { return value }
      shift += 7
    }
  }

  private mutating func varint() -> Int { Int(truncatingIfNeeded: varint64()) }

  private mutating func zigzag() -> Int64 {
    let value = varint64()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  private mutating func string(_ count: Int) -> [UInt8] { (0..<count).map { _ in byte() } }

  private mutating func table() -> [[UInt8]] {
    let lengths = (0..<varint()).map { _ in varint() }
    return lengths.map { string($0) }
  }

  private mutating func packed(_ count: Int) -> [UInt64] {
    var values: [UInt64] = []
    while values.count < count {
      let group = min(1024, count - values.count)
      let (width, least) = (Int(byte()), varint64())
      for value in 0..<group {
        var number: UInt64 = 0
        for bit in 0..<width {
          let place = value * width + bit
          if bytes[at + place / 8] >> UInt8(place % 8) & 1 == 1 { number |= 1 << UInt64(bit) }
        }
        values.append(least &+ number)
      }
      at += (group * width + 7) / 8
    }
    return values
  }

  private mutating func entities(_ count: Int) -> [[UInt8]] {
    switch byte() {
    case 0: return table()
    case 1:
      let prefix = string(varint())
      return packed(count).map { prefix + Array("\($0)".utf8) }
    default: return (0..<count).map { _ in uuid() }
    }
  }

  private mutating func uuid() -> [UInt8] {
    var text = ""
    for place in 0..<16 {
      if [4, 6, 8, 10].contains(place) { text += "-" }
      let digits = String(byte(), radix: 16)
      text += digits.count == 1 ? "0" + digits : digits
    }
    return Array(text.utf8)
  }

  private mutating func id() -> [UInt8] {
    switch byte() {
    case 255: return uuid()
    case 254: return string(fixed(4))
    case let count: return string(Int(count))
    }
  }

  private mutating func codes(_ table: [[UInt8]], _ entityOfRow: [Int]) -> [[UInt8]] {
    let form = byte()
    if form == 0 { return entityOfRow.map { _ in [] } }
    let shared = varint()
    let own = self.table()
    let strings = [[]] + Array(table.prefix(shared)) + own
    if form == 1 {
      let codes = packed((entityOfRow.last ?? -1) + 1)
      return entityOfRow.map { strings[Int(codes[$0])] }
    }
    return packed(entityOfRow.count).map { strings[Int($0)] }
  }

  private mutating func numbers(_ count: Int) -> [ExactDecimal] {
    let form = byte()
    if form == 0 { return Array(repeating: .absent, count: count) }
    var table: [ExactDecimal] = []
    for _ in 0..<varint() {
      let head = varint64()
      let scale = Int64(bitPattern: head >> 2) ^ -Int64(bitPattern: head >> 1 & 1)
      if head & 1 == 0 {
        table.append(ExactDecimal(significand: zigzag(), scale: scale))
      } else {
        var significand: Int128 = 0
        for place in 0..<16 { significand |= Int128(byte()) << Int128(8 * place) }
        table.append(ExactDecimal(significand: significand, scale: scale))
      }
    }
    if form == 1 { return packed(count).map { $0 == 0 ? .absent : table[Int($0) - 1] } }
    let flags = packed(count)
    var codes = packed(flags.count { $0 == 1 }).makeIterator()
    return flags.map { $0 == 0 ? .absent : table[Int(codes.next()!)] }
  }
}
