import EventLog
import Foundation
import TestSupport
import Testing

/// One known story in every layout, delimiter, time format, encoding and container that a source can
/// have: its tables are always those of plain JSON lines.
@Suite struct WrappedStoryTests {
  private static let reports = """

    reports:
      daily: {type: activity, interval: day, breakdown: plan}
      path: {type: funnel, steps: [view, cart, buy], within: 3d, list: true}
      money: {type: revenue, event: buy, amount: amount, interval: day}
      back: {type: retention, interval: day, periods: 3, list: true}

    """

  struct Event: Sendable {
    var user: String
    var name: String
    /// Seconds since 1970.
    var time: Int
    var id: String
    var plan: String
    var amount: String
  }

  static func story(plans: [String], seed: UInt64) -> [Event] {
    var random = SplitMix64(seed: seed)
    return (0..<40).map { number in
      let name = ["view", "cart", "buy"][Int(random.next() % 3)]
      return Event(
        user: "u\(random.next() % 9)", name: name,
        time: 1_704_164_645 + Int(random.next() % 600_000), id: "id\(number % 37)",
        plan: plans[Int(random.next() % UInt64(plans.count))],
        amount: name == "buy" ? "\(random.next() % 90).\(random.next() % 10)5" : "")
    }
    // Copies of an event are equal in everything: of others, the file's order would decide.
    .reduce(into: [Event]()) { events, event in
      events.append(events.first { $0.id == event.id } ?? event)
    }
  }

  // MARK: Times

  struct Clock: Sendable {
    /// Of the `time` section, behind its path.
    var yaml: String
    var isNumber = false
    var text: @Sendable (Int) -> String
  }

  static func civil(_ time: Int, shift: Int = 0) -> (date: String, clock: String) {
    let text = ISO8601DateFormatter().string(
      from: Date(timeIntervalSince1970: Double(time + shift)))
    return (String(text.prefix(10)), String(text.dropFirst(11).prefix(8)))
  }

