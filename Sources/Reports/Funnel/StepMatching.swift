/// Assigns steps to the events of one instant, each step to an event that can be it, each event to
/// one step. Events that can be the same steps are one class with a number of places.
///
/// Sets of steps that can be assigned form a matroid: adding steps one by one, as far as they go,
/// finds as many as any choice could. One more step takes the time of classes x steps at most.
struct StepMatching: Sendable {
  /// Classes of events, by the steps that they can be.
  private(set) var masks: [UInt64] = []
  private var places: [Int] = []
  private var left: [Int] = []
  /// Places that are left in all classes.
  private var room = 0
  private var numbers: [UInt64: Int] = [:]
  /// By step from 0: its class, or -1.
  private var classOf = [Int](repeating: -1, count: 64)
  /// By class: whether one step's search has been there.
  private var visited: [Bool] = []

  /// Makes classes of the events with these steps.
  mutating func reset(_ points: ArraySlice<FunnelPoint>) {
    masks.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    for point in points {
      if let index = numbers[point.steps] {
        places[index] += 1
      } else {
        numbers[point.steps] = masks.count
        masks.append(point.steps)
        places.append(1)
      }
    }
    visited = [Bool](repeating: false, count: masks.count)
    clear()
  }

  /// The class of events that can be these steps.
  func number(of mask: UInt64) -> Int? { numbers[mask] }

  /// Takes an event out of the classes, or puts it back.
  mutating func change(_ mask: UInt64, by places: Int) {
    if let index = numbers[mask] { self.places[index] += places }
  }

  /// Forgets the assignment.
  mutating func clear() {
    left.removeAll(keepingCapacity: true)
    left.append(contentsOf: places)
    room = places.reduce(0, +)
    for step in classOf.indices { classOf[step] = -1 }
  }

  /// Assigns one more step, moving others if need be; false, and nothing changed, if it cannot be.
  mutating func add(_ step: Int) -> Bool {
    if room == 0 { return false }
    for index in visited.indices { visited[index] = false }
    guard assign(step) else { return false }
    room -= 1
    return true
  }

  /// Takes back an assigned step.
  mutating func remove(_ step: Int) {
    left[classOf[step]] += 1
    room += 1
    classOf[step] = -1
  }

  private mutating func assign(_ step: Int) -> Bool {
    for index in masks.indices where masks[index] >> UInt64(step) & 1 == 1 {
      if left[index] > 0 {
        left[index] -= 1
        classOf[step] = index
        return true
      }
    }
    for index in masks.indices where masks[index] >> UInt64(step) & 1 == 1 {
      if visited[index] { continue }
      visited[index] = true
      for other in classOf.indices where classOf[other] == index {
        if assign(other) {
          classOf[step] = index
          return true
        }
      }
    }
    return false
  }
}
