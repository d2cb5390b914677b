import EventLog
import Spec
import Tables
import TestSupport
import Testing

@testable import Reports
@testable import Timelines
@testable import Values

/// A row of a small log for the operating models.
struct ModelEvent: Equatable {
  /// Microseconds since 1970.
  var time: Int64
  var name: String
  var user = ""
  var account = ""
  var country = ""
  var inviter = ""
  var amount = ExactDecimal.absent

  /// Days after 2026-01-01 00:00 UTC.
  static func at(
    _ days: Double, _ name: String, user: String = "", account: String = "", country: String = "",
    inviter: String = "", amount: ExactDecimal = .absent
  ) -> ModelEvent {
    ModelEvent(
      time: 1_767_225_600_000_000 + Int64(days * 86_400_000_000), name: name, user: user,
      account: account, country: country, inviter: inviter, amount: amount)
  }
}

/// A log with the spec of one report, taken the whole way from rows to tables: what a run does,
/// without files.
struct ModelLog {
  var events: [ModelEvent]
  /// In flow style, without its type and name.
  var report: String
  /// Other reports of the spec, as lines below `reports`.
  var more = ""
  var zone = "UTC"
  var weekStartsOnSunday = false
  var observedUntil = Int64.max / 8

  init(_ report: String, _ events: [ModelEvent], observedUntil: Int64 = Int64.max / 8) {
    self.report = report
    self.events = events
    self.observedUntil = observedUntil
  }

  func definition() throws -> any ReportDefinition { try spec().reports[0] }

  func spec() throws -> AnalysisSpec {
    try AnalysisSpec.parse(
      yaml: """
        source:
          format: jsonl
          user: user
          account: account
          event: event
          time: time
          properties: {country: c, inviter: i, amount: {path: a, type: number}}
        calendar: {time_zone: \(zone), week_start: \(weekStartsOnSunday ? "sunday" : "monday")}
        reports:
          r: \(report)
        \(more)
        """)
  }

  /// Rows of every table, by its name, with everything in one place.
  func tables() throws -> [String: [[String]]] {
    var random = SplitMix64(state: 0)
    return try tables(workers: 1, partitions: 1, folds: 1, &random)
  }

  /// The log's timelines in one partition, with what folds need to know.
  func forEachTimeline(
    _ body: (any ReportDefinition, ReportContext, [Timeline]) throws -> Void
  ) throws {
    let spec = try spec()
    let plan = ExtractionPlan(spec)
    let (texts, numbers) = (plan.extraction.texts, plan.extraction.numbers)
    var shards = TimelineShards(
      schema: plan.schemas[0], textColumns: texts.map(\.name), numberColumns: numbers.map(\.name),
      partitions: 1)
    for event in events {
      var batch = EventBatch()
      batch.append(
        time: event.time, name: event.name, user: event.user, account: event.account,
        texts: texts.map { $0.name == "country" ? event.country : event.inviter },
        numbers: numbers.map { _ in event.amount })
      _ = try shards.append(batch, file: 0)
    }
    let merge = try TimelineMerge([shards])
    let calendar = ReportCalendar(
      zone: World.zone(zone).rules, weekStartsOnSunday: weekStartsOnSunday)
    let context = ReportContext(
      schema: merge.schema, kinds: merge.kinds, calendar: calendar, observedUntil: observedUntil)
    var timelines: [Timeline] = []
    try merge.build(partition: 0).forEachTimeline { timelines.append($0) }
    try body(spec.reports[0], context, timelines)
  }

