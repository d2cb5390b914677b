/// A To B log: accounts with many people each, long decisions, contracts, and working hours in
/// Berlin, summer time included.
struct BusinessStory: LogStory {
  let scale: LogScale
  let rhythm: DayRhythm
  private let envelope: SegmentEnvelope

  static let clock = LocalClock(rules: .europe(standardHours: 1))

  init(scale: LogScale) {
    self.scale = scale
    rhythm = DayRhythm(
      clock: Self.clock, weekendOff: 0.85,
      weights: [1, 1, 0, 0, 0, 1, 2, 5, 20, 60, 75, 70, 40, 60, 75, 70, 60, 45, 14, 6, 4, 3, 2, 1])
    envelope = SegmentEnvelope(seed: scale.seed, site: "work.example.com")
  }

  var chunks: Int { max(1, min(64, max(scale.accounts / 20, scale.users / 500))) }

  /// The first person who belongs to no account; an account has at most 256 people.
  private static let outsiders: Int32 = 1 << 30

  func events(chunk: Int, count: Int) throws(WriteError) -> [ScriptEvent<BusinessEvent>] {
    var random = SeededRandom(seed: scale.seed, part: chunk)
    var events: [ScriptEvent<BusinessEvent>] = []
    var presences: [AccountScript.Presence] = []
    let firstDay = rhythm.clock.day(scale.start) + 1
    for account in scale.accounts * chunk / chunks..<scale.accounts * (chunk + 1) / chunks {
      var script = AccountScript(
        account: account, rhythm: rhythm, end: end, random: SeededRandom(seed: random.next()))
      script.tell(firstDay: firstDay + random.below(scale.days))
      events += script.events
      presences += script.presences
    }
    for number in scale.users * chunk / chunks..<scale.users * (chunk + 1) / chunks {
      var script = OutsiderScript(
        person: Self.outsiders + Int32(number), rhythm: rhythm, end: end,
        random: SeededRandom(seed: random.next()))
      script.tell(firstDay: firstDay + random.below(scale.days))
      events += script.events
      if let presence = script.presence { presences.append(presence) }
    }
    guard events.count <= count else {
      throw WriteError(
        description: "too few --events for so many --accounts and --users: their own stories "
          + "take \(events.count) of \(count) lines in one chunk of \(chunks)")
    }
    try fill(&events, to: count, presences, &random)
    return events
  }

  /// Sessions, until there are `count` events.
  private func fill(
    _ events: inout [ScriptEvent<BusinessEvent>], to count: Int,
    _ presences: [AccountScript.Presence], _ random: inout SeededRandom
  ) throws(WriteError) {
    let weights = RunningWeights(presences.map { $0.weight })
    let today = rhythm.clock.day(end - 1)
    guard events.count == count || presences.contains(where: { $0.days.lowerBound < today }) else {
      throw WriteError(description: "too few --accounts and --users, or --days, for any sessions")
    }
    while events.count < count {
      let who = presences[weights.pick(&random)]
      let day = who.days.lowerBound + random.below(who.days.count)
      var time = rhythm.moment(on: day, &random)
      let inside = who.account >= 0 && random.chance(0.96)
      var name = who.features.isEmpty ? BusinessEvent.visit : .sessionStarted
      for _ in 0...random.below(9) where time < end && events.count < count {
        let feature = name == .featureUsed ? who.features[random.below(who.features.count)] : 255
        events.append(
          ScriptEvent(
            time: time, person: who.person, account: inside ? who.account : -1, name: name,
            feature: feature, note: who.role.rawValue))
        time += 5_000 + random.below(240_000)
        if !who.features.isEmpty { name = .featureUsed }
      }
    }
  }

  func addLine(
    _ event: ScriptEvent<BusinessEvent>, id: UInt64, received: Int, into buffer: inout LineBuffer
  ) {
    addLine(event, account: event.account, id: id, received: received, into: &buffer)
  }

  /// - Parameter account: as the row tells it; -1 for none.
  func addLine(
    _ event: ScriptEvent<BusinessEvent>, account: Int32, id: UInt64, received: Int,
    into buffer: inout LineBuffer
  ) {
    envelope.begin(
      person: event.person, account: account, event: event.name.text, path: event.name.path,
      id: id, into: &buffer)
    if event.account >= 0 {
      buffer.add(#""role":""#)
      buffer.add(BusinessRole.texts[Int(event.note)])
      buffer.add(#"","#)
    }
    switch event.name {
    case .featureUsed:
      buffer.add(#""feature":""#)
      buffer.add(BusinessFeature.texts[Int(event.feature)])
      buffer.add(#"","#)
    case .contractSigned, .contractChanged, .contractCancelled, .renewalDue, .contractRenewed:
      buffer.add(#""contract_id":""#)
      addContract(event, into: &buffer)
      buffer.add(#"","#)
      if event.cents >= 0 { add("mrr", event.cents, &buffer) }
    case .ticketOpened, .ticketSolved:
      buffer.add(#""ticket_id":"t-"#)
      buffer.add(Int(event.account), width: 5)
      buffer.add("-")
      buffer.add(Int(event.reference) + 1)
      buffer.add(#"","#)
    case .benefitMeasured: add("benefit", event.cents, &buffer)
    case .creditsBought: add("credits", event.cents, &buffer)
    default: break
    }
    buffer.add(#""position":"#)
    buffer.add(Int(id & 31))
    envelope.end(
      person: event.person, anonymous: event.anonymous, time: event.time, received: received,
      into: &buffer)
  }

  private func add(_ property: StaticString, _ cents: Int32, _ buffer: inout LineBuffer) {
    buffer.add("\"")
    buffer.add(property)
    buffer.add("\":")
    buffer.add(cents: Int(cents))
    buffer.add(#","currency":"EUR","#)
  }
}

/// What other systems call things by as well.
extension BusinessStory {
  func addID(_ id: UInt64, into buffer: inout LineBuffer) { envelope.addID(id, into: &buffer) }

  func addUser(_ person: Int32, into buffer: inout LineBuffer) {
    envelope.addUser(person, into: &buffer)
  }

  func addAccount(_ account: Int32, into buffer: inout LineBuffer) {
    envelope.addAccount(account, into: &buffer)
  }

  func addContract(_ event: ScriptEvent<BusinessEvent>, into buffer: inout LineBuffer) {
    buffer.add("c-")
    buffer.add(Int(event.account), width: 5)
    buffer.add("-")
    buffer.add(Int(event.reference) + 1)
  }
}
