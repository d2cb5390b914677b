import EventLog
import Tables
import Values

/// The `checks` section: a list of conditions on cells of tables and on sources.
struct ChecksReader {
  let context: SpecContext
  let rows: RowReader
  /// Names of the sources that are read.
  let sources: [String]
  private var names: Set<String> = []

  /// - Parameter unread: reports that could not be read; nil where there is no section of them.
  init(
    context: SpecContext, reports: [any ReportDefinition], unread: [String]?, sources: [String]
  ) {
    self.context = context
    self.sources = sources
    rows = RowReader(context: context, reports: reports, unread: unread)
  }

  private static let checksMax = 1000

  mutating func read(_ section: SpecValue) -> [CheckSpec] {
    var checks: [CheckSpec] = []
    let items = section.list(of: "checks") ?? []
    if items.count > Self.checksMax {
      section.error("`checks` has at most \(Self.checksMax) checks, not \(items.count)")
      return []
    }
    for item in items {
      if let check = item.mapping("a check", { check(&$0) }) { checks.append(check) }
    }
    return checks
  }

  private mutating func check(_ check: inout SpecMapping) -> CheckSpec {
    let name = check.required("name")
    let nameText = name?.text() ?? ""
    if let name, !nameText.isEmpty, !names.insert(nameText).inserted {
      name.error("another check is named `\(nameText)`")
    }
    if check.has("source") { return source(&check, nameText) }
    // `table` is named where neither is given.
    let table = rows.table(&check, of: "a check")
    let column = check.required("column")
    let row = rows.row(&check, in: table)
    var conditions: [CheckSpec.Condition] = []
    if let limit = check.value("at_least")?.limit() { conditions.append(.atLeast(limit)) }
    if let limit = check.value("at_most")?.limit() { conditions.append(.atMost(limit)) }
    let drop = check.value("drop")
    if let read = drop?.mapping("`drop`", { Self.drop(&$0) }), let read {
      conditions.append(.drop(read))
    }
    let isGiven = ["at_least", "at_most", "drop"].contains { check.has($0) }
    if !isGiven {
      context.error(check.mark, "a check of a table needs `at_least`, `at_most` or `drop`")
    }
    let spec = CheckSpec(
      name: nameText, subject: .cells(table: table, column: column?.text() ?? "", row: row),
      conditions: conditions)
    if let column, let columns = rows.columns(of: table) {
      let problems = spec.problems(
        in: columns, columnMark: column.mark, fromMark: drop?.mark(of: "from"))
      for problem in problems { context.error(problem.mark ?? check.mark, problem.message) }
    }
    return spec
  }

  private func source(_ check: inout SpecMapping, _ name: String) -> CheckSpec {
    let value = check.required("source")
    let source = value?.text() ?? ""
    if let value, !source.isEmpty, !sources.contains(source) {
      value.error("no source is named `\(source)`\(NearestName.hint(for: source, among: sources))")
    }
    var conditions: [CheckSpec.Condition] = []
    let age = check.mapping("last_event", "`last_event`") {
      $0.required("age_at_most")?.duration()
    }
    if let age, let age { conditions.append(.ageAtMost(age)) }
    let events = check.mapping("events", "`events`") {
      $0.required("at_least")?.integer(in: 1...1_000_000_000_000)
    }
    if let events, let events { conditions.append(.eventsAtLeast(events)) }
    if !check.has("last_event"), !check.has("events") {
      context.error(check.mark, "a check of a source needs `last_event` or `events`")
    }
    return CheckSpec(name: name, subject: .source(source), conditions: conditions)
  }

  private static func drop(_ drop: inout SpecMapping) -> CheckSpec.Drop? {
    let atMost = drop.required("at_most")?.share()
    let from = drop.required("from")?.reference()
    guard let atMost, let from else { return nil }
    return CheckSpec.Drop(atMost: atMost, from: from)
  }
}

extension SpecValue {
  /// 0 to 1.
  fileprivate func share() -> ExactDecimal? {
    let what = "a share such as 20% or 0.2, of at most 4 decimals of a percent"
    guard case .scalar(let text, _) = node.content,
      let share = ExactDecimal.ofPercent(text) ?? ExactDecimal.parse(text), share.scale <= 6,
      DecimalSum(share) >= .zero, DecimalSum(share) <= DecimalSum(1)
    else { return expected(what) }
    return share
  }

  fileprivate func reference() -> CheckSpec.Drop.Reference? {
    let what = "`replaced` or such as `7 rows before`"
    guard case .scalar(let text, _) = node.content else { return expected(what) }
    if text == "replaced" { return .replaced }
    let words = text.split(separator: " ")
    guard words.count == 3, words[1] == "row" || words[1] == "rows", words[2] == "before",
      words[0].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let count = Int(words[0]), (1...100_000).contains(count)
    else { return expected(what) }
    return .rowsBefore(count)
  }
}
