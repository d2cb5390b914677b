/// How one entity, or one value of it, fares: what the search for its longest chain finds.
struct FunnelOutcome: Sendable, Equatable {
  /// Rank of the longest chain (`FunnelNodes.rank`), 0 if there is none.
  var rank = 0
  var place = ChainPlace()
  /// A chain with as many mandatory steps can still go on after the end of observation.
  var isAlive = false
  /// Every chain with as many mandatory steps met an event that discards.
  var isDiscarded = false

  var mandatory: Int { FunnelNodes.mandatory(rank) }
}

/// Which of the longest chains is the one to report: the lowest. In any order it is the one that ends
/// earliest, then the one that entered latest; then, for want of anything else, the one whose last
/// event stands latest in the timeline. Where steps have an order, it is the one whose last event
/// stands first.
struct ChainPlace: Sendable, Equatable, Comparable {
  /// Microseconds, and 0 where steps have an order.
  var end: Int64 = 0
  var length: Int64 = 0
  var event = 0

  static func < (left: Self, right: Self) -> Bool {
    (left.end, left.length, left.event) < (right.end, right.length, right.event)
  }
}

extension FunnelOutcome {
  /// Takes in the outcome of other chains of the same entity; whether the reported one is theirs.
  mutating func take(_ other: FunnelOutcome) -> Bool {
    if other.rank == 0 { return false }
    if rank == 0 {
      self = other
      return true
    }
    let isBetter =
      other.rank > rank
      || (other.rank == rank && other.place < place)
    if other.mandatory > mandatory {
      isAlive = other.isAlive
      isDiscarded = other.isDiscarded
    } else if other.mandatory == mandatory {
      isAlive = isAlive || other.isAlive
      isDiscarded = isDiscarded && other.isDiscarded
    }
    if isBetter {
      rank = other.rank
      place = other.place
    }
    return isBetter
  }
}
