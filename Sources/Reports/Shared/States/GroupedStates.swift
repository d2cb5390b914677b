/// A state for each breakdown value that a fold has met. Values are numbered from 0 in order of
/// appearance, which says nothing: states are added, encoded and shown by value.
///
/// A report without breakdown has the one group of no values.
struct GroupedStates<Element: State>: State {
  /// By group: one byte string per property of the breakdown.
  private(set) var values: [[[UInt8]]] = []
  private var numbers: [[[UInt8]]: Int] = [:]
  private var states: [Element] = []

  static var zero: Self { Self() }

  init() {}

  var count: Int { values.count }
  var indices: Range<Int> { 0..<count }
  var isZero: Bool { values.isEmpty }

  subscript(group: Int) -> Element {
    @inline(__always)
    get { states[group] }
    @inline(__always)
    _modify { yield &states[group] }
  }

  /// The group of a tuple of values, which is new if it was not met before.
  mutating func group(of tuple: [[UInt8]]) -> Int {
    if let known = numbers[tuple] { return known }
    numbers[tuple] = values.count
    values.append(tuple)
    states.append(.zero)
    return values.count - 1
  }

  /// Groups by their number, each with the tuple of its values.
  init(_ values: [[[UInt8]]], states: [Element]) {
    precondition(values.count == states.count)
    self.values = values
    self.states = states
    for (number, tuple) in values.enumerated() { numbers[tuple] = number }
  }

  mutating func add(_ other: Self) { adding(other) }

  /// Returns, by the other's group, the group here.
  @discardableResult
  mutating func adding(_ other: Self) -> [Int] {
    other.values.enumerated().map { theirs, tuple in
      let own = group(of: tuple)
      states[own].add(other.states[theirs])
      return own
    }
  }

  /// Groups in the order in which they are encoded.
  var ordered: [Int] { indices.sorted { precedes(values[$0], values[$1]) } }

  func encode(to writer: inout StateWriter) {
    writer.append(count: count)
    for group in ordered {
      writer.append(count: values[group].count)
      for value in values[group] { writer.append(text: value) }
      states[group].encode(to: &writer)
    }
  }

  init(from reader: inout StateReader) {
    for _ in 0..<reader.count() where !reader.isDamaged {
      var tuple: [[UInt8]] = []
      for _ in 0..<reader.count() where !reader.isDamaged { tuple.append(reader.text()) }
      let known = count
      let group = group(of: tuple)
      if group < known { reader.note("a breakdown value stands there twice") }
      states[group] = Element(from: &reader)
    }
  }

  var heapBytes: Int {
    // A tuple stands in the list and in the dictionary.
    let names = values.reduce(0) { sum, tuple in
      sum + 96 + tuple.reduce(0) { $0 + 48 + $1.count }
    }
    return names + states.heapBytes
  }
}

/// The order of breakdown values: by bytes, the first property first.
func precedes(_ left: [[UInt8]], _ right: [[UInt8]]) -> Bool {
  for (a, b) in zip(left, right) where a != b { return a.lexicographicallyPrecedes(b) }
  return false
}
