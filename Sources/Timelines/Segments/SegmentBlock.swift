import Values

/// A block of a segment while its rows are gathered.
struct SegmentBlock: Sendable {
  var entities = ByteTable()
  /// Events of each entity.
  var counts: [UInt64] = []
  var times: [Int64] = []
  /// Codes of the segment's names.
  var names: [UInt64] = []
  var accounts = SegmentCodes()
  /// Packed ids, one after the other.
  var ids: [UInt8] = []
  var hasIDs = false
  var inputs: [UInt64] = []
  /// By property.
  var texts: [SegmentCodes]
  /// By number property, by row.
  var numbers: [[ExactDecimal]]

  init(_ columns: SegmentColumns) {
    texts = columns.texts.map { _ in SegmentCodes() }
    numbers = columns.numbers.map { _ in [] }
  }

  mutating func removeAll() {
    entities = ByteTable()
    counts.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    names.removeAll(keepingCapacity: true)
    accounts.removeAll()
    ids.removeAll(keepingCapacity: true)
    hasIDs = false
    inputs.removeAll(keepingCapacity: true)
    for column in texts.indices { texts[column].removeAll() }
    for column in numbers.indices { numbers[column].removeAll(keepingCapacity: true) }
  }

  /// The block's bytes: its head, of so many bytes, and its columns.
  ///
  /// - Parameters:
  ///   - accountCount: strings that the segment's table of accounts has so far; nil for a block
  ///     that has no accounts.
  ///   - textCounts: likewise, by property.
  func encoded(accountCount: Int?, textCounts: [Int]) -> (bytes: [UInt8], headBytes: Int) {
    var columns = [
      SegmentEntities.encoded(entities), Self.packed(counts), Self.encoded(times: times),
      Self.packed(names),
    ]
    columns.append(
      accountCount.map { accounts.encoded(counts: counts, segmentCount: $0) } ?? [0])
    columns.append(hasIDs ? [1] + ids : [0])
    columns.append(Self.packed(inputs))
    for (codes, count) in zip(texts, textCounts) {
      columns.append(codes.encoded(counts: counts, segmentCount: count))
    }
    columns += numbers.map(Self.encoded)
    var out = RunBytes()
    for column in columns {
      out.append(column.count)
      out.append(fixed: RunFormat.checksum(column.span), bytes: 8)
    }
    let headBytes = out.bytes.count
    for column in columns { out.bytes += column }
    return (out.bytes, headBytes)
  }

  private static func packed(_ values: [UInt64]) -> [UInt8] {
    var out = RunBytes()
    SegmentBits.append(values, to: &out)
    out.bytes += repeatElement(0, count: SegmentBits.paddingBytes)
    return out.bytes
  }

  private static func encoded(times: [Int64]) -> [UInt8] {
    let earliest = times.min() ?? 0
    // The difference of any two times, which may need all 64 bits.
    let above = times.map { UInt64(bitPattern: $0 &- earliest) }
    var unit: UInt64 = 0
    for difference in above where unit != 1 { unit = greatestCommonDivisor(unit, difference) }
    unit = max(unit, 1)
    var out = RunBytes()
    out.append(zigzag: earliest)
    out.append(varint: unit)
    SegmentBits.append(unit == 1 ? above : above.map { $0 / unit }, to: &out)
    out.bytes += repeatElement(0, count: SegmentBits.paddingBytes)
    return out.bytes
  }

  private static func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  private static func encoded(numbers: [ExactDecimal]) -> [UInt8] {
    var table = PackedDecimals()
    var codeOf: [ExactDecimal: UInt64] = [:]
    let codes = numbers.map { number -> UInt64 in
      if number.isAbsent { return 0 }
      if let code = codeOf[number] { return code }
      table.append(number)
      codeOf[number] = UInt64(table.count)
      return UInt64(table.count)
    }
    if table.count == 0 { return [0] }
    var whole = RunBytes()
    whole.bytes.append(1)
    whole.append(table)
    SegmentBits.append(codes, to: &whole)
    var sparse = RunBytes()
    sparse.bytes.append(2)
    sparse.append(table)
    SegmentBits.append(codes.map { $0 == 0 ? 0 : 1 }, to: &sparse)
    SegmentBits.append(codes.filter { $0 != 0 }.map { $0 - 1 }, to: &sparse)
    let least = whole.bytes.count <= sparse.bytes.count ? whole.bytes : sparse.bytes
    return least + [UInt8](repeating: 0, count: SegmentBits.paddingBytes)
  }
}
