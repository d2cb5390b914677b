import Tables

/// Counts of one group of entities, by step from 0.
struct FunnelTally: FieldwiseState {
  var reached: [Int] = []
  /// Reached the mandatory step before this one, and not this one: mandatory steps after step 1.
  var dropped: [Int] = []
  var open: [Int] = []
  /// From the mandatory step before, of the entities that made this one.
  var times: [DurationStatistics] = []
  /// From step 1, of the same; for steps whose step before is another one.
  var timesFromStart: [DurationStatistics] = []
  /// Of the entities whose window has closed: those that reached the step.
  var matured: [Int] = []

  init() {}

  init(steps: Int) {
    reached = [Int](repeating: 0, count: steps)
    dropped = reached
    open = reached
    times = [DurationStatistics](repeating: DurationStatistics(), count: steps)
    timesFromStart = times
    matured = reached
  }

  /// Whether it counts so many steps.
  func has(steps: Int) -> Bool {
    [reached.count, dropped.count, open.count, times.count, timesFromStart.count, matured.count]
      .allSatisfy { $0 == steps }
  }

  /// Counts an entity. `chain` has the index in `eventTimes` of each step's event, or -1.
  ///
  /// A step is complete once all mandatory steps up to it are: in any order that is not the time
  /// of the step's own event. The time of a step is from the completion of the one before.
  mutating func count(
    _ outcome: FunnelOutcome, chain: [Int], eventTimes: [Int64], plan: FunnelPlan
  ) {
    var mandatory = 0
    var complete = Int64.min
    var start = Int64.min
    let isMatured = plan.isMatured(outcome, entry: { plan.entry(of: chain, eventTimes) })
    for step in chain.indices {
      if plan.optional[step] {
        if chain[step] < 0 { continue }
        reached[step] += 1
        if isMatured { matured[step] += 1 }
        let time = max(complete, eventTimes[chain[step]])
        times[step].add(time - complete)
        if mandatory > 1 { timesFromStart[step].add(time - start) }
        continue
      }
      if mandatory == outcome.mandatory {
        if outcome.isAlive { open[step] += 1 } else { dropped[step] += 1 }
        break
      }
      mandatory += 1
      reached[step] += 1
      if isMatured { matured[step] += 1 }
      let time = max(complete, eventTimes[chain[step]])
      if step > 0 { times[step].add(time - complete) } else { start = time }
      if mandatory > 2 { timesFromStart[step].add(time - start) }
      complete = time
    }
  }

  /// Before rows are made of it.
  mutating func settle() {
    for step in times.indices {
      times[step].settle()
      timesFromStart[step].settle()
    }
  }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.reached)
    fields.visit(\.dropped)
    fields.visit(\.open)
    fields.visit(\.times)
    fields.visit(\.timesFromStart)
    fields.visit(\.matured)
  }
}

extension FunnelTally {
  /// Columns after the breakdown's and the interval's.
  static let columns = [
    Column("step", .integer, "Number of the step, from 1.").key,
    Column("name", .label, "The step's event, as the spec names it."),
    Column("reached", .integer, unit: "entities", "Entities whose longest chain has the step."),
    Column("rate_from_start", .number, unit: "fraction", "reached / reached of step 1."),
    Column(
      "rate_from_previous", .number, unit: "fraction",
      "reached / reached of the mandatory step before."),
    Column(
      "dropped", .integer, unit: "entities",
      "Entities that reached the step before and can no longer make this one."),
    Column(
      "open", .integer, unit: "entities",
      "Entities that reached the step before and can still make this one."),
    Column(
      "mean_seconds", .number, unit: "seconds",
      "Mean time from the step before, over entities that made this one."),
    Column("median_seconds", .number, unit: "seconds", "Median of the same times."),
    Column("p90_seconds", .number, unit: "seconds", "90th percentile of the same times."),
    Column(
      "matured", .number, unit: "fraction",
      "rate_from_start over the entities whose window has closed; empty without `within`."),
  ]

  /// One row for each step. Throws if entities got lost between two steps.
  ///
  /// - Parameter knownFrom: number of the step from which on rates mean something.
  func rows(
    leading: [Cell], names: [String], plan: FunnelPlan, knownFrom: Int
  ) throws -> [[Cell]] {
    var rows: [[Cell]] = []
    var previous = 0
    for (step, name) in names.enumerated() {
      let hasLosses = step > 0 && !plan.optional[step]
      if hasLosses, reached[previous] != reached[step] + dropped[step] + open[step] {
        throw IdentityViolation(
          "funnel: \(reached[previous]) entities reached step \(previous + 1), but "
            + "\(reached[step]) + \(dropped[step]) dropped + \(open[step]) open step \(step + 1)")
      }
      rows.append(
        leading + [
          .integer(step + 1), .text(name), .integer(reached[step]),
          knownFrom > 1 ? .empty : .ratio(reached[step], reached[0]),
          step == 0 || (knownFrom > 1 && step < knownFrom)
            ? .empty : .ratio(reached[step], reached[previous]),
          hasLosses ? .integer(dropped[step]) : .empty, hasLosses ? .integer(open[step]) : .empty,
          .seconds(times[step].meanSeconds), .seconds(times[step].medianSeconds),
          .seconds(times[step].p90Seconds),
          knownFrom > 1 ? .empty : .ratio(matured[step], matured[0]),
        ])
      if !plan.optional[step] { previous = step }
    }
    return rows
  }
}

extension Cell {
  static func seconds(_ value: Double?) -> Cell { value.map { .number($0) } ?? .empty }
}
