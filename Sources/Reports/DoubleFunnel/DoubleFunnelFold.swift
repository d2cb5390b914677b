import EventLog
import Spec
package import Timelines
import Values

extension DoubleFunnelDefinition: Report {
  package func makeFold(_ context: ReportContext) -> DoubleFunnelFold {
    DoubleFunnelFold(self, context)
  }
}

/// Two funnels at work. Over user timelines the fold counts the consumer funnel; over account
/// timelines the business funnel, and in each account how far its people got. The folds of both
/// merge into one, which has both halves.
package struct DoubleFunnelFold: CurrencyFold {
  let definition: DoubleFunnelDefinition
  let observation: Observation
  var groups: BreakdownGroups
  /// By group, then by interval of entry; in interval 0 where there are no cohorts.
  var accounts: [IntervalSeries<FunnelSideTally>] = []
  var users: [IntervalSeries<FunnelSideTally>] = []
  var links: [LinkTally] = []
  /// The funnel of the timelines' own entity.
  private var side: FunnelSide
  /// Over account timelines: the people in each.
  private var members: AccountMembers?
  private var cursor: CalendarCursor

  init(_ definition: DoubleFunnelDefinition, _ context: ReportContext) {
    self.definition = definition
    observation = Observation(definition.options, context)
    cursor = CalendarCursor(context.calendar, definition.interval ?? .day)
    groups = BreakdownGroups(definition.options, context)
    switch context.schema.entity {
    case .user:
      side = FunnelSide(definition.consumer, definition, context)
    case .account:
      side = FunnelSide(definition.business, definition, context)
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
      if let outcome { users[group][cohort(timeline)].count(outcome, side, timeline) }
      return
    }
    if let outcome { accounts[group][cohort(timeline)].count(outcome, side, timeline) }
    let step = outcome.map { side.furthestStep($0) } ?? 0
    for consumerStep in members.furthestSteps {
      links[group].count(business: step, consumer: consumerStep)
    }
    links[group].members += members.furthestSteps.count
  }

  package static var standing: CurrencyStanding { .everybody }
  package var currency: CurrencyView {
    get { side.currency }
    set { side.currency = newValue }
  }
  package var priced: [(kinds: [Bool], amount: Int)] {
    side.amount.map { [(side.kinds, $0)] } ?? []
  }

  /// The interval in which the chain at hand entered.
  private mutating func cohort(_ timeline: Timeline) -> Int {
    definition.interval == nil ? 0 : cursor.index(of: timeline.times[side.chain[0]])
  }

  mutating func makeRoom() {
    while links.count < groups.count {
      accounts.append(.zero)
      users.append(.zero)
      links.append(LinkTally(definition))
    }
  }
}
