import Spec
import Timelines

/// The people of one account, and how far each got in the consumer funnel inside it: the same
/// search, over the events of one user after the other.
///
/// The account's events that can be steps are put in order of users by counting, each user's in
/// order of time. All storage is reused from account to account.
struct AccountMembers: Sendable {
  private var search: FunnelSearch
  /// By kind, whether its events make somebody a user of the account.
  private let isSeen: [Bool]
  private var seats = SeatNumbers()
  /// The first event, anybody's or nobody's, that is seen; nil if there is none.
  private(set) var firstEvent: Int?
  /// By user: number of the furthest mandatory step, 0 if never entered.
  private(set) var furthestSteps: [Int] = []

  /// Events that can be steps: the number of their user, and their index in the timeline.
  private var owners: [Int] = []
  private var sources: [Int] = []
  /// By user: where the next of his events goes; in the end, where his events end.
  private var ends: [Int] = []
  private var times: [Int64] = []
  private var kinds: [UInt32] = []

  init(_ definition: DoubleFunnelDefinition, _ context: ReportContext) {
    let plan = FunnelPlan(definition.consumer.funnel(definition.options), context)
    search = FunnelSearch(plan)
    isSeen = zip(context.kinds.matching(definition.everything), plan.masks).map { $0 || $1 != 0 }
  }

  /// Looks at the account's events that observation has seen.
  mutating func look(_ timeline: Timeline) {
    collect(timeline)
    group(timeline)
    furthestSteps.removeAll(keepingCapacity: true)
    var start = 0
    for end in ends {
      furthestSteps.append(start == end ? 0 : furthestStep(start..<end))
      start = end
    }
  }

  private mutating func collect(_ timeline: Timeline) {
    let (users, kinds, isSeen, masks) = (timeline.users, timeline.kinds, isSeen, search.plan.masks)
    seats.begin(timeline)
    firstEvent = nil
    owners.removeAll(keepingCapacity: true)
    sources.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    for event in search.observed(timeline) {
      let kind = Int(kinds[event])
      if !isSeen[kind] { continue }
      if firstEvent == nil { firstEvent = event }
      guard let owner = seats.number(of: users[event]) else { continue }
      if owner == ends.count { ends.append(0) }
      if masks[kind] == 0 { continue }
      owners.append(owner)
      sources.append(event)
      ends[owner] += 1
    }
  }

  /// Puts the collected events in order of users.
  private mutating func group(_ timeline: Timeline) {
    var start = 0
    for owner in ends.indices {
      let count = ends[owner]
      ends[owner] = start
      start += count
    }
    let missing = owners.count - times.count
    if missing > 0 {
      times.append(contentsOf: repeatElement(0, count: missing))
      kinds.append(contentsOf: repeatElement(0, count: missing))
    }
    for (owner, event) in zip(owners, sources) {
      times[ends[owner]] = timeline.times[event]
      kinds[ends[owner]] = timeline.kinds[event]
      ends[owner] += 1
    }
  }

  private mutating func furthestStep(_ range: Range<Int>) -> Int {
    let plan = search.plan
    search.points.gather(times: times, kinds: kinds, range: range, plan: plan)
    let outcome = search.search(0..<search.points.count, entries: plan.entries)
    return outcome.rank == 0 ? 0 : plan.stepNumber(mandatory: outcome.mandatory)
  }
}
