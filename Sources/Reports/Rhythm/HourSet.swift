import Spec

/// Some of the 168 hours of the week.
struct HourSet: Sendable {
  private var words: (UInt64, UInt64, UInt64) = (0, 0, 0)

  init() {}

  init(_ working: RhythmDefinition.Working) {
    for day in working.days {
      for hour in working.from..<working.until { _ = insert((day.number - 1) * 24 + hour) }
    }
  }

  /// Whether it was not there before.
  @inline(__always)
  mutating func insert(_ hour: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(hour & 63)
    let before: UInt64
    switch hour >> 6 {
    case 0:
      before = words.0
      words.0 |= bit
    case 1:
      before = words.1
      words.1 |= bit
    default:
      before = words.2
      words.2 |= bit
    }
    return before & bit == 0
  }

  func contains(_ hour: Int) -> Bool {
    var copy = self
    return !copy.insert(hour)
  }

  func isDisjoint(with other: HourSet) -> Bool {
    words.0 & other.words.0 | words.1 & other.words.1 | words.2 & other.words.2 == 0
  }

  func encode(to writer: inout StateWriter) {
    writer.append(unsigned: words.0)
    writer.append(unsigned: words.1)
    writer.append(unsigned: words.2)
  }

  init(from reader: inout StateReader) {
    words = (reader.unsigned(), reader.unsigned(), reader.unsigned())
  }
}
