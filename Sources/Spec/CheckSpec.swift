package import Tables
package import Values

/// What a night's set has to be like: a line of the spec's `checks` (`Documentation.docc/Checks.md`).
package struct CheckSpec: Sendable, Equatable {
  package enum Subject: Sendable, Equatable {
    /// Cells of a column of a report's table, or of one beside it.
    case cells(table: String, column: String, row: RowSelection)
    /// What was read of a source, by its name.
    case source(String)
  }

  package enum Condition: Sendable, Equatable {
    case atLeast(ExactDecimal)
    case atMost(ExactDecimal)
    case drop(Drop)
    /// Microseconds from the last event to now.
    case ageAtMost(Int64)
    case eventsAtLeast(Int)

    /// As the spec has it, and `checks.csv`.
    package var name: String {
      switch self {
      case .atLeast: "at_least"
      case .atMost: "at_most"
      case .drop: "drop"
      case .ageAtMost: "last_event.age_at_most"
      case .eventsAtLeast: "events.at_least"
      }
    }
  }

  /// How much a number may fall.
  package struct Drop: Sendable, Equatable {
    package enum Reference: Sendable, Equatable {
      /// The row so many rows before, in the order of the column of dates.
      case rowsBefore(Int)
      /// The row with the same key in the set that is replaced.
      case replaced

      package var text: String {
        switch self {
        case .rowsBefore(let count): count == 1 ? "1 row before" : "\(count) rows before"
        case .replaced: "replaced"
        }
      }
    }

    /// A fraction of the number compared with, 0 to 1, of at most 6 decimals.
    package var atMost: ExactDecimal
    package var from: Reference
  }

  package var name: String
  package var subject: Subject
  /// Never empty.
  package var conditions: [Condition]

  package init(name: String, subject: Subject, conditions: [Condition]) {
    self.name = name
    self.subject = subject
    self.conditions = conditions
  }

  /// Whether it looks at the set that is replaced.
  package var looksAtReplaced: Bool {
    conditions.contains {
      if case .drop(let drop) = $0 { drop.from == .replaced } else { false }
    }
  }
}

extension CheckSpec {
  /// As `checks.json` shows it; valid as a check of a spec.
  package var definition: JSONValue {
    var members: [(key: String, value: JSONValue)] = [("name", .text(name))]
    switch subject {
    case .cells(let table, let column, let row):
      members += [
        ("table", .text(table)), ("column", .text(column)),
        ("row", .object(row.entries.map { ($0.column, .text($0.value.text)) })),
      ]
    case .source(let name): members.append(("source", .text(name)))
    }
    for condition in conditions {
      switch condition {
      case .atLeast(let limit), .atMost(let limit):
        members.append((condition.name, .digits(limit.description)))
      case .drop(let drop):
        members.append(
          (
            "drop",
            .object([
              ("at_most", .digits(drop.atMost.description)), ("from", .text(drop.from.text)),
            ])
          ))
      case .ageAtMost(let age):
        members.append(("last_event", .object([("age_at_most", .describing(duration: age))])))
      case .eventsAtLeast(let count):
        members.append(("events", .object([("at_least", .integer(count))])))
      }
    }
    return .object(members)
  }

  /// What the check asks of a table that these columns do not have: known before a log is read.
  func problems(in columns: [Column], columnMark: SpecMark?, fromMark: SpecMark?) -> [TableProblem]
  {
    guard case .cells(let table, let column, let row) = subject else { return [] }
    var problems = [
      TableProblem.number(column, of: table, columns, columnMark, purpose: "to be checked")
    ].compactMap { $0 }
    problems += row.problems(in: columns, of: table)
    for condition in conditions {
      guard case .drop(let drop) = condition, case .rowsBefore = drop.from else { continue }
      if row.dated(columns) == nil {
        problems.append(
          TableProblem(
            mark: fromMark,
            message: "`\(drop.from.text)` needs a column of dates in `row`, such as "
              + "{interval: last_complete}"))
      }
    }
    return problems
  }
}

extension RowSelection {
  /// The entry that rows are put in order by: the one with a word, else the first of a column of dates.
  package func dated(_ columns: [Column]) -> Entry? {
    word
      ?? entries.first { entry in
        columns.contains {
          $0.name == entry.column && ([.date, .dateTime].contains($0.kind) || $0.name == "cohort")
        }
      }
  }
}
