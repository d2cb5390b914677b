/// The story of one account: from the lead over demo, trial and core value to contracts that are
/// signed, changed, renewed or lost. What is not told here (sessions) is filled in afterwards.
struct AccountScript {
  typealias Event = ScriptEvent<BusinessEvent>

  struct Member {
    var person: Int32
    var role: BusinessRole
    /// Indices of the features that this person ever uses.
    var features: [UInt8]
    /// Milliseconds since 1970 of the sign-up; nil: never signed up.
    var joined: Int?
  }

  /// A person who may have sessions on these local days.
  struct Presence {
    var person: Int32
    var account: Int32
    var role: BusinessRole
    var features: [UInt8]
    var days: Range<Int>
    /// Relative frequency of sessions.
    var weight: Double
    var anonymous = false
  }

  let account: Int32
  let rhythm: DayRhythm
  /// Milliseconds since 1970; what would happen at or after it is not logged.
  let end: Int
  var random: SeededRandom
  private(set) var events: [Event] = []
  private(set) var presences: [Presence] = []
  private(set) var members: [Member] = []
  /// Contracts so far; part of their ids.
  var contracts: Int32 = 0

  init(account: Int, rhythm: DayRhythm, end: Int, random: SeededRandom) {
    self.account = Int32(account)
    self.rhythm = rhythm
    self.end = end
    self.random = random
  }

  private static var membersMax: Int { 250 }

  /// Members by a long tail: most accounts have a handful of people, a few have very many.
  private mutating func makeMembers() {
    let size = 2 + Int(2 / (random.unit() + 0.008))
    for number in 0..<min(size, Self.membersMax) {
      let role: BusinessRole
      switch number {
      case 0: role = .evaluator
      case 1: role = .user
      case 2 where random.chance(0.7): role = .budget
      case 3 where random.chance(0.7): role = .decision
      case 4 where random.chance(0.7): role = .signature
      default: role = random.chance(0.1) ? .evaluator : .user
      }
      var features = (0..<UInt8(BusinessFeature.texts.count)).filter {
        random.chance(0.55 - 0.08 * Double($0))
      }
      if features.isEmpty { features = [0] }
      members.append(
        Member(
          person: account * 256 + Int32(number), role: role, features: features, joined: nil))
    }
  }

  /// The first member with the role, else the one who began it all.
  func member(_ role: BusinessRole) -> Member {
    members.first { $0.role == role } ?? members[0]
  }

  mutating func log(
    _ name: BusinessEvent, by member: Member, at time: Int, cents: Int = -1, reference: Int32 = -1,
    feature: UInt8 = 255, insideAccount: Bool = true
  ) {
    guard time < end else { return }
    events.append(
      Event(
        time: time, person: member.person, account: insideAccount ? account : -1,
        reference: reference, cents: Int32(cents), name: name, feature: feature,
        note: member.role.rawValue))
  }

  mutating func later(_ time: Int, _ days: ClosedRange<Int>) -> Int {
    rhythm.moment(after: time, days: days, &random)
  }

  /// - Parameter firstDay: local day of the lead.
  mutating func tell(firstDay: Int) {
    makeMembers()
    let evaluator = members[0]
    let lead = rhythm.moment(on: firstDay, &random)
    log(.leadCreated, by: evaluator, at: lead)
    presences.append(
      Presence(
        person: evaluator.person, account: account, role: evaluator.role, features: [],
        days: firstDay..<firstDay + 10, weight: 0.2))
    var time = lead
    let demo = random.chance(0.62)
    if demo {
      time = later(time, 1...20)
      log(.demoHeld, by: random.chance(0.3) ? member(.decision) : evaluator, at: time)
    }
    guard random.chance(demo ? 0.7 : 0.25) else {
      // Some buy what they have seen, without a trial.
      if demo, random.chance(0.06) {
        let signed = later(time, 3...40)
        let lost = useContracts(signed: signed, satisfied: false)
        live(from: signed, until: lost)
      }
      return
    }
    let trial = later(time, 1...15)
    log(.trialStarted, by: evaluator, at: trial)
    let value = random.chance(0.65) ? later(trial, random.chance(0.85) ? 1...22 : 33...60) : nil
    if let value {
      log(.coreValueMet, by: members[random.below(members.count)], at: value)
      measureBenefits(from: value)
    }
    if random.chance(value == nil ? 0.12 : 0.62) {
      let signed = later(value ?? trial, 5...40)
      live(from: trial, until: useContracts(signed: signed, satisfied: value != nil))
    } else {
      live(from: trial, until: later(value ?? trial, 10...30))
    }
  }

  private mutating func measureBenefits(from value: Int) {
    guard random.chance(0.6) else { return }
    var time = value
    for _ in 0...random.below(4) {
      time = later(time, 10...80)
      log(
        .benefitMeasured, by: member(.budget), at: time, cents: 10_000 + random.below(2_000_000))
    }
  }

  /// People join, open tickets, and use the product from one instant until another.
  private mutating func live(from start: Int, until stop: Int) {
    let stop = min(stop, end)
    guard start < stop else { return }
    for index in members.indices {
      let shy = index > 1 && members[index].role != .user && random.chance(0.3)
      guard !shy, index < 2 || random.chance(0.8) else { continue }
      join(index, after: start, until: stop)
    }
    openTickets(from: start, until: stop)
  }

  private mutating func join(_ index: Int, after start: Int, until stop: Int) {
    let joined = later(start, 1...(index < 4 ? 12 : 90))
    guard joined < stop else { return }
    members[index].joined = joined
    let member = members[index]
    // Three in ten come over the public site, where nobody knows their account yet.
    log(
      .visit, by: member, at: joined - 60_000 - random.below(LocalClock.hour),
      insideAccount: random.chance(0.7))
    log(.signUp, by: member, at: joined)
    let first = rhythm.clock.day(joined) + 1
    let last = rhythm.clock.day(stop)
    if first < last {
      let keen = 0.1 + random.unit() * random.unit() * 3
      presences.append(
        Presence(
          person: member.person, account: account, role: member.role, features: member.features,
          days: first..<last, weight: keen * Double(last - first)))
    }
    if random.chance(0.08) {
      log(
        .creditsBought, by: member, at: later(joined, 1...40), cents: 100 + random.below(9_900))
    }
  }

  /// An account is either helped within two days every time, or never: then it is no matter how
  /// requests and answers are paired. One ticket is over before the next is opened.
  private mutating func openTickets(from start: Int, until stop: Int) {
    let helped = random.chance(0.75)
    var time = start
    var number: Int32 = 0
    while number < 40 {
      time = later(time, 12...90)
      guard time < stop else { return }
      let member = members[random.below(members.count)]
      log(.ticketOpened, by: member, at: time, reference: number)
      let hours = helped ? 1 + random.below(46) : 50 + random.below(100)
      if helped || random.chance(0.7) {
        time += hours * LocalClock.hour + random.below(LocalClock.hour)
        log(.ticketSolved, by: member, at: time, reference: number)
      }
      number += 1
    }
  }

  /// Another stretch of use, by those who had joined, after the account has come back.
  mutating func useAgain(from start: Int, until stop: Int) {
    let days =
      rhythm.clock.day(
        start)..<max(
        rhythm.clock.day(start), rhythm.clock.day(min(stop, end)))
    guard !days.isEmpty else { return }
    for member in members where member.joined != nil && random.chance(0.6) {
      presences.append(
        Presence(
          person: member.person, account: account, role: member.role, features: member.features,
          days: days, weight: random.unit() * Double(days.count)))
    }
  }
}
