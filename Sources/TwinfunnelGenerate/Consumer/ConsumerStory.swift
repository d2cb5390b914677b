/// A To C log: many people who decide in minutes, invite each other, sleep and wake up, in the
/// evenings and on the weekends of Shanghai.
struct ConsumerStory: LogStory {
  let scale: LogScale
  let rhythm: DayRhythm
  private let envelope: SegmentEnvelope

  static let clock = LocalClock(rules: .fixed(hours: 8))

  init(scale: LogScale) {
    self.scale = scale
    rhythm = DayRhythm(
      clock: Self.clock, weekendOff: 0,
      weights: [
        12, 6, 3, 2, 2, 3, 6, 14, 20, 20, 20, 24, 34, 28, 20, 20, 22, 28, 42, 60, 75, 80, 62, 30,
      ])
    envelope = SegmentEnvelope(seed: scale.seed, site: "play.example.com")
  }

  var chunks: Int { max(1, min(64, scale.users / 500)) }

  func events(chunk: Int, count: Int) throws(WriteError) -> [ScriptEvent<ConsumerEvent>] {
    var random = SeededRandom(seed: scale.seed, part: chunk)
    var events: [ScriptEvent<ConsumerEvent>] = []
    var spells: [PersonScript.Spell] = []
    var invitees: [PersonScript.Invitee] = []
    var nextInvitee = 0
    let firstDay = rhythm.clock.day(scale.start) + 1
    for person in scale.users * chunk / chunks..<scale.users * (chunk + 1) / chunks {
      var script = PersonScript(
        person: Int32(person), rhythm: rhythm, end: end,
        random: SeededRandom(seed: random.next()))
      // Friends come first, while there are people left to be them.
      if nextInvitee < invitees.count {
        script.tell(invitees[nextInvitee])
        nextInvitee += 1
      } else {
        script.tell(firstDay: weekendDay(from: firstDay, &random))
      }
      events += script.events
      spells += script.spells
      invitees += script.invitees.filter { $0.time < end }
    }
    guard events.count <= count else {
      throw WriteError(
        description: "too few --events for so many --users: their own stories take "
          + "\(events.count) of \(count) lines in one chunk of \(chunks)")
    }
    try fill(&events, to: count, spells, &random)
    return events
  }

  /// A day of the log; weekends are the likelier.
  private func weekendDay(from first: Int, _ random: inout SeededRandom) -> Int {
    weekendDay(in: first..<first + scale.days, &random)
  }

  private func weekendDay(in days: Range<Int>, _ random: inout SeededRandom) -> Int {
    let day = days.lowerBound + random.below(days.count)
    guard LocalClock.weekday(day) < 5, random.chance(0.35) else { return day }
    return days.lowerBound + random.below(days.count)
  }

  /// Sessions, until there are `count` events.
  private func fill(
    _ events: inout [ScriptEvent<ConsumerEvent>], to count: Int, _ spells: [PersonScript.Spell],
    _ random: inout SeededRandom
  ) throws(WriteError) {
    let weights = RunningWeights(spells.map { $0.weight })
    guard events.count == count || !spells.isEmpty else {
      throw WriteError(description: "too few --users, or --days, for any sessions")
    }
    while events.count < count {
      let who = spells[weights.pick(&random)]
      var time = rhythm.moment(on: weekendDay(in: who.days, &random), &random)
      var name = ConsumerEvent.visit
      for _ in 0...random.below(7) where time < end && events.count < count {
        let feature =
          name == .featureUsed ? UInt8(random.below(1 + random.below(5))) : 255
        events.append(
          ScriptEvent(
            time: time, person: who.person, name: name, feature: feature,
            note: who.channel.rawValue))
        time += 5_000 + random.below(180_000)
        let pick = random.below(100)
        name =
          pick < 30
          ? .checkIn
          : pick < 75
            ? .featureUsed
            : pick < 86 ? .questionAsked : pick < 95 ? .answerGiven : .helpGiven
      }
    }
  }

  func addLine(
    _ event: ScriptEvent<ConsumerEvent>, id: UInt64, received: Int, into buffer: inout LineBuffer
  ) {
    envelope.begin(
      person: event.person, account: -1, event: event.name.text, path: event.name.path, id: id,
      into: &buffer)
    buffer.add(#""channel":""#)
    buffer.add(ConsumerChannel.texts[Int(event.note)])
    buffer.add(#"","#)
    switch event.name {
    case .featureUsed:
      buffer.add(#""feature":""#)
      buffer.add(ConsumerFeature.texts[Int(event.feature)])
      buffer.add(#"","#)
    case .signUp where event.reference != -1:
      buffer.add(#""invited_by":""#)
      envelope.addUser(event.reference, into: &buffer)
      buffer.add(#"","#)
    case .purchase:
      buffer.add(#""currency":"CNY","order_id":"o-"#)
      buffer.add(hex: id, digits: 12)
      buffer.add(#"","revenue":"#)
      buffer.add(cents: Int(event.cents))
      buffer.add(UInt8(ascii: ","))
    default: break
    }
    buffer.add(#""position":"#)
    buffer.add(Int(id & 31))
    envelope.end(
      person: event.person, anonymous: event.anonymous, time: event.time, received: received,
      into: &buffer)
  }
}
