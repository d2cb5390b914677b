/// The kinds of a run: those that any worker or segment has, numbered in the order of their names.
struct RunKinds: Sendable {
  let kinds: EventKinds
  let codes: [WorkerKind: UInt32]
  /// By kind.
  let workerKinds: [WorkerKind]
  /// By kind: 0 for an entity's own events, else the delivery's number plus 1.
  let deliveryOfKind: [Int]
  /// By kind: the place of its name among all names in byte order.
  let nameOfKind: [UInt32]
  /// By kind: whether no matcher matches, so that it is there for its ids alone.
  let isHidden: [Bool]
  let hasHidden: Bool

  init(_ distinct: Set<WorkerKind>, matchers: [EventMatcher]) {
    let sorted = distinct.sorted { left, right in
      if left.name != right.name { return left.name.lexicographicallyPrecedes(right.name) }
      if left.matched != right.matched {
        return left.matched.lexicographicallyPrecedes(right.matched)
      }
      return left.delivery < right.delivery
    }
    codes = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, UInt32($0)) })
    workerKinds = sorted
    deliveryOfKind = sorted.map(\.delivery)
    isHidden = sorted.map(\.matched.isEmpty)
    hasHidden = isHidden.contains(true)
    var nameOfKind: [UInt32] = []
    for (index, kind) in sorted.enumerated() {
      let isNew = index > 0 && sorted[index - 1].name != kind.name
      nameOfKind.append((nameOfKind.last ?? 0) + (isNew ? 1 : 0))
    }
    self.nameOfKind = nameOfKind
    kinds = EventKinds(
      matchers: matchers,
      kinds: sorted.map { (String(decoding: $0.name, as: UTF8.self), $0.matched) })
  }
}
