import EventLog
package import Values

/// One event of a timeline built by hand.
package struct TimelineEvent: Sendable {
  package var time: Int64
  package var kind: UInt32
  package var texts: [String]
  package var numbers: [ExactDecimal]
  package var user: String

  package init(
    time: Int64, kind: UInt32, texts: [String] = [], numbers: [ExactDecimal] = [], user: String = ""
  ) {
    self.time = time
    self.kind = kind
    self.texts = texts
    self.numbers = numbers
    self.user = user
  }
}

extension Timeline {
  /// A timeline of its own partition from events in any order: the slow, obvious way, for tests of
  /// reports. Sorts by time, kind, texts, numbers, user.
  package init(id: String, partition: Int = 0, events: [TimelineEvent]) {
    let events = events.sorted { left, right in
      if left.time != right.time { return left.time < right.time }
      if left.kind != right.kind { return left.kind < right.kind }
      for (a, b) in zip(left.texts, right.texts) where a != b {
        return Array(a.utf8).lexicographicallyPrecedes(Array(b.utf8))
      }
      for (a, b) in zip(left.numbers, right.numbers) where a != b { return a < b }
      return Array(left.user.utf8).lexicographicallyPrecedes(Array(right.user.utf8))
    }
    let strings = Set(events.flatMap { $0.texts + [$0.user] }).union([""])
    let sorted = strings.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    let codes = Dictionary(
      uniqueKeysWithValues: sorted.enumerated().map { ($1, UInt32($0)) })
    self.partition = partition
    entity = 0
    range = 0..<events.count
    times = events.map(\.time)
    kinds = events.map(\.kind)
    let textCount = events.first?.texts.count ?? 0
    let numberCount = events.first?.numbers.count ?? 0
    texts = (0..<textCount).map { column in events.map { codes[$0.texts[column]]! } }
    numbers = (0..<numberCount).map { column in events.map { $0.numbers[column] } }
    users = events.map { codes[$0.user]! }
    entities = ByteTable([id])
    values = ByteTable(sorted)
  }
}
