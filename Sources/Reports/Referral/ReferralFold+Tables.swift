import EventLog
import Spec
package import Tables

extension ReferralFold {
  /// NAME, one row per interval, and NAME.joins, one row. Throws `IdentityViolation` unless the
  /// joins of the table are the joins that were counted.
  package func tables() throws -> [Table] {
    let (name, interval) = (definition.options.name, definition.interval)
    var table = Table(name: name, columns: definition.columns)
    let span = observation.rows(in: interval, firstSeen: firstSeen)
    let rows = try groups.rows(
      top: definition.options.top, each: span.count,
      isShown: { $0 < states.count && states[$0].members > 0 },
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

  /// No breakdown: a join whose inviter is unknown has no member to take a value from.
  private var joinsTable: Table {
    let outside = joins.placed - joins.counted
    let named = joins.byThemselves + joins.unknownInviter + joins.placed
    var table = Table(
      name: "\(definition.options.name).joins", columns: definition.joinsColumns)
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
