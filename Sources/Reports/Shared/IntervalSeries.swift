/// One cell per interval: an array over the intervals that lie together, which grows at both ends, and
/// beside it the few that lie far from them. So a wrong time of decades ago costs a cell, not decades.
struct IntervalSeries<Cell: State>: State {
  /// Number of the interval of `cells[0]`.
  private var base = 0
  /// Those of `near` intervals from `base` on, and behind them the far ones, each added at the end. One
  /// array, so that writing is one place to yield: what yields at several is called for each event,
  /// with a frame from the heap.
  private var cells: [Cell] = []
  private var near = 0
  /// By number of the interval, none of the near ones: which of the far cells is its own.
  private var far: [Int: Int] = [:]
  /// The same the other way round.
  private var farIndices: [Int] = []
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
      if position >= 0 && position < near { return cells[position] }
      return far.isEmpty ? .zero : far[index].map { cells[near + $0] } ?? .zero
    }
    @inline(__always)
    _modify {
      var position = index - base
      if position < 0 || position >= near { position = makeRoom(index) }
      yield &cells[position]
    }
  }

  /// The position of an interval's cell that is not among the near ones yet.
  @inline(never)
  private mutating func makeRoom(_ index: Int) -> Int {
    if reserve(index) { return index - base }
    if let place = far[index] { return near + place }
    appendFar(index, .zero)
    return cells.count - 1
  }

  private mutating func appendFar(_ index: Int, _ cell: Cell) {
    far[index] = farIndices.count
    farIndices.append(index)
    cells.append(cell)
  }

  /// Makes room among the near cells; false if the interval lies too far from them.
  private mutating func reserve(_ index: Int) -> Bool {
    if near == 0 {
      base = index
      insert([take(index)], at: 0)
      return true
    }
    if far.count > farMax, far[index] == nil { gather() }
    let end = base + near
    if index >= base && index < end { return true }
    guard index >= base - Self.gapMax - 1, index <= end + Self.gapMax else { return false }
    if index < base {
      // Half as much again in front, so that a series that grows backwards is not copied each time.
      let start = index - near / 2
      insert((start..<base).map { take($0) }, at: 0)
      base = start
    } else {
      insert((end...index).map { take($0) }, at: near)
    }
    return true
  }

  private mutating func insert(_ new: [Cell], at position: Int) {
    cells.insert(contentsOf: new, at: position)
    near += new.count
  }

  /// Takes a cell away from the far ones, whose last one moves to its place.
  private mutating func take(_ index: Int) -> Cell {
    guard !far.isEmpty, let place = far.removeValue(forKey: index) else { return .zero }
    let last = farIndices.removeLast()
    if last != index {
      cells.swapAt(near + place, cells.count - 1)
      farIndices[place] = last
      far[last] = place
    }
    return cells.removeLast()
  }

  /// Makes the near cells those of the intervals that most cells lie in together.
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
    (far, farIndices, cells, near) = ([:], [], [], 0)
    guard !best.isEmpty else { return }
    base = all[best.lowerBound].index
    near = all[best.upperBound - 1].index - base + 1
    cells = [Cell](repeating: .zero, count: near)
    for (place, (index, cell)) in all.enumerated() {
      if best.contains(place) { cells[index - base] = cell } else { appendFar(index, cell) }
    }
    farMax = max(Self.farMin, 2 * far.count)
  }

  /// The cells that are not zero, in the order of their intervals.
  var written: [(index: Int, cell: Cell)] {
    var all: [(index: Int, cell: Cell)] = []
    for (position, cell) in cells.enumerated() where !cell.isZero {
      all.append((position < near ? base + position : farIndices[position - near], cell))
    }
    return far.isEmpty ? all : all.sorted { $0.index < $1.index }
  }

  mutating func add(_ other: IntervalSeries) {
    if cells.isEmpty {
      self = other
      return
    }
    for (position, cell) in other.cells.enumerated() where !cell.isZero {
      let isNear = position < other.near
      self[isNear ? other.base + position : other.farIndices[position - other.near]].add(cell)
    }
  }

  var isZero: Bool { cells.isZero }

  var heapBytes: Int { cells.heapBytes + far.capacity * 16 + farIndices.capacity * 8 }

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
