import EventLog
import Values

/// What is counted of one cohort, for one breakdown value.
struct CohortCounts: FieldwiseState {
  /// Members.
  var size = 0
  /// Where the first member's period 0 begins: the number of an interval with calendar windows, an
  /// instant with elapsed ones. Kept when members' periods do not coincide.
  var earliest = Minimum()
  /// By slot: with mode `on`, members who returned in it; with `on_or_after`, members whose last slot
  /// to count for is this one, to be summed from the end. Empty while there is no member.
  var returned: [Int] = []
  /// By slot: members for whom it is the last one that is over, to be summed from the end. Kept when
  /// members' periods do not coincide.
  var lastEligible: [Int] = []
  /// By slot: sum of the measure over its return events.
  var values: [DecimalSum] = []
  /// By slot: change from the slot before of the sum of the measure, from period 0 on, over the
  /// members for whom the slot is over. Kept when members' periods do not coincide.
  var valueChanges: [DecimalSum] = []

  /// Counts one more member. Where there was none, makes room for the slots.
  @inline(__always)
  mutating func join(slots: Int, measured: Bool) {
    size += 1
    if returned.isEmpty { reserve(slots: slots, measured: measured) }
  }

  @inline(never)
  private mutating func reserve(slots: Int, measured: Bool) {
    returned = Array(repeating: 0, count: slots)
    lastEligible = returned
    if measured {
      values = Array(repeating: .zero, count: slots)
      valueChanges = values
    }
  }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.size)
    fields.visit(\.earliest)
    fields.visit(\.returned)
    fields.visit(\.lastEligible)
    fields.visit(\.values)
    fields.visit(\.valueChanges)
  }
}
