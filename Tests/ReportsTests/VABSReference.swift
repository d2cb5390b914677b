import EventLog
import Spec
import Values

/// The model stage by stage and account by account. Renewals are asked for with the same events as
/// help, which makes them meet more often.
struct VABSReference {
  var start: [String]?
  var value: (within: Int64?, Void)?
  var application: (features: Int, users: Int, within: Int64?)?
  var benefit: (within: Int64?, Void)?
  var service: (within: Int64?, Void)?
  var signs = false
  var renew: (within: Int64?, Void)?
  var target: Double?
  var interval = Interval.month

  mutating func report(_ generator: inout ModelGenerator, options: String) -> String {
    var parts: [String] = []
    func within(_ generator: inout ModelGenerator) -> (text: String, length: Int64?) {
      let window = generator.duration(1...12)
      return ("within: \(window?.text ?? "null")", window?.length)
    }
    interval = generator.interval()
    parts.append("interval: \(interval.rawValue)")
    if generator.chance(60) {
      start = generator.pick([["lead"], ["lead", "report"]])
      parts.append("start: [\(start!.joined(separator: ", "))]")
    }
    if generator.chance(70) {
      let window = within(&generator)
      value = (window.length, ())
      parts.append("value: {event: report, \(window.text)}")
    }
    if generator.chance(70) {
      let window = within(&generator)
      application = (generator.number(1...3), generator.number(1...3), window.length)
      parts.append(
        "application: {features: {a: load, b: share, c: [load, saving]}, \(window.text), "
          + "minimum_features: \(application!.features), minimum_users: \(application!.users)}")
    }
    if generator.chance(70) {
      let window = within(&generator)
      benefit = (window.length, ())
      parts.append("benefit: {event: saving, amount: amount, \(window.text)}")
    }
    if generator.chance(70) {
      let window = within(&generator)
      service = (window.length, ())
      parts.append("service: {request: ticket, done: [solved, ticket], \(window.text)}")
    }
    signs = generator.chance(70)
    if signs { parts.append("sign: signed") }
    let window = within(&generator)
    renew = (window.length, ())
    parts.append("renew: {due: ticket, renewed: solved, \(window.text)}")
    if generator.chance(50) {
      target = 0.5
      parts.append("targets: {renew: 0.5}")
    }
    return
      "{type: vabs, \(options)\(parts.shuffled(using: &generator.random).joined(separator: ", "))}"
  }

  /// What one account did.
  struct Account {
    var start: Int64
    /// By stage, as soon as it is known.
    var reached: [String: Standing] = [:]
    var gained = DecimalSum.zero
    var signed = false
    var help = Answers()
    var renewals = Answers()
  }

  /// When a stage was reached, if it was.
  struct Standing {
    var at: Int64?
  }

  struct Answers {
    var delays: [Int64] = []
    var unanswered = 0
    var open = 0
    var decided: Int { delays.count + unanswered }
    var isAll: Bool? { decided == 0 ? nil : unanswered == 0 }
  }

  private func account(_ reference: ModelReference, _ id: String, _ first: ModelEvent) -> Account {
    let until = reference.log.observedUntil
    let events = reference.entities[id]!.filter { $0.time >= first.time }
    func isIn(_ event: ModelEvent, _ within: Int64?) -> Bool {
      event.time - first.time <= within ?? .max
    }
    func decided(_ within: Int64?, _ instant: Int64?) -> Standing? {
      first.time + (within ?? 0) <= until ? Standing(at: instant) : nil
    }
    var account = Account(start: first.time)
    if let value {
      let met = events.first { $0.name == "report" && isIn($0, value.within) }
      account.reached["value"] = decided(value.within, met?.time)
    }
    if let application {
      let uses = events.filter {
        ["load", "share", "saving"].contains($0.name) && isIn($0, application.within)
      }
      var reachedAt: Int64?
      for count in uses.indices.reversed().map({ $0 + 1 }) {
        var features: Set<String> = []
        for use in uses.prefix(count) {
          if use.name == "load" { features.formUnion(["a", "c"]) }
          if use.name == "share" { features.insert("b") }
          if use.name == "saving" { features.insert("c") }
        }
        let users = Set(uses.prefix(count).map(\.user).filter { $0 != "" })
        let hasUsers = application.users == 1 || users.count >= application.users
        if features.count >= application.features && hasUsers { reachedAt = uses[count - 1].time }
      }
      account.reached["application"] = decided(application.within, reachedAt)
    }
    if let benefit {
      let gains = events.filter { $0.name == "saving" && isIn($0, benefit.within) }
      account.reached["benefit"] = decided(benefit.within, gains.first?.time)
      for gain in gains { account.gained.add(gain.amount) }
    }
    account.signed = events.contains { $0.name == "signed" }
    let signedAt = events.first { $0.name == "signed" }?.time
    account.reached["sign"] = Standing(at: signedAt)
    if let service {
      account.help = answers(events, isEarly: false, within: service.within, until)
    }
    if let renew { account.renewals = answers(events, isEarly: true, within: renew.within, until) }
    return account
  }

