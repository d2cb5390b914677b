/// Entities that stood under several breakdown values, kept where `top` may put some of these values
/// together: in `(other)` such an entity counts once, which the values' own counts cannot tell.
///
/// Costs memory by the different values that an entity has in each interval; entities with one value
/// alone cost nothing.
struct MixedValues: Sendable {
  /// The entity had the value in the interval.
  struct Entry: Sendable {
    var group: Int
    var interval: Int
    /// Whether it counts there; else it is history.
    var isCounted: Bool
  }

  private var entries: [Entry] = []
  /// By entity: where its entries end, and the interval in which it is new.
  private var ends: [Int] = []
  private var news: [Int?] = []

  /// Keeps an entity with entries of more than one group. `entries`: in the order of time, none twice.
  mutating func append(_ entries: [Entry], newIn interval: Int?) {
    self.entries += entries
    ends.append(self.entries.count)
    news.append(interval)
  }

  mutating func merge(_ other: MixedValues, groups: [Int]) {
    let offset = entries.count
    entries += other.entries.map { entry in
      Entry(group: groups[entry.group], interval: entry.interval, isCounted: entry.isCounted)
    }
    ends += other.ends.map { $0 + offset }
    news += other.news
  }

  /// Shows the entities that had several of some groups' values, with these entries only.
  func forEach(in groups: [Int], _ body: (_ entries: [Entry], _ newIn: Int?) -> Void) {
    let wanted = Set(groups)
    var start = 0
    for (number, end) in ends.enumerated() {
      let chosen = entries[start..<end].filter { wanted.contains($0.group) }
      start = end
      if let first = chosen.first, chosen.contains(where: { $0.group != first.group }) {
        body(chosen, news[number])
      }
    }
  }
}

/// What one entity did under one breakdown value, as far as its events have been walked.
struct ValueTrace: Sendable {
  /// Number of the entity that this is about; that of another means there is none yet.
  var entity = 0
  /// The last interval with an event, and the last in which it was counted.
  var last = Int.min
  var counted = Int.min
}
