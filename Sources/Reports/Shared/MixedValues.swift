/// Entities that stood under several breakdown values, kept where `top` may put some of these values
/// together: in `(other)` such an entity counts once, which the values' own counts cannot tell.
///
/// Costs memory by the different values that an entity has in each interval; entities with one value
/// alone cost nothing.
struct MixedValues<Entry: MixedEntry>: Sendable {
  private var entries: [Entry] = []
  /// By entity: where its entries end, and the interval in which it is new.
  private var ends: [Int] = []
  private var news: [Int?] = []

  init() {}

  /// Keeps an entity with entries of more than one group. `entries`: in the order of time, none twice.
  mutating func append(_ entries: [Entry], newIn interval: Int?) {
    self.entries += entries
    ends.append(self.entries.count)
    news.append(interval)
  }

  mutating func merge(_ other: MixedValues, groups: [Int]) {
    let offset = entries.count
    entries += other.entries.map { entry in
      var entry = entry
      entry.group = groups[entry.group]
      return entry
    }
    ends += other.ends.map { $0 + offset }
    news += other.news
  }

  /// Shows the entities that had several of some groups' values, with these entries only.
  func forEach(in groups: [Int], _ body: (_ entries: [Entry], _ newIn: Int?) -> Void) {
    forEach(inAnyOf: groups) { entries, newIn in
      if entries.contains(where: { $0.group != entries[0].group }) { body(entries, newIn) }
    }
  }

  /// Shows those that had any of them: where an entity is counted nowhere else.
  func forEach(inAnyOf groups: [Int], _ body: (_ entries: [Entry], _ newIn: Int?) -> Void) {
    let wanted = Set(groups)
    var start = 0
    for (number, end) in ends.enumerated() {
      let chosen = entries[start..<end].filter { wanted.contains($0.group) }
      start = end
      if !chosen.isEmpty { body(chosen, news[number]) }
    }
  }

  func allSatisfy(_ isFit: (Entry) -> Bool) -> Bool { entries.allSatisfy(isFit) }

  var isEmpty: Bool { ends.isEmpty }
  var heapBytes: Int {
    entries.capacity * MemoryLayout<Entry>.stride + ends.capacity * 8 + news.capacity * 16
  }

  /// Entities in the order of their bytes. `ranks`: by group, its place among those encoded.
  func encode(to writer: inout StateWriter, ranks: [Int]) {
    var start = 0
    var entities: [[UInt8]] = []
    for (number, end) in ends.enumerated() {
      var entity = StateWriter()
      entity.append(count: end - start)
      for entry in entries[start..<end] {
        entity.append(count: ranks[entry.group])
        entry.encode(to: &entity)
      }
      entity.append(count: news[number] == nil ? 0 : 1)
      if let interval = news[number] { entity.append(signed: Int64(interval)) }
      start = end
      entities.append(entity.bytes)
    }
    entities.sort { $0.lexicographicallyPrecedes($1) }
    writer.append(count: entities.count)
    for entity in entities { writer.append(raw: entity) }
  }

  /// - Parameter groups: how many there are.
  init(from reader: inout StateReader, groups: Int) {
    for _ in 0..<reader.count() where !reader.isDamaged {
      for _ in 0..<reader.count() where !reader.isDamaged {
        let group = reader.unsigned()
        guard group < UInt64(groups) else {
          reader.note("a breakdown value is missing")
          break
        }
        entries.append(Entry(group: Int(group), from: &reader))
      }
      ends.append(entries.count)
      news.append(reader.unsigned() == 0 ? nil : reader.interval())
    }
    if reader.isDamaged { self = MixedValues() }
  }
}

/// What an entity did under one breakdown value.
protocol MixedEntry: Sendable {
  var group: Int { get set }
  /// All but the group.
  func encode(to writer: inout StateWriter)
  init(group: Int, from reader: inout StateReader)
}

/// The entity had the value in the interval.
struct IntervalEntry: MixedEntry {
  var group: Int
  var interval: Int
  /// Whether it counts there; else it is history.
  var isCounted: Bool

  init(group: Int, interval: Int, isCounted: Bool) {
    self.group = group
    self.interval = interval
    self.isCounted = isCounted
  }

  func encode(to writer: inout StateWriter) {
    writer.append(signed: Int64(interval))
    writer.append(count: isCounted ? 1 : 0)
  }

  init(group: Int, from reader: inout StateReader) {
    self.init(group: group, interval: reader.interval(), isCounted: reader.unsigned() != 0)
  }
}

/// Counts by breakdown value, with the entities that stood under several of them.
struct MixedCounts<Element: State, Entry: MixedEntry>: State {
  private(set) var groups: GroupedStates<Element>
  private(set) var mixed: MixedValues<Entry>

  static var zero: Self { Self(.zero, MixedValues()) }
  var isZero: Bool { groups.isZero && mixed.isEmpty }
  var heapBytes: Int { groups.heapBytes + mixed.heapBytes }

  init(_ groups: GroupedStates<Element>, _ mixed: MixedValues<Entry>) {
    self.groups = groups
    self.mixed = mixed
  }

  mutating func add(_ other: Self) {
    mixed.merge(other.mixed, groups: groups.adding(other.groups))
  }

  func encode(to writer: inout StateWriter) {
    groups.encode(to: &writer)
    var ranks = [Int](repeating: 0, count: groups.count)
    for (rank, group) in groups.ordered.enumerated() { ranks[group] = rank }
    mixed.encode(to: &writer, ranks: ranks)
  }

  init(from reader: inout StateReader) {
    groups = GroupedStates(from: &reader)
    mixed = MixedValues(from: &reader, groups: groups.count)
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
