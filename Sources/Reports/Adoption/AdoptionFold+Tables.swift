import Spec
package import Tables

extension AdoptionFold {
  /// Throws `IdentityViolation` unless new adopters, adopters, active entities and uses contain each
  /// other, seats alike, and the breadth adds up to all active entities.
  package func tables() throws -> [Table] {
    let name = definition.options.name
    var table = Table(name: name, columns: definition.columns)
    var breadth = Table(name: name + ".breadth", columns: definition.breadthColumns)
    let span = observation.rows(in: definition.interval, firstSeen: firstSeen)
    if span.isEmpty { return [table, breadth] }
    let rows = try groups.rows(
      top: definition.options.top, each: (span.count + 1) * definition.features.count + 1,
      isShown: { $0 < tally.states.count && tally.states[$0].entities > 0 },
      isLarger: { tally.states[$0].entities > tally.states[$1].entities })
    for row in rows {
      let state = state(of: row)
      for index in span {
        let label = observation.calendar.label(index, definition.interval)
        let observed = observation.stateInRange(of: index, in: definition.interval)
        for (number, feature) in definition.features.enumerated() {
          table.rows.append(
            row.cells + [.text(label), .text(feature.name)]
              + (try cells(state.active[index], state.features[number], index))
              + [.text(observed.rawValue)])
        }
      }
      try appendBreadth(of: state, leading: row.cells, to: &breadth)
    }
    return [table, breadth]
  }

  private func cells(
    _ active: AdoptionState.ActiveCell, _ feature: AdoptionState.FeatureState, _ index: Int
  ) throws -> [Cell] {
    let use = feature.uses[index]
    let delays = feature.delays[index]
    guard use.newAdopters <= use.adopters, use.adopters <= use.events,
      use.adopters <= active.entities, use.seats <= active.seats,
      use.newAdopters == delays?.count ?? 0
    else {
      throw IdentityViolation(
        "\(definition.options.name): new adopters <= adopters <= active, uses does not hold")
    }
    var cells: [Cell] = [
      .integer(active.entities), .integer(use.adopters), .ratio(use.adopters, active.entities),
      .integer(use.events), .ratio(use.events, use.adopters), .integer(use.newAdopters),
      delays?.medianSeconds.map { .number($0) } ?? .empty,
    ]
    if countsSeats {
      cells += [.integer(active.seats), .integer(use.seats), .ratio(use.seats, active.seats)]
    }
    return cells
  }

  private func appendBreadth(
    of state: AdoptionState, leading: [Cell], to table: inout Table
  ) throws {
    var atLeast = state.entities
    for (count, exactly) in state.breadth.enumerated() {
      table.rows.append(
        leading + [
          .integer(count), .integer(exactly), .integer(atLeast), .ratio(atLeast, state.entities),
        ])
      atLeast -= exactly
    }
    guard atLeast == 0 else {
      throw IdentityViolation("\(table.name): exactly does not add up to all active entities")
    }
  }
}