  /// Rows dealt to workers in any order, entities to partitions by their hash, partitions to folds,
  /// and these merged in any order.
  func tables(workers: Int, partitions: Int, folds: Int, _ random: inout SplitMix64) throws
    -> [String: [[String]]]
  {
    let spec = try spec()
    let plan = ExtractionPlan(spec)
    let (texts, numbers) = (plan.extraction.texts, plan.extraction.numbers)
    var shards = (0..<workers).map { _ in
      TimelineShards(
        schema: plan.schemas[0], textColumns: texts.map(\.name), numberColumns: numbers.map(\.name),
        partitions: partitions)
    }
    for event in events.shuffled(using: &random) {
      var batch = EventBatch()
      batch.append(
        time: event.time, name: event.name, user: event.user, account: event.account,
        texts: texts.map { $0.name == "country" ? event.country : event.inviter },
        numbers: numbers.map { _ in event.amount })
      _ = try shards[Int.random(in: 0..<workers, using: &random)].append(batch, file: 0)
    }
    let merge = try TimelineMerge(shards)
    let calendar = ReportCalendar(
      zone: World.zone(zone).rules, weekStartsOnSunday: weekStartsOnSunday)
    let context = ReportContext(
      schema: merge.schema, kinds: merge.kinds, calendar: calendar, observedUntil: observedUntil)
    var states = (0..<folds).map { _ in makeFold(definition: spec.reports[0], context: context) }
    for partition in (0..<merge.partitionCount).shuffled(using: &random) {
      let fold = Int.random(in: 0..<folds, using: &random)
      try merge.build(partition: partition).forEachTimeline { timeline in
        states[fold].observe(timeline)
      }
    }
    var tables: [String: [[String]]] = [:]
    let fold = try mergedThroughBytes(states.shuffled(using: &random), context.observed) {
      makeFold(definition: spec.reports[0], context: context)
    }
    for table in try fold.tables() {
      #expect(table.rows.allSatisfy { $0.count == table.columns.count })
      for column in table.columns { #expect(!column.description.isEmpty) }
      tables[table.name] = table.rows.map { $0.map(\.shown) }
    }
    #expect(Set(tables.keys) == Set(spec.reports[0].tables))
    return tables
  }
}

/// What the references of the models share: who is counted where, and how a row is written.
struct ModelReference {
  let log: ModelLog
  let options: ReportOptions
  let interval: Interval
  let view: ReferenceView
  /// What the report sees, by entity, in order of time and name.
  let entities: [String: [ModelEvent]]
  let seen: [ModelEvent]

  /// `country`: the one that the report's `where` asks for.
  init(_ log: ModelLog, _ options: ReportOptions, _ interval: Interval, country: String?) {
    self.log = log
    self.options = options
    self.interval = interval
    view = ReferenceView(
      World(
        zone: log.zone, weekStartsOnSunday: log.weekStartsOnSunday,
        observedUntil: log.observedUntil), options)
    seen = log.events.filter {
      $0.time <= log.observedUntil && (country == nil || $0.country == country)
    }.sorted { ($0.time, $0.name) < ($1.time, $1.name) }
    let owned = seen.filter { options.entity == .user ? $0.user != "" : $0.account != "" }
    entities = Dictionary(
      grouping: owned, by: { options.entity == .user ? $0.user : $0.account })
  }

  func firstEvent(_ id: String, _ names: [String]) -> ModelEvent? {
    entities[id]?.first { names.contains($0.name) }
  }

  /// Entities by the value of a first event, as rows of the table name them, each with its table of
  /// intervals; empty groups of a report without breakdown stay.
  func groups(_ firsts: [String: ModelEvent], size: ([String]) -> [Int])
    -> [(values: [String], ids: [String])]
  {
    let placed = firsts.filter { view.isInRange($0.value.time) }
    let named = placed.map { id, event in
      (values: options.breakdown.map { _ in event.country }, id: id)
    }
    return view.groups(named, size: { Sizes(size($0)) })
  }

  struct Sizes: Comparable {
    let sizes: [Int]
    init(_ sizes: [Int]) { self.sizes = sizes }
    static func < (left: Sizes, right: Sizes) -> Bool {
      left.sizes.lexicographicallyPrecedes(right.sizes)
    }
  }

  func state(_ key: Int, decided: Int, open: Int) -> String {
    if open == 0 { return state(key) }
    return decided == 0 ? "unobserved" : "partial"
  }

  /// What Foundation's calendar takes long to say is asked once.
  private final class Memory {
    var states: [Int: String] = [:]
    var labels: [Int: String] = [:]
    var cuts: [Int: String] = [:]
  }
  private let memory = Memory()

  func state(_ key: Int) -> String {
    if let known = memory.states[key] { return known }
    memory.states[key] = view.cohortState(key, interval)
    return memory.states[key]!
  }

  /// The cell of the column `cut`.
  func cut(_ key: Int) -> String {
    if let known = memory.cuts[key] { return known }
    memory.cuts[key] = "\(view.isCut(key, interval))"
    return memory.cuts[key]!
  }

  func label(_ key: Int) -> String {
    if let known = memory.labels[key] { return known }
    memory.labels[key] = view.calendar.label(key, interval)
    return memory.labels[key]!
  }

  func key(_ instant: Int64) -> Int { view.calendar.key(instant, interval) }

  /// In seconds, as the tables show it.
  func median(_ durations: [Int64]) -> String {
    if durations.isEmpty { return "" }
    let sorted = durations.sorted()
    let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
    return "\((Double(low) + Double(high - low) / 2) / 1_000_000)"
  }

  func targets(_ target: Double?, _ reached: Int, _ base: Int) -> [String] {
    guard let target else { return ["", ""] }
    return ["\(target)", base == 0 ? "" : "\(Double(reached) / Double(base) / target)"]
  }
}
