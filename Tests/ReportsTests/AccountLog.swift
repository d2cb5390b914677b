import EventLog
import Spec
import Tables
import TestSupport
import Testing

@testable import Reports
@testable import Timelines
@testable import Values

/// A small log of users in accounts, folded the way a run does it: once by user, once by account, as
/// the report needs it.
struct AccountLog {
  struct Event: Equatable {
    var time: Int64
    var name: String
    var user = ""
    var account = ""
    var country = ""
    var plan = ""
    var amount = ExactDecimal.absent
  }

  /// Names that may occur, in order.
  var names: [String]
  /// Zone, range and end of observation; its entities are not used.
  var world = World()
  var events: [Event] = []

  static func id(_ event: Event, _ entity: TimelineSchema.Entity) -> String {
    entity == .user ? event.user : event.account
  }

  /// All events of one entity that occur, in the order of timelines.
  func timelines(_ entity: TimelineSchema.Entity) -> [(id: String, events: [Event])] {
    let groups = Dictionary(grouping: events) { Self.id($0, entity) }
    return groups.filter { !$0.key.isEmpty }.map { id, events in
      (id, events.sorted(by: precedes))
    }.sorted { $0.id < $1.id }
  }

  private func precedes(_ left: Event, _ right: Event) -> Bool {
    if left.time != right.time { return left.time < right.time }
    let (a, b) = (names.firstIndex(of: left.name)!, names.firstIndex(of: right.name)!)
    if a != b { return a < b }
    if left.country != right.country { return left.country < right.country }
    if left.plan != right.plan { return left.plan < right.plan }
    if left.amount != right.amount { return left.amount < right.amount }
    return left.user < right.user
  }

  func context(_ entity: TimelineSchema.Entity, _ needs: ReportNeeds) -> ReportContext {
    var matchers: [EventMatcher] = []
    for matcher in needs.matchers where !matchers.contains(matcher) { matchers.append(matcher) }
    let kinds = names.map { name in
      (name: name, matched: matchers.indices.filter { World.matches(matchers[$0], name) })
    }
    return ReportContext(
      schema: TimelineSchema(
        entity: entity, matchers: matchers, texts: ["country", "plan"], numbers: ["amount"],
        keepsUsers: entity == .account && needs.users),
      kinds: EventKinds(matchers: matchers, kinds: kinds), calendar: world.calendar,
      observedUntil: world.observedUntil)
  }

  /// Timelines of one partition, which share its columns and codes.
  func partition(
    _ number: Int, _ entities: [(id: String, events: [Event])], keepsUsers: Bool
  ) -> [Timeline] {
    guard !entities.isEmpty else { return [] }
    let all = entities.flatMap(\.events)
    let strings = Set(all.flatMap { [$0.country, $0.plan, $0.user] } + [""]).sorted()
    let codes = Dictionary(uniqueKeysWithValues: strings.enumerated().map { ($1, UInt32($0)) })
    var timeline = Timeline(id: "", partition: number, events: [])
    timeline.times = all.map(\.time)
    timeline.kinds = all.map { UInt32(names.firstIndex(of: $0.name)!) }
    timeline.texts = [all.map { codes[$0.country]! }, all.map { codes[$0.plan]! }]
    timeline.numbers = [all.map(\.amount)]
    timeline.users = keepsUsers ? all.map { codes[$0.user]! } : []
    timeline.entities = ByteTable(entities.map(\.id))
    timeline.values = ByteTable(strings)
    var start = 0
    return entities.enumerated().map { index, entity in
      var one = timeline
      one.entity = index
      one.range = start..<start + entity.events.count
      start += entity.events.count
      return one
    }
  }

  /// The report's tables as rows of words, from everything in one partition.
  func tables(_ definition: any ReportDefinition) throws -> [String: [[String]]] {
    var random = SplitMix64(state: 0)
    return try tables(definition, partitions: 1, folds: 1, &random)
  }

  /// The same, entities dealt into partitions, those into folds, and all of these merged in any order.
  func tables(
    _ definition: any ReportDefinition, partitions: Int, folds: Int, _ random: inout SplitMix64
  ) throws -> [String: [[String]]] {
    var states: [any ReportFold] = []
    var contexts: [ReportContext] = []
    for (entity, needs) in definition.needsByEntity {
      let context = context(entity, needs)
      contexts.append(context)
      var dealt = Array(repeating: [(id: String, events: [Event])](), count: partitions)
      for one in timelines(entity).shuffled(using: &random) {
        dealt[Int.random(in: 0..<partitions, using: &random)].append(one)
      }
      var own = (0..<folds).map { _ in makeFold(definition: definition, context: context) }
      for (number, entities) in dealt.enumerated() {
        let fold = Int.random(in: 0..<folds, using: &random)
        let keepsUsers = context.schema.keepsUsers
        for timeline in partition(number, entities, keepsUsers: keepsUsers) {
          own[fold].observe(timeline.narrowed(to: needs, context))
        }
      }
      states += own
    }
    let made = try mergedThroughBytes(states.shuffled(using: &random), contexts[0].observed) {
      makeFold(definition: definition, context: contexts[0])
    }.tables()
    #expect(made.map(\.name) == definition.tables)
    return Dictionary(
      uniqueKeysWithValues: made.map { table in
        #expect(table.rows.allSatisfy { $0.count == table.columns.count })
        #expect(table.columns.allSatisfy { !$0.description.isEmpty })
        return (table.name, [table.columns.map(\.name)] + table.rows.map { $0.map(\.shown) })
      })
  }
}
