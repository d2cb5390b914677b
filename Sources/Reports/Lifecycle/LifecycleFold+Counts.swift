extension LifecycleFold {
  /// Rows of the list that are not drained yet are no counts.
  package mutating func merge(_ other: LifecycleFold) {
    add(other.counts)
    standings += other.standings
  }
}
