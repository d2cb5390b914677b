/// One cell per interval: an array over the intervals that lie together, which grows at both ends, and
/// beside it the few that lie far from them. So a wrong time of decades ago costs a cell, not decades.
struct IntervalSeries<Cell: State>: State {
  /// Number of the interval of `cells[0]`.
  private var base = 0
  private var cells: [Cell] = []
  /// By number of the interval; none of those of `cells`.
  private var far: [Int: Cell] = [:]
  /// With more than so many far cells, what lies together is looked for again.
  private var farMax = Self.farMin

  private static var farMin: Int { 64 }
  /// Intervals without a cell that may lie between two of the array.
  private static var gapMax: Int { 32 }

  static var zero: IntervalSeries { IntervalSeries() }

  init() {}

  /// Zero outside what was written. Writing makes room.
  subscript(index: Int) -> Cell {
    @inline(__always)
    get {
      let position = index - base
      if position >= 0 && position < cells.count { return cells[position] }
      return far.isEmpty ? .zero : far[index] ?? .zero
    }
    @inline(__always)
    _modify {
      let position = index - base
      if position >= 0 && position < cells.count {
        yield &cells[position]
      } else if reserve(index) {
        yield &cells[index - base]
      } else {
        yield &far[index, default: .zero]
      }
    }
  }

  /// Makes room in the array; false if the interval lies too far from it.
  private mutating func reserve(_ index: Int) -> Bool {
    if cells.isEmpty {
      base = index
      cells = [far.removeValue(forKey: index) ?? .zero]
      return true
    }
    if far.count > farMax, far[index] == nil { gather() }
    let end = base + cells.count
    if index >= base && index < end { return true }
    guard index >= base - Self.gapMax - 1, index <= end + Self.gapMax else { return false }
    if index < base {
      // Half as much again in front, so that a series that grows backwards is not copied each time.
      let start = index - cells.count / 2
      cells.insert(contentsOf: (start..<base).map { take($0) }, at: 0)
      base = start
    } else {
      for next in end...index { cells.append(take(next)) }
    }
    return true
  }

  private mutating func take(_ index: Int) -> Cell {
    far.isEmpty ? .zero : far.removeValue(forKey: index) ?? .zero
  }

  /// Makes the array of the intervals that most cells lie in together.
  private mutating func gather() {
    let all = written
    var best = 0..<0
    var start = 0
    for place in all.indices {
      let isLast = place + 1 == all.count
      if isLast || all[place + 1].index - all[place].index > Self.gapMax + 1 {
        if place + 1 - start > best.count { best = start..<place + 1 }
        start = place + 1
      }
    }
    far = [:]
    cells = []
    guard !best.isEmpty else { return }
    base = all[best.lowerBound].index
    let count = all[best.upperBound - 1].index - base + 1
    cells = [Cell](repeating: .zero, count: count)
    for (place, (index, cell)) in all.enumerated() {
      if best.contains(place) { cells[index - base] = cell } else { far[index] = cell }
    }
    farMax = max(Self.farMin, 2 * far.count)
  }

  /// The cells that are not zero, in the order of their intervals.
  var written: [(index: Int, cell: Cell)] {
    var all: [(index: Int, cell: Cell)] = []
    for (position, cell) in cells.enumerated() where !cell.isZero {
      all.append((base + position, cell))
    }
    if far.isEmpty { return all }
    for (index, cell) in far where !cell.isZero { all.append((index, cell)) }
    return all.sorted { $0.index < $1.index }
  }

  mutating func add(_ other: IntervalSeries) {
    if cells.isEmpty, far.isEmpty {
      self = other
      return
    }
    for (position, cell) in other.cells.enumerated() where !cell.isZero {
      self[other.base + position].add(cell)
    }
    for (index, cell) in other.far { self[index].add(cell) }
  }

  var isZero: Bool { cells.isZero && far.values.allSatisfy(\.isZero) }

  var heapBytes: Int {
    cells.heapBytes + far.capacity * (MemoryLayout<Cell>.stride + 16)
      + far.values.reduce(0) { $0 + $1.heapBytes }
  }

  /// Which cells were made room for says nothing: those that are not zero are written, each with its
  /// distance from the one before.
  func encode(to writer: inout StateWriter) {
    let all = written
    writer.append(count: all.count)
    var before = 0
    for (index, cell) in all {
      writer.append(signed: Int64(index - before))
      cell.encode(to: &writer)
      before = index
    }
  }

  init(from reader: inout StateReader) {
    var index = 0
    for place in 0..<reader.count() {
      let (next, overflows) = index.addingReportingOverflow(Int(reader.signed()))
      if overflows || !reader.intervals.contains(next) || (place > 0 && next <= index) {
        reader.note("an interval lies outside what was observed")
      }
      let cell = Cell(from: &reader)
      // What noted damage must not make room for.
      if reader.isDamaged { return }
      index = next
      self[index] = cell
    }
  }
}
