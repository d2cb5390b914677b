import EventLog
import Spec
import Values

/// One cell of a retention table: a cohort and a period, or all cohorts and a period.
struct RetentionCell: Sendable {
  var size = 0
  var eligible = 0
  var returned = 0
  var value = DecimalSum.zero
  var valueToDate = DecimalSum.zero
  var state = ObservationState.unobserved

  /// Adds another cohort's cell of the same period: the row `all`, which takes complete cells only.
  mutating func take(_ cell: RetentionCell) {
    guard cell.state == .complete else { return }
    size += cell.size
    eligible += cell.eligible
    returned += cell.returned
    value.add(cell.value)
    valueToDate.add(cell.valueToDate)
    state = .complete
  }
}

extension RetentionFold {
  /// The cells of a cohort, by slot.
  func cells(of cohort: Int, _ counts: CohortCounts) -> [RetentionCell] {
    var cells = Array(repeating: RetentionCell(size: counts.size), count: slots.count)
    var eligible = 0
    var returnedLater = 0
    for slot in cells.indices.reversed() {
      eligible += counts.lastEligible[slot]
      returnedLater += counts.returned[slot]
      cells[slot].eligible = eligible
      cells[slot].returned =
        definition.mode == .onOrAfter ? returnedLater : counts.returned[slot]
    }
    var toDate = DecimalSum.zero
    let isOver = hasEnded(cohort)
    for slot in cells.indices {
      if definition.measure != nil {
        cells[slot].value = counts.values[slot]
        toDate.add(periodsCoincide ? counts.values[slot] : counts.valueChanges[slot])
        cells[slot].valueToDate = toDate
      }
      if periodsCoincide {
        cells[slot].state = state(of: slot, from: cohort)
        cells[slot].eligible = cells[slot].state == .unobserved ? 0 : counts.size
      } else if !hasBegun(slot, from: counts.earliest.value) {
        cells[slot].state = .unobserved
      } else {
        let isComplete = isOver && cells[slot].eligible == counts.size
        cells[slot].state = isComplete ? .complete : .partial
      }
    }
    return cells
  }

  /// The state of a period that is the same for all members, who begin in interval `origin`.
  private func state(of slot: Int, from origin: Int) -> ObservationState {
    if origin + slots.last[slot] <= lastEnded { return .complete }
    return origin + slots.first[slot] <= lastBegun ? .partial : .unobserved
  }

  private func hasBegun(_ slot: Int, from earliest: Int64) -> Bool {
    definition.windows == .elapsed
      ? earliest + Int64(slots.first[slot]) * definition.interval.elapsedLength <= observation.until
      : Int(earliest) + slots.first[slot] <= lastBegun
  }

  /// Whether no entity can join the cohort any more.
  private func hasEnded(_ cohort: Int) -> Bool {
    let end = observation.calendar.start(of: cohort + 1, in: cohortInterval)
    return min(end, observation.range.until) - 1 <= observation.until
  }
}
