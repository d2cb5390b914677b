package import Tables

extension GoalSpec {
  /// What the goal asks of a table that these columns do not have: known before a log is read.
  package func problems(in columns: [Column]) -> [TableProblem] {
    let number = TableProblem.number(
      column, of: table, columns, columnMark, purpose: "to have a goal for")
    return [number].compactMap { $0 } + row.problems(in: columns, of: table)
  }
}
