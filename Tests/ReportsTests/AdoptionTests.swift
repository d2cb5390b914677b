import EventLog
import Spec
import Tables
import TestSupport
import Testing

@testable import Reports
@testable import Timelines
@testable import Values

struct AdoptionTests {
  static let features = [
    AdoptionDefinition.Feature(name: "search", event: .named(["search"])),
    AdoptionDefinition.Feature(name: "export", event: .named(["export"])),
  ]

  /// Lines such as `2026-01-05T10:00 open acme ann 2.0`: time, event, account, user, version.
  static func log(_ text: String) -> AccountLog {
    var log = AccountLog(names: ["export", "open", "search"])
    log.events = text.split(separator: "\n").map { line in
      let words = line.split(separator: " ").map { $0 == "-" ? "" : String($0) }
      return AccountLog.Event(
        time: CalendarTests.instant(words[0] + ":00Z"), name: words[1], user: words[3],
        account: words[2], plan: words.count > 4 ? words[4] : "")
    }
    return log
  }

  /// Two weeks from Monday 5 January. Acme has three seats, beta one; a robot without a user exports.
  static let example = """
    2026-01-05T10:00 open acme ann 1
    2026-01-05T10:00 open beta eve 1
    2026-01-05T11:00 search acme ann 1
    2026-01-06T12:00 search acme bob 1
    2026-01-07T10:00 open acme cy 1
    2026-01-07T10:00 export acme - 1
    2026-01-12T09:00 open acme ann 2
    2026-01-13T09:00 search acme ann 2
    2026-01-14T10:00 search beta eve 2
    2026-01-15T10:00 search beta eve 2
    """

  static func tables(_ definition: AdoptionDefinition) throws -> [String: [[String]]] {
    var log = log(example)
    log.world.observedUntil = CalendarTests.instant("2026-01-19T00:00:00Z") - 1
    return try log.tables(definition)
  }

