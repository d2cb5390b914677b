import EventLog
import Spec
import Tables
package import Timelines
import Values

extension VABSDefinition: Report {
  package func makeFold(_ context: ReportContext) -> VABSFold { VABSFold(self, context) }
}

/// The business funnel by cohort of start (`Documentation.docc/VABS.md`).
///
/// Where the definition leaves room:
/// - The cohort is all accounts by the interval of their first start event (by default their first
///   event of all) in all logs. Each stage is judged by itself, from that event on; an event counts
///   for every stage it matches, the start event and those of the same instant too.
/// - An account whose window of a stage is not over yet counts neither in the stage's `accounts` nor
///   in its `base`. A stage without a window, and signing, count to the end of observation.
/// - Application is reached at the moment at which both minimums are: different features used, and
///   different users who used one of them.
/// - Service is about accounts that asked: `base` is those with a request that was answered in time
///   or whose time is over, `accounts` those of them that were helped in time each time, `value` the
///   share of such requests that were. Renewal likewise, over contracts that came due; a renewal may
///   lie up to `within` before the due date as well as after it.
/// - Signed and renewed, with and without the stage, compare the accounts in the stage's `accounts`
///   with the rest of its `base`: who signed to date out of all, and who always renewed out of those
///   with a contract that came due. Whether the stage came before the signing is not looked at.
/// - The breakdown is the value on the first start event.
package struct VABSFold: HistoryFold, CurrencyFold {
  struct Role: OptionSet, Sendable {
    let rawValue: UInt16
    static let start = Role(rawValue: 1)
    static let value = Role(rawValue: 2)
    static let feature = Role(rawValue: 4)
    static let benefit = Role(rawValue: 8)
    static let request = Role(rawValue: 16)
    static let done = Role(rawValue: 32)
    static let sign = Role(rawValue: 64)
    static let due = Role(rawValue: 128)
    static let renewed = Role(rawValue: 256)
    static let stages: Role = [
      .value, .feature, .benefit, .request, .done, .sign, .due, .renewed,
    ]
  }

  /// A bit for each feature, in the order of the definition.
  private struct FeatureSet: OptionSet, Sendable {
    let rawValue: UInt64
  }

  let definition: VABSDefinition
  let observation: Observation
  /// By kind.
  private let roles: [Role]
  /// By kind, the features that it is a use of.
  private let features: [FeatureSet]
  private let valueWindow: StageWindow
  private let applicationWindow: StageWindow
  private let benefitWindow: StageWindow
  private let amount: Int?
  package var currency: CurrencyView
  private var cursor: CalendarCursor
  package var groups: BreakdownGroups
  package var states: [GroupState] = []
  /// The first start event in all logs, in or out of range.
  package var firstSeen = Int64.max
  /// Of the account at hand: kept between accounts for its room only.
  private var moments = Moments()

  package struct GroupState: FieldwiseState {
    /// In range: what `top` goes by.
    var accounts = 0
    var series = IntervalSeries<VABSCell>()

    package init() {}

    package static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.accounts)
      fields.visit(\.series)
    }
  }

  /// Times of what is asked and answered.
  private struct Moments: Sendable {
    var requests: [Int64] = []
    var answers: [Int64] = []
    var dues: [Int64] = []
    var renewals: [Int64] = []
    /// Users who used a feature, as many as are asked for.
    var users: [UInt32] = []

    mutating func reset() {
      requests.removeAll(keepingCapacity: true)
      answers.removeAll(keepingCapacity: true)
      dues.removeAll(keepingCapacity: true)
      renewals.removeAll(keepingCapacity: true)
      users.removeAll(keepingCapacity: true)
    }
  }

  init(_ definition: VABSDefinition, _ context: ReportContext) {
    self.definition = definition
    observation = Observation(definition.options, context)
    let features = definition.application?.features ?? []
    var roles: [Role] = context.roles(
      [
        (definition.start, .start), (definition.value?.event, .value),
        (definition.benefit?.event, .benefit), (definition.service?.request, .request),
        (definition.service?.answer, .done), (definition.sign, .sign),
        (definition.renew?.request, .due), (definition.renew?.answer, .renewed),
      ] + features.map { ($0.event, .feature) })
    self.features = context.roles(
      features.enumerated().map { ($1.event, FeatureSet(rawValue: 1 << UInt64($0))) })
    // An event that asks is no answer, also where it matches both.
    for kind in roles.indices {
      if roles[kind].contains(.request) { roles[kind].remove(.done) }
      if roles[kind].contains(.due) { roles[kind].remove(.renewed) }
    }
    self.roles = roles
    valueWindow = StageWindow(within: definition.value?.within)
    applicationWindow = StageWindow(within: definition.application?.within)
    benefitWindow = StageWindow(within: definition.benefit?.within)
    amount = (definition.benefit?.amount).map { context.numberColumn($0) }
    currency = CurrencyView(definition, context)
    cursor = CalendarCursor(context.calendar, definition.interval)
    groups = BreakdownGroups(definition.options, context)
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, roles) = (timeline.times, timeline.kinds, self.roles)
    let observed = observation.observed(timeline)
    guard let first = observed.first(where: { roles[Int(kinds[$0])].contains(.start) }) else {
      return
    }
    let start = times[first]
    firstSeen = min(firstSeen, start)
    if !observation.range.contains(start) { return }
    let account = follow(timeline, from: first, in: observed)
    let group = groups.group(of: first, in: observed, timeline)
    while states.count < groups.count { states.append(GroupState()) }
    states[group].accounts += 1
    states[group].series[cursor.index(of: start)].count(account, start: start)
  }

  /// What an account did at each stage, each within its window.
  private mutating func follow(_ timeline: Timeline, from first: Int, in observed: Range<Int>)
    -> VABSAccount
  {
    let (times, kinds, roles) = (timeline.times, timeline.kinds, self.roles)
    let (start, until) = (times[first], observation.until)
    let value = valueWindow.span(from: start)
    let application = applicationWindow.span(from: start)
    let benefit = benefitWindow.span(from: start)
    moments.reset()
    var account = VABSAccount()
    account.isValueDecided = valueWindow.isDecided(from: start, observedUntil: until)
    account.isApplicationDecided = applicationWindow.isDecided(from: start, observedUntil: until)
    account.isBenefitDecided = benefitWindow.isDecided(from: start, observedUntil: until)
    var used: FeatureSet = []
    var event = first
    while event > observed.lowerBound, times[event - 1] == start { event -= 1 }
    while event < observed.upperBound {
      let (role, time) = (roles[Int(kinds[event])], times[event])
      defer { event += 1 }
      if role.isDisjoint(with: .stages) { continue }
      if role.contains(.value), account.valueAt == nil, value.contains(time) {
        account.valueAt = time
      }
      if role.contains(.feature), account.applicationAt == nil, application.contains(time) {
        used.formUnion(features[Int(kinds[event])])
        if isApplied(event, timeline, used) { account.applicationAt = time }
      }
      if role.contains(.benefit), benefit.contains(time),
        currency.admits(event, worth: amount, timeline)
      {
        if account.benefitAt == nil { account.benefitAt = time }
        if let amount { account.benefit.add(timeline.numbers[amount][event]) }
      }
      if role.contains(.sign), account.signedAt == nil { account.signedAt = time }
      if role.contains(.request) { moments.requests.append(time) }
      if role.contains(.done) { moments.answers.append(time) }
      if role.contains(.due) { moments.dues.append(time) }
      if role.contains(.renewed) { moments.renewals.append(time) }
    }
    account.service = AnswerMatching.help(definition.service).match(
      requests: moments.requests, answers: moments.answers, observedUntil: until)
    account.renewal = AnswerMatching.renewal(definition.renew).match(
      requests: moments.dues, answers: moments.renewals, observedUntil: until)
    return account
  }

  package static var standing: CurrencyStanding { .everybody }
  package var priced: [(kinds: [Bool], amount: Int)] {
    amount.map { [(roles.map { $0.contains(.benefit) }, $0)] } ?? []
  }

  /// Whether the use of a feature, `used` with it, makes the account reach both minimums.
  private mutating func isApplied(_ event: Int, _ timeline: Timeline, _ used: FeatureSet) -> Bool {
    guard let application = definition.application else { return false }
    if application.minimumUsers > 1, moments.users.count < application.minimumUsers {
      let user = timeline.users[event]
      if user != 0, !moments.users.contains(user) { moments.users.append(user) }
    }
    let users = application.minimumUsers > 1 ? moments.users.count : 1
    return users >= application.minimumUsers
      && used.rawValue.nonzeroBitCount >= application.minimumFeatures
  }
}
