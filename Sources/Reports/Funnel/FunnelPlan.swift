import EventLog
import Spec
import Timelines

/// A funnel definition made ready for a run: what each kind of event is to it, as tables. Shared by
/// whoever works by it: it is large, and never changes.
final class FunnelPlan: Sendable {
  /// What events of one kind are to the funnel.
  struct Role: Sendable {
    /// Bit k - 1: the event can be step k.
    var steps: UInt64 = 0
    /// Bit e: the event is one that exclusion e forbids.
    var exclusions: UInt32 = 0
    /// Passes the report's `where`: lies between other events in strict order, and is a touch.
    var isSeen = false
    /// Ends an entity's dormancy.
    var isActivity = false
  }

  /// Steps are bits of a word; in any order, sets of them are states.
  static let stepsMax = 64
  static let stepsAnyOrderMax = 14
  static let exclusionsMax = 32
  /// Microseconds: an end of time from which neither neighbours nor differences overflow.
  private static let farAway = Int64.max / 4

  let stepCount: Int
  /// By step from 0. Step 1 is never optional: it is what a chain begins with.
  let optional: [Bool]
  /// Rank of a chain with every step.
  let fullRank: Int
  let mandatoryCount: Int
  let order: FunnelDefinition.Order
  /// Microseconds; `Int64.max` is no limit.
  let within: Int64
  let stepWithin: Int64
  let exclusions: [FunnelDefinition.Exclusion]
  /// Bits of the exclusions whose effect is `discard`.
  let discards: UInt32
  let dormancy: Int64?
  /// Text columns whose values a chain must share; an absent value is none to share.
  let hold: [Int]
  /// Text columns that make a funnel of their own for each value: attribution by every step.
  let every: [Int]
  let roles: [Role]
  /// The steps that can be a chain's first event: step 1, or in any order all.
  let firstSteps: UInt64
  /// `roles[kind].steps`, for the plain search.
  let masks: [UInt64]
  let nodes: FunnelNodes
  /// Microseconds: entries in `entries`, events up to `observedUntil` (inclusive).
  let entries: Range<Int64>
  let observedUntil: Int64
  /// In any order, steps that are the same event: whichever of a chain's is which, the earlier comes
  /// first.
  let alike: [[Int]]
  /// No option that the plain search does not know.
  let isPlain: Bool

  init(_ definition: FunnelDefinition, _ context: ReportContext) {
    let steps = definition.steps
    let sameEvents = Dictionary(grouping: steps.indices, by: { steps[$0].event })
    alike =
      definition.order == .any
      ? sameEvents.values.filter { $0.count > 1 }.map { $0.sorted() } : []
    precondition(!steps.isEmpty && steps.count <= Self.stepsMax, "a funnel has 1 to 64 steps")
    precondition(
      definition.order != .any || steps.count <= Self.stepsAnyOrderMax,
      "a funnel in any order has at most 14 steps")
    precondition(definition.exclusions.count <= Self.exclusionsMax, "at most 32 exclusions")
    stepCount = steps.count
    optional = steps.enumerated().map { $0 > 0 && $1.optional }
    let optionals = optional.count { $0 }
    mandatoryCount = steps.count - optionals
    fullRank = mandatoryCount << 8 | optionals
    order = definition.order
    within = definition.within ?? .max
    stepWithin = definition.stepWithin ?? .max
    exclusions = definition.exclusions
    var discards: UInt32 = 0
    for (number, exclusion) in exclusions.enumerated() where exclusion.effect == .discard {
      discards |= 1 << UInt32(number)
    }
    self.discards = discards
    dormancy = definition.dormancy?.length
    let hold = definition.hold.map(context.textColumn)
    let every =
      definition.attribution == .everyStep
      ? definition.options.breakdown.map(context.textColumn) : []
    (self.hold, self.every) = (hold, every)
    roles = Self.roles(definition, context.kinds)
    masks = roles.map(\.steps)
    firstSteps = order == .any ? .max : 1
    nodes =
      order == .any
      ? FunnelNodes(anyOrder: optional, exclusions: exclusions.count)
      : FunnelNodes(ordered: optional, exclusions: exclusions)
    let range = EntryRange(definition.options, context.calendar)
    let from = max(range.from, -Self.farAway)
    entries = from..<max(from, min(range.until, Self.farAway))
    observedUntil = min(context.observedUntil, Self.farAway)
    isPlain =
      definition.order == .ordered && definition.stepWithin == nil && optionals == 0
      && definition.exclusions.isEmpty && definition.dormancy == nil && hold.isEmpty
      && every.isEmpty
  }

