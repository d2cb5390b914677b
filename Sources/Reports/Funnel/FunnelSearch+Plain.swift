import Timelines

/// The search for funnels without further options: steps in their order, a window, a range.
///
/// About 10 ns an event where every event is a step; no storage but one number per step.
/// `standing[k]` is the latest entry among chains of k + 1 steps.
extension FunnelSearch {
  /// As `search`, over the events of a timeline itself. Nil if it takes the full search: the funnel
  /// has other options, or the events of an instant stand in another order than the steps they can
  /// be.
  mutating func searchPlain(_ timeline: Timeline) -> FunnelOutcome? {
    if !plan.isPlain { return nil }
    let range = observed(timeline)
    let times = timeline.times
    let kinds = timeline.kinds
    let masks = plan.masks
    let entries = plan.entries
    let within = plan.within
    let count = plan.stepCount
    var index = range.lowerBound
    let end = range.upperBound
    // Most entities of a broad log never take step 1.
    while index < end, masks[Int(kinds[index])] & 1 == 0 || times[index] < entries.lowerBound {
      index += 1
    }
    if index == end || times[index] >= entries.upperBound { return FunnelOutcome() }
    // Events of the first entry's own instant may stand before it.
    let entry = times[index]
    while index > range.lowerBound, times[index - 1] == entry { index -= 1 }
    for step in 0..<count { standing[step] = .min }
    var reached = 0
    var last = -1
    var lastTime = Int64.min
    var lastStep = 0
    while index < end {
      let mask = masks[Int(kinds[index])]
      if mask == 0 {
        index += 1
        continue
      }
      let time = times[index]
      let highest = 63 - mask.leadingZeroBitCount
      let lowest = mask.trailingZeroBitCount
      if time == lastTime, lowest < lastStep || highest != lowest { return nil }
      lastTime = time
      lastStep = highest == lowest ? highest : 64
      // From the highest step down, so that the event is taken once.
      var left = mask
      while left != 0 {
        let step = 63 - left.leadingZeroBitCount
        left &= ~(1 << UInt64(step))
        if step == 0 {
          if !entries.contains(time) { continue }
          standing[0] = time
        } else {
          let entry = standing[step - 1]
          if entry == .min || time - entry > within { continue }
          standing[step] = entry
        }
        if step >= reached {
          reached = step + 1
          last = index
        }
      }
      if reached == count { break }
      index += 1
    }
    if reached == 0 { return FunnelOutcome() }
    if reached == count {
      // A later event of the last instant may be a later choice for an earlier step.
      var after = last + 1
      while after < end, times[after] == lastTime {
        let mask = masks[Int(kinds[after])]
        if mask != 0, mask.trailingZeroBitCount < lastStep || mask & (mask - 1) != 0 { return nil }
        after += 1
      }
    }
    var outcome = FunnelOutcome(rank: reached << 8)
    if reached < count {
      let deadline = plan.deadline(entry: standing[reached - 1], last: lastTime)
      outcome.isAlive = deadline > plan.observedUntil
    }
    for step in 0..<count { chain[step] = -1 }
    // Backwards from its end, the latest event at each step: no chain has a later one anywhere.
    var step = reached - 1
    index = last
    chain[step] = last
    while step > 0 {
      step -= 1
      index -= 1
      while masks[Int(kinds[index])] >> UInt64(step) & 1 == 0
        || (step == 0 && !entries.contains(times[index]))
      {
        index -= 1
      }
      chain[step] = index
    }
    return outcome
  }
}