  static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// By what programs write; the last is two fields.
  static let clocks: [Clock] = [
    Clock(yaml: "format: iso8601") { civil($0).date + "T" + civil($0).clock + "Z" },
    Clock(yaml: "format: iso8601") {
      civil($0, shift: 28800).date + " " + civil($0, shift: 28800).clock + "+08:00"
    },
    Clock(yaml: "zone: Asia/Shanghai") {
      civil($0, shift: 28800).date + " " + civil($0, shift: 28800).clock
    },
    Clock(yaml: "zone: UTC") {
      (civil($0).date + civil($0).clock).filter { $0 != "-" && $0 != ":" }
    },
    Clock(yaml: "format: seconds", isNumber: true) { "\($0)" },
    Clock(yaml: "format: milliseconds", isNumber: true) { "\($0)000" },
    Clock(yaml: "format: microseconds", isNumber: true) { "\($0)000000" },
    Clock(yaml: "format: nanoseconds", isNumber: true) { "\($0)000000000" },
    Clock(yaml: "format: auto", isNumber: true) { "\($0)000" },
    Clock(yaml: "format: auto") { civil($0).date + "T" + civil($0).clock + "Z" },
    Clock(yaml: "format: auto") {
      civil($0).date + " " + civil($0).clock + ".000000001 +0000 UTC m=+0.000012"
    },
    Clock(yaml: "format: auto") { "/Date(\($0)000)/" },
    Clock(yaml: "format: iso8601") {
      civil($0).date.replacing("-", with: "/") + " " + civil($0).clock + " UTC"
    },
    Clock(yaml: "format: iso8601") {
      civil($0, shift: 19800).date + " " + civil($0, shift: 19800).clock + " +5:30"
    },
    Clock(yaml: "{format: excel, zone: UTC}") { time in
      // Days since 1899-12-30, and nine digits of the day that has begun: finer than a millisecond.
      let (day, second) = time.quotientAndRemainder(dividingBy: 86_400)
      let fraction = String((second * 1_000_000_000 + 43_200) / 86_400)
      return "\(day + 25_569)." + String(repeating: "0", count: 9 - fraction.count) + fraction
    },
    Clock(yaml: "{format: seconds, local_epoch: Asia/Shanghai}", isNumber: true) {
      "\($0 + 28800)"
    },
    Clock(yaml: "format: auto") { time in
      let (date, clock) = civil(time, shift: -18000)
      let parts = date.split(separator: "-")
      let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
      return
        "\(days[(time - 18000) / 86_400 % 7]) \(months[Int(parts[1])! - 1]) \(parts[2]) \(parts[0]) "
        + "\(clock) GMT-0500 (Eastern Standard Time)"
    },
    Clock(yaml: "format: auto", text: access),
    Clock(yaml: #"format: "%Y-%m-%d %H:%M:%S.%f %Z""#) { time in
      let (date, clock) = civil(time, shift: time % 3 == 0 ? 3600 : 0)
      return date + " " + clock + (time % 2 == 0 ? ".000" : "") + (time % 3 == 0 ? " CET" : " UTC")
    },
    Clock(yaml: #"format: "%d/%b/%Y:%H:%M:%S %z""#, text: access),
    Clock(yaml: #"{format: ["%m/%d/%Y %I:%M:%S %p", iso8601], zone: UTC}"#) { time in
      let (date, clock) = civil(time)
      if time % 2 == 0 { return date + " " + clock }
      let hour = Int(clock.prefix(2))!
      let parts = date.split(separator: "-")
      return "\(parts[1])/\(parts[2])/\(parts[0]) \(hour % 12 == 0 ? 12 : hour % 12)"
        + "\(clock.dropFirst(2)) \(hour < 12 ? "a.m." : "PM")"
    },
  ]

  @Sendable static func access(_ time: Int) -> String {
    let (date, clock) = civil(time, shift: -18000)
    let parts = date.split(separator: "-")
    return "\(parts[2])/\(months[Int(parts[1])! - 1])/\(parts[0]):\(clock) -0500"
  }

  private func tables(_ source: String, _ files: [String: Data], _ chunkBytes: Int) throws
    -> [String: Data]
  {
    let indented = source.split(separator: "\n").map { "  \($0)\n" }.joined()
    return try RunOutcome(
      spec: "source:\n" + indented + Self.reports, files: files,
      limits: ReadLimits(chunkBytes: chunkBytes)
    ).tables
  }

  @Test(arguments: documents + serverLogs)
  private func sameTables(_ layout: Layout) throws {
    var random = SplitMix64(seed: layout.name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    for round in 0..<(Thorough.isOn ? 60 : 2) {
      let encoding = Self.encodings[Int(random.next() % UInt64(Self.encodings.count))]
      let container = Self.containers[Int(random.next() % UInt64(Self.containers.count))]
      let clock = Self.clocks[Int(random.next() % UInt64(Self.clocks.count))]
      let events = Self.story(plans: encoding.plans, seed: random.next())
      let plain = events.map { Self.json($0, Self.clocks[0].text, false) }
        .joined(separator: "\n")
      let expected = try tables(
        Self.fields + "\ntime: time", ["log": Data(plain.utf8)], 256 << 10)

      var source = layout.source + "\n" + encoding.yaml
      if let path = layout.timePath {
        let parts = clock.yaml.hasPrefix("{") ? String(clock.yaml.dropFirst()) : clock.yaml + "}"
        source += "\ntime: {path: \"\(path)\", \(parts)"
      }
      let text = layout.text(events, clock.text, clock.isNumber)
      let found = try tables(
        source, container.files(encoding.bytes(text)), random.oneIn(2) ? 100 : 256 << 10)
      let note = "round \(round), \(container.name), \(encoding.yaml), \(clock.yaml)\n\(source)"
      #expect(found == expected, "\(note)")
    }
  }
}
