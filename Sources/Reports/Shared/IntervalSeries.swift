/// One cell per interval, from the first interval written to the last: an array that begins at any
/// number and grows at both ends.
struct IntervalSeries<Cell: State>: State {
  /// Number of the interval of `cells[0]`.
  private(set) var base = 0
  private(set) var cells: [Cell] = []

  static var zero: IntervalSeries { IntervalSeries() }

  init() {}

  /// Zero outside what was written. Writing makes room.
  subscript(index: Int) -> Cell {
    @inline(__always)
    get {
      let position = index - base
      return position >= 0 && position < cells.count ? cells[position] : .zero
    }
    @inline(__always)
    _modify {
      if index < base || index - base >= cells.count { reserve(index) }
      yield &cells[index - base]
    }
  }

  private mutating func reserve(_ index: Int) {
    if cells.isEmpty { base = index }
    if index < base {
      // Half as much again in front, so that a series that grows backwards is not copied each time.
      let room = base - index + cells.count / 2
      cells.insert(contentsOf: repeatElement(.zero, count: room), at: 0)
      base -= room
    } else if index - base >= cells.count {
      cells.append(contentsOf: repeatElement(.zero, count: index - base + 1 - cells.count))
    }
  }

  mutating func add(_ other: IntervalSeries) {
    guard let last = other.cells.indices.last else { return }
    if cells.isEmpty {
      self = other
      return
    }
    reserve(other.base)
    reserve(other.base + last)
    for (position, cell) in other.cells.enumerated() {
      cells[other.base - base + position].add(cell)
    }
  }

  var isZero: Bool { cells.isZero }
  var heapBytes: Int { cells.heapBytes }

  /// How many cells were made room for says nothing: the first and the last written are not zero.
  func encode(to writer: inout StateWriter) {
    let first = cells.firstIndex { !$0.isZero } ?? 0
    let end = (cells.lastIndex { !$0.isZero } ?? -1) + 1
    writer.append(signed: Int64(first == end ? 0 : base + first))
    writer.append(count: max(0, end - first))
    for position in first..<max(first, end) { cells[position].encode(to: &writer) }
  }

  init(from reader: inout StateReader) {
    base = reader.interval()
    cells = [Cell](from: &reader)
    if let last = cells.indices.last, !reader.intervals.contains(base + last) {
      reader.note("an interval lies outside what was observed")
    }
    // What noted damage must not make room for.
    if reader.isDamaged { cells = [] }
  }
}