  private func answers(
    _ events: [ModelEvent], isEarly: Bool, within: Int64?, _ until: Int64
  ) -> Answers {
    var left = events.filter { $0.name == "solved" }.map(\.time)
    var answers = Answers()
    for request in events.filter({ $0.name == "ticket" }).map(\.time) {
      let found = left.firstIndex { answer in
        let delay = answer - request
        return delay >= (isEarly ? within.map { -$0 } ?? .min : 0) && delay <= within ?? .max
      }
      if let found {
        answers.delays.append(left.remove(at: found) - request)
      } else if let within, request + within > until {
        answers.open += 1
      } else {
        answers.unanswered += 1
      }
    }
    return answers
  }

  func table(_ reference: ModelReference) -> [[String]] {
    let names = ["lead", "report", "load", "share", "saving", "ticket", "solved", "signed"]
    var firsts: [String: ModelEvent] = [:]
    for id in reference.entities.keys { firsts[id] = reference.firstEvent(id, start ?? names) }
    let span = reference.view.rows(
      reference.interval, firstSeen: firsts.values.map(\.time).min())
    let keys = firsts.mapValues { reference.key($0.time) }
    var table: [[String]] = []
    for group in reference.groups(firsts, size: { [$0.count] }) {
      for key in span.map(Array.init) ?? [] {
        let cohort = group.ids.filter { keys[$0] == key }
          .map { account(reference, $0, firsts[$0]!) }
        let lead = group.values + [reference.label(key)]
        for row in rows(reference, cohort, key) {
          table.append(lead + row + [reference.cut(key)])
        }
      }
    }
    return table
  }

  private func rows(_ reference: ModelReference, _ cohort: [Account], _ key: Int) -> [[String]] {
    var rows: [[String]] = []
    func windowed(_ name: String, value: ([Account]) -> String = { _ in "" }) {
      let decided = cohort.filter { $0.reached[name] != nil }
      let reached = decided.filter { $0.reached[name]!.at != nil }
      let rest = decided.filter { $0.reached[name]!.at == nil }
      let state = reference.state(
        key, decided: decided.count, open: cohort.count - decided.count)
      let isHidden = state == "unobserved"
      let delays = reached.map { $0.reached[name]!.at! - $0.start }
      rows.append(
        [
          name, isHidden ? "" : "\(reached.count)", "\(decided.count)",
          ratio(reached.count, decided.count), isHidden ? "" : value(decided), "",
          reference.median(delays),
        ]
          + (isHidden || name == "sign" ? Array(repeating: "", count: 8) : contracts(reached, rest))
          + ["", "", state])
    }
    func asked(_ name: String, _ answers: (Account) -> Answers, target: Double?) {
      let decided = cohort.filter { answers($0).isAll != nil }
      let reached = decided.filter { answers($0).isAll! }
      let rest = decided.filter { !answers($0).isAll! }
      let state = reference.state(
        key, decided: decided.count, open: cohort.count { answers($0).open > 0 })
      let isHidden = state == "unobserved"
      let answered = decided.map { answers($0).delays.count }.reduce(0, +)
      let share = ratio(answered, decided.map { answers($0).decided }.reduce(0, +))
      rows.append(
        [
          name, isHidden ? "" : "\(reached.count)", "\(decided.count)",
          ratio(reached.count, decided.count), "", isHidden ? "" : share,
          reference.median(decided.flatMap { answers($0).delays }),
        ]
          + (isHidden || name == "renew"
            ? Array(repeating: "", count: 8) : contracts(reached, rest))
          + reference.targets(target, reached.count, decided.count) + [state])
    }
    if value != nil { windowed("value") }
    if application != nil { windowed("application") }
    if benefit != nil {
      windowed("benefit") { $0.reduce(DecimalSum.zero) { $0 + $1.gained }.description }
    }
    if service != nil { asked("service", \.help, target: nil) }
    if signs { windowed("sign") }
    if renew != nil { asked("renew", \.renewals, target: target) }
    return rows
  }

  private func contracts(_ reached: [Account], _ rest: [Account]) -> [String] {
    var cells: [String] = []
    for accounts in [reached, rest] {
      let signed = accounts.count { $0.signed }
      cells += signs ? ["\(signed)", ratio(signed, accounts.count)] : ["", ""]
    }
    for accounts in [reached, rest] {
      let due = accounts.filter { $0.renewals.isAll != nil }
      let renewed = due.count { $0.renewals.isAll! }
      cells += renew != nil ? ["\(renewed)", ratio(renewed, due.count)] : ["", ""]
    }
    return cells
  }
}
