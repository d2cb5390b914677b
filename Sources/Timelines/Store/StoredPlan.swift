package import EventLog
import Values

/// What is read of stored rows for one schema: the same for every partition.
struct StoredPlan: Sendable {
  let rules: PartitionRules
  let matcher: CodeMatcher
  let kept: KeptColumns
  /// By the matcher's kinds: the run's.
  let kindCodes: [UInt32]
  /// By the matcher's kinds: kept for their ids alone.
  let isHidden: [Bool]
  /// Columns that conditions and `kept` count by.
  let textNames: [String]
  let numberNames: [String]
  /// Whether anything is read of a column.
  let readsText: [Bool]
  let readsNumber: [Bool]

  /// Nil where rows have to be looked at one by one: see `CodeMatcher`.
  ///
  /// - Parameter schema: of users, without deliveries.
  init?(
    _ schema: TimelineSchema, names: [ByteTable], textNames: [String], numberNames: [String]
  ) {
    guard
      let matcher = CodeMatcher(
        schema, names: names, textColumns: textNames, numberColumns: numberNames)
    else { return nil }
    let kinds = RunKinds(Set(matcher.kinds), matchers: schema.matchers)
    func places(_ names: [String], in columns: [String]) -> [Int] {
      names.compactMap { columns.firstIndex(of: $0) }
    }
    var kept = KeptColumns(
      schema: schema, textColumns: places(schema.texts, in: textNames),
      numberColumns: places(schema.numbers, in: numberNames))
    kept.update(matcher.kinds)
    var readsText = [Bool](repeating: false, count: textNames.count)
    var readsNumber = [Bool](repeating: false, count: numberNames.count)
    for open in matcher.opens {
      for condition in open.questions.joined().joined() {
        switch matcher.conditions[condition].column {
        case .text(let column): readsText[column] = true
        case .number(let column): readsNumber[column] = true
        }
      }
    }
    let layout = RowLayout(schema)
    for kind in matcher.kinds.indices {
      for property in 0..<layout.user {
        let column = kept.column(kind: UInt32(kind), property: property)
        if column < 0 { continue }
        if property < layout.textCount {
          readsText[column] = true
        } else {
          readsNumber[column] = true
        }
      }
    }
    rules = PartitionRules(schema: schema, hash: .seeded(), kinds: kinds)
    kindCodes = matcher.kinds.map { kinds.codes[$0] ?? 0 }
    isHidden = matcher.kinds.map(\.matched.isEmpty)
    self.matcher = matcher
    self.kept = kept
    self.textNames = textNames
    self.numberNames = numberNames
    self.readsText = readsText
    self.readsNumber = readsNumber
  }
}

/// What became of the stored rows of one input.
package struct StoredTally: Sendable, Equatable {
  /// Rows that a report looks at, and rows that none does.
  package var used = 0
  package var outside = 0
  /// Of those outside: rows that have no entity of the schema's kind.
  package var withoutEntity = 0
  /// Microseconds since 1970, of all rows; without any `Int64.max` and `Int64.min`.
  package var earliest = Int64.max
  package var latest = Int64.min
  package var days = DayCounts()

  @inline(__always)
  mutating func see(_ time: Int64) {
    earliest = min(earliest, time)
    latest = max(latest, time)
    days.count(time)
  }

  mutating func add(_ other: Self) {
    used += other.used
    outside += other.outside
    withoutEntity += other.withoutEntity
    earliest = min(earliest, other.earliest)
    latest = max(latest, other.latest)
    days.add(other.days)
  }
}
