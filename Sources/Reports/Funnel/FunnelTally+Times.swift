import Tables

/// NAME.times: how long entities take, as distributions.
extension FunnelTally {
  /// Columns after the breakdown's.
  static let timesColumns =
    [
      Column("from_step", .integer, "Number of the step from which time runs.").key,
      Column("to_step", .integer, "Number of the step up to which it runs.").key,
      Column("name", .label, "That step's event, as the spec names it."),
      Column("count", .integer, unit: "entities", "Entities that made it."),
      Column("mean_seconds", .number, unit: "seconds", "Mean of their times."),
    ]
    + quantiles.map { name, part in
      Column(
        "\(name)_seconds", .number, unit: "seconds", "\(part) of their times are at most this.")
    }

  private static let quantiles = [
    ("p25", "A quarter"), ("median", "Half"), ("p75", "Three quarters"), ("p90", "Nine tenths"),
    ("p99", "99 in 100"),
  ]
  private static let percents = [25, 50, 75, 90, 99]

  /// For each step after step 1: from step 1, and from the mandatory step before where that is
  /// another one.
  func timesRows(leading: [Cell], names: [String], plan: FunnelPlan) -> [[Cell]] {
    var rows: [[Cell]] = []
    var previous = 0
    for step in names.indices.dropFirst() {
      let direct = times[step]
      let runs = previous == 0 ? [(0, direct)] : [(0, timesFromStart[step]), (previous, direct)]
      for (from, durations) in runs {
        rows.append(
          leading + [
            .integer(from + 1), .integer(step + 1), .text(names[step]), .integer(durations.count),
            .seconds(durations.meanSeconds),
          ] + Self.percents.map { .seconds(durations.quantileSeconds($0, of: 100)) })
      }
      if !plan.optional[step] { previous = step }
    }
    return rows
  }
}
