import EventLog
import Spec
import Values

/// The model stage by stage and user by user.
struct AARRRReference {
  var awareness = false
  var acquisition = ["sign_up"]
  var activation: (names: [String], within: Int64?)?
  var retention: (after: Int64, until: Int64?)?
  var revenue: (within: Int64?, Void)?
  var referral: (within: Int64?, Void)?
  var targets: [String: Double] = [:]
  var interval = Interval.month

  mutating func report(_ generator: inout ModelGenerator, options: String) -> String {
    var parts: [String] = []
    interval = generator.interval()
    parts.append("interval: \(interval.rawValue)")
    awareness = generator.chance(50)
    if awareness { parts.append("awareness: visit") }
    acquisition = generator.pick([["sign_up"], ["sign_up", "visit"], ["create"]])
    parts.append("acquisition: [\(acquisition.joined(separator: ", "))]")
    if generator.chance(70) {
      let names = generator.pick([["create"], ["create", "pay"]])
      let window = generator.duration(1...12)
      activation = (names, window?.length)
      parts.append(
        "activation: {event: [\(names.joined(separator: ", "))], within: \(window?.text ?? "null")}"
      )
    }
    if generator.chance(70) {
      let after = generator.duration(1...6)
      let until = generator.duration(7...16)
      retention = (after?.length ?? 86_400_000_000, until?.length)
      parts.append(
        "retention: {any: [open, create], after: \(after?.text ?? "null"), "
          + "until: \(until?.text ?? "null")}")
    }
    if generator.chance(70) {
      let window = generator.duration(1...12)
      revenue = (window?.length, ())
      parts.append("revenue: {event: pay, amount: amount, within: \(window?.text ?? "null")}")
    }
    if generator.chance(70) {
      let window = generator.duration(1...12)
      referral = (window?.length, ())
      parts.append(
        "referral: {invite: invite, join: {event: sign_up, inviter: inviter}, "
          + "within: \(window?.text ?? "null")}")
    }
    if generator.chance(50) {
      targets["acquisition"] = 0.25
      parts.append("targets: {acquisition: 0.25}")
    }
    return
      "{type: aarrr, \(options)\(parts.shuffled(using: &generator.random).joined(separator: ", "))}"
  }

  func table(_ reference: ModelReference) -> [[String]] {
    let view = reference.view
    var firsts: [String: ModelEvent] = [:]
    var aware: [String: ModelEvent] = [:]
    for id in reference.entities.keys {
      firsts[id] = reference.firstEvent(id, acquisition)
      if awareness { aware[id] = reference.firstEvent(id, ["visit"]) }
    }
    let times = (Array(firsts.values) + Array(aware.values)).map(\.time)
    let span = view.rows(reference.interval, firstSeen: times.min())

    // An entity is in up to two groups: that of its acquisition, and that of its awareness.
    var placed: [String: ModelEvent] = [:]
    for (id, event) in firsts { placed["+" + id] = event }
    for (id, event) in aware { placed["?" + id] = event }
    let groups = reference.groups(
      placed,
      size: { ids in [ids.count { $0.hasPrefix("+") }, ids.count { $0.hasPrefix("?") }] })

    let keys = placed.mapValues { reference.key($0.time) }
    var table: [[String]] = []
    for group in groups {
      for key in span.map(Array.init) ?? [] {
        let present = group.ids.filter { keys[$0] == key }
        let cohort = present.filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) }
        let awareCount = present.count - cohort.count
        let lead = group.values + [reference.label(key)]
        let (state, cut) = (reference.state(key), reference.cut(key))
        if awareness {
          table.append(
            lead + ["awareness", "\(awareCount)", "\(awareCount)", ratio(awareCount, awareCount)]
              + ["", "", "", "", "", "", "", state, cut])
        }
        let base = awareness ? awareCount : cohort.count
        let delays = cohort.compactMap { id -> Int64? in
          guard let seen = aware[id]?.time, seen <= firsts[id]!.time else { return nil }
          return firsts[id]!.time - seen
        }
        table.append(
          lead + ["acquisition", "\(cohort.count)", "\(base)", ratio(cohort.count, base)]
            + ["", "", "", "", reference.median(delays)]
            + reference.targets(targets["acquisition"], cohort.count, base) + [state, cut])
        for stage in stages(reference, cohort: cohort, key: key, firsts) {
          table.append(lead + stage + [cut])
        }
      }
    }
    return table
  }

  private func stages(
    _ reference: ModelReference, cohort: [String], key: Int, _ firsts: [String: ModelEvent]
  ) -> [[String]] {
    var rows: [[String]] = []
    /// `more`: the four columns of revenue and referral, of those decided and who reached the stage.
    func stage(
      _ name: String, _ names: [String], after: Int64 = 0, last: Int64?,
      more: ([String], [String]) -> [String] = { _, _ in ["", "", "", ""] }
    ) {
      let until = reference.log.observedUntil
      let decided = cohort.filter { firsts[$0]!.time + (last ?? after) <= until }
      func reachedAt(_ id: String) -> Int64? {
        reference.entities[id]!.first { event in
          let delay = event.time - firsts[id]!.time
          return names.contains(event.name) && delay >= after && delay <= last ?? .max
        }?.time
      }
      let reached = decided.filter { reachedAt($0) != nil }
      let state = reference.state(
        key, decided: decided.count, open: cohort.count - decided.count)
      let isHidden = state == "unobserved"
      rows.append(
        [
          name, isHidden ? "" : "\(reached.count)", "\(decided.count)",
          ratio(reached.count, decided.count),
        ] + (isHidden ? ["", "", "", ""] : more(decided, reached))
          + [reference.median(reached.map { reachedAt($0)! - firsts[$0]!.time }), "", "", state])
    }
    if let activation { stage("activation", activation.names, last: activation.within) }
    if let retention {
      stage(
        "retention", ["open", "create"], after: retention.after,
        last: retention.until.map { $0 - 1 })
    }
    if let revenue {
      stage("revenue", ["pay"], last: revenue.within) { decided, reached in
        var sum = DecimalSum.zero
        for id in decided {
          for event in reference.entities[id]! where event.name == "pay" {
            let delay = event.time - firsts[id]!.time
            if delay >= 0 && delay <= revenue.within ?? .max { sum.add(event.amount) }
          }
        }
        let perPayer = sum.divided(by: reached.count)
        return [sum.description, reached.isEmpty ? "" : "\(perPayer)", "", ""]
      }
    }
    if let referral {
      stage("referral", ["invite"], last: referral.within) { decided, reached in
        var joined = 0
        for id in decided {
          var joiners: Set<String> = []
          for join in reference.seen where join.name == "sign_up" && join.inviter == id {
            let delay = join.time - firsts[id]!.time
            let isIn = delay >= 0 && delay <= referral.within ?? .max
            if isIn && join.user != id { joiners.insert(join.user) }
          }
          joined += joiners.count
        }
        return ["", "", ratio(joined, decided.count), ratio(joined, reached.count)]
      }
    }
    return rows
  }
}
