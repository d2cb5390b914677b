/// The story of one consumer: campaigns, a visit, perhaps a sign-up, then spells of use with sleep
/// between them, invitations, purchases, and notifications that wake some up.
struct PersonScript {
  typealias Event = ScriptEvent<ConsumerEvent>

  /// A stretch of local days in which a person has sessions.
  struct Spell {
    var person: Int32
    var channel: ConsumerChannel
    var days: Range<Int>
    /// Relative frequency of sessions.
    var weight: Double
    /// Has an account of their own: does more than visit.
    var member = true
  }

  /// Somebody who joins because a friend asked.
  struct Invitee {
    var inviter: Int32
    /// Milliseconds since 1970.
    var time: Int
  }

  let person: Int32
  let rhythm: DayRhythm
  /// Milliseconds since 1970; what would happen at or after it is not logged.
  let end: Int
  var random: SeededRandom
  private(set) var events: [Event] = []
  private(set) var spells: [Spell] = []
  private(set) var invitees: [Invitee] = []
  private var channel = ConsumerChannel.organic

  init(person: Int32, rhythm: DayRhythm, end: Int, random: SeededRandom) {
    self.person = person
    self.rhythm = rhythm
    self.end = end
    self.random = random
  }

  /// References from here down are people whose events are in no log.
  static let ghosts: Int32 = -1000

  private mutating func log(
    _ name: ConsumerEvent, at time: Int, cents: Int = -1, reference: Int32 = -1,
    feature: UInt8 = 255, anonymous: Bool = false
  ) {
    guard time < end else { return }
    events.append(
      Event(
        time: time, person: person, reference: reference, cents: Int32(cents), name: name,
        feature: feature, note: channel.rawValue, anonymous: anonymous))
  }

  private mutating func later(_ time: Int, _ days: ClosedRange<Int>) -> Int {
    rhythm.moment(after: time, days: days, &random)
  }

  private mutating func minutes(_ range: ClosedRange<Int>) -> Int {
    60_000 * range.lowerBound + random.below(60_000 * range.count)
  }

  /// Somebody who came without an invitation, on this local day.
  mutating func tell(firstDay: Int) {
    let pick = random.unit()
    channel = pick < 0.35 ? .search : pick < 0.6 ? .social : pick < 0.8 ? .ads : .organic
    let anonymous = random.chance(0.45)
    var time = rhythm.moment(on: firstDay, &random)
    if channel == .ads || random.chance(0.4) {
      log(.campaignSeen, at: time, anonymous: anonymous)
      guard random.chance(anonymous ? 0.35 : 0.9) else { return }
      time += minutes(0...20)
      log(.campaignClicked, at: time, anonymous: anonymous)
      if random.chance(0.15) {
        log(.campaignForwarded, at: time + minutes(1...600), anonymous: anonymous)
      }
    }
    time += minutes(0...5)
    log(.visit, at: time, anonymous: anonymous)
    if anonymous {
      if random.chance(0.3) { log(.visit, at: later(time, 1...10), anonymous: true) }
      return
    }
    // Some follow an invitation from before the log, or from a person it does not show.
    let ghost = random.chance(0.03) ? Self.ghosts - Int32(random.below(500)) : -1
    signUp(at: time + minutes(1...30), inviter: ghost)
  }

  /// Somebody whom a friend invited.
  mutating func tell(_ invitee: Invitee) {
    channel = .friend
    log(.visit, at: invitee.time - minutes(1...20))
    signUp(at: invitee.time, inviter: invitee.inviter)
  }

  private mutating func signUp(at time: Int, inviter: Int32) {
    log(.signUp, at: time, reference: inviter)
    let activated = random.chance(0.6)
    if activated {
      log(.onboardingCompleted, at: time + minutes(2...90))
    } else if random.chance(0.15) {
      log(.onboardingCompleted, at: later(time, random.chance(0.5) ? 1...5 : 9...25))
    }
    if activated, random.chance(0.35) { invite(after: time) }
    live(from: time, loyal: activated)
  }

  /// Invitations go out within two weeks of signing up; a friend joins within ten days, or long
  /// after: never between 30 and 40 days, whatever the window is measured from.
  private mutating func invite(after joined: Int) {
    for _ in 0...random.below(5) {
      let sent = later(joined, 1...13)
      log(.inviteSent, at: sent)
      let luck = random.unit()
      if luck < 0.24 {
        invitees.append(Invitee(inviter: person, time: later(sent, 1...9)))
      } else if luck < 0.27 {
        invitees.append(Invitee(inviter: person, time: later(sent, 41...70)))
      }
    }
  }

  /// Spells of use until the person leaves for good or the log ends.
  private mutating func live(from start: Int, loyal: Bool) {
    var from = rhythm.clock.day(start) + 1
    let last = rhythm.clock.day(end - 1)
    let keen = 0.2 + random.unit() * random.unit() * 3
    while from < last {
      let mean = loyal ? 45.0 : 8.0
      let until = min(last, from + 2 + Int(random.unit() * random.unit() * 2 * mean))
      guard from < until else { return }
      spells.append(
        Spell(
          person: person, channel: channel, days: from..<until,
          weight: keen * Double(until - from)))
      use(from..<until, keen: keen)
      guard random.chance(loyal ? 0.75 : 0.4) else { return }
      guard let awake = sleep(from: until) else { return }
      from = awake
    }
  }

  /// What happens in a spell beside its sessions: shopping, and notifications to people who need none.
  private mutating func use(_ days: Range<Int>, keen: Double) {
    let trips = min(12, Int(random.unit() * keen * Double(days.count) / 6))
    for _ in 0..<trips { shop(on: days.lowerBound + random.below(days.count)) }
    if random.chance(0.3) {
      let day = days.lowerBound + random.below(days.count)
      // On the day after a visit, so that nobody takes the receiver for dormant.
      let visited = rhythm.moment(on: day, &random)
      log(.visit, at: visited)
      let sent = later(visited, 1...1)
      log(.notificationSent, at: sent)
      if random.chance(0.5) {
        log(.notificationOpened, at: sent + minutes(1...600))
        log(.checkIn, at: sent + minutes(601...700))
      }
    }
  }

  private mutating func shop(on day: Int) {
    var time = rhythm.moment(on: day, &random)
    log(.itemShown, at: time)
    guard random.chance(0.6) else { return }
    time += minutes(0...4)
    log(.itemOpened, at: time)
    guard random.chance(0.45) else { return }
    time += minutes(0...9)
    log(.addToCart, at: time)
    guard random.chance(0.5) else { return }
    time =
      random.chance(0.8) ? time + minutes(1...30) : later(time, random.chance(0.5) ? 1...2 : 4...6)
    log(.purchase, at: time, cents: 199 + random.below(random.chance(0.1) ? 29_700 : 4_800))
  }

  /// Silence from the day on; most sleepers are written to after more than 30 days.
  /// - Returns: the first day of the next spell; nil: gone for good.
  private mutating func sleep(from day: Int) -> Int? {
    guard random.chance(0.7) else { return random.chance(0.5) ? day + 3 + random.below(60) : nil }
    let sent = rhythm.moment(on: day + 33 + random.below(40), &random)
    log(.notificationSent, at: sent)
    guard random.chance(0.4) else { return random.chance(0.05) ? day + 90 : nil }
    let opened = sent + minutes(1...2_000)
    log(.notificationOpened, at: opened)
    guard random.chance(0.45) else { return nil }
    let back = opened + minutes(0...30)
    log(.checkIn, at: back)
    return rhythm.clock.day(back) + 1
  }
}
