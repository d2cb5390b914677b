/// The forms of a block's entity ids (`SegmentFormat`).
enum SegmentEntities {
  static func encoded(_ table: ByteTable) -> [UInt8] {
    var out = RunBytes()
    if let (prefix, numbers) = prefixed(table) {
      out.bytes.append(1)
      out.append(prefix.count)
      out.bytes += prefix
      SegmentBits.append(numbers, to: &out)
      out.bytes += repeatElement(0, count: SegmentBits.paddingBytes)
    } else if let packed = uuids(table) {
      out.bytes.append(2)
      out.bytes += packed
    } else {
      out.bytes.append(0)
      out.append(table)
    }
    return out.bytes
  }

  /// A common prefix, and the decimal digits behind it as numbers: at most 18, without a zero in
  /// front, so that they are spelled in one way only.
  private static func prefixed(_ table: ByteTable) -> (prefix: [UInt8], numbers: [UInt64])? {
    guard table.count > 0 else { return nil }
    let first = table[0]
    var common = first.count
    for index in 0..<table.count {
      common = min(common, zip(first, table[index]).prefix { $0 == $1 }.count)
    }
    // Digits that all have in common belong to the numbers.
    let zero = UInt8(ascii: "0")
    var length = common
    while length > 0, first[first.startIndex + length - 1] &- zero <= 9 { length -= 1 }
    var numbers: [UInt64] = []
    numbers.reserveCapacity(table.count)
    for index in 0..<table.count {
      let digits = table[index].dropFirst(length)
      guard let leading = digits.first, digits.count <= 18, leading != zero || digits.count == 1
      else { return nil }
      var number: UInt64 = 0
      for digit in digits {
        guard digit &- zero <= 9 else { return nil }
        number = number * 10 + UInt64(digit &- zero)
      }
      numbers.append(number)
    }
    return (Array(first.prefix(length)), numbers)
  }

  private static func uuids(_ table: ByteTable) -> [UInt8]? {
    guard table.count > 0 else { return nil }
    var packed: [UInt8] = []
    packed.reserveCapacity(table.count * 16)
    for index in 0..<table.count {
      guard let uuid = PackedIDs.packedUUID(table[index]) else { return nil }
      packed += uuid
    }
    return packed
  }
}

extension SegmentCursor {
  /// The ids of a block's entities.
  mutating func entities(_ count: Int, numbers: inout [UInt64]) throws(Damage) -> ByteTable {
    switch try byte() {
    case 0:
      let table = try table()
      guard table.count == count else { throw Damage(what: "other entities than counts") }
      return table
    case 1:
      let prefix = Array(bytes[try range(try self.count())])
      try unpack(count, into: &numbers)
      var table = ByteTable()
      table.bytes.reserveCapacity(count * (prefix.count + 8))
      table.ends.reserveCapacity(count)
      for number in numbers {
        table.bytes.append(contentsOf: prefix)
        Self.append(digitsOf: number, to: &table.bytes)
        table.ends.append(table.bytes.count)
      }
      return table
    case 2:
      let range = try range(count * 16)
      var table = ByteTable()
      table.bytes.reserveCapacity(count * 36)
      for index in 0..<count {
        let start = range.lowerBound + index * 16
        PackedIDs.appendUUID(bytes[start..<start + 16], to: &table.bytes)
        table.ends.append(table.bytes.count)
      }
      return table
    case let form: throw Damage(what: "entities of form \(form)")
    }
  }

  private static func append(digitsOf number: UInt64, to bytes: inout [UInt8]) {
    let start = bytes.count
    var rest = number
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    var (left, right) = (start, bytes.count - 1)
    while left < right {
      bytes.swapAt(left, right)
      left += 1
      right -= 1
    }
  }
}
