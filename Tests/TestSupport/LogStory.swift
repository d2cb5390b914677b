/// The generator of whole logs: rows of a shop's users and accounts, with what every type of report looks
/// at, and the spec that asks for it.
package enum LogStory {
  package static let spec = """
    source:
      format: jsonl
      user: [userId, anonymousId]
      account: context.groupId
      event: event
      time: timestamp
      id: messageId
      passive: [visit]
      properties:
        country: context.country
        revenue: {path: properties.revenue, type: number}
    calendar: {time_zone: Europe/Berlin}
    events:
      paid: {event: purchase, where: {revenue: {gt: 1}}}
    reports:
      daily: {type: activity, interval: day}
      visits: {type: activity, event: visit, interval: day}
      by_country: {type: activity, interval: week, breakdown: country}
      accounts: {type: activity, entity: account, interval: month}
      weekly: {type: retention, interval: week, periods: 4, list: true}
      recurring: {type: retention, start: view, return: any, interval: day, periods: 3, cohort: recurring}
      checkout: {type: funnel, steps: [view, cart, paid], within: 2d, breakdown: country, list: true}
      accounts_checkout: {type: funnel, entity: account, steps: [view, cart, paid], within: 2d}
      revenue: {type: revenue, event: purchase, amount: revenue, interval: week}
      lifecycle: {type: lifecycle, interval: week, list: true}
      stickiness: {type: stickiness, interval: day}
    """

  /// The same with the other types of reports, so that all fourteen are there.
  package static let specOfAll =
    spec.replacing("    country:", with: "    inviter: context.inviter\n    country:")
      + """

        terms: {type: recurring, interval: week, start: {event: purchase, amount: revenue}, cancel: cart}
        invites: {type: referral, interval: week, invite: view, join: {event: cart, inviter: inviter}}
        features: {type: adoption, interval: week, features: {look: view, pick: cart}}
        seats: {type: adoption, entity: account, interval: week, features: {look: view, pick: cart}}
        hours: {type: rhythm, working: {days: [mon, tue], hours: [9, 18]}}
        customers:
          type: accounts
          activation: {event: cart, minimum_users: 2, minimum_days: 2}
          revenue: {event: purchase, amount: revenue}
        people:
          type: aarrr
          interval: week
          acquisition: visit
          activation: {event: view, within: 7d}
          retention: {event: any, after: 1d, until: 9d}
          revenue: {event: purchase, amount: revenue}
          referral: {invite: view, join: {event: cart, inviter: inviter}}
        business:
          type: vabs
          interval: week
          start: visit
          value: {event: view, within: 7d}
          application:
            features: {look: view, pick: cart}
            minimum_features: 2
            minimum_users: 1
            within: 9d
          benefit: {event: purchase, amount: revenue}
          service: {request: view, done: cart, within: 2d}
          sign: purchase
          renew: {due: cart, renewed: purchase, within: 9d}
        two:
          type: double_funnel
          business: {steps: [visit, view, purchase], within: 9d, amount: revenue}
          consumer: {steps: [view, cart, paid], within: 3d, amount: revenue}
      """

  /// Lines with everything in them: ties, duplicates, missing users, bad rows, blank lines.
  package static func lines(_ count: Int, seed: UInt64) -> [String] {
    var random = SplitMix64(seed: seed)
    var lines: [String] = []
    for number in 0..<count {
      switch random.next() % 40 {
      case 0: lines.append("")
      case 1: lines.append(#"{"userId": "u1", "event": "#)
      case 2: lines.append(#"{"event":"view","timestamp":"2026-03-01T00:00:00Z"}"#)
      case 3: lines.append(#"{"userId":"u2","event":"view","timestamp":"yesterday"}"#)
      default:
        let day = 1 + random.next() % 28
        let hour = random.next() % 24
        let name = ["view", "cart", "purchase", "visit"][Int(random.next() % 4)]
        let user = random.next() % 23
        let country = ["DE", "FR", "", "ü\\u00e9"][Int(user % 4)]
        let revenue =
          name == "purchase" ? #","properties":{"revenue":\#(user).\#(number % 10)}"# : ""
        let id = random.next() % 10 == 0 ? "same" : "m\(number)"
        let group = user % 5 == 0 ? "" : "acc\(user % 7)"
        lines.append(
          #"{"userId":"u\#(user)","event":"\#(name)","messageId":"\#(id)","#
            + #""timestamp":"2026-03-\#(day < 10 ? "0" : "")\#(day)T\#(hour < 10 ? "0" : "")\#(hour):00:00Z","#
            + #""context":{"country":"\#(country)","groupId":"\#(group)","#
            + #""inviter":"u\#(number % 23)"}\#(revenue)}"#)
      }
    }
    return lines
  }

  package static func deal(_ lines: [String], over count: Int, seed: UInt64) -> [String: [String]] {
    var random = SplitMix64(seed: seed)
    var files = [String: [String]]()
    for file in 0..<count { files["part-\(file).jsonl"] = [] }
    for line in lines { files["part-\(random.next() % UInt64(count)).jsonl"]!.append(line) }
    return files
  }
}
