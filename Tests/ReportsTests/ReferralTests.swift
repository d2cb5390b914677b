import EventLog
import Spec
import Testing

@testable import Reports

struct ReferralTests {
  /// 5 invites for each member, of which 20 % join: each member brings one member.
  @Test func fiveInvitesAtTwentyPercentAreOne() throws {
    var events: [ModelEvent] = []
    for member in 0..<10 {
      events.append(.at(Double(member) / 2, "sign_up", user: "m\(member)"))
      for invite in 1...5 { events.append(.at(Double(5 + invite), "invite", user: "m\(member)")) }
      // In February, a cohort of their own.
      events.append(.at(35, "sign_up", user: "j\(member)", inviter: "m\(member)"))
    }
    let log = ModelLog(
      "{type: referral, invite: invite, join: {event: sign_up, inviter: inviter}}", events,
      observedUntil: ModelEvent.at(58.5, "").time)
    let tables = try log.tables()
    // Members start on days 0 to 4.5, and all joins are on day 35.
    #expect(
      lines(tables["r"]) == [
        "2026-01-01 10 10 50 10 5.0 0.2 1.0 \(32.75 * 86_400) complete false",
        "2026-02-01 10 0 0 0 0.0 - 0.0 - partial false",
      ])
    #expect(lines(tables["r.joins"]) == ["20 10 0 0 0 10"])
  }

  /// Everything that can become of a join.
  @Test func joinsArePlacedOrCounted() throws {
    let events: [ModelEvent] = [
      .at(0, "open", user: "a"),
      .at(1, "invite", user: "a"),
      // In the last instant of the window, and again later: one join.
      .at(10, "sign_up", user: "b", inviter: "a"), .at(12, "sign_up", user: "b", inviter: "a"),
      // Too late.
      .at(10.5, "sign_up", user: "c", inviter: "a"),
      .at(11, "sign_up", user: "d", inviter: "d"),
      .at(11, "sign_up", user: "e", inviter: "ghost"), .at(11, "sign_up", user: "f"),
      // Two inviters, one of whom is to start only later.
      .at(2, "sign_up", user: "g", inviter: "a"), .at(3, "sign_up", user: "g", inviter: "h"),
      .at(20, "open", user: "h"),
    ]
    let log = ModelLog(
      "{type: referral, invite: invite, join: {event: sign_up, inviter: inviter}, within: 10d}",
      events, observedUntil: ModelEvent.at(100, "").time)
    let tables = try log.tables()
    #expect(
      lines(tables["r"]) == [
        "2026-01-01 8 1 1 2 0.125 2.0 0.25 \(6 * 86_400).0 complete false",
        "2026-02-01 0 0 0 0 - - - - complete false", "2026-03-01 0 0 0 0 - - - - complete false",
        "2026-04-01 0 0 0 0 - - - - partial false",
      ])
    // joins, without inviter, own, unknown, outside, joined
    #expect(lines(tables["r.joins"]) == ["7 1 1 1 2 2"])
  }

  /// Nobody counts whose window is open: a is decided, b is not.
  @Test func openWindowsCountNowhere() throws {
    let events: [ModelEvent] = [
      .at(0, "open", user: "a"), .at(1, "invite", user: "a"), .at(5, "open", user: "b"),
      .at(5, "invite", user: "b"), .at(6, "invite", user: "b"),
    ]
    let spec = "{type: referral, interval: week, invite: invite, within: 7d, "
    let join = "join: {event: sign_up, inviter: inviter}}"
    func rows(_ day: Double) throws -> [String] {
      lines(
        try ModelLog(spec + join, events, observedUntil: ModelEvent.at(day, "").time).tables()["r"])
    }
    // The week of the 29th holds the 1st to the 4th; b starts on the 6th.
    #expect(
      try rows(7) == [
        "2025-12-29 1 1 1 0 1.0 0.0 0.0 - complete false",
        "2026-01-05 - - - - - - - - unobserved false",
      ])
    #expect(
      try rows(12) == [
        "2025-12-29 1 1 1 0 1.0 0.0 0.0 - complete false",
        "2026-01-05 1 1 2 0 2.0 0.0 0.0 - complete false",
        "2026-01-12 0 0 0 0 - - - - partial false",
      ])
  }

  /// b joins by a's word before a has begun, again inside the window, and once more behind it: it
  /// counts once, at its first join inside the window, here and in aarrr.
  @Test func joinsCountAtTheFirstInsideTheWindow() throws {
    let events: [ModelEvent] = [
      .at(1, "sign_up", user: "b", inviter: "a"), .at(2, "open", user: "a"),
      .at(3, "sign_up", user: "b", inviter: "a"), .at(30, "sign_up", user: "b", inviter: "a"),
    ]
    let join = "invite: invite, join: {event: sign_up, inviter: inviter}, within: 10d"
    let until = ModelEvent.at(58.5, "").time
    let referral = ModelLog("{type: referral, start: open, \(join)}", events, observedUntil: until)
    #expect(
      lines(try referral.tables()["r"]).first
        == "2026-01-01 1 0 0 1 0.0 - 1.0 86400.0 complete false")
    let model = ModelLog(
      "{type: aarrr, acquisition: open, referral: {\(join)}}", events, observedUntil: until)
    #expect(
      lines(try model.tables()["r"])[1]
        == "2026-01-01 referral 0 1 0.0 - - 1.0 - - - - complete false")
  }

  @Test func noEventsGiveNoRows() throws {
    let log = ModelLog(
      "{type: referral, invite: invite, join: {event: sign_up, inviter: inviter}}", [],
      observedUntil: .min)
    #expect(try log.tables() == ["r": [], "r.joins": []])
  }

  @Test func tablesMatchTheReference() throws {
    var rows = 0
    var joined = 0
    for seed in 0..<ModelGenerator.rounds {
      var generator = ModelGenerator(seed: seed)
      let (options, country) = generator.options()
      let window = generator.duration(0...12).flatMap { $0.length > 0 ? $0 : nil }
      let start = generator.pick([["open", "invite", "sign_up"], ["open"], ["sign_up"]])
      let interval = generator.interval()
      let report =
        "{type: referral, \(options)start: [\(start.joined(separator: ", "))], invite: invite, "
        + "join: {event: sign_up, inviter: inviter}, within: \(window?.text ?? "null"), "
        + "interval: \(interval.rawValue)}"
      let log = generator.log(["open", "invite", "sign_up"], entity: .user, report: report)
      let definition = try log.definition()
      let reference = ModelReference(log, definition.options, interval, country: country)
      let expected = Self.reference(reference, start: start, within: window?.length)
      let tables = try log.tables(
        workers: generator.number(1...3), partitions: generator.pick([1, 2, 8]),
        folds: generator.number(1...3), &generator.random)
      if tables != expected {
        Issue.record(
          """
          seed \(seed): \(report)
          \(lines(tables["r"])) \(lines(tables["r.joins"]))
          not \(lines(expected["r"])) \(lines(expected["r.joins"]))
          """)
      }
      rows += expected["r"]!.count
      joined += expected["r.joins"]!.reduce(0) { $0 + Int($1[5])! }
    }
    #expect(rows > 2 * Int(ModelGenerator.rounds) && joined > Int(ModelGenerator.rounds) / 5)
  }

  /// Member by member, joiner by joiner.
  static func reference(_ reference: ModelReference, start: [String], within: Int64?)
    -> [String: [[String]]]
  {
    let until = reference.log.observedUntil
    var firsts: [String: ModelEvent] = [:]
    for id in reference.entities.keys { firsts[id] = reference.firstEvent(id, start) }
    /// The joins of each joiner by each inviter, in order.
    var joins: [String: [String: [Int64]]] = [:]
    var counts = [0, 0, 0, 0, 0, 0]
    for (joiner, events) in reference.entities {
      let joining = events.filter { $0.name == "sign_up" }
      for join in joining where join.inviter != "" {
        joins[join.inviter, default: [:]][joiner, default: []].append(join.time)
      }
      if !joining.isEmpty, joining.allSatisfy({ $0.inviter == "" }) { counts[1] += 1 }
    }
    func isDecided(_ id: String) -> Bool { within.map { firsts[id]!.time + $0 <= until } ?? true }
    func cycles(_ id: String) -> [Int64] {
      guard let start = firsts[id]?.time, reference.view.isInRange(start), isDecided(id) else {
        return []
      }
      return (joins[id] ?? [:]).filter { $0.key != id }.compactMap { _, times in
        times.map { $0 - start }.first { $0 >= 0 && $0 <= within ?? .max }
      }
    }
    for (inviter, joiners) in joins {
      if joiners[inviter] != nil { counts[2] += 1 }
      let others = joiners.count { $0.key != inviter }
      if firsts[inviter] == nil { counts[3] += others }
      let counted = cycles(inviter).count
      if firsts[inviter] != nil { counts[4] += others - counted }
      counts[5] += counted
    }
    counts[0] = counts[1...].reduce(0, +)

    var table: [[String]] = []
    let span = reference.view.rows(
      reference.interval, firstSeen: firsts.values.map(\.time).min())
    let keys = firsts.mapValues { reference.key($0.time) }
    for group in reference.groups(firsts, size: { [$0.count] }) {
      for key in span.map(Array.init) ?? [] {
        let cohort = group.ids.filter { keys[$0] == key }
        let members = cohort.filter(isDecided)
        let state = reference.state(
          key, decided: members.count, open: cohort.count - members.count)
        let invites = members.map { id in
          let start = firsts[id]!.time
          return reference.entities[id]!.count {
            $0.name == "invite" && $0.time >= start && $0.time - start <= within ?? .max
          }
        }
        let joined = members.flatMap(cycles)
        let sent = invites.reduce(0, +)
        let numbers = [members.count, invites.count { $0 > 0 }, sent, joined.count].map {
          state == "unobserved" ? "" : String($0)
        }
        table.append(
          group.values + [reference.label(key)] + numbers + [
            ratio(sent, members.count), ratio(joined.count, sent),
            ratio(joined.count, members.count), reference.median(joined), state,
            reference.cut(key),
          ])
      }
    }
    let isEmpty = counts[0] == 0 && firsts.isEmpty
    return ["r": table, "r.joins": isEmpty ? [] : [counts.map { String($0) }]]
  }
}
