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

  static let documents: [Layout] = [
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
    jsonLayout("records by lines", "format: jsonl\nrecords: Records") {
      "{\"Records\":[\n" + $0.joined(separator: ",\n") + "\n]}"
    },
    jsonLayout("records of batches", "records: a.batch") { rows in
      rows.map { #"{"a":{"batch":[\#($0)]},"sentAt":1}"# }.joined(separator: "\n")
    },
    jsonLayout("behind prefixes", "prefix: skip") { rows in
      let prefixes = [
        "2024-01-02T03:04:05.678901234Z stdout F ", "Jan  2 03:04:05 web-1 app[12]: ",
        "2024-01-02T03:04:05.678Z ", "app-1  | ", "",
      ]
      return rows.indices.map { prefixes[$0 % prefixes.count] + rows[$0] }.joined(separator: "\n")
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
    table("csv with quotes behind blanks", "format: csv", by: ", ") {
      "\"\($0.replacing("\"", with: "\"\""))\""
    },
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
    table("blanks between", "format: csv\ndelimiter: \" \"", by: " ") {
      "\"\($0.replacing("\"", with: "\"\""))\""
    },
    table("no quotes", "format: csv\ndelimiter: \"|\"\nquote: none", by: "|"),
    Layout(
      name: "decimal commas",
      source: "format: csv\ndelimiter: \";\"\nnumber: {decimal: \",\", group: \".\"}\n" + fields
    ) { events, clock, _ in
      "user;event;time;id;plan;amount\n"
        + events.map {
          // Of three digits in front a point makes thousands.
          let digits = $0.amount.replacing(".", with: ",")
          let padding = 3 - (digits.firstIndex(of: ",") ?? digits.endIndex).utf16Offset(in: digits)
          let amount =
            digits.isEmpty ? "" : "0.\(String(repeating: "0", count: padding))\(digits) €"
          return "\($0.user);\($0.name);\(clock($0.time));\($0.id);\($0.plan);\(amount)\n"
        }.joined()
    },
    Layout(
      name: "several events a row",
      source: """
        format: csv
        user: user
        id: id
        each:
          - {event: view, time: viewed}
          - {event: cart, time: ended, where: {how: [cart, basket]}}
          - {event: buy, time: ended, where: {how: buy}}
        properties: {plan: plan, amount: {path: amount, type: number}}
        """, timePath: nil
    ) { events, _, _ in
      "user,id,plan,amount,viewed,how,ended\n"
        + events.map {
          let time = civil($0.time).date + "T" + civil($0.time).clock + "Z"
          let times = $0.name == "view" ? "\(time),," : ",\($0.name),\(time)"
          return "\($0.user),\($0.id),\($0.plan),\($0.amount),\(times)\n"
        }.joined()
    },
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
