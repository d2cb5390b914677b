import ArgumentParser
import Pipeline
import Spec
import System
import Tables
import Values

/// How a one-off table goes to stdout.
struct PrintOptions: ParsableArguments {
  @Flag(help: "JSON with the definition, columns and rows.") var json = false
  @Flag(help: "CSV, also in a terminal.") var csv = false
  @Flag(help: "One JSON object a row.") var ndjson = false

  @Flag(help: "In a terminal, of cohorts a row for each period, not a row for each cohort.")
  var long = false

  @Option(help: "Colours in a table: auto, always or never.") var color = ColorMode.auto

  func validate() throws {
    if [json, csv, ndjson].count(where: { $0 }) > 1 {
      throw ValidationError("--json, --csv and --ndjson exclude each other.")
    }
  }

  /// Aligned in a terminal, CSV in a pipe, or as asked.
  func show(
    _ tables: [Table], of definition: any ReportDefinition, calendar: CalendarSpec,
    emphasis: [String: TerminalTableWriter.Emphasis]
  ) {
    guard let table = tables.first else { return }
    var sink = ArraySink()
    if json {
      TableJSONWriter(
        report: table.name, definition: definition.fullDescription(calendar: calendar),
        columns: table.columns
      ).write(table.rows, to: &sink)
    } else if ndjson {
      NDJSONWriter(columns: table.columns).write(table.rows, to: &sink)
    } else if csv || !(StandardStream.output.isTerminal || color == .always) {
      CSVWriter(columns: table.columns).write(table.rows, to: &sink)
    } else {
      let triangle = long ? nil : tables.first { $0.name == "\(table.name).matrix" }
      var writer = TerminalTableWriter(
        width: StandardStream.output.terminalWidth, color: color.isOn,
        emphasis: triangle.map(Self.heat) ?? emphasis)
      if let triangle {
        writer.marks = Self.partial(table, in: triangle)
        writer.markNote = " the period is not over, or not for all of the cohort"
      }
      StandardStream.output.write(writer.text(triangle.map(Self.narrow) ?? table))
      return
    }
    let stream = StandardStream.output
    stream.write(stream.isTerminal ? ShownText.escaped(lines: sink.text) : sink.text)
  }
}

/// The triangle of cohorts and periods.
extension PrintOptions {
  private static let period = "period_"

  /// With the periods' numbers for names.
  private static func narrow(_ matrix: Table) -> Table {
    var table = matrix
    for index in table.columns.indices where table.columns[index].name.hasPrefix(period) {
      table.columns[index].name.removeFirst(period.count)
    }
    return table
  }

  /// The matrix's cells that can still change, by row; `table` has a row for each of its rates.
  private static func partial(_ table: Table, in matrix: Table) -> [Int: Set<Int>] {
    guard let state = table.columns.firstIndex(where: { $0.name == "state" }) else { return [:] }
    let rates = matrix.columns.indices.filter { matrix.columns[$0].name.hasPrefix(period) }
    guard table.rows.count == matrix.rows.count * rates.count else { return [:] }
    var marks: [Int: Set<Int>] = [:]
    for (index, row) in table.rows.enumerated() where row[state] == .text("partial") {
      let (cohort, rate) = index.quotientAndRemainder(dividingBy: rates.count)
      marks[cohort, default: []].insert(rates[rate])
    }
    return marks
  }

  private static func heat(_ matrix: Table) -> [String: TerminalTableWriter.Emphasis] {
    let periods = narrow(matrix).columns.filter { $0.unit == "fraction" }
    return Dictionary(periods.map { ($0.name, .heat) }) { first, _ in first }
  }
}

/// `--color`.
enum ColorMode: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never

  /// NO_COLOR, as https://no-color.org has it: set and not empty.
  static var isUnwanted: Bool { Machine.environment("NO_COLOR").map { !$0.isEmpty } ?? false }

  var isOn: Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto: StandardStream.output.takesCommands && !Self.isUnwanted
    }
  }
}