  @Test func accountsAndTheirSeats() throws {
    let tables = try Self.tables(
      AdoptionDefinition(
        options: ReportOptions(name: "use", entity: .account), features: Self.features))
    #expect(
      lines(tables["use"]) == [
        "interval feature active adopters reach uses uses_per_adopter new_adopters "
          + "median_seconds_to_first_use seats_active seats_using depth state",
        // Acme searches an hour after its beginning, exports after two days; beta only opens. Seats:
        // ann, bob, cy and eve.
        "2026-01-05 search 2 1 0.5 2 2.0 1 3600.0 4 2 0.5 complete",
        "2026-01-05 export 2 1 0.5 1 1.0 1 172800.0 4 0 0.0 complete",
        // Beta's first search comes nine days after its beginning.
        "2026-01-12 search 2 2 1.0 3 1.5 1 777600.0 2 2 1.0 complete",
        "2026-01-12 export 2 0 0.0 0 - 0 - 2 0 0.0 complete",
      ])
    #expect(
      lines(tables["use.breadth"]) == [
        "features exactly at_least share", "0 0 2 1.0", "1 1 2 1.0", "2 1 1 0.5",
      ])
  }

  @Test func usersHaveNoSeats() throws {
    let tables = try Self.tables(
      AdoptionDefinition(options: ReportOptions(name: "use"), features: Self.features))
    #expect(
      lines(tables["use"]) == [
        "interval feature active adopters reach uses uses_per_adopter new_adopters "
          + "median_seconds_to_first_use state",
        // Ann after an hour, bob at once; cy and eve only open.
        "2026-01-05 search 4 2 0.5 2 1.0 2 1800.0 complete",
        "2026-01-05 export 4 0 0.0 0 - 0 - complete",
        "2026-01-12 search 2 2 1.0 3 1.5 1 777600.0 complete",
        "2026-01-12 export 2 0 0.0 0 - 0 - complete",
      ])
    #expect(
      lines(tables["use.breadth"]).dropFirst() == ["0 1 4 1.0", "1 3 3 0.75", "2 0 0 0.0"])
  }

  /// By version: ann meets release 2 in the second week, and there finds the search a day later.
  @Test func releases() throws {
    var options = ReportOptions(name: "use", breakdown: ["plan"])
    let tables = try Self.tables(
      AdoptionDefinition(options: options, features: [Self.features[0]]))
    #expect(
      lines(tables["use"]).dropFirst() == [
        "1 2026-01-05 search 4 2 0.5 2 1.0 2 1800.0 complete",
        "1 2026-01-12 search 0 0 - 0 - 0 - complete",
        "2 2026-01-05 search 0 0 - 0 - 0 - complete",
        "2 2026-01-12 search 2 2 1.0 3 1.5 2 43200.0 complete",
      ])
    // A use is activity even where the spec counts other events as such: reach is never above 1.
    options.breakdown = []
    let narrow = AdoptionDefinition(
      options: options, features: [.init(name: "any", event: .any)], activity: .named([]))
    #expect(
      lines(try Self.tables(narrow)["use"])[1] == "2026-01-05 any 4 4 1.0 5 1.25 4 0.0 complete")
  }

  @Test func rangeAndObservation() throws {
    var log = Self.log(Self.example)
    log.world.observedUntil = CalendarTests.instant("2026-01-14T10:00:00Z")
    var options = ReportOptions(name: "use")
    options.range = DateRange(from: CalendarDate(year: 2026, month: 1, day: 12))
    let definition = AdoptionDefinition(options: options, features: [Self.features[0]])
    let tables = try log.tables(definition)
    // Ann's first search lies before the range; eve's second after observation.
    #expect(
      lines(tables["use"]).dropFirst() == [
        "2026-01-12 search 2 2 1.0 2 1.0 1 777600.0 partial"
      ])
    #expect(lines(tables["use.breadth"]).dropFirst() == ["0 0 2 1.0", "1 2 2 1.0"])
    log.events = []
    #expect(try log.tables(definition).values.allSatisfy { $0.count == 1 })
  }

  @Test func agreesWithReference() throws {
    for seed in 0..<UInt64(Thorough.cases(1200)) {
      var generator = WorldGenerator(seed: seed)
      let interval = generator.pick(Interval.tested + [.day, .week])
      let world = generator.world(interval)
      var options = generator.options(world)
      options.counted = generator.pick([.user, .account])
      var log = AccountLog(names: World.names, world: world)
      for entity in world.entities {
        for event in entity.events {
          log.events.append(
            AccountLog.Event(
              time: event.time, name: event.name,
              user: options.entity == .user ? entity.id : generator.pick(["", "p", "q", "r"]),
              account: entity.id, country: event.country, plan: event.plan))
        }
      }
      let count = generator.number(1...3)
      let definition = AdoptionDefinition(
        options: options,
        features: (0..<count).map { .init(name: "f\($0)", event: generator.matcher()) },
        activity: generator.pick([.any, .any, .named(["open"]), .named([])]), interval: interval)
      let actual = try log.tables(
        definition, partitions: generator.number(1...4), folds: generator.number(1...3),
        &generator.random)
      let expected = Self.reference(log, definition)
      for name in definition.tables {
        let (found, wanted) = (Array(lines(actual[name]).dropFirst()), lines(expected[name]))
        #expect(found == wanted, "seed \(seed), \(name)")
        if found != wanted { return }
      }
    }
  }

  /// Ann uses the search on releases 1, 2 and 3; bob meets 3 alone, cy and dee 1 alone. The largest is
  /// 1; of the others together, ann is one entity who first searched on the second day.
  @Test func otherCountsAnEntityOnce() throws {
    var log = Self.log(
      """
      2026-01-05T10:00 search acme ann 1
      2026-01-05T11:00 open acme cy 1
      2026-01-05T12:00 open acme dee 1
      2026-01-06T10:00 open acme ann 2
      2026-01-06T11:00 search acme ann 3
      2026-01-07T10:00 search acme ann 2
      2026-01-08T10:00 open acme bob 3
      2026-01-13T10:00 search acme ann 3
      """)
    log.world.observedUntil = CalendarTests.instant("2026-01-19T00:00:00Z") - 1
    let options = ReportOptions(name: "use", breakdown: ["plan"], top: 1)
    let tables = try log.tables(
      AdoptionDefinition(options: options, features: [Self.features[0]]))
    #expect(
      lines(tables["use"]).dropFirst() == [
        "(other) 2026-01-05 search 2 1 0.5 2 2.0 1 3600.0 complete",
        "(other) 2026-01-12 search 1 1 1.0 1 1.0 0 - complete",
        "1 2026-01-05 search 3 1 0.3333333333333333 1 1.0 1 0.0 complete",
        "1 2026-01-12 search 0 0 - 0 - 0 - complete",
      ])
    #expect(
      lines(tables["use.breadth"]).dropFirst() == [
        "(other) 0 1 2 1.0", "(other) 1 1 1 0.5", "1 0 2 3 1.0", "1 1 1 1 0.3333333333333333",
      ])
  }

  /// Every cell anew from the events of its interval. An entity with several breakdown values counts as
  /// an entity for each of them, and once in `(other)`.
  static func reference(_ log: AccountLog, _ definition: AdoptionDefinition)
    -> [String: [[String]]]
  {
    let (options, interval) = (definition.options, definition.interval)
    let view = ReferenceView(log.world, options)
    typealias Events = [AccountLog.Event]
    func isUse(_ event: AccountLog.Event, _ feature: AdoptionDefinition.Feature) -> Bool {
      World.matches(feature.event, event.name)
    }
    var parts: [String: Events] = [:]
    var members: [(values: [String], id: String)] = []
    /// Of each part: its entity and value; and each entity's events with their values.
    var owners: [String: (entity: String, value: [String])] = [:]
    var histories: [String: [(event: AccountLog.Event, value: [String])]] = [:]
    for entity in log.timelines(options.entity) {
      let active = entity.events.filter { event in
        event.time <= log.world.observedUntil
          && (World.matches(definition.activity, event.name)
            || definition.features.contains { isUse(event, $0) })
      }
      let seen = entity.events.filter { $0.time <= log.world.observedUntil }
      func value(of event: AccountLog.Event) -> [String] {
        let before = seen.prefix(seen.firstIndex(of: event)! + 1)
        return options.breakdown.map { property in
          func value(_ event: AccountLog.Event) -> String {
            property == "country" ? event.country : event.plan
          }
          switch options.breakdownOn ?? .event {
          case .event: return value(event)
          case .latest: return before.map(value).last { !$0.isEmpty } ?? ""
          case .firstTouch: return seen.map(value).first { !$0.isEmpty } ?? ""
          case .firstMatch: return value(active[0])
          }
        }
      }
      histories[entity.id] = active.map { ($0, value(of: $0)) }
      for (value, events) in Dictionary(grouping: active, by: value) {
        let id = "\(entity.id) \(value)"
        owners[id] = (entity.id, value)
        parts[id] = events
        if options.breakdown.isEmpty || events.contains(where: { view.isInRange($0.time) }) {
          members.append((value, id))
        }
      }
    }
    let firstSeen = parts.values.map { $0[0].time }.min()
    guard let rows = view.rows(interval, firstSeen: firstSeen) else { return [:] }
    // Asking the zone takes long: once for each instant.
    var keys: [Int64: Int] = [:]
    for event in parts.values.joined() where keys[event.time] == nil {
      keys[event.time] = view.isInRange(event.time) ? view.calendar.key(event.time, interval) : .min
    }
    func inRange(_ id: String) -> Events { parts[id]!.filter { keys[$0.time]! > .min } }
    func seats(_ events: Events) -> Int { Set(events.map(\.user)).subtracting([""]).count }

    let labels = Dictionary(
      uniqueKeysWithValues: rows.map { key in
        (key, (view.calendar.label(key, interval), view.state(key, interval, inRange: true)))
      })
    var (main, breadth): ([[String]], [[String]]) = ([], [])
    let groups = view.groups(members) { ids in ids.count { !inRange($0).isEmpty } }
    for var group in groups {
      let shown = Set(group.ids.map { owners[$0]!.value })
      if shown.count > 1 {
        group.ids = Set(group.ids.map { owners[$0]!.entity }).sorted().map { entity in
          let id = "\(entity) (other)"
          parts[id] = histories[entity]!.filter { shown.contains($0.value) }.map(\.event)
          return id
        }
      }
      for key in rows {
        let (label, state) = labels[key]!
        let here = group.ids.map { id in
          (
            id: id,
            events: inRange(id).filter { keys[$0.time]! == key }
          )
        }.filter { !$0.events.isEmpty }
        for feature in definition.features {
          let uses = here.map { one in
            (id: one.id, events: one.events.filter { isUse($0, feature) })
          }.filter { !$0.events.isEmpty }
          let delays = uses.compactMap { one -> Int64? in
            let first = parts[one.id]!.first { isUse($0, feature) }!
            return first == one.events[0] ? first.time - parts[one.id]![0].time : nil
          }.sorted()
          var median = ""
          if !delays.isEmpty {
            let (low, high) = (delays[(delays.count - 1) / 2], delays[delays.count / 2])
            median = "\((Double(low) + Double(high)) / 2 / 1_000_000)"
          }
          let events = uses.reduce(0) { $0 + $1.events.count }
          var cells = [
            "\(here.count)", "\(uses.count)", ratio(uses.count, here.count), "\(events)",
            ratio(events, uses.count), "\(delays.count)", median,
          ]
          if options.entity == .account {
            let active = here.reduce(0) { $0 + seats($1.events) }
            let using = uses.reduce(0) { $0 + seats($1.events) }
            cells += ["\(active)", "\(using)", ratio(using, active)]
          }
          main.append(
            group.values + [label, feature.name] + cells + [state])
        }
      }
      let counts = group.ids.filter { !inRange($0).isEmpty }.map { id in
        definition.features.count { feature in inRange(id).contains { isUse($0, feature) } }
      }
      for number in 0...definition.features.count {
        let atLeast = counts.count { $0 >= number }
        breadth.append(
          group.values + [
            "\(number)", "\(counts.count { $0 == number })", "\(atLeast)",
            ratio(atLeast, counts.count),
          ])
      }
    }
    let name = options.name
    return [name: main, name + ".breadth": breadth]
  }
}
