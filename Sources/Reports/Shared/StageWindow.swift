/// The stretch of time after an entity's start in which a stage of an operating model counts.
///
/// Offsets are at most 1,000 years, and observed instants lie far from the ends of Int64, so that no
/// sum overflows.
struct StageWindow: Sendable {
  /// Microseconds after the start, inclusive.
  private let opening: Int64
  /// Exclusive; nil: it stays open, and the stage counts to the end of observation.
  private let closing: Int64?

  /// From the start to `within` after it, inclusive.
  init(within: Int64?) { self.init(after: 0, until: within.map { $0 + 1 }) }

  /// From `after` the start to before `until` after it.
  init(after: Int64, until: Int64?) {
    opening = after
    closing = until
  }

  @inline(__always)
  func span(from start: Int64) -> Range<Int64> {
    start + opening..<(closing.map { start + $0 } ?? .max)
  }

  /// Whether it is known if an entity reached the stage: its window is over, or, where it never ends,
  /// has begun.
  @inline(__always)
  func isDecided(from start: Int64, observedUntil: Int64) -> Bool {
    start + (closing.map { $0 - 1 } ?? opening) <= observedUntil
  }
}
