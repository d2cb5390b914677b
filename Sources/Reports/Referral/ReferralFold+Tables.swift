import EventLog
import Spec
package import Tables

extension ReferralFold {
  /// NAME, one row per interval, and NAME.joins, one row. Throws `IdentityViolation` unless the
  /// joins of the table are the joins that were counted.
  package func tables() throws -> [Table] {
    let (name, interval) = (definition.options.name, definition.interval)
    var table = Table(name: name, columns: columns)
    let span = observation.rows(in: interval, firstSeen: firstSeen)
    let rows = groups.rows(
      top: definition.options.top, isShown: { states[$0].members > 0 },
      isLarger: { states[$0].members > states[$1].members })
    var (joined, members) = (0, 0)
    for row in rows {
      var series = IntervalSeries<ReferralCell>()
      for group in row.groups where group < states.count { series.add(states[group].series) }
      for index in span {
        let cell = series[index]
        guard cell.inviters <= cell.members, cell.inviters <= cell.invites,
          cell.cycles.count == cell.joined
        else {
          throw IdentityViolation("\(name): inviters <= members, inviters <= invites do not hold")
        }
        joined += cell.joined
        members += cell.members + cell.open
        let state = cell.state(observation.cohortState(of: index, in: interval))
        let label = Cell.text(observation.calendar.label(index, interval))
        table.rows.append(
          row.cells + [label] + shown(cell, state) + [observation.cutCell(index, interval)])
      }
    }
    let allMembers = states.reduce(0) { $0 + $1.members }
    guard joined == joins.counted, joined <= joins.placed, members == allMembers else {
      throw IdentityViolation("\(name): the sums over the intervals do not hold")
    }
    return [table, joinsTable]
  }

  private func shown(_ cell: ReferralCell, _ state: ObservationState) -> [Cell] {
    let counts = [cell.members, cell.inviters, cell.invites, cell.joined]
    return counts.map { state == .unobserved ? .empty : .integer($0) } + [
      .ratio(cell.invites, cell.members), .ratio(cell.joined, cell.invites),
      .ratio(cell.joined, cell.members), cell.cycles.medianSeconds.map { .number($0) } ?? .empty,
      .text(state.rawValue),
    ]
  }

  private var columns: [Column] {
    let window = definition.within == nil ? "" : " whose `within` is over"
    return groups.tableColumns(of: "first start event") + [
      .interval(definition.interval, "First date or hour of the interval of the member's start."),
      Column(
        "members", .integer, unit: "entities", "Entities that started in the interval\(window)."),
      Column("inviters", .integer, unit: "entities", "Members who sent an invite."),
      Column("invites", .integer, unit: "events", "Invites that members sent."),
      Column(
        "joined", .integer, unit: "entities",
        "Joins that members brought: one for each inviter and joiner."),
      Column("invites_per_member", .number, unit: "events", "Invites divided by members."),
      Column("conversion", .number, unit: "fraction", "Joined divided by invites."),
      Column("k", .number, "Joined divided by members: new members that each member brings."),
      Column(
        "median_cycle_seconds", .number, unit: "seconds",
        "Median time from the member's start to a join it brought."),
      .stageState, .cut,
    ]
  }

  /// No breakdown: a join whose inviter is unknown has no member to take a value from.
  private var joinsTable: Table {
    let outside = joins.placed - joins.counted
    let named = joins.byThemselves + joins.unknownInviter + joins.placed
    var table = Table(
      name: "\(definition.options.name).joins",
      columns: [
        Column(
          "joins", .integer, unit: "entities",
          "Entities that joined, once for each inviter they name: the sum of the other columns."),
        Column("without_inviter", .integer, unit: "entities", "Joined without naming an inviter."),
        Column("own_inviter", .integer, unit: "entities", "Named themselves."),
        Column(
          "unknown_inviter", .integer, unit: "entities",
          "Named an inviter that has no start event in the logs: could not be placed."),
        Column(
          "outside", .integer, unit: "entities",
          "The inviter is a member, but its start is not in range, its `within` is not over, or the "
            + "join lies outside it."),
        Column("joined", .integer, unit: "entities", "Counted in the table by interval."),
      ])
    let joined = joins.withoutInviter + named
    if joined > 0 || firstSeen < .max {
      table.rows.append(
        [
          joined, joins.withoutInviter, joins.byThemselves, joins.unknownInviter, outside,
          joins.counted,
        ].map { .integer($0) })
    }
    return table
  }
}
