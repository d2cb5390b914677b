import EventLog
import Spec
package import Tables
import Values

extension AARRRFold {
  /// One row per interval and stage. Throws `IdentityViolation` unless every stage accounts for its
  /// whole cohort.
  package func tables() throws -> [Table] {
    let (name, interval) = (definition.options.name, definition.interval)
    var table = Table(name: name, columns: definition.columns)
    let span = observation.rows(in: interval, firstSeen: firstSeen)
    let rows = try groups.rows(
      top: definition.options.top, each: span.count * definition.stages.count,
      isShown: { $0 < states.count && (states[$0].acquired > 0 || states[$0].aware > 0) },
      isLarger: { left, right in
        (states[left].acquired, states[left].aware) > (states[right].acquired, states[right].aware)
      })
    for row in rows {
      var series = IntervalSeries<AARRRCell>()
      for group in row.groups where group < states.count { series.add(states[group].series) }
      for index in span {
        let cell = series[index]
        let label = Cell.text(observation.calendar.label(index, interval))
        let state = observation.cohortState(of: index, in: interval)
        for stage in [cell.activation, cell.retention, cell.revenue, cell.referral]
        where stage.base + stage.open != cell.acquired || stage.reached > stage.base {
          throw IdentityViolation("\(name): a stage does not account for its whole cohort")
        }
        for stage in definition.stages {
          table.rows.append(
            row.cells + [label, .text(stage.rawValue)] + shown(stage, cell, state)
              + [observation.cutCell(index, interval)])
        }
      }
    }
    let acquired = states.reduce(0) { $0 + $1.acquired }
    let counted = states.reduce(0) { $0 + $1.series.written.reduce(0) { $0 + $1.cell.acquired } }
    guard acquired == counted else {
      throw IdentityViolation("\(name): the cohorts do not add up to the users acquired")
    }
    return [table]
  }

  /// The cells from `entities` to `state`.
  private func shown(
    _ stage: AARRRDefinition.Stage, _ cell: AARRRCell, _ interval: ObservationState
  ) -> [Cell] {
    switch stage {
    case .awareness:
      return shown(stage, plain(cell.aware, of: cell.aware), interval)
    case .acquisition:
      let base = definition.awareness == nil ? cell.acquired : cell.aware
      var tally = plain(cell.acquired, of: base)
      tally.seconds = cell.acquisition
      return shown(stage, tally, interval)
    case .activation: return shown(stage, cell.activation, interval)
    case .retention: return shown(stage, cell.retention, interval)
    case .revenue:
      let tally = cell.revenue
      let perPayer = cell.paid.divided(by: tally.reached)
      return shown(
        stage, tally, interval, revenue: .decimal(cell.paid),
        perPayer: tally.reached == 0 ? .empty : .number(perPayer))
    case .referral:
      let tally = cell.referral
      return shown(
        stage, tally, interval, k: .ratio(cell.joined, tally.base),
        perInviter: .ratio(cell.joined, tally.reached))
    }
  }

  private func plain(_ reached: Int, of base: Int) -> StageTally {
    var tally = StageTally()
    tally.base = base
    tally.reached = reached
    return tally
  }

  private func shown(
    _ stage: AARRRDefinition.Stage, _ tally: StageTally, _ interval: ObservationState,
    revenue: Cell = .empty, perPayer: Cell = .empty, k: Cell = .empty, perInviter: Cell = .empty
  ) -> [Cell] {
    let state = tally.state(interval)
    let isObserved = state != .unobserved
    return tally.cells(state)
      + [revenue, perPayer, k, perInviter].map { isObserved ? $0 : .empty } + [tally.medianCell]
      + StageTally.cells(target: definition.targets[stage], tally.reached, tally.base)
      + [.text(state.rawValue)]
  }
}
