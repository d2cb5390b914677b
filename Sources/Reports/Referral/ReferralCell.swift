/// One interval of a referral table, for one breakdown value.
struct ReferralCell: FieldwiseState {
  /// Members whose window is over, and those whose window is not.
  var members = 0
  var open = 0
  var inviters = 0
  var invites = 0
  var joined = 0
  var cycles = DurationStatistics()

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.members)
    fields.visit(\.open)
    fields.visit(\.inviters)
    fields.visit(\.invites)
    fields.visit(\.joined)
    fields.visit(\.cycles)
  }

  func state(_ interval: ObservationState) -> ObservationState {
    if open == 0 { return interval }
    return members == 0 ? .unobserved : .partial
  }
}

/// What became of all joins, as seen from both ends: by those who joined, and by those who are said
/// to have invited them.
struct JoinCounts: FieldwiseState {
  /// Joiners who name no inviter.
  var withoutInviter = 0
  /// Joiners, once for each inviter they name.
  var named = 0
  /// Of `named`: who names itself.
  var byThemselves = 0
  /// Joins that reached the timeline of a member.
  var placed = 0
  /// Of `placed`: in the table.
  var counted = 0

  /// Joins whose inviter is no member: it never occurs, or has no start event. Never below zero:
  /// joins that have one event id but name different inviters are one join to the joiner, and one to
  /// each inviter.
  var unknownInviter: Int { max(0, named - byThemselves - placed) }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.withoutInviter)
    fields.visit(\.named)
    fields.visit(\.byThemselves)
    fields.visit(\.placed)
    fields.visit(\.counted)
  }
}
