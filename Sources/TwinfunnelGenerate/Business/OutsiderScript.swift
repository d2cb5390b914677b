/// The story of somebody who never belongs to an account: a visitor of the site, perhaps one who
/// signs up alone.
struct OutsiderScript {
  let person: Int32
  let rhythm: DayRhythm
  let end: Int
  var random: SeededRandom
  private(set) var events: [ScriptEvent<BusinessEvent>] = []
  private(set) var presence: AccountScript.Presence?

  init(person: Int32, rhythm: DayRhythm, end: Int, random: SeededRandom) {
    self.person = person
    self.rhythm = rhythm
    self.end = end
    self.random = random
  }

  mutating func tell(firstDay: Int) {
    let alone = random.chance(0.25)
    var time = rhythm.moment(on: firstDay, &random)
    log(.visit, at: time, anonymous: !alone)
    for _ in 0..<random.below(3) {
      time = rhythm.moment(after: time, days: 1...9, &random)
      log(.visit, at: time, anonymous: !alone)
    }
    guard alone else { return }
    time += 30_000 + random.below(900_000)
    log(.signUp, at: time, anonymous: false)
    let first = rhythm.clock.day(time) + 1
    let last = min(first + 5 + random.below(70), rhythm.clock.day(end - 1))
    if first < last {
      presence = AccountScript.Presence(
        person: person, account: -1, role: .user, features: [0, UInt8(random.below(6))],
        days: first..<last, weight: random.unit() * Double(last - first))
    }
    if random.chance(0.15) {
      log(
        .creditsBought, at: rhythm.moment(after: time, days: 1...45, &random), anonymous: false,
        cents: 100 + random.below(4_900))
    }
  }

  private mutating func log(_ name: BusinessEvent, at time: Int, anonymous: Bool, cents: Int = -1) {
    guard time < end else { return }
    events.append(
      ScriptEvent(
        time: time, person: person, cents: Int32(cents), name: name, anonymous: anonymous))
  }
}
