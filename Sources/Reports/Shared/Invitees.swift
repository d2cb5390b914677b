import Timelines

/// Those who joined by the invitation of one member, each once: joins are delivered to the inviter's
/// timeline, where `users` says who joined.
struct Invitees: Sendable {
  private var seen: Set<UInt32> = []

  /// Begins with another member.
  @inline(__always)
  mutating func reset() {
    if !seen.isEmpty { seen.removeAll(keepingCapacity: true) }
  }

  /// Whether a delivered join is the first one of a joiner other than the member.
  mutating func isNew(_ event: Int, in timeline: Timeline) -> Bool {
    let joiner = timeline.users[event]
    if timeline.values[Int(joiner)] == timeline.id { return false }
    return seen.insert(joiner).inserted
  }
}
