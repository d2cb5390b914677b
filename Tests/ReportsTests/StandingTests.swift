import Spec
import TestSupport
import Testing

@testable import Reports
@testable import Timelines
@testable import Values

/// What explanations count, added up over all entities, is what the tables count: for every report.
struct StandingTests {
  private typealias Cells = [String: DecimalSum]

  private static func add(_ counts: [Explanation.Count], to cells: inout Cells) {
    for count in counts {
      let key = "\(count.table) \(count.row) \(count.column)"
      cells[key, default: .zero].add(count.amount)
    }
  }

  private static func cells(_ definition: any ReportDefinition, _ folds: [any ReportFold]) throws
    -> Cells
  {
    var whole = Explanation()
    whole.stand(in: try merged(folds).tables())
    var cells = Cells()
    add(whole.counts, to: &cells)
    return cells
  }

  /// Amounts that cancel each other out are no cell of the table.
  private static func shown(_ cells: Cells) -> Cells { cells.filter { !$0.value.isZero } }

  /// Reports that are tried on worlds of users.
  private static func definitions(
    _ generator: inout WorldGenerator, _ options: ReportOptions, _ interval: Interval
  ) -> [any ReportDefinition] {
    var recurring = RecurringTests.definition(interval: interval)
    recurring.options = options
    var business = options
    business.counted = .account
    return [
      ActivityDefinition(options: options, event: generator.matcher(), interval: interval),
      RetentionDefinition(
        options: options, start: generator.matcher(), interval: interval, periods: 3),
      FunnelDefinition(
        options: options,
        steps: ["open", "pay"].map { .init(name: $0, event: .named([LogText($0)])) },
        within: 30 * WorldGenerator.day),
      LifecycleDefinition(options: options, event: generator.matcher(), interval: interval),
      StickinessDefinition(options: options, event: generator.matcher(), interval: interval),
      RevenueDefinition(
        options: options, event: .named(["pay"]), amount: "amount", interval: interval),
      recurring,
      RhythmDefinition(options: options, event: generator.matcher()),
      AdoptionDefinition(
        options: options, features: [.init(name: "f", event: .named(["pay"]))],
        interval: interval),
      AARRRDefinition(
        options: options, acquisition: generator.matcher(),
        activation: .init(event: .named(["pay"]), within: 10 * WorldGenerator.day),
        revenue: .init(event: .named(["pay"]), amount: "amount"), interval: interval),
      VABSDefinition(
        options: business, start: generator.matcher(), value: .init(event: .named(["pay"])),
        sign: .named(["sign_up"]), interval: interval),
      AccountsDefinition(
        options: business, event: generator.matcher(),
        activation: .init(event: .named(["sign_up"])),
        revenue: .init(event: .named(["pay"]), amount: "amount")),
    ]
  }

  @Test func reportsOnWorlds() throws {
    var met: Set<String> = []
    for seed in 0..<150 as Range<UInt64> {
      var generator = WorldGenerator(seed: seed)
      let interval = generator.pick([Interval.day, .week, .month])
      let world = generator.world(interval)
      var options = generator.options(world)
      options.top = nil
      for definition in Self.definitions(&generator, options, interval) {
        let context = world.context(definition)
        var fold = makeFold(definition: definition, context: context)
        var sum = Cells()
        for var timeline in World.partition(0, world.entities) {
          timeline.users = timeline.texts[0]
          fold.observe(timeline)
          let found = explanation(of: timeline, by: definition, context: context)
          #expect(!found.conclusions.isEmpty)
          Self.add(found.counts, to: &sum)
        }
        let whole = try Self.cells(definition, [fold])
        #expect(Self.shown(sum) == whole, "seed \(seed), \(type(of: definition).type)")
        if Self.shown(sum) != whole { return }
        if !whole.isEmpty { met.insert(type(of: definition).type) }
      }
    }
    #expect(met.count == 12, "all reports have counted something")
  }

  /// Referrals, whose joins come from other timelines.
  @Test func referral() throws {
    for seed in 0..<60 as Range<UInt64> {
      var generator = ModelGenerator(seed: seed)
      let log = generator.log(
        ["open", "invite", "sign_up"], entity: .user,
        report: "{type: referral, invite: invite, join: {event: sign_up, inviter: inviter}}")
      try log.forEachTimeline { definition, context, timelines in
        var fold = makeFold(definition: definition, context: context)
        var sum = Cells()
        for timeline in timelines {
          fold.observe(timeline)
          Self.add(
            explanation(of: timeline, by: definition, context: context).counts, to: &sum)
        }
        let whole = try Self.cells(definition, [fold])
        #expect(Self.shown(sum) == whole, "seed \(seed)")
      }
    }
  }

  /// Both sides of the double funnel: users and accounts.
  @Test func doubleFunnel() throws {
    for seed in 0..<100 as Range<UInt64> {
      var generator = WorldGenerator(seed: seed)
      let log = DoubleFunnelTests.log(&generator)
      var definition = DoubleFunnelTests.definition(&generator, log)
      definition.options.top = nil
      var folds: [any ReportFold] = []
      var sum = Cells()
      for (entity, needs) in definition.needsByEntity {
        let context = log.context(entity, needs)
        var fold = makeFold(definition: definition, context: context)
        for timeline in log.partition(
          0, log.timelines(entity), keepsUsers: context.schema.keepsUsers)
        {
          fold.observe(timeline)
          Self.add(
            explanation(of: timeline, by: definition, context: context).counts, to: &sum)
        }
        folds.append(fold)
      }
      let whole = try Self.cells(definition, folds)
      #expect(Self.shown(sum) == whole, "seed \(seed)")
      if Self.shown(sum) != whole { return }
    }
  }
}
