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

/// A shop's log: parts follow each other in time, each line up to some minutes late.
extension LogScale {
  struct ShopLine {
    var number: Int
    var user: Int
    /// Milliseconds since 1970 at which it happened, and was written.
    var time: Int
    var received: Int
  }

  /// Writes the lines of a part, as `line` spells them.
  func writeShop(
    part: Int, of parts: Int, into file: inout GzipFile,
    line: (ShopLine, inout SeededRandom, inout LineBuffer) -> Void
  ) throws(WriteError) {
    var random = SeededRandom(seed: seed, part: part)
    var buffer = LineBuffer()
    let span = Double(days * 86_400_000)
    for number in events * part / parts..<events * (part + 1) / parts {
      let progress = Double(number) / Double(max(1, events))
      let written = start + Int(progress * span)
      // A tenth of the lines arrive late, by up to 20 minutes.
      let late = random.chance(0.1) ? random.below(1_200_000) : random.below(2000)
      let user = user(number, progress: progress, &random)
      line(
        ShopLine(
          number: number, user: user, time: max(start, written - late), received: written),
        &random, &buffer)
      if buffer.count > 512 << 10 {
        try file.append(buffer.bytes)
        buffer.removeAll()
      }
    }
    try file.append(buffer.bytes)
  }

  /// The user of an event of a shop: one who has joined by now, and half of the events come from
  /// recent joiners.
  private func user(_ number: Int, progress: Double, _ random: inout SeededRandom) -> Int {
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
