import EventLog
import Foundation
import Tables
import TestSupport
import Testing

@testable import Reports
@testable import Spec
@testable import Timelines
@testable import Values

/// An event of a small world of logs.
struct WorldEvent: Equatable {
  var time: Int64
  var name: String
  var country = ""
  var plan = ""
  var amount = ExactDecimal.absent
}

/// A few entities with their events, and how they are looked at: what reports are tried on.
struct World {
  static let names = ["open", "pay", "sign_up"]
  var zone = "UTC"
  var weekStartsOnSunday = false
  var yearStart = 1
  var origin: CalendarDate?
  /// The calendar's range; reports may have their own.
  var range = DateRange()
  var observedUntil = Int64.max / 8
  var observedFrom = Int64.min
  var entities: [(id: String, events: [WorldEvent])] = []

  nonisolated(unsafe) private static var zones: [String: FoundationZone] = [:]
  private static let lock = NSLock()

  /// Zones take long to set up; each is made once. The lock guards the cache.
  static func zone(_ name: String) -> FoundationZone {
    lock.withLock {
      if let zone = zones[name] { return zone }
      let zone = FoundationZone(name)
      zones[name] = zone
      return zone
    }
  }

  var calendar: ReportCalendar {
    ReportCalendar(
      zone: Self.zone(zone).rules, weekStartsOnSunday: weekStartsOnSunday, range: range,
      yearStart: yearStart, origin: origin)
  }

  static func matches(_ matcher: EventMatcher, _ name: String) -> Bool {
    switch matcher {
    case .any: true
    case .named(let names): names.contains(LogText(name))
    case .anyOf(let matchers): matchers.contains { matches($0, name) }
    case .filtered, .delivered, .from: preconditionFailure("not used here")
    }
  }

  func context(_ definition: any ReportDefinition) -> ReportContext {
    var matchers: [EventMatcher] = []
    for matcher in definition.needs.joined(with: definition.options).matchers
    where !matchers.contains(matcher) {
      matchers.append(matcher)
    }
    let kinds = Self.names.map { name in
      (name: name, matched: matchers.indices.filter { Self.matches(matchers[$0], name) })
    }
    return ReportContext(
      schema: TimelineSchema(
        entity: .user, matchers: matchers, texts: ["country", "plan"], numbers: ["amount"]),
      kinds: EventKinds(matchers: matchers, kinds: kinds), calendar: calendar,
      observedUntil: observedUntil, observedFrom: observedFrom)
  }

  /// The timelines of some entities as one partition: codes are shared among them.
  static func partition(_ number: Int, _ entities: [(id: String, events: [WorldEvent])])
    -> [Timeline]
  {
    let entities = entities.filter { !$0.events.isEmpty }
    let all = entities.map { entity in
      Timeline(
        id: entity.id, partition: number,
        events: entity.events.map {
          TimelineEvent(
            time: $0.time, kind: UInt32(names.firstIndex(of: $0.name)!),
            texts: [$0.country, $0.plan], numbers: [$0.amount])
        })
    }
    guard var shared = all.first else { return [] }
    let texts = Set(all.flatMap { one in (0..<one.values.count).map { one.values.string($0) } })
    let sorted = texts.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    let codes = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, UInt32($0)) })
    shared.times = all.flatMap(\.times)
    shared.kinds = all.flatMap(\.kinds)
    shared.texts = (0..<2).map { column in
      all.flatMap { one in one.texts[column].map { codes[one.values.string(Int($0))]! } }
    }
    shared.numbers = [all.flatMap { $0.numbers[0] }]
    shared.entities = ByteTable(entities.map(\.id))
    shared.values = ByteTable(sorted)
    var begin = 0
    return all.enumerated().map { index, one in
      var timeline = shared
      timeline.entity = index
      timeline.range = begin..<begin + one.times.count
      begin += one.times.count
      return timeline
    }
  }

  /// The report's tables as lines of cells, and its list: everything in one partition.
  func tables(_ definition: any ReportDefinition) throws -> [String: [[String]]] {
    var random = SplitMix64(state: 0)
    return try tables(definition, partitions: 1, folds: 1, &random)
  }

  /// The same, with entities dealt into partitions, those into folds, and these merged in any order.
  func tables(
    _ definition: any ReportDefinition, partitions: Int, folds: Int, _ random: inout SplitMix64
  ) throws -> [String: [[String]]] {
    var dealt = Array(repeating: [(id: String, events: [WorldEvent])](), count: partitions)
    for entity in entities.shuffled(using: &random) {
      dealt[Int.random(in: 0..<partitions, using: &random)].append(entity)
    }
    let context = context(definition)
    let needs = definition.needs.joined(with: definition.options)
    var states = (0..<folds).map { _ in makeFold(definition: definition, context: context) }
    var list: [[String]] = []
    for (number, entities) in dealt.enumerated() {
      let fold = Int.random(in: 0..<folds, using: &random)
      for whole in Self.partition(number, entities) {
        let timeline = whole.narrowed(to: needs, context)
        states[fold].observe(timeline)
      }
      if let rows = states[fold].drainList()?.rows.map({ $0.map(\.shown) }) {
        #expect(rows.map { $0[0] } == rows.map { $0[0] }.sorted())
        list += rows
      }
    }
    let fold = try mergedThroughBytes(states.shuffled(using: &random), context.observed) {
      makeFold(definition: definition, context: context)
    }
    var tables: [String: [[String]]] = [:]
    let made = try fold.tables()
    // Known before any event: the columns are those that the report says it has.
    #expect(made.map(\.name) == definition.heads.map(\.name))
    #expect(made.map(\.columns) == definition.heads.map(\.columns))
    for table in made {
      #expect(table.rows.allSatisfy { $0.count == table.columns.count })
      #expect(Set(table.columns.map(\.name)).count == table.columns.count)
      for column in table.columns { #expect(!column.description.isEmpty) }
      tables[table.name] = table.rows.map { $0.map(\.shown) }
    }
    if definition.options.list {
      tables["\(definition.options.name).entities"] = list.sorted {
        ($0[0], $0[1]) < ($1[0], $1[1])
      }
    }
    return tables
  }
}

extension Timeline {
  /// With no more of its properties than the report says it reads, as a run keeps them. `needs` has
  /// the part of the options.
  func narrowed(to needs: ReportNeeds, _ context: ReportContext) -> Timeline {
    let read = needs.texts + needs.numbers
    func isRead(_ property: String, _ event: Int) -> Bool {
      read.contains(property)
        && needs.events(reading: property).contains {
          context.kinds.matching($0)[Int(kinds[event])]
        }
    }
    var timeline = self
    for event in range {
      for (column, property) in context.schema.texts.enumerated() where !isRead(property, event) {
        timeline.texts[column][event] = 0
      }
      for (column, property) in context.schema.numbers.enumerated() where !isRead(property, event) {
        timeline.numbers[column][event] = .absent
      }
    }
    return timeline
  }
}

extension Cell {
  var shown: String {
    switch self {
    case .empty: ""
    case .text(let text): text
    case .integer(let number): String(number)
    case .number(let number): "\(number)"
    case .decimal(let sum): sum.description
    case .boolean(let value): String(value)
    }
  }
}

/// A table's rows as lines of words, for expectations that read like the table.
func lines(_ rows: [[String]]?) -> [String] {
  (rows ?? []).map { $0.map { $0.isEmpty ? "-" : $0 }.joined(separator: " ") }
}
