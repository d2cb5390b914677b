package import Tables

extension GoalSpec {
  /// A part of a goal that does not fit its table.
  package struct Problem: Sendable, Equatable {
    /// Nil when the goal comes from no file.
    package var mark: SpecMark?
    package var message: String
  }

  /// What the goal asks of a table that these columns do not have: known before a log is read.
  package func problems(in columns: [Column]) -> [Problem] {
    func missing(_ name: String, _ mark: SpecMark?) -> Problem {
      let names = columns.map(\.name)
      let hint = NearestName.of(name, among: names).map { "; did you mean `\($0)`?" }
      return Problem(
        mark: mark,
        message: "the table `\(table)` has no column `\(name)`"
          + (hint ?? "; it has " + names.map { "`\($0)`" }.joined(separator: ", ")))
    }
    var problems: [Problem] = []
    if let found = columns.first(where: { $0.name == column }) {
      switch found.kind {
      case .integer, .number, .decimal: break
      case .text, .label, .date, .dateTime, .boolean:
        problems.append(
          Problem(
            mark: marks?.column,
            message: "`\(column)` of the table `\(table)` is not a number to have a goal for"))
      }
    } else {
      problems.append(missing(column, marks?.column))
    }
    for (index, entry) in row.enumerated()
    where !columns.contains(where: { $0.name == entry.column }) {
      problems.append(missing(entry.column, marks?.row[index]))
    }
    return problems
  }
}
