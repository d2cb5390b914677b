import Timelines

/// Numbers for breakdown values: entities of many partitions, one group for each value.
struct FunnelGroups: Sendable {
  /// By group: the value of each property, as bytes; absent is empty.
  private(set) var keys: [[[UInt8]]] = []
  private var numbers: [[[UInt8]]: Int] = [:]
  /// Groups by the codes of one partition, each checked against its bytes when found.
  private var byCode: [[UInt32]: Int] = [:]

  mutating func number(_ codes: [UInt32], _ values: ByteTable) -> Int {
    if let number = byCode[codes] {
      var isSame = true
      for (code, value) in zip(codes, keys[number]) where isSame {
        isSame = value.elementsEqual(values[Int(code)])
      }
      if isSame { return number }
    }
    let number = number(codes.map { Array(values[Int($0)]) })
    byCode[codes] = number
    return number
  }

  mutating func number(_ key: [[UInt8]]) -> Int {
    if let number = numbers[key] { return number }
    keys.append(key)
    numbers[key] = keys.count - 1
    return keys.count - 1
  }

  static func ascends(_ left: [[UInt8]], _ right: [[UInt8]]) -> Bool {
    for (a, b) in zip(left, right) where a != b { return a.lexicographicallyPrecedes(b) }
    return false
  }
}
