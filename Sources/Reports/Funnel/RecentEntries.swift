/// Entries of the chains that stand at one node, by the time of their last event: a queue with
/// the latest entry among the recent ones at its head. An entry that a later chain reaches or
/// passes can never be the latest again, and is dropped when that chain arrives.
struct RecentEntries: Sendable {
  private var times: [Int64] = []
  private var entries: [Int64] = []
  private var head = 0

  mutating func removeAll() {
    times.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
    head = 0
  }

  mutating func append(_ entry: Int64, at time: Int64) {
    while entries.count > head, entries[entries.count - 1] <= entry {
      entries.removeLast()
      times.removeLast()
    }
    entries.append(entry)
    times.append(time)
  }

  /// The latest entry among chains whose last event is at `time` or later, `time` never falling
  /// from call to call; `Int64.min` if there is none.
  mutating func latest(since time: Int64) -> Int64 {
    while head < times.count, times[head] < time { head += 1 }
    if head > 16, head > times.count / 2 {
      times.removeFirst(head)
      entries.removeFirst(head)
      head = 0
    }
    return head < times.count ? entries[head] : .min
  }
}
