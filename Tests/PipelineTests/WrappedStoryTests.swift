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

  private static func story(plans: [String], seed: UInt64) -> [Event] {
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

  private static func civil(_ time: Int, shift: Int = 0) -> (date: String, clock: String) {
    let text = ISO8601DateFormatter().string(
      from: Date(timeIntervalSince1970: Double(time + shift)))
    return (String(text.prefix(10)), String(text.dropFirst(11).prefix(8)))
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// By what programs write; the last is two fields.
  private static let clocks: [Clock] = [
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

  @Sendable private static func access(_ time: Int) -> String {
    let (date, clock) = civil(time, shift: -18000)
    let parts = date.split(separator: "-")
    return "\(parts[2])/\(months[Int(parts[1])! - 1])/\(parts[0]):\(clock) -0500"
  }

  // MARK: Layouts

  /// A log and the `source` that reads it, without `time`'s format.
  struct Layout: CustomTestStringConvertible, Sendable {
    var name: String
    var source: String
    /// Of the time; nil where the layout has its own.
    var timePath: String? = "time"
    var text: @Sendable ([Event], (Int) -> String, Bool) -> String
    var testDescription: String { name }
  }

  private static let fields = """
    user: user
    event: event
    id: id
    properties: {plan: plan, amount: {path: amount, type: number}}
    """

  private static func json(
    _ event: Event, _ clock: (Int) -> String, _ isNumber: Bool, blank: String = ""
  ) -> String {
    let time = isNumber ? clock(event.time) : "\"\(clock(event.time))\""
    let amount = event.amount.isEmpty ? "null" : event.amount
    return #"{"user":"\#(event.user)",\#(blank)"event":"\#(event.name)",\#(blank)"time":\#(time),"#
      + #"\#(blank)"id":"\#(event.id)",\#(blank)"plan":"\#(event.plan)",\#(blank)"amount":\#(amount)}"#
  }

  private static func jsonLayout(
    _ name: String, _ source: String = "format: json", blank: String = "",
    _ join: @escaping @Sendable ([String]) -> String
  ) -> Layout {
    Layout(name: name, source: source + "\n" + fields) { events, clock, isNumber in
      join(events.map { json($0, clock, isNumber, blank: blank) })
    }
  }

  private static func table(
    _ name: String, _ source: String, header: Bool = true, head: String = "", by delimiter: String,
    end: String = "\n", quoted: @escaping @Sendable (String) -> String = { $0 }
  ) -> Layout {
    Layout(name: name, source: source + "\n" + fields) { events, clock, _ in
      let rows = events.map { event in
        [event.plan, event.id, clock(event.time), event.user, event.amount, event.name]
          .map(quoted).joined(separator: delimiter)
      }
      let names = ["plan", "id", "time", "user", "amount", "event"].joined(separator: delimiter)
      return head + ((header ? [names] : []) + rows).map { $0 + end }.joined()
    }
  }

  private static let layouts: [Layout] = [
    jsonLayout("lines", "format: jsonl") { $0.joined(separator: "\n") },
    jsonLayout("lines with CR", "format: jsonl") { $0.joined(separator: "\r\n") + "\r\n" },
    jsonLayout("several a line", "format: jsonl") { rows in
      stride(from: 0, to: rows.count, by: 3).map {
        rows[$0..<min(rows.count, $0 + 3)].joined()
      }.joined(separator: "\n")
    },
    jsonLayout("array of one line") { "[" + $0.joined(separator: ",") + "]" },
    jsonLayout("array by lines", "format: jsonl") { "[\n" + $0.joined(separator: ",\n") + "\n]\n" },
    jsonLayout("pretty", blank: "\n  ") { $0.joined(separator: "\n") },
    jsonLayout("pretty array", "format: jsonl", blank: "\r\n\t") {
      "[\r\n" + $0.joined(separator: ",\r\n") + "\r\n]"
    },
    jsonLayout("concatenated", "format: jsonl") { $0.joined() },
    jsonLayout("text sequence", "format: jsonl") {
      $0.map { "\u{1E}" + $0 + "\n" }.joined()
    },
    jsonLayout("records", "format: json\nrecords: Records") {
      #"{"Records":["# + $0.joined(separator: ", ") + "]}"
    },
    jsonLayout("records of batches", "records: a.batch") { rows in
      rows.map { #"{"a":{"batch":[\#($0)]},"sentAt":1}"# }.joined(separator: "\n")
    },
    jsonLayout("behind a prefix", "prefix: skip") { rows in
      rows.map { "2024-01-02T03:04:05.678901234Z stdout F " + $0 }.joined(separator: "\n")
    },
    Layout(
      name: "text that holds JSON",
      source: """
        user: log.user
        event: log.event
        id: log.id
        properties: {plan: log.plan, amount: {path: log.amount, type: number}}
        """, timePath: "log.time"
    ) { events, clock, isNumber in
      events.map { event in
        let inside = json(event, clock, isNumber).replacing("\"", with: "\\\"")
        return #"{"stream":"stdout","log":"\#(inside)\n"}"#
      }.joined(separator: "\n")
    },
    Layout(
      name: "keys and values",
      source: """
        user: who
        event: "params[event]"
        id: "params[id]"
        properties: {plan: "params[plan]", amount: {path: "params[amount]", type: number}}
        """, timePath: "times[0]"
    ) { events, clock, isNumber in
      events.map { event in
        let time = isNumber ? clock(event.time) : "\"\(clock(event.time))\""
        let amount = event.amount.isEmpty ? "null" : event.amount
        return #"{"who":"\#(event.user)","times":[\#(time)],"params":["#
          + #"{"key":"event","value":"\#(event.name)"},{"name":"id","value":{"s":"\#(event.id)"}},"#
          + #"{"key":"amount","value":{"s":null,"d":\#(amount)}},"#
          + #"{"key":"plan","value":{"s":"\#(event.plan)"}}]}"#
      }.joined(separator: "\n")
    },
    table("csv", "format: csv", by: ","),
    table("csv with CR LF and quotes", "format: csv", by: ",", end: "\r\n") {
      "\"\($0.replacing("\"", with: "\"\""))\""
    },
    table("csv with blanks", "format: csv", by: " ,  "),
    table("semicolons", "format: csv\ndelimiter: \";\"", by: ";"),
    table("stated delimiter", "format: csv", head: "sep=;\n", by: ";"),
    table(
      "bars without header",
      "format: csv\ndelimiter: \"|\"\ncolumns: [plan, id, time, user, amount, event]",
      header: false, by: "|"),
    table("lone CRs", "format: csv", by: ",", end: "\r"),
    table("tabs", "format: tsv", by: "\t"),
    table(
      "lines before, comments", "format: csv\nskip: 2\ncomment: \"#\"", head: "Report\n\n# x\n",
      by: ","),
    table("single quotes", "format: csv\nquote: \"'\"", by: ",") { "'\($0)'" },
    table("backslashes", "format: csv\nescape: \"\\\\\"", by: ",") {
      "\"\($0.replacing("\"", with: "\\\""))\""
    },
    Layout(
      name: "column of JSON",
      source: """
        format: csv
        user: user
        event: event
        id: id
        properties: {plan: props.plan, amount: {path: props.amount, type: number}}
        """
    ) { events, clock, _ in
      "time,event,user,id,props\n"
        + events.map { event in
          let amount = event.amount.isEmpty ? "null" : event.amount
          return "\(clock(event.time)),\(event.name),\(event.user),\(event.id),"
            + "\"{\"\"plan\"\":\"\"\(event.plan)\"\",\"\"amount\"\":\(amount)}\"\n"
        }.joined()
    },
    Layout(
      name: "nginx",
      source: #"""
        format: {nginx: '$remote_addr $user [$stamp] "$request" $status "$event" <$id> $amount "$plan"'}
        user: user
        event: event
        id: id
        properties: {plan: plan, amount: {path: amount, type: number}}
        """#, timePath: "stamp"
    ) { events, clock, _ in
      events.map {
        #"192.0.2.1 \#($0.user) [\#(clock($0.time))] "GET /"x HTTP/1.1" 200 "\#($0.name)" <\#($0.id)> \#($0.amount.isEmpty ? "-" : $0.amount) "\#($0.plan)""#
      }.joined(separator: "\n")
    },
    Layout(
      name: "apache",
      source: #"""
        format: {apache: '%h %l %u %t \"%r\" %>s %b \"%{X-Event}i\" \"%{X-Id}i\" %{X-Plan}o %{X-Amount}o'}
        user: user
        event: X-Event
        id: X-Id
        properties: {plan: X-Plan, amount: {path: X-Amount, type: number}}
        """#, timePath: nil
    ) { events, _, _ in
      events.map {
        #"192.0.2.1 - \#($0.user) [\#(access($0.time))] "GET / HTTP/1.1" 200 5 "\#($0.name)" "\#($0.id)" \#($0.plan) \#($0.amount.isEmpty ? "-" : $0.amount)"#
      }.joined(separator: "\n")
    },
    Layout(
      name: "combined",
      source: """
        format: combined
        user: user
        event: agent
        id: referer
        properties: {plan: extra1, amount: {path: extra2, type: number}}
        """, timePath: nil
    ) { events, _, _ in
      events.map {
        #"203.0.113.9, 10.0.0.1 - \#($0.user) [\#(access($0.time))] "GET / HTTP/1.1" 200 5 "\#($0.id)" "\#($0.name)" "\#($0.plan)" \#($0.amount.isEmpty ? "-" : $0.amount)"#
      }.joined(separator: "\n")
    },
    Layout(
      name: "w3c",
      source: """
        format: w3c
        user: cs-user
        event: x-event
        id: x-id
        time: {path: [date, time], zone: UTC}
        properties: {plan: x-plan, amount: {path: x-amount, type: number}}
        """, timePath: nil
    ) { events, _, _ in
      "#Version: 1.0\n#Fields: time date cs-user x-event x-id x-plan x-amount\n"
        + events.map {
          let (date, clock) = civil($0.time)
          return "\(clock)\t\(date)\t\($0.user)\t\($0.name)\t\($0.id)\t\($0.plan)\t"
            + "\($0.amount.isEmpty ? "-" : $0.amount)\n"
        }.joined()
    },
    Layout(
      name: "date and clock",
      source: "format: csv\ntime: {path: [day, clock], zone: UTC}\n" + fields, timePath: nil
    ) { events, _, _ in
      "user,event,day,clock,id,plan,amount\n"
        + events.map {
          let (date, clock) = civil($0.time)
          return "\($0.user),\($0.name),\(date),\(clock),\($0.id),\($0.plan),\($0.amount)\n"
        }.joined()
    },
  ]

  // MARK: Encodings

  struct Encoding: Sendable {
    var yaml: String
    var plans: [String]
    var bytes: @Sendable (String) -> [UInt8]
  }

  private static func replaced(_ text: String, _ pairs: [String: [UInt8]]) -> [UInt8] {
    text.unicodeScalars.flatMap { pairs[String($0)] ?? Array(String($0).utf8) }
  }

  private static func utf16(_ text: String, isBig: Bool) -> [UInt8] {
    text.utf16.flatMap { unit in
      let bytes = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
      return isBig ? bytes.reversed() : bytes
    }
  }

  private static let encodings: [Encoding] = [
    Encoding(yaml: "", plans: ["標準", "free"]) { Array($0.utf8) },
    Encoding(yaml: "", plans: ["標準", "free"]) { [0xEF, 0xBB, 0xBF] + Array($0.utf8) },
    Encoding(yaml: "", plans: ["標準", "free"]) { [0xFF, 0xFE] + utf16($0, isBig: false) },
    Encoding(yaml: "", plans: ["標準", "free"]) { [0xFE, 0xFF] + utf16($0, isBig: true) },
    Encoding(yaml: "encoding: utf-16le", plans: ["標準"]) { utf16($0, isBig: false) },
    Encoding(yaml: "encoding: gb18030", plans: ["標準", "free"]) {
      replaced($0, ["標": [0x98, 0xCB], "準": [0x9C, 0xCA]])
    },
    Encoding(yaml: "encoding: shift_jis", plans: ["標準", "free"]) {
      replaced($0, ["標": [0x95, 0x57], "準": [0x8F, 0x80]])
    },
    Encoding(yaml: "encoding: windows-1252", plans: ["Größe", "free"]) {
      replaced($0, ["ö": [0xF6], "ß": [0xDF]])
    },
  ]

  // MARK: Containers

  private static let containers: [(name: String, files: @Sendable ([UInt8]) -> [String: Data])] = [
    ("plain", { ["log": Data($0)] }),
    ("gzip", { ["log": storedGzip(Data($0))] }),
    (
      "members with line ends and NULs between",
      { bytes in
        let middle = bytes.count / 2
        return [
          "log": storedGzip(Data(bytes[..<middle])) + Data([10, 0, 0])
            + storedGzip(Data(bytes[middle...])) + Data([0, 10])
        ]
      }
    ),
    ("gzip in gzip", { ["log": storedGzip(storedGzip(Data($0)))] }),
    ("zip", { ["log.zip": storedZip("a/log.txt", Data($0))] }),
    ("gzip in zip", { ["log": storedZip("log.gz", storedGzip(Data($0)))] }),
    ("tar", { ["log.tar": tar("logs/log.txt", Data($0))] }),
    ("tar in gzip", { ["log.tgz": storedGzip(tar("log.txt", Data($0)))] }),
    ("block gzip", { ["log": Data(BlockGzip.compress($0, memberBytes: 300))] }),
  ]

  private func tables(_ source: String, _ files: [String: Data], _ chunkBytes: Int) throws
    -> [String: Data]
  {
    let indented = source.split(separator: "\n").map { "  \($0)\n" }.joined()
    return try RunOutcome(
      spec: "source:\n" + indented + Self.reports, files: files,
      limits: ReadLimits(chunkBytes: chunkBytes)
    ).tables
  }

  @Test(arguments: layouts)
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

/// A zip archive of one member that is stored.
private func storedZip(_ name: String, _ content: Data) -> Data {
  Data(ArchiveWriter.zip([ArchiveWriter.ZipMember(name: name, content: Array(content))]))
}

/// A tar archive of one regular member.
private func tar(_ name: String, _ content: Data) -> Data {
  Data(ArchiveWriter.tar([(name, Array(content))], .ustar))
}
