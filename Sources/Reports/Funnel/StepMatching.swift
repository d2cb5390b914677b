/// Assigns steps to the events of one instant, each step to an event that can be it, each event to
/// one step. Events that can be the same steps are one class with a number of places.
///
/// Sets of steps that can be assigned form a matroid: adding steps one by one, as far as they go,
/// finds as many as any choice could.
struct StepMatching: Sendable {
  private(set) var masks: [UInt64] = []
  private var places: [Int] = []
  private var left: [Int] = []
  /// By step from 0: its class, or -1.
  private var classOf = [Int](repeating: -1, count: 64)

  /// Makes classes of the events with these steps.
  mutating func reset(_ points: ArraySlice<FunnelPoint>) {
    masks.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    for point in points {
      let mask = point.steps
      if let index = masks.firstIndex(of: mask) {
        places[index] += 1
      } else {
        masks.append(mask)
        places.append(1)
      }
    }
    clear()
  }

  /// Takes an event out of the classes, or puts it back.
  mutating func change(_ mask: UInt64, by places: Int) {
    if let index = masks.firstIndex(of: mask) { self.places[index] += places }
  }

  /// Forgets the assignment.
  mutating func clear() {
    left.removeAll(keepingCapacity: true)
    left.append(contentsOf: places)
    for step in classOf.indices { classOf[step] = -1 }
  }

  /// Assigns one more step, moving others if need be; false, and nothing changed, if it cannot be.
  mutating func add(_ step: Int) -> Bool {
    var visited: Set<Int> = []
    return assign(step, &visited)
  }

  private mutating func assign(_ step: Int, _ visited: inout Set<Int>) -> Bool {
    for index in masks.indices where masks[index] >> UInt64(step) & 1 == 1 {
      if left[index] > 0 {
        left[index] -= 1
        classOf[step] = index
        return true
      }
    }
    for index in masks.indices where masks[index] >> UInt64(step) & 1 == 1 {
      guard visited.insert(index).inserted else { continue }
      for other in classOf.indices where classOf[other] == index {
        if assign(other, &visited) {
          classOf[step] = index
          return true
        }
      }
    }
    return false
  }
}
