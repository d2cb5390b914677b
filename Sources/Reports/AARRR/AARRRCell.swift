import EventLog
import Spec
import Values

/// The windows of the stages. That of a stage that the report does not have is never asked.
struct AARRRWindows: Sendable {
  let activation: StageWindow
  let retention: StageWindow
  let revenue: StageWindow
  let referral: StageWindow
  private let used: [StageWindow]

  init(_ definition: AARRRDefinition) {
    activation = StageWindow(within: definition.activation?.within)
    let retained = definition.retention
    retention = StageWindow(after: retained?.after ?? 0, until: retained?.until)
    revenue = StageWindow(within: definition.revenue?.within)
    referral = StageWindow(within: definition.referral?.within)
    let stages = [
      (definition.activation != nil, activation), (retained != nil, retention),
      (definition.revenue != nil, revenue), (definition.referral != nil, referral),
    ]
    used = stages.filter(\.0).map(\.1)
  }

  /// When the last window of a user closes.
  func end(from start: Int64) -> Int64 {
    used.reduce(start) { max($0, $1.span(from: start).upperBound) }
  }
}

/// What one user did at each stage, within its window.
struct AARRRMember {
  var activatedAt: Int64?
  var returnedAt: Int64?
  var paidAt: Int64?
  var paid = DecimalSum.zero
  var invitedAt: Int64?
  var joined = 0
}

/// One interval of an aarrr table, for one breakdown value.
struct AARRRCell: FieldwiseState {
  var aware = 0
  var acquired = 0
  /// From awareness to acquisition, of those who were aware first.
  var acquisition = DurationStatistics()
  var activation = StageTally.zero
  var retention = StageTally.zero
  var revenue = StageTally.zero
  var paid = DecimalSum.zero
  var referral = StageTally.zero
  var joined = 0

  mutating func count(
    _ member: AARRRMember, start: Int64, awareAt: Int64?, _ windows: AARRRWindows,
    observedUntil: Int64
  ) {
    func isDecided(_ window: StageWindow) -> Bool {
      window.isDecided(from: start, observedUntil: observedUntil)
    }
    acquired += 1
    if let awareAt { acquisition.add(start - awareAt) }
    activation.count(member.activatedAt, from: start, isDecided: isDecided(windows.activation))
    retention.count(member.returnedAt, from: start, isDecided: isDecided(windows.retention))
    revenue.count(member.paidAt, from: start, isDecided: isDecided(windows.revenue))
    if isDecided(windows.revenue) { paid.add(member.paid) }
    referral.count(member.invitedAt, from: start, isDecided: isDecided(windows.referral))
    if isDecided(windows.referral) { joined += member.joined }
  }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.aware)
    fields.visit(\.acquired)
    fields.visit(\.acquisition)
    fields.visit(\.activation)
    fields.visit(\.retention)
    fields.visit(\.revenue)
    fields.visit(\.paid)
    fields.visit(\.referral)
    fields.visit(\.joined)
  }
}
