import EventLog
import Spec
package import Timelines

extension DoubleFunnelDefinition: Report {
  package func makeFold(_ context: ReportContext) -> DoubleFunnelFold {
    DoubleFunnelFold(self, context)
  }
}

/// Two funnels at work. Over user timelines the fold counts the consumer funnel; over account
/// timelines the business funnel, and in each account how far its people got. The folds of both
/// merge into one, which has both halves.
package struct DoubleFunnelFold: ReportFold {
  let definition: DoubleFunnelDefinition
  let observedUntil: Int64
  var groups: BreakdownGroups
  /// By group.
  var accounts: [FunnelSideTally] = []
  var users: [FunnelSideTally] = []
  var links: [LinkTally] = []
  /// The funnel of the timelines' own entity.
  private var side: FunnelSide
  /// Over account timelines: the people in each.
  private var members: AccountMembers?

  init(_ definition: DoubleFunnelDefinition, _ context: ReportContext) {
    self.definition = definition
    observedUntil = context.observedUntil
    groups = BreakdownGroups(definition.options, context)
    switch context.schema.entity {
    case .user:
      side = FunnelSide(definition.consumer, definition.options, context)
    case .account:
      side = FunnelSide(definition.business, definition.options, context)
      members = AccountMembers(definition, context)
    }
  }

  package mutating func observe(_ timeline: Timeline) {
    let outcome = side.find(timeline)
    members?.look(timeline)
    let entry = outcome == nil ? nil : side.chain[0]
    guard let named = entry ?? members?.firstEvent else { return }
    let group = groups.group(of: named, in: timeline)
    makeRoom()
    guard let members else {
      if let outcome { users[group].count(outcome, side, timeline) }
      return
    }
    if let outcome { accounts[group].count(outcome, side, timeline) }
    let step = outcome.map { side.furthestStep($0) } ?? 0
    for consumerStep in members.furthestSteps {
      links[group].count(business: step, consumer: consumerStep)
    }
    links[group].members += members.furthestSteps.count
  }

  mutating func makeRoom() {
    while links.count < groups.count {
      accounts.append(FunnelSideTally(steps: definition.business.steps.count))
      users.append(FunnelSideTally(steps: definition.consumer.steps.count))
      links.append(LinkTally(definition))
    }
  }
}
