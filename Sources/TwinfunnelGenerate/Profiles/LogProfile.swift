/// A kind of log that the generator knows.
protocol LogProfile: Sendable {
  /// Writes the lines of part `part` (0 ..< parts) in the order a collector would have written them.
  func write(part: Int, of parts: Int, into file: inout GzipFile) throws(WriteError)
  /// What the log holds, where the profile knows.
  func truth(threads: Int) throws(WriteError) -> Truth?
}

extension LogProfile {
  func truth(threads: Int) throws(WriteError) -> Truth? { nil }
}

/// What all profiles take.
struct LogScale: Sendable {
  /// Lines of the log.
  var events: Int
  var users: Int
  /// Each event has a user of its own.
  var hasUserPerEvent = false
  var accounts: Int
  var days: Int
  /// Milliseconds since 1970 at which the log begins.
  var start: Int
  var seed: UInt64
}

extension LogScale {
  /// The user of an event of a shop: one who has joined by now, and half of the events come from
  /// recent joiners.
  func user(_ number: Int, progress: Double, _ random: inout SeededRandom) -> Int {
    if hasUserPerEvent { return number }
    let joined = max(1, Int(Double(users) * (0.1 + 0.9 * progress)))
    let pick = random.unit()
    let skewed = pick * pick * pick
    return random.chance(0.5)
      ? joined - 1 - Int(skewed * Double(joined)) : Int(skewed * Double(joined))
  }
}

extension SeededRandom {
  /// A name by its weight; the weights add up to 1,000.
  mutating func pick(_ names: [(name: String, weight: Int)]) -> String {
    var draw = below(1000)
    var name = names[0].name
    for candidate in names {
      name = candidate.name
      draw -= candidate.weight
      if draw < 0 { break }
    }
    return name
  }
}
