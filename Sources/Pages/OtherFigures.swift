import Tables
import Values

/// Weekday by hour.
struct RhythmFigure {
  let table: Table
  let summary: Table?
  let title: String
  let words: Words

  var html: String {
    guard let grid else { return "" }
    var html = ""
    if let summary, let share = summary.numbers("share").first ?? nil {
      let even = (summary.numbers("even_share").first ?? nil).map(Figures.percent) ?? ""
      html +=
        "<p class=\"finding\">"
        + words(
          "<b>\(Figures.percent(share))</b> of events fall into working hours; evenly spread it would be \(even).",
          "<b>\(Figures.percent(share))</b> 的事件发生在工作时间；若均匀分布则为 \(even)。") + "</p>"
    }
    return html + grid.html("rhythm")
  }

  var grid: HeatGrid? {
    guard let weekday = table.column("weekday"), let hour = table.column("hour"),
      let events = table.column("events"), let share = table.column("share")
    else { return nil }
    var cells: [Int: (events: Int, share: Double)] = [:]
    for row in table.rows {
      guard let day = Figures.value(row[weekday]), let at = Figures.value(row[hour]) else {
        continue
      }
      cells[Int(day) * 24 + Int(at)] = (
        Int(Figures.value(row[events]) ?? 0), Figures.value(row[share]) ?? 0
      )
    }
    let top = cells.values.map(\.share).max() ?? 0
    let days = words(
      "Mon Tue Wed Thu Fri Sat Sun", "周一 周二 周三 周四 周五 周六 周日"
    ).split(separator: " ").map(String.init)
    return HeatGrid(
      title: title, corner: words("day", "星期"), hidesCorner: true, heads: (0..<24).map(String.init),
      rows: (1...7).map { day in
        HeatGrid.Row(
          name: days[day - 1],
          cells: (0..<24).map { hour in
            guard let cell = cells[day * 24 + hour], cell.events > 0, top > 0 else {
              return HeatGrid.Cell(text: "0")
            }
            return HeatGrid.Cell(
              text: Figures.short(Double(cell.events)),
              look: .value(HeatGrid.shade(cell.share, of: top)),
              hint: Figures.grouped(String(cell.events)))
          })
      })
  }
}

/// Stages of AARRR and VABS: the latest cohort whose number is final, with target and attainment, and
/// the rate of every cohort beside each other.
struct StagesFigure {
  let report: PageSource.Report
  let table: Table
  let title: String
  let words: Words

  var html: String {
    guard let grid else { return "" }
    return grid.html("stages") + "<p class=\"scale\">"
      + Markup.escaped(
        words(
          "Share of the cohort's base; of fewer than 30: n of m, uncoloured. * not over yet.",
          "占该批次基数的比例；不足 30 时以“人数 / 总数”表示，不着色。* 尚未结束。")) + "</p>"
  }

  var grid: HeatGrid? {
    guard table.column("interval") != nil, table.column("stage") != nil,
      let rate = table.column("rate")
    else { return nil }
    let shown = SeriesCharts.unique(table.texts("interval")).suffix(12)
    let state = table.column("state")
    let (stages, intervals) = (table.texts("stage"), table.texts("interval"))
    var rows: [String: [Cell]] = [:]
    for (number, row) in table.rows.enumerated() {
      rows["\(stages[number])\n\(intervals[number])"] = row
    }
    func text(_ row: [Cell]?, _ column: Int) -> HeatGrid.Cell {
      HeatGrid.Cell(text: row.map { Figures.shown($0[column], table.columns[column]) } ?? "")
    }
    // Targets stand beside the latest cohort whose number is final.
    let goals = table.column("target").flatMap { column in
      table.rows.contains { $0[column] != .empty }
        ? table.column("attainment").map { (column, $0) } : nil
    }
    let heads = goals == nil ? [] : [words("target", "目标"), words("attained", "达成")]
    return HeatGrid(
      title: title, corner: words("stage", "阶段"),
      heads: heads + Dates.short(Array(shown), of: report),
      rows: SeriesCharts.unique(stages).map { name in
        let cells = shown.map { rows["\(name)\n\($0)"] }
        let last = cells.compactMap { $0 }.last { row in
          row[rate] != .empty && state.map { row[$0] == .text("complete") } ?? true
        }
        return HeatGrid.Row(
          name: words.column(name),
          cells: (goals.map { [text(last, $0.0), text(last, $0.1)] } ?? [])
            + cells.map { $0.flatMap { cell($0, rate: rate, state: state) } })
      })
  }

