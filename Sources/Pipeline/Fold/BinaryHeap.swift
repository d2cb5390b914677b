/// A heap of the numbers 0 ..< count, smallest first by a comparison that the caller gives each time,
/// because what is compared changes as the caller advances.
struct BinaryHeap {
  private var items: [Int]

  init(count: Int, by precedes: (Int, Int) -> Bool) {
    items = Array(0..<count)
    for place in stride(from: count / 2 - 1, through: 0, by: -1) { sift(place, by: precedes) }
  }

  var first: Int? { items.first }

  /// Restores the order after the first number's key has changed, or drops that number.
  mutating func fixFirst(keeping: Bool, by precedes: (Int, Int) -> Bool) {
    if !keeping {
      items.swapAt(0, items.count - 1)
      items.removeLast()
    }
    if !items.isEmpty { sift(0, by: precedes) }
  }

  private mutating func sift(_ start: Int, by precedes: (Int, Int) -> Bool) {
    var place = start
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < items.count {
        if precedes(items[child], items[least]) { least = child }
      }
      if least == place { return }
      items.swapAt(place, least)
      place = least
    }
  }
}
