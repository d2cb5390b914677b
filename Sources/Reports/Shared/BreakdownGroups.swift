import EventLog
package import Spec
package import Tables
package import Timelines

/// The breakdown values a fold has met, numbered from 0 in order of appearance: the index of a
/// group's state in the fold. A report without breakdown has the one group of no values.
///
/// An entity's group is that of one of its events. Values are codes of a partition, so a small cache
/// leads from codes to groups and is dropped when the partition changes.
package struct BreakdownGroups: Sendable {
  private let report: String
  private let limit: RowLimit
  private let properties: [String]
  /// Columns of `Timeline.texts`, one per property; of what is made of a session, see `ofSession`.
  private let columns: [Int]
  /// By property; empty where none is made of sessions.
  private let ofSession: [SessionProperty?]
  /// By group: one byte string per property.
  package private(set) var values: [[[UInt8]]] = []
  private var numbers: [[[UInt8]]: Int] = [:]
  private var notReached: Int?

  private var partition: Int?
  /// By property: from (number of the values before, code) to a number for the values up to it.
  private var paths: [[UInt64: Int]]
  /// Groups of the last property's numbers.
  private var groupOfPath: [Int] = []

  package let on: BreakdownOn
  /// Whether an entity may stand in several groups: each event's is its own.
  package let isByEvent: Bool
  /// By kind: events that may have the value, where the report need not count them.
  private let isSeen: [Bool]
  /// Of the entity at hand: the value so far, and the first event not looked at yet.
  private var codes: [UInt32]
  private var next = 0

  /// - Parameter standard: whose value counts where the options do not say.
  package init(
    _ options: ReportOptions, _ context: ReportContext, standard: BreakdownOn = .firstMatch
  ) {
    report = options.name
    limit = context.rowLimit
    properties = options.breakdown
    on = options.breakdownOn ?? standard
    isByEvent = !properties.isEmpty && (on == .event || on == .latest)
    isSeen =
      !properties.isEmpty && on.looksEverywhere ? context.kinds.matching(options.everything) : []
    codes = Array(repeating: 0, count: properties.count)
    let made = properties.map { options.isBySession ? SessionProperty($0) : nil }
    ofSession = made.contains { $0 != nil } ? made : []
    columns = zip(properties, made).map { name, made in
      switch made {
      case nil: context.textColumn(name)
      case .first(let property)?: context.textColumn(property)
      case .number?, .seconds?: -1
      }
    }
    paths = Array(repeating: [:], count: columns.count)
    if columns.isEmpty { _ = number([]) }
  }

  package var count: Int { values.count }

  /// The group of an event of the timeline.
  @inline(__always)
  package mutating func group(of event: Int, in timeline: Timeline) -> Int {
    columns.isEmpty ? 0 : lookUp(event, timeline)
  }

  /// The one group of an entity, whose first matching event is `first`.
  @inline(__always)
  package mutating func group(
    of first: Int, in observed: Range<Int>, _ timeline: Timeline
  ) -> Int {
    if columns.isEmpty { return 0 }
    if on == .event || on == .firstMatch { return lookUp(first, timeline) }
    begin(observed)
    if on == .latest { return groupByEvent(first, timeline) }
    var left = columns.count
    for event in observed where isSeen[Int(timeline.kinds[event])] {
      for (place, column) in columns.enumerated() where codes[place] == 0 {
        codes[place] = timeline.texts[column][event]
        if codes[place] != 0 { left -= 1 }
      }
      if left == 0 { break }
    }
    return group(ofCodes: codes, in: timeline)
  }

  /// Begins with another entity, before `groupByEvent` of its events in their order.
  @inline(__always)
  package mutating func begin(_ observed: Range<Int>) {
    next = observed.lowerBound
    for place in codes.indices { codes[place] = 0 }
  }

  /// The group of one event, where events have groups of their own.
  @inline(__always)
  package mutating func groupByEvent(_ event: Int, _ timeline: Timeline) -> Int {
    if on == .event { return lookUp(event, timeline) }
    while next <= event {
      if isSeen[Int(timeline.kinds[next])] {
        for (place, column) in columns.enumerated() where timeline.texts[column][next] != 0 {
          codes[place] = timeline.texts[column][next]
        }
      }
      next += 1
    }
    return group(ofCodes: codes, in: timeline)
  }

  /// Whether no property of the group has a value.
  package func isEmpty(_ group: Int) -> Bool { values[group].allSatisfy(\.isEmpty) }

  /// The group of one value for each property, codes of the timeline's values: for values that do
  /// not come from one event.
  mutating func group(ofCodes codes: [UInt32], in timeline: Timeline) -> Int {
    columns.isEmpty ? 0 : lookUp(timeline) { codes[$0] }
  }

  private mutating func lookUp(_ event: Int, _ timeline: Timeline) -> Int {
    let (columns, ofSession) = (columns, ofSession)
    if ofSession.isEmpty { return lookUp(timeline) { timeline.texts[columns[$0]][event] } }
    let range = timeline.range
    return lookUp(timeline) { level in
      switch ofSession[level] {
      case nil: timeline.texts[columns[level]][event]
      case .first?: timeline.texts[columns[level]][range.lowerBound]
      case .number?: UInt32(clamping: timeline.session)
      case .seconds?:
        UInt32(
          clamping: (timeline.times[range.upperBound - 1] - timeline.times[range.lowerBound])
            / 1_000_000)
      }
    }
  }

  /// What a code of a level stands for.
  private func value(_ code: UInt32, _ level: Int, _ timeline: Timeline) -> [UInt8] {
    if !ofSession.isEmpty, ofSession[level] == .number || ofSession[level] == .seconds {
      return Array(String(code).utf8)
    }
    return Array(timeline.values[Int(code)])
  }

  /// `code`: of each property, by its place.
  @inline(__always)
  private mutating func lookUp(_ timeline: Timeline, code: (Int) -> UInt32) -> Int {
    if partition != timeline.partition {
      partition = timeline.partition
      for level in paths.indices { paths[level].removeAll(keepingCapacity: true) }
      groupOfPath.removeAll(keepingCapacity: true)
    }
    var path = 0
    for level in columns.indices {
      let key = UInt64(path) << 32 | UInt64(code(level))
      if let known = paths[level][key] {
        path = known
      } else {
        path = paths[level].count
        paths[level][key] = path
        if level == columns.count - 1 {
          groupOfPath.append(
            number(columns.indices.map { value(code($0), $0, timeline) }))
        }
      }
    }
    return groupOfPath[path]
  }

  private mutating func number(_ tuple: [[UInt8]]) -> Int {
    if let known = numbers[tuple] { return known }
    numbers[tuple] = values.count
    if tuple.first == BreakdownRow.notReachedMark { notReached = values.count }
    values.append(tuple)
    return values.count - 1
  }

  /// Takes in the groups of another worker's fold. Returns, by its group, the group here.
  mutating func merge(_ others: [[[UInt8]]]) -> [Int] { others.map { number($0) } }

  /// The groups as rows show them: sorted by the bytes of their values, first property first.
  /// Groups that are not `isShown` are left out: those of entities that are not in range. The one
  /// group of a report without breakdown always is.
  ///
  /// With `top: N`, the N groups that `isLarger` puts before the others (equal ones by their bytes)
  /// stay, and the rest become one row set named `(other)` in every breakdown column. A value that
  /// is literally `(other)` in the logs is written `\(other)`, so that two things never share a name.
  ///
  /// - Parameter each: the rows that each of them will have at most.
  /// - Throws: `TooManyRows` when these are too many.
  package func rows(
    top: Int?, each: Int, isShown: (Int) -> Bool = { _ in true }, isLarger: (Int, Int) -> Bool
  ) throws(TooManyRows) -> [BreakdownRow] {
    try check(each: each)
    let written = values.map { $0.map(BreakdownRow.written) }
    var ranked = values.indices.filter { columns.isEmpty || isShown($0) }
    ranked.sort { precedes(written[$0], written[$1]) }
    // Who did not reach the step that decides has no value, and is none of the N.
    let unreached = ranked.filter { $0 == notReached }
    if !unreached.isEmpty { ranked.removeAll { $0 == notReached } }
    var rest: [Int] = []
    let shown = min(ranked.count, top ?? .max) + unreached.count
    try limit.check(report, properties, values: shown, each: each)
    if let top, top < ranked.count, !columns.isEmpty {
      // Sorting is stable in effect: equal sizes fall back to the order by bytes.
      let byBytes = ranked
      var rank = Array(repeating: 0, count: values.count)
      for (position, group) in byBytes.enumerated() { rank[group] = position }
      ranked.sort { left, right in
        if isLarger(left, right) { return true }
        return !isLarger(right, left) && rank[left] < rank[right]
      }
      rest = Array(ranked[top...])
      ranked.removeSubrange(top...)
    }
    var rows = (ranked + unreached).map { BreakdownRow(values: written[$0], groups: [$0]) }
    if !rest.isEmpty {
      rows.append(
        BreakdownRow(
          values: Array(repeating: BreakdownRow.other, count: columns.count), groups: rest.sorted())
      )
    }
    return rows.sorted { precedes($0.values, $1.values) }
  }

  /// To find out which of that many rows are shown is too much as well.
  func check(each: Int) throws(TooManyRows) {
    if !values.isEmpty, each > Self.looksMax / values.count {
      try limit.check(report, properties, values: values.count, each: each)
    }
  }

  /// A number of rows that does not follow from the number of values.
  func checkRows(_ rows: Int) throws(TooManyRows) {
    try limit.check(report, properties, values: rows, each: 1)
  }

  private static let looksMax = 4_000_000_000

  /// The group of entities that did not reach the event whose value counts.
  package mutating func groupNotReached() -> Int {
    if let notReached { return notReached }
    return number(Array(repeating: BreakdownRow.notReachedMark, count: columns.count))
  }

  /// Whether a tuple has a value for each property.
  func fits(_ tuple: [[UInt8]]) -> Bool { tuple.count == properties.count }
}

/// One breakdown value of a table, with the groups whose states add up to its rows: one, or those
/// in `(other)`.
package struct BreakdownRow: Sendable {
  /// As rows write them.
  package var values: [[UInt8]]
  package var groups: [Int]

  static let other = Array("(other)".utf8)
  private static let notReached = Array("(not reached)".utf8)
  /// Stands for `(not reached)` among the values of the logs, which are all UTF-8.
  static let notReachedMark: [UInt8] = [0xFF]

  /// A value as rows write it. What the tool has a meaning for gets a backslash where it comes from
  /// the logs, as does what would look like that then.
  static func written(_ value: [UInt8]) -> [UInt8] {
    if value == notReachedMark { return notReached }
    let plain = value.drop { $0 == UInt8(ascii: "\\") }
    return plain.elementsEqual(other) || plain.elementsEqual(notReached)
      ? [UInt8(ascii: "\\")] + value : value
  }

  /// The leading cells of each of its rows.
  package var cells: [Cell] {
    values.map { $0.isEmpty ? .empty : .text(String(decoding: $0, as: UTF8.self)) }
  }
}
