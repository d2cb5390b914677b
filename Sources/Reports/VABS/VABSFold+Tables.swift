import EventLog
import Spec
package import Tables

extension VABSFold {
  /// One row per interval and stage. Throws `IdentityViolation` unless every stage accounts for its
  /// whole cohort, and accounts that signed and renewed are those with and without it.
  package func tables() throws -> [Table] {
    let (name, interval) = (definition.options.name, definition.interval)
    var table = Table(name: name, columns: definition.columns)
    let span = observation.rows(in: interval, firstSeen: firstSeen)
    let rows = try groups.rows(
      top: definition.options.top, each: span.count * definition.stages.count,
      isShown: { $0 < states.count && states[$0].accounts > 0 },
      isLarger: { states[$0].accounts > states[$1].accounts })
    for row in rows {
      var series = IntervalSeries<VABSCell>()
      for group in row.groups where group < states.count { series.add(states[group].series) }
      for index in span {
        let cell = series[index]
        try check(cell)
        let label = Cell.text(observation.calendar.label(index, interval))
        let state = observation.cohortState(of: index, in: interval)
        for stage in definition.stages {
          table.rows.append(
            row.cells + [label, .text(stage.rawValue)] + shown(stage, cell, state)
              + [observation.cutCell(index, interval)])
        }
      }
    }
    let accounts = states.reduce(0) { $0 + $1.accounts }
    let counted = states.reduce(0) { $0 + $1.series.written.reduce(0) { $0 + $1.cell.accounts } }
    guard accounts == counted else {
      throw IdentityViolation("\(name): the cohorts do not add up to the accounts that started")
    }
    return [table]
  }

  private func check(_ cell: VABSCell) throws {
    let name = definition.options.name
    for stage in [cell.value, cell.application, cell.benefit] {
      guard stage.tally.base + stage.tally.open == cell.accounts else {
        throw IdentityViolation("\(name): a stage does not account for its whole cohort")
      }
      if stage.tally.open > 0 { continue }
      guard stage.with.signed + stage.without.signed == cell.sign.reached,
        stage.with.renewed + stage.without.renewed == cell.renew.stage.tally.reached
      else {
        throw IdentityViolation(
          "\(name): signed and renewed with and without a stage are not all that signed and renewed"
        )
      }
    }
    for stage in [cell.value, cell.application, cell.benefit, cell.service.stage] {
      guard stage.tally.reached <= stage.tally.base, stage.with.signed <= stage.tally.reached,
        stage.without.signed <= stage.tally.base - stage.tally.reached,
        stage.with.renewed <= stage.with.due, stage.without.renewed <= stage.without.due
      else {
        throw IdentityViolation("\(name): renewed <= due, signed <= accounts <= base do not hold")
      }
    }
  }

  /// The cells from `accounts` to `state`.
  private func shown(
    _ stage: VABSDefinition.Stage, _ cell: VABSCell, _ interval: ObservationState
  ) -> [Cell] {
    switch stage {
    case .value: return shown(stage, cell.value, interval)
    case .application: return shown(stage, cell.application, interval)
    case .benefit:
      let value: Cell = definition.benefit?.amount == nil ? .empty : .decimal(cell.gained)
      return shown(stage, cell.benefit, interval, gained: value)
    case .service:
      let value = Cell.ratio(cell.service.answered, cell.service.requests)
      return shown(stage, cell.service.stage, interval, share: value)
    case .sign: return shown(stage, cell.sign, interval, contracts: emptyContracts)
    case .renew:
      let value = Cell.ratio(cell.renew.answered, cell.renew.requests)
      return shown(
        stage, cell.renew.stage.tally, interval, share: value, contracts: emptyContracts)
    }
  }

  private func shown(
    _ stage: VABSDefinition.Stage, _ tally: VABSStageTally, _ interval: ObservationState,
    gained: Cell = .empty, share: Cell = .empty
  ) -> [Cell] {
    let isObserved = tally.tally.state(interval) != .unobserved
    return shown(
      stage, tally.tally, interval, gained: gained, share: share,
      contracts: isObserved ? contracts(tally) : emptyContracts)
  }

  private func shown(
    _ stage: VABSDefinition.Stage, _ tally: StageTally, _ interval: ObservationState,
    gained: Cell = .empty, share: Cell = .empty, contracts: [Cell]
  ) -> [Cell] {
    let state = tally.state(interval)
    return tally.cells(state)
      + [gained, share].map { state == .unobserved ? .empty : $0 } + [tally.medianCell] + contracts
      + StageTally.cells(target: definition.targets[stage], tally.reached, tally.base)
      + [.text(state.rawValue)]
  }

  private var emptyContracts: [Cell] { Array(repeating: .empty, count: 8) }

  /// The cells from `signed_with` to `renewal_rate_without`.
  private func contracts(_ stage: VABSStageTally) -> [Cell] {
    let (reached, rest) = (stage.tally.reached, stage.tally.base - stage.tally.reached)
    var cells: [Cell] = []
    for (tally, accounts) in [(stage.with, reached), (stage.without, rest)] {
      let isAsked = definition.sign != nil
      cells.append(isAsked ? .integer(tally.signed) : .empty)
      cells.append(isAsked ? .ratio(tally.signed, accounts) : .empty)
    }
    for tally in [stage.with, stage.without] {
      let isAsked = definition.renew != nil
      cells.append(isAsked ? .integer(tally.renewed) : .empty)
      cells.append(isAsked ? .ratio(tally.renewed, tally.due) : .empty)
    }
    return cells
  }
}
