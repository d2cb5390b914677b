/// How much of a stretch of time has been observed: the `state` column.
package enum ObservationState: String, Sendable {
  case complete, partial, unobserved

  /// The state of `[start, end)` when observation ends with the instant `observedUntil`: complete
  /// as soon as the last microsecond is observed. A stretch of no length is complete once observation
  /// has reached it.
  package init(start: Int64, end: Int64, observedUntil: Int64) {
    if end - 1 <= observedUntil {
      self = .complete
    } else {
      self = start <= observedUntil ? .partial : .unobserved
    }
  }
}
