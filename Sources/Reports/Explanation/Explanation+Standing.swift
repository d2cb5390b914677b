import Spec
import Tables
import Timelines
package import Values

/// Where one entity stands in a report's tables: the tables of a fold that has seen it alone. What they
/// count, added up over all entities, is what the report's tables count.
extension Explanation {
  /// A number that the entity adds to a cell.
  package struct Count: Sendable, Equatable {
    package var table: String
    /// What the row is about: `2026-01-01`, `activation`.
    package var row: [String]
    package var column: String
    package var amount: DecimalSum
  }

  /// Most rows that are told; the counts of all are kept.
  private static let toldMax = 24

  /// Takes the counts of one entity's tables.
  mutating func stand(in tables: [Table]) {
    for table in tables where Self.isByEntity(table) {
      for row in table.rows { counts += Self.counts(table, row) }
    }
  }

  /// Says in which rows the entity counts, where the report has no words of its own.
  mutating func concludeFromTables(_ tables: [Table]) {
    var lines: [String] = []
    for table in tables where Self.isByEntity(table) {
      for row in table.rows {
        let counted = Self.counts(table, row)
        if counted.isEmpty { continue }
        let numbers = counted.map { "\($0.column) \($0.amount)" }.joined(separator: ", ")
        let state = zip(table.columns, row).first { $0.0.name == "state" }?.1
        let isOpen = state == .text("partial") ? ", so far" : ""
        let place = ([table.name] + counted[0].row).joined(separator: ", ")
        lines.append("\(place): \(numbers)\(isOpen)")
      }
    }
    for line in lines.prefix(Self.toldMax) { conclude(line) }
    if lines.count > Self.toldMax { conclude("and \(lines.count - Self.toldMax) more rows") }
    if lines.isEmpty { conclude(notes.isEmpty ? EventTeller.nothing : "counted in no row") }
  }

  /// Times are no counts.
  private static func isByEntity(_ table: Table) -> Bool {
    ![".times", ".matrix"].contains { table.name.hasSuffix($0) }
  }

  /// What nobody knows of a join who has seen one of its ends only.
  private static let ofBothEnds: Set = ["joins", "unknown_inviter"]

  /// Whole numbers that add up over entities have a unit; those that name a row have none, or count
  /// stretches of time.
  private static func isCount(_ column: Column) -> Bool {
    !column.unit.isEmpty && column.unit != "periods" && column.name != "intervals"
  }

  private static func counts(_ table: Table, _ row: [Cell]) -> [Count] {
    var key: [String] = []
    var counts: [Count] = []
    // What a row is about stands before the first column that counts.
    var isKey = true
    for (column, cell) in zip(table.columns, row) where !ofBothEnds.contains(column.name) {
      if column.kind == .decimal || (column.kind == .integer && isCount(column)) { isKey = false }
      switch (column.kind, cell) {
      case (.boolean, .boolean(true)) where column.name == "total": return []
      case (.integer, .integer(let number)) where isCount(column):
        if number != 0 {
          counts.append(
            Count(
              table: table.name, row: [], column: column.name,
              amount: DecimalSum(number)))
        }
      case (.decimal, .decimal(let sum)) where column.name != "target":
        if !sum.isZero {
          counts.append(Count(table: table.name, row: [], column: column.name, amount: sum))
        }
      case (_, .text(let text))
      where isKey && !["state", "roles_missing"].contains(column.name):
        key.append(text)
      case (.integer, .integer(let number)) where isKey:
        key.append("\(column.name) \(number)")
      default: break
      }
    }
    for place in counts.indices { counts[place].row = key }
    return counts
  }
}
