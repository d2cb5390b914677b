import Tables
import Values

/// A retention table as people read it: cohorts down, periods across, the deeper the more came back.
///
/// Colours run from 0 to the largest rate of periods from 1 on, rounded up to 5 %, in seven steps of
/// one hue; period 0 has none. A rate of fewer than 30 is told as `n of m`, uncoloured; a cell that
/// is not final has a dashed border and `*`; what was not observed is blank.
struct RetentionFigure {
  struct Cohort {
    var name: String
    var size: Int?
    var cells: [RetentionCell?]
  }

  struct RetentionCell {
    var eligible: Int
    var returned: Int?
    var rate: Double?
    var isPartial: Bool
  }

  let title: String
  let id: String
  let words: Words
  /// `all` first.
  private(set) var cohorts: [Cohort] = []
  private(set) var periods: [Int] = []
  private(set) var top = 0.05

  private let report: PageSource.Report

  init?(_ table: Table, of report: PageSource.Report, title: String, id: String, words: Words) {
    self.report = report
    self.title = title
    self.id = id
    self.words = words
    guard let cohort = table.column("cohort"), let period = table.column("period"),
      let size = table.column("size"), let eligible = table.column("eligible"),
      let returned = table.column("returned"), let rate = table.column("rate")
    else { return nil }
    let state = table.column("state")
    var byName: [String: Int] = [:]
    let numbers = Set(table.rows.compactMap { Figures.value($0[period]).map { Int($0) } }).sorted()
    periods = Array(numbers.prefix(Self.periodsMax))
    let places = Dictionary(uniqueKeysWithValues: periods.enumerated().map { ($1, $0) })
    for row in table.rows {
      let name = Figures.text(row[cohort])
      guard let number = Figures.value(row[period]), let place = places[Int(number)] else {
        continue
      }
      if byName[name] == nil {
        byName[name] = cohorts.count
        cohorts.append(
          Cohort(name: name, size: nil, cells: Array(repeating: nil, count: periods.count)))
      }
      let index = byName[name]!
      if cohorts[index].size == nil {
        cohorts[index].size = Figures.value(row[size]).map { Int($0) }
      }
      cohorts[index].cells[place] = RetentionCell(
        eligible: Int(Figures.value(row[eligible]) ?? 0),
        returned: Figures.value(row[returned]).map { Int($0) }, rate: Figures.value(row[rate]),
        isPartial: state.map { row[$0] == .text("partial") } ?? false)
    }
    if let all = cohorts.firstIndex(where: { $0.name == "all" }) {
      cohorts.insert(cohorts.remove(at: all), at: 0)
    }
    let largest =
      cohorts.flatMap { zip(periods, $0.cells) }.compactMap { period, cell -> Double? in
        guard let cell, period > 0, cell.eligible >= Self.coloured else { return nil }
        return cell.rate
      }.max() ?? 0
    top = min(1, max(0.05, (largest * 20).rounded(.up) / 20))
  }

  var html: String {
    var html = "<div class=\"heat\"><fieldset class=\"switch\"><legend class=\"sr\">"
    html += Markup.escaped(words("Show as", "显示为")) + "</legend>"
    html += "<label><input type=\"radio\" name=\"\(id)-unit\" class=\"u-rate\" checked> "
    html += Markup.escaped(words("percent", "百分比"))
    html += "</label><label><input type=\"radio\" name=\"\(id)-unit\" class=\"u-people\"> "
    html += Markup.escaped(words("people", "人数")) + "</label></fieldset>" + grid.html()
    return html + legend(hidden: cohorts.count - grid.rows.count) + "</div>"
  }

  /// The latest cohorts, below the whole.
  var grid: HeatGrid {
    let shown =
      cohorts.count <= Self.cohortsMax ? cohorts : [cohorts[0]] + cohorts.suffix(Self.cohortsMax)
    return HeatGrid(
      title: title, corner: words("cohort", "批次"), heads: periods.map(String.init),
      rows: shown.map { cohort in
        HeatGrid.Row(
          name: self.shown(cohort.name),
          note: cohort.size.map { Figures.grouped(String($0)) }, isWhole: cohort.name == "all",
          cells: zip(periods, cohort.cells).map { cell($1, $0) })
      })
  }

  private func shown(_ cohort: String) -> String {
    cohort == "all" ? words("all", "全部") : Dates.short([cohort], of: report)[0]
  }

  private func cell(_ cell: RetentionCell?, _ period: Int) -> HeatGrid.Cell? {
    guard let cell, let returned = cell.returned else { return nil }
    guard let rate = cell.rate, cell.eligible >= Self.coloured else {
      return HeatGrid.Cell(
        text: "\(returned) \(words("of", "/")) \(cell.eligible)", look: .few,
        isOpen: cell.isPartial)
    }
    return HeatGrid.Cell(
      text: Figures.percent(rate), people: Figures.grouped(String(returned)),
      look: .value(period == 0 ? nil : HeatGrid.shade(rate, of: top)), isOpen: cell.isPartial)
  }

  private func legend(hidden: Int) -> String {
    var html = "<p class=\"scale\"><span class=\"ramp\" aria-hidden=\"true\">"
    for step in 1...7 { html += "<b class=\"s\(step)\"></b>" }
    html += "</span>0–\(Figures.percent(top)). "
    html += Markup.escaped(
      words(
        "* not over yet. Fewer than 30: n of m, uncoloured. Blank: not observed yet.",
        "* 尚未结束。不足 30 人：以“人数 / 总数”表示，不着色。空白：尚未观察到。"))
    if hidden > 0 {
      html +=
        " "
        + Markup.escaped(
          words("\(hidden) earlier cohorts are in the file.", "更早的 \(hidden) 个批次见文件。"))
    }
    return html + "</p>"
  }

  /// All in one, the last three that are over named, the others for company.
  var curves: LineChart {
    var series: [Series] = []
    func line(_ cohort: Cohort, _ role: Series.Role, named: Bool) -> Series {
      Series(
        name: shown(cohort.name),
        values: zip(periods, cohort.cells).map { period, cell in
          guard let cell, cell.eligible > 0, period > 0 || periods.count == 1 else { return nil }
          return cell.rate
        },
        role: role,
        partial: Set(cohort.cells.indices.filter { cohort.cells[$0]?.isPartial ?? false }),
        isNamed: named)
    }
    if let all = cohorts.first, all.name == "all" { series.append(line(all, .main, named: true)) }
    let others = cohorts.drop(while: { $0.name == "all" }).suffix(Self.cohortsMax)
    // A line needs three points to be worth a name.
    let whole = others.filter { cohort in
      cohort.cells.dropFirst().count { ($0.map { !$0.isPartial && $0.rate != nil }) ?? false } >= 3
        && (cohort.size ?? 0) >= Self.coloured
    }
    let named = whole.suffix(3).map(\.name)
    let roles: [Series.Role] = [.second, .third, .fourth]
    for (place, name) in named.reversed().enumerated() {
      guard let cohort = others.first(where: { $0.name == name }) else { continue }
      series.append(line(cohort, roles[place], named: true))
    }
    for cohort in whole where !named.contains(cohort.name) {
      series.append(line(cohort, .grey, named: false))
    }
    return LineChart(
      title: title.capitalizedFirst + words(": curves", "：曲线"), labels: periods.map(String.init),
      series: series,
      isFraction: true)
  }

  private static let coloured = 30
  private static let periodsMax = 60
  private static let cohortsMax = 40
}