  private func cell(_ row: [Cell], rate: Int, state: Int?) -> HeatGrid.Cell? {
    let isOpen = state.map { row[$0] == .text("partial") } ?? false
    let base = table.column("base").flatMap { Figures.value(row[$0]) } ?? .infinity
    if let share = Figures.value(row[rate]) {
      if base < 30, let reached = table.column("accounts") ?? table.column("entities") {
        return HeatGrid.Cell(
          text: "\(Figures.text(row[reached])) \(words("of", "/")) \(Int(base))", look: .few,
          isOpen: isOpen)
      }
      return HeatGrid.Cell(
        text: Figures.percent(share),
        look: .value(share <= 1 ? HeatGrid.shade(share, of: 1) : nil), isOpen: isOpen)
    }
    guard let value = table.column("value"), row[value] != .empty else { return nil }
    return HeatGrid.Cell(
      text: Figures.shown(row[value], table.columns[value]), look: .value(nil), isOpen: isOpen)
  }
}

/// Goals with their status in word and shape, and a bar of how much is attained.
struct GoalsFigure {
  let report: PageSource.Report
  let table: Table
  /// By `table.column`.
  let units: [String: String]
  let title: String
  let words: Words

  var html: String {
    var html = "<ul class=\"goals\">"
    for row in table.rows {
      let goal = table.column("goal").map { Figures.text(row[$0]) } ?? ""
      let unit = unit(of: goal)
      func text(_ name: String) -> String {
        guard let column = table.column(name) else { return "" }
        if unit == "fraction", let value = Figures.value(row[column]) {
          return CellText.shown(.number(value), unit: unit)
        }
        return Markup.text(Figures.shown(row[column], table.columns[column]))
      }
      let status = table.column("status").map { Figures.text(row[$0]) } ?? ""
      let attained = table.column("attainment").flatMap { Figures.value(row[$0]) }
      html += "<li><span class=\"status st-\(Markup.anchor(status))\"><span aria-hidden=\"true\">"
      html += "\(Words.shape(status))</span> \(Markup.text(words.status(status)))</span>"
      html += "<strong>\(text("goal"))</strong>"
      html += "<span class=\"meter\" aria-hidden=\"true\"><b style=\"width:"
      html += "\(Figures.point(min(1, max(0, attained ?? 0)) * 100))%\"></b></span>"
      html += "<small>\(Markup.escaped(words("now", "当前"))) \(text("actual"))"
      html += " · \(Markup.escaped(words("target", "目标"))) \(text("target"))"
      html += " · \(Markup.escaped(words("by", "截止"))) \(text("stage_by"))</small></li>"
    }
    return html + "</ul>"
  }
}

extension GoalsFigure {
  /// Of the column that a goal is about.
  private func unit(of goal: String) -> String {
    let definition = report.definition.elements?.first { $0["name"]?.string == goal }
    guard let table = definition?["table"]?.string, let column = definition?["column"]?.string
    else {
      return ""
    }
    return units["\(table).\(column)"] ?? ""
  }
}

/// Checks of the night.
struct ChecksFigure {
  let table: Table
  let title: String
  let words: Words

  var html: String {
    var html = "<ul class=\"goals checks\">"
    for row in table.rows {
      func text(_ name: String) -> String {
        table.column(name).map { Markup.text(Figures.text(row[$0])) } ?? ""
      }
      let status = table.column("status").map { Figures.text(row[$0]) } ?? ""
      html += "<li><span class=\"status st-\(Markup.anchor(status))\"><span aria-hidden=\"true\">"
      html += "\(Words.shape(status))</span> \(Markup.text(words.status(status)))</span>"
      html +=
        "<strong>\(text("check"))</strong><code>\(text("condition"))</code>"
      html += "<small>\(text("message"))</small></li>"
    }
    return html + "</ul>"
  }
}
