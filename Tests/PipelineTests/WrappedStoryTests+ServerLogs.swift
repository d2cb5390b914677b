/// What servers write, as they are told to.
extension WrappedStoryTests {
  static let serverLogs: [Layout] = [
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
    ) { events, _, _ in combined(events, from: "203.0.113.9, 10.0.0.1") },
    Layout(
      name: "combined of several hosts",
      source: """
        preset: vhost_combined
        user: user
        event: agent
        id: referer
        properties: {plan: extra1, amount: {path: extra2, type: number}}
        """, timePath: nil
    ) { events, _, _ in combined(events, from: "shop.example.com:443 192.0.2.1") },
    Layout(
      name: "w3c by blanks, with headers that come again",
      source: """
        format: w3c
        user: cs-user
        event: x-event
        id: x-id
        time: {path: [date, time], zone: UTC}
        properties: {plan: x-plan, amount: {path: x-amount, type: number}}
        """, timePath: nil
    ) { events, _, _ in
      events.indices.map { index in
        let event = events[index]
        let (date, clock) = civil(event.time)
        let amount = event.amount.isEmpty ? "-" : event.amount
        let head =
          index % 7 == 0
          ? "#Software: x\r\n#Fields: date time \(index % 2 == 0 ? "x-id cs-user" : "cs-user x-id") "
            + "x-event x-plan x-amount\r\n" : ""
        let ids = index / 7 * 7 % 2 == 0 ? "\(event.id) \(event.user)" : "\(event.user) \(event.id)"
        return head + "\(date) \(clock) \(ids) \(event.name) \(event.plan) \(amount)\r\n"
      }.joined()
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
  ]

  /// Lines of the combined format, with two fields behind the agent.
  @Sendable private static func combined(_ events: [Event], from clients: String) -> String {
    events.map {
      #"\#(clients) - \#($0.user) [\#(access($0.time))] "GET / HTTP/1.1" 200 5 "\#($0.id)" "\#($0.name)" "\#($0.plan)" \#($0.amount.isEmpty ? "-" : $0.amount)"#
    }.joined(separator: "\n")
  }
}
