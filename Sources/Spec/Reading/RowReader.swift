import EventLog
import Tables
import Values

/// What goals and checks have in common: a table of some report, and rows of it.
struct RowReader {
  let context: SpecContext
  /// Tables of the reports by name, the names in order, and those of lists.
  private var heads: [String: TableOutline] = [:]
  private var stems: [String] = []
  private var lists: Set<String> = []
  /// Reports that could not be read, which is said already; nil where there is no section of them.
  private let unread: [String]?

  init(context: SpecContext, reports: [any ReportDefinition], unread: [String]? = []) {
    self.context = context
    self.unread = unread
    for report in reports {
      for head in report.outlines {
        stems.append(head.name)
        heads[head.name] = heads[head.name] ?? head
      }
      lists.formUnion(report.fileStems)
    }
    lists.subtract(stems)
  }

  /// The table by name, which must be one of numbers. `what`: "a goal".
  func table(_ mapping: inout SpecMapping, of what: String) -> String {
    guard let value = mapping.required("table"), let table = value.text() else { return "" }
    if lists.contains(table) {
      value.error("`\(table)` is a list of entities; \(what) is about a number in a table")
    } else if heads[table] == nil, !mayBeUnread(table) {
      value.error(
        "no report writes a table `\(table)`\(NearestName.hint(for: table, among: stems))")
    }
    return table
  }

  private func mayBeUnread(_ table: String) -> Bool {
    guard let unread else { return true }
    return unread.contains { table == $0 || table.hasPrefix($0 + ".") }
  }

  /// Nil when there is no such table, which is said already.
  func columns(of table: String) -> [Column]? {
    heads[table]?.columns
  }

  /// Columns and what the row must have in them. Dates can hang on the day of the run.
  func row(_ mapping: inout SpecMapping, in table: String) -> RowSelection {
    let entries = mapping.value("row")?.namedValues("the row's values") ?? []
    let columns = columns(of: table) ?? []
    return RowSelection(
      entries.compactMap { name, mark, value in
        // An empty text is a cell without a value.
        guard case .scalar(let text, let isPlain) = value.node.content else {
          if value.node.isNothing {
            return RowSelection.Entry(column: name, value: .text(""), mark: mark)
          }
          return value.expected("text")
        }
        if let word = RowSelection.Value.words[text] {
          return RowSelection.Entry(column: name, value: word, mark: mark)
        }
        let isDate = columns.contains { $0.name == name && $0.kind == .date } || name == "cohort"
        if isPlain, isDate, let expression = try? DateExpression.parse(text),
          expression.isRelative || !expression.steps.isEmpty,
          let date = context.date(expression, named: name, at: value.mark)
        {
          return RowSelection.Entry(column: name, value: .text(date.text), mark: mark)
        }
        return RowSelection.Entry(column: name, value: .text(text), mark: mark)
      })
  }
}
