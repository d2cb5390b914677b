/// A state that adds up: over entities, over workers, and over the breakdown values in `(other)`.
protocol Additive {
  static var zero: Self { get }
  mutating func add(_ other: Self)
}

/// One cell per interval, from the first interval written to the last: an array that begins at any
/// number and grows at both ends.
struct IntervalSeries<Cell: Additive & Sendable>: Sendable {
  /// Number of the interval of `cells[0]`.
  private(set) var base = 0
  private(set) var cells: [Cell] = []

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
}
