/// Which segments of a store are put together after a night: four of one size make one of the next, so
/// that N nights leave at most 4 log4(N) + 4 segments and each row is written some log4(N) times.
///
/// Nothing of it shows in tables. Sizes are counted in rows, never timed, so that a store's files
/// depend on what went into it alone.
enum StoreTiers {
  /// Segments of a size that are put together.
  static let ratio = 4
  /// Rows of the smallest size that is told apart: 2^16.
  private static let smallest = 1 << 16
  /// A night rewrites at least so many rows, some half a second's work.
  private static let roomLeast = 1 << 20

  /// Rows that one run may rewrite: a few times this night's, and a part of all, which are counted
  /// anyway. What is left over waits for the next run.
  static func room(newRows: Int, allRows: Int) -> Int {
    max(roomLeast, ratio * newRows + allRows / 3)
  }

  /// Places of the segments to put together next: all of the smallest size that has enough of them, as
  /// far as there is room; none when there is nothing to do.
  static func choice(_ rows: [Int], room: Int) -> [Int] {
    var bySize: [Int: [Int]] = [:]
    for (place, count) in rows.enumerated() { bySize[size(count), default: []].append(place) }
    for size in bySize.keys.sorted() {
      var chosen: [Int] = []
      var sum = 0
      for place in bySize[size, default: []] where sum + rows[place] <= room {
        chosen.append(place)
        sum += rows[place]
      }
      if chosen.count >= ratio { return chosen }
    }
    return []
  }

  private static func size(_ rows: Int) -> Int {
    var (size, least) = (0, smallest)
    while rows >= least, least < 1 << 48 {
      size += 1
      least *= ratio
    }
    return size
  }
}
