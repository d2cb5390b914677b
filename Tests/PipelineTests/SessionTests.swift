import Foundation
import TestSupport
import Testing

@testable import Pipeline
@testable import Spec

/// Visits as what is counted.
@Suite struct SessionTests {
  private static func run(_ spec: String, _ log: String, threads: Int = 2, memory: Int? = nil)
    throws -> RunOutcome
  {
    try RunOutcome(
      spec: spec, files: ["log.jsonl": Data(log.utf8)], threads: threads, memory: memory)
  }

  private static func csv(_ name: String, _ outcome: RunOutcome) -> [String] {
    String(decoding: outcome.tables[name] ?? Data(), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  private static let source = """
    source: {format: jsonl, user: u, event: e, time: t, passive: [sync], properties: {amount: {path: a, type: number}, plan: p, s: s}}
    """

  /// Exactly the gap is no longer silence; a session that goes on after midnight stands where it began.
  private static let visits = """
    {"u":"1","e":"view","t":"2024-01-01T23:00:00Z","p":"x"}
    {"u":"1","e":"view","t":"2024-01-01T23:30:00Z"}
    {"u":"1","e":"buy","t":"2024-01-02T00:00:00Z","a":5}
    {"u":"1","e":"view","t":"2024-01-02T00:30:01Z","p":"y"}
    {"u":"1","e":"sync","t":"2024-01-02T01:00:00Z"}
    {"u":"1","e":"buy","t":"2024-01-02T01:00:02Z","a":7}
    {"u":"2","e":"view","t":"2024-01-02T12:00:00Z"}
    {"u":"2","e":"buy","t":"2024-01-02T12:10:00Z"}

    """

  @Test func byHand() throws {
    let outcome = try Self.run(
      Self.source + """

        reports:
          visits: {type: activity, entity: session}
          sales: {type: revenue, entity: session, event: buy, amount: amount, interval: day}
          bought: {type: funnel, entity: session, steps: [view, buy]}
          nth: {type: activity, entity: session, breakdown: [session.number, session.first.plan, session.seconds]}
        """, Self.visits)
    // User 1: 23:00 to 0:00, then 0:30:01, then 1:00:02 (a sync of another system keeps none open).
    #expect(
      Self.csv("visits.csv", outcome) == [
        "interval,events,active,events_per_active,state", "2024-01-01,3,1,3,complete",
        "2024-01-02,4,3,1.3333333333333333,partial",
      ])
    #expect(
      Self.csv("sales.csv", outcome) == [
        "interval,revenue,orders,payers,arpu,arppu,average_order,orders_without_amount,state",
        "2024-01-01,5,1,1,5,5,5,0,complete",
        "2024-01-02,7,2,2,2.3333333333333335,3.5,3.5,1,partial",
      ])
    // Three sessions have a view; two of them a purchase behind it.
    #expect(
      Self.csv("bought.csv", outcome).dropFirst().map {
        $0.split(separator: ",", omittingEmptySubsequences: false)[0..<3].joined(separator: ",")
      } == ["1,view,3", "2,buy,2"])
    #expect(
      Self.csv("nth.csv", outcome).filter { !$0.contains(",0,0,,") } == [
        "session.number,session.first.plan,session.seconds,interval,events,active,"
          + "events_per_active,state",
        "1,,600,2024-01-02,2,1,2,partial", "1,x,3600,2024-01-01,3,1,3,complete",
        "2,y,0,2024-01-02,1,1,1,partial", "3,,0,2024-01-02,1,1,1,partial",
      ])
  }

  @Test func midnightAndIds() throws {
    func active(_ sessions: String, _ log: String = Self.visits) throws -> [String] {
      Self.csv(
        "visits.csv",
        try Self.run(
          Self.source
            + "\nsessions: \(sessions)\nreports: {visits: {type: activity, entity: session}}",
          log)
      ).dropFirst().map { $0.split(separator: ",")[2].description }
    }
    #expect(try active("{cut: midnight}") == ["1", "4"])
    #expect(try active("{gap: 2h}") == ["1", "1"])
    #expect(try active("{of: buy}") == ["3"], "a day without a session before is no row")
    let named = """
      {"u":"1","e":"view","t":"2024-01-01T10:00:00Z","s":"a"}
      {"u":"1","e":"view","t":"2024-01-01T20:00:00Z"}
      {"u":"1","e":"view","t":"2024-01-01T20:01:00Z","s":"b"}
      {"u":"1","e":"view","t":"2024-01-01T20:02:00Z","s":"b"}
      """
    #expect(try active("{id: s}", named) == ["2"])
  }

  /// Each currency's orders are told under its name, session by session.
  @Test func explanationByCurrency() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let files = [
      "log.jsonl": """
      {"u":"1","e":"buy","t":"2024-01-01T10:00:00Z","a":5,"c":"EUR"}
      {"u":"1","e":"buy","t":"2024-01-01T12:00:00Z","a":7,"c":"USD"}
      """,
      "spec.yaml": """
      source: {format: jsonl, user: u, event: e, time: t, properties: {amount: {path: a, type: number, currency: {path: c}}}}
      reports: {sales: {type: revenue, entity: session, event: buy, amount: amount}}
      """,
    ]
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.url.appendingPathComponent(name))
    }
    let stories = try ExplainRun(
      specFile: SpecFile.load(folder.url.appendingPathComponent("spec.yaml").path),
      inputs: [folder.url.appendingPathComponent("log.jsonl").path], entity: "1", kind: nil,
      options: RunOptions(scratch: folder.url.path), control: RunControl()
    ).explain().stories
    let told = stories.flatMap(\.reports).flatMap { $0.notes.map(\.text) }
    #expect(told == ["EUR: session 1: order of 5", "USD: session 2: order of 7"])
  }

  @Test func refusals() {
    func errors(_ text: String) -> [String] {
      do throws(SpecErrors) {
        _ = try AnalysisSpec.parse(yaml: Self.source + "\n" + text)
        return []
      } catch {
        return error.errors.map(\.message)
      }
    }
    #expect(errors("reports: {r: {type: retention, entity: session}}").count == 1)
    #expect(errors("reports: {r: {type: lifecycle, entity: session}}").count == 1)
    #expect(
      errors("reports: {r: {type: funnel, entity: session, steps: [a, b], list: true}}").count == 1)
    #expect(
      errors("reports: {r: {type: activity, breakdown: session.number}}") == [
        "`session.number` is a session's: it needs `entity: session`"
      ])
    #expect(
      errors("reports: {r: {type: activity, entity: session, breakdown: session.first.no}}").count
        == 1)
    #expect(
      errors("sessions: {id: s, gap: 1h}\nreports: {r: {type: activity, entity: session}}") == [
        "`id` tells sessions apart by itself: leave `gap` out"
      ])
  }

  struct Row {
    var user: Int
    var session = 0
    var event: String
    /// Seconds after the start, of the row and of its session's first.
    var second: Int
    var start = 0
    var plan: String
    var amount: Int
    /// The plan of its session's first row, and its length in seconds.
    var first = ""
    var seconds = 0

    func line(user: String, at second: Int) -> String {
      let date = Date(timeIntervalSince1970: 1_704_067_200 + Double(second))
      let time = date.ISO8601Format()
      return
        #"{"u":"\#(user)","e":"\#(event)","t":"\#(time)","p":"\#(plan)","a":\#(amount),"n":"\#(session)","f":"\#(first)","l":"\#(seconds)"}"#
    }
  }

  /// The same reports by user over a log in which each session is a user of its own.
  @Test(arguments: 0..<20) func againstSessionsAsUsers(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed) + 9)
    let gap = Int.random(in: 10...4000, using: &random)
    let cuts = Bool.random(using: &random)
    var rows = (0..<250).map { _ in
      Row(
        user: Int.random(in: 0..<6, using: &random),
        event: ["view", "cart", "buy", "sync"].randomElement(using: &random)!,
        second: 0, plan: ["", "a", "b"].randomElement(using: &random)!,
        amount: Int.random(in: 1..<100, using: &random))
    }
    var now = 0
    for place in rows.indices {
      now +=
        Int.random(in: 1...900, using: &random)
        * (Int.random(in: 0..<30, using: &random) == 0 ? 40 : 1)
      rows[place].second = now
    }
    // Events that make no session lie in an open one, or are nobody's.
    var sessions: [[Int]] = []
    for user in 0..<6 {
      var number = 0
      var last: Int?
      for place in rows.indices where rows[place].user == user && rows[place].event != "sync" {
        let isNew =
          last.map { last in
            rows[place].second - rows[last].second > gap
              || cuts && rows[place].second / 86400 != rows[last].second / 86400
          } ?? true
        if isNew {
          number += 1
          sessions.append([])
        }
        sessions[sessions.count - 1].append(place)
        rows[place].session = number
        last = place
      }
    }
    for session in sessions {
      let (first, last) = (rows[session[0]], rows[session[session.count - 1]])
      for place in rows.indices
      where rows[place].user == first.user && rows[place].second >= first.second
        && rows[place].second <= last.second
      {
        rows[place].session = first.session
        rows[place].start = first.second
        rows[place].first = first.plan
        rows[place].seconds = last.second - first.second
      }
    }
    let end = Row(
      user: 99, session: 1, event: "view", second: now + 10, start: now + 10, plan: "", amount: 1)
    rows.append(end)
    let own = rows.map { $0.line(user: "u\($0.user)", at: $0.second) }
    let asUsers = rows.filter { $0.session > 0 }
    func flat(_ isFlat: Bool) -> String {
      asUsers.map { $0.line(user: "u\($0.user)#\($0.session)", at: isFlat ? $0.start : $0.second) }
        .joined(separator: "\n")
    }
    let cut = cuts ? ", cut: [midnight]" : ""
    let spec =
      Self.source + """

        sessions: {gap: \(gap)s\(cut)}
        reports:
          funnel: {type: funnel, entity: session, steps: [view, cart, buy], breakdown: [plan, session.number], within: 1h}
          tries: {type: funnel, entity: session, steps: [view, sync, buy], count: attempts, within: 1h, breakdown: session.first.plan}
          activity: {type: activity, entity: session, breakdown: [session.first.plan, session.seconds], top: 5}
          revenue: {type: revenue, entity: session, event: buy, amount: amount, interval: day, breakdown: [session.first.plan]}
        """
    let plain = """
      source: {format: jsonl, user: u, event: e, time: t, passive: [sync], properties: {amount: {path: a, type: number}, plan: p, session.number: n, session.first.plan: f, session.seconds: l}}
      reports:
        funnel: {type: funnel, steps: [view, cart, buy], breakdown: [plan, session.number], within: 1h}
        tries: {type: funnel, steps: [view, sync, buy], count: attempts, within: 1h, breakdown: session.first.plan}
        activity: {type: activity, breakdown: [session.first.plan, session.seconds], breakdown_on: first_match, top: 5}
        revenue: {type: revenue, event: buy, amount: amount, interval: day, breakdown: [session.first.plan], breakdown_on: first_match}
      """
    let outcome = try Self.run(spec, own.joined(separator: "\n"))
    let again = try Self.run(
      spec, own.shuffled(using: &random).joined(separator: "\n"), threads: 3, memory: 1)
    for name in ["funnel", "tries", "activity", "revenue"].map({ $0 + ".csv" }) {
      #expect(Self.csv(name, outcome) == Self.csv(name, again))
      let isFunnel = name.hasPrefix("funnel") || name.hasPrefix("tries")
      let wanted = Self.csv(name, try Self.run(plain, flat(!isFunnel)))
      let found = Self.csv(name, outcome)
      func cells(_ line: String) -> [String] {
        line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      let head = cells(found[0])
      let places = head.map { cells(wanted[0]).firstIndex(of: $0)! }
      func chosen(_ line: String) -> String {
        let all = cells(line)
        return places.map { all[$0] }.joined(separator: ",")
      }
      // Values none of whose sessions lie in range have rows of zeros only where history looks back.
      #expect(
        found.dropFirst().map { $0 } == wanted.dropFirst().map(chosen), "\(name) seed \(seed)")
    }
  }
}
