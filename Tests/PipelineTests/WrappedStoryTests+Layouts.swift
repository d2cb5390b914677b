import Foundation
import Testing

extension WrappedStoryTests {
  /// A log and the `source` that reads it, without `time`'s format.
  struct Layout: CustomTestStringConvertible, Sendable {
    var name: String
    var source: String
    /// Of the time; nil where the layout has its own.
    var timePath: String? = "time"
    var text: @Sendable ([Event], (Int) -> String, Bool) -> String
    var testDescription: String { name }
  }

  static let fields = """
    user: user
    event: event
    id: id
    properties: {plan: plan, amount: {path: amount, type: number}}
    """

  static func json(
    _ event: Event, _ clock: (Int) -> String, _ isNumber: Bool, blank: String = ""
  ) -> String {
    let time = isNumber ? clock(event.time) : "\"\(clock(event.time))\""
    let amount = event.amount.isEmpty ? "null" : event.amount
    return #"{"user":"\#(event.user)",\#(blank)"event":"\#(event.name)",\#(blank)"time":\#(time),"#
      + #"\#(blank)"id":"\#(event.id)",\#(blank)"plan":"\#(event.plan)",\#(blank)"amount":\#(amount)}"#
  }

  static func jsonLayout(
    _ name: String, _ source: String = "format: json", blank: String = "",
    _ join: @escaping @Sendable ([String]) -> String
  ) -> Layout {
    Layout(name: name, source: source + "\n" + fields) { events, clock, isNumber in
      join(events.map { json($0, clock, isNumber, blank: blank) })
    }
  }

  static func table(
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

  static let layouts: [Layout] = [
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
}
