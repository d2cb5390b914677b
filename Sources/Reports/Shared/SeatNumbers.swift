import Timelines

/// Numbers the users of one account from 0, in order of appearance: what indexes small arrays per
/// user. Two array look-ups an event, and nothing to clear between accounts.
struct SeatNumbers: Sendable {
  /// By code of `Timeline.values`: the account in which `numbers` was written.
  private var stamps: [Int] = []
  private var numbers: [Int] = []
  private var account = 0
  /// Users of this account so far.
  private(set) var count = 0

  /// Begins with the users of another account.
  mutating func begin(_ timeline: Timeline) {
    account += 1
    count = 0
    let missing = timeline.values.count - stamps.count
    if missing > 0 {
      stamps.append(contentsOf: repeatElement(0, count: missing))
      numbers.append(contentsOf: repeatElement(0, count: missing))
    }
  }

  /// The number of a user, a code of the timeline's values; nil of the absent one.
  @inline(__always)
  mutating func number(of user: UInt32) -> Int? {
    if user == 0 { return nil }
    let code = Int(user)
    if stamps[code] != account {
      stamps[code] = account
      numbers[code] = count
      count += 1
    }
    return numbers[code]
  }
}
