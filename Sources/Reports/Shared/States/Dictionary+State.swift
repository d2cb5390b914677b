/// A state for each number: what was counted for few of many numbers.
extension Dictionary: State where Key == Int, Value: State {
  package static var zero: [Int: Value] { [:] }
  package var isZero: Bool { values.allSatisfy(\.isZero) }

  package var heapBytes: Int {
    capacity * (MemoryLayout<Value>.stride + 16) + values.reduce(0) { $0 + $1.heapBytes }
  }

  package mutating func add(_ other: [Int: Value]) {
    for (key, value) in other { self[key, default: .zero].add(value) }
  }

  package func encode(to writer: inout StateWriter) {
    writer.append(count: count)
    for key in keys.sorted() {
      writer.append(signed: Int64(key))
      self[key]?.encode(to: &writer)
    }
  }

  package init(from reader: inout StateReader) {
    self = [:]
    for _ in 0..<reader.count() where !reader.isDamaged {
      let key = Int(reader.signed())
      if updateValue(Value(from: &reader), forKey: key) != nil {
        reader.note("a number stands there twice")
      }
    }
  }
}
