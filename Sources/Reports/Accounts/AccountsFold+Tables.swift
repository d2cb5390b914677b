import EventLog
import Spec
package import Tables
import Values

extension AccountsFold {
  /// Throws `IdentityViolation` when an account has more people or days than events, or was
  /// activated outside the time in which it was seen.
  package func tables() throws -> [Table] {
    var table = Table(name: definition.options.name, columns: definition.columns)
    var people = Table(name: "\(table.name).people", columns: definition.peopleColumns)
    var members = [[Int]](repeating: [], count: groups.count)
    for (index, standing) in standings.enumerated() { members[standing.group].append(index) }
    let rows = try groups.rows(
      top: definition.options.top, each: 1, isShown: { !members[$0].isEmpty },
      isLarger: { members[$0].count > members[$1].count })
    for row in rows {
      var accounts = row.groups.flatMap { members[$0] }
      accounts.sort { standings[$0].id.lexicographicallyPrecedes(standings[$1].id) }
      for account in accounts {
        let standing = standings[account]
        guard standing.holds else {
          throw IdentityViolation(
            "\(table.name): users <= events and first_seen <= activated_at <= last_seen do not hold"
          )
        }
        table.rows.append(row.cells + cells(standing))
        people.rows += standing.people.sorted(by: AccountPerson.precedes).map {
          row.cells + cells($0, of: standing)
        }
      }
    }
    return definition.people ? [table, people] : [table]
  }

  private func contractCells(_ standing: AccountStanding) -> [Cell] {
    if definition.contracts == nil { return [] }
    guard let end = standing.contractEnd else { return [.decimal(standing.level), .empty, .empty] }
    let calendar = observation.calendar
    let last = calendar.index(of: end - 1, in: .day)
    return [
      .decimal(standing.level), .text(calendar.label(last, .day)),
      .integer(last - calendar.index(of: observation.until, in: .day)),
    ]
  }

  private func cells(_ person: AccountPerson, of standing: AccountStanding) -> [Cell] {
    [
      .text(String(decoding: standing.id, as: UTF8.self)),
      .text(String(decoding: person.user, as: UTF8.self)), text(person.role),
      instant(person.firstSeen), instant(person.lastSeen), .integer(person.events),
    ]
  }

  private func text(_ bytes: [UInt8]) -> Cell {
    bytes.isEmpty ? .empty : .text(String(decoding: bytes, as: UTF8.self))
  }

  private func cells(_ standing: AccountStanding) -> [Cell] {
    var (roles, missing, seconds) = (Cell.empty, Cell.empty, Cell.empty)
    if let required = definition.roles?.required {
      roles = .integer(required.count - standing.missing.count)
      let names = standing.missing.map { required[$0] }
      if !names.isEmpty { missing = .text(names.joined(separator: "; ")) }
    }
    if let activated = standing.activatedAt, let first = standing.firstSeen {
      seconds = .number(Double(activated - first) / 1_000_000)
    }
    return [
      .text(String(decoding: standing.id, as: UTF8.self)), .integer(standing.users),
      .integer(standing.recentUsers), .integer(standing.events), .integer(standing.daysActive),
      instant(standing.firstSeen), instant(standing.lastSeen), roles, missing,
      instant(standing.activatedAt), seconds,
      definition.revenue == nil ? .empty : .decimal(standing.revenue),
      .text(standing.status(recentStart: recentStart).rawValue),
    ] + contractCells(standing) + standing.shown.map(text)
  }

  private func instant(_ instant: Int64?) -> Cell {
    instant.map { .text(observation.calendar.timestamp($0)) } ?? .empty
  }
}