  private static func roles(_ definition: FunnelDefinition, _ kinds: EventKinds) -> [Role] {
    var roles = [Role](repeating: Role(), count: kinds.count)
    for (number, step) in definition.steps.enumerated() {
      for (kind, matches) in kinds.matching(step.event).enumerated() where matches {
        roles[kind].steps |= 1 << UInt64(number)
      }
    }
    for (number, exclusion) in definition.exclusions.enumerated() {
      for (kind, matches) in kinds.matching(exclusion.event).enumerated() where matches {
        roles[kind].exclusions |= 1 << UInt32(number)
      }
    }
    let touches = definition.attribution == .firstTouch || definition.attribution == .lastTouch
    if definition.order == .strict || (touches && !definition.options.breakdown.isEmpty) {
      for (kind, matches) in kinds.matching(definition.everything).enumerated() where matches {
        roles[kind].isSeen = true
      }
    }
    if let dormancy = definition.dormancy {
      let activity = kinds.matching(dormancy.activity ?? definition.everything)
      for (kind, matches) in activity.enumerated() where matches {
        roles[kind].isActivity = dormancy.activity != nil || roles[kind].steps == 0
      }
    }
    return roles
  }

  /// The earliest entry of a chain that has an event at `time`.
  func earliestEntry(_ time: Int64) -> Int64 {
    let (earliest, overflow) = time.subtractingReportingOverflow(within)
    return within == .max || overflow ? .min + 1 : earliest
  }

  /// The earliest time of the event before one at `time`.
  func earliestPrevious(_ time: Int64) -> Int64 {
    let (earliest, overflow) = time.subtractingReportingOverflow(stepWithin)
    return stepWithin == .max || overflow ? .min + 1 : earliest
  }

  /// The last instant at which a chain with this entry and this last event can go on.
  func deadline(entry: Int64, last: Int64) -> Int64 {
    let (whole, wholeOverflow) = entry.addingReportingOverflow(within)
    let (step, stepOverflow) = last.addingReportingOverflow(stepWithin)
    return min(
      within == .max || wholeOverflow ? .max : whole,
      stepWithin == .max || stepOverflow ? .max : step)
  }

  /// Whether the window of a chain that entered at `entry` has closed: nothing it did, or did not, is
  /// still to be seen.
  func isMatured(_ outcome: FunnelOutcome, entry: () -> Int64) -> Bool {
    if within == .max || outcome.isAlive { return false }
    let (deadline, overflow) = entry().addingReportingOverflow(within)
    return !overflow && deadline <= observedUntil
  }

  /// The instant at which a chain began, by the times of its events.
  func entry(of chain: [Int], _ eventTimes: [Int64]) -> Int64 {
    if order != .any { return eventTimes[chain[0]] }
    return chain.reduce(.max) { $1 < 0 ? $0 : min($0, eventTimes[$1]) }
  }

  /// Whether an excluding event is about chains that hold the values of another event: it has the same
  /// ones. An event without a held property is about all.
  func isAbout(_ excluding: Int, _ held: Int, _ timeline: Timeline) -> Bool {
    hold.allSatisfy { column in
      let code = timeline.texts[column][excluding]
      return code == 0 || code == timeline.texts[column][held]
    }
  }

  /// Steps are numbered from 1; `mandatory` of them counted: the number of the last one.
  func stepNumber(mandatory: Int) -> Int {
    var left = mandatory
    for (index, isOptional) in optional.enumerated() where !isOptional {
      left -= 1
      if left == 0 { return index + 1 }
    }
    return 0
  }
}
