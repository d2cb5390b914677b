package import Tables

/// Which rows of a table are meant: columns, and what a row must have in each. What goals and checks
/// say under `row`.
package struct RowSelection: Sendable, Equatable {
  package enum Value: Sendable, Equatable {
    /// As the column shows it; empty for a cell without a value.
    case text(String)
    /// The last row whose state is complete.
    case lastComplete
    /// Every row whose state is complete.
    case eachComplete

    package static let words = [
      "last_complete": Value.lastComplete, "each_complete": .eachComplete,
    ]

    package var text: String {
      switch self {
      case .text(let text): text
      case .lastComplete: "last_complete"
      case .eachComplete: "each_complete"
      }
    }

    package var isWord: Bool { if case .text = self { false } else { true } }
  }

  package struct Entry: Sendable, Equatable {
    package var column: String
    package var value: Value
    /// Where the spec has it; no part of equality.
    package var mark: SpecMark?

    package static func == (left: Entry, right: Entry) -> Bool {
      left.column == right.column && left.value == right.value
    }
  }

  package var entries: [Entry]

  package init(_ entries: [Entry]) {
    self.entries = entries
  }

  package init(texts: [(column: String, value: String)]) {
    entries = texts.map { Entry(column: $0.column, value: .text($0.value)) }
  }

  /// The entry that a word stands in.
  package var word: Entry? { entries.first { $0.value.isWord } }

  /// `stage = trial, interval = last_complete`.
  package var description: String {
    entries.map { "\($0.column) = \($0.value.text)" }.joined(separator: ", ")
  }
}

/// A part of a goal or a check that does not fit its table.
package struct TableProblem: Sendable, Equatable {
  /// Nil when it comes from no file.
  package var mark: SpecMark?
  package var message: String

  package init(mark: SpecMark?, message: String) {
    self.mark = mark
    self.message = message
  }

  /// For a column that is not there.
  package static func missing(
    _ name: String, of table: String, _ columns: [Column], _ mark: SpecMark?
  ) -> TableProblem {
    let names = columns.map(\.name)
    let hint = NearestName.of(name, among: names).map { "; did you mean `\($0)`?" }
    return TableProblem(
      mark: mark,
      message: "the table `\(table)` has no column `\(name)`"
        + (hint ?? "; it has " + names.map { "`\($0)`" }.joined(separator: ", ")))
  }

  /// For a column that has to be there and hold numbers; nil when it does. `purpose`: "to have a goal
  /// for".
  package static func number(
    _ name: String, of table: String, _ columns: [Column], _ mark: SpecMark?, purpose: String
  ) -> TableProblem? {
    guard let found = columns.first(where: { $0.name == name }) else {
      return missing(name, of: table, columns, mark)
    }
    switch found.kind {
    case .integer, .number, .decimal: return nil
    case .text, .label, .date, .dateTime, .boolean:
      return TableProblem(
        mark: mark, message: "`\(name)` of the table `\(table)` is not a number \(purpose)")
    }
  }
}

extension RowSelection {
  /// What it asks of a table that these columns do not have: known before a log is read.
  package func problems(in columns: [Column], of table: String) -> [TableProblem] {
    entries.compactMap { entry in
      guard let column = columns.first(where: { $0.name == entry.column }) else {
        return .missing(entry.column, of: table, columns, entry.mark)
      }
      guard entry.value.isWord else { return nil }
      func problem(_ message: String) -> TableProblem {
        TableProblem(mark: entry.mark, message: message)
      }
      let word = "`\(entry.value.text)`"
      if word != "`\(self.word?.value.text ?? "")`" || entry != self.word {
        return problem("\(word): one column at most can be the last or each")
      }
      guard [.date, .dateTime].contains(column.kind) || column.name == "cohort" else {
        return problem("\(word) is for a column of dates, which `\(column.name)` is not")
      }
      if columns.contains(where: { $0.name == "state" }) { return nil }
      return problem("\(word): the table `\(table)` has no column `state` to be complete")
    }
  }
}
