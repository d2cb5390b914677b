import Tables
import Values

/// Weekday by hour.
struct RhythmFigure {
  let table: Table
  let summary: Table?
  let title: String
  let words: Words

  var html: String {
    guard let weekday = table.column("weekday"), let hour = table.column("hour"),
      let events = table.column("events"), let share = table.column("share")
    else { return "" }
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
    ).split(separator: " ")
    var html = ""
    if let summary, let share = summary.numbers("share").first ?? nil {
      let even = (summary.numbers("even_share").first ?? nil).map(Figures.percent) ?? ""
      html +=
        "<p class=\"finding\">"
        + words(
          "<b>\(Figures.percent(share))</b> of events fall into working hours; evenly spread it would be \(even).",
          "<b>\(Figures.percent(share))</b> 的事件发生在工作时间；若均匀分布则为 \(even)。") + "</p>"
    }
    html +=
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\"\(Markup.attribute("aria-label", title))>"
    html += "<table class=\"matrix rhythm\"><caption>\(Markup.text(title))</caption><thead><tr>"
    html += "<th scope=\"col\"><span class=\"sr\">\(Markup.escaped(words("day", "星期")))</span></th>"
    for hour in 0..<24 { html += "<th scope=\"col\">\(hour)</th>" }
    html += "</tr></thead><tbody>"
    for day in 1...7 {
      html += "<tr><th scope=\"row\">\(days[day - 1])</th>"
      for hour in 0..<24 {
        guard let cell = cells[day * 24 + hour], cell.events > 0, top > 0 else {
          html += "<td>0</td>"
          continue
        }
        let step = min(7, max(1, Int((cell.share / top * 7).rounded(.up))))
        html += "<td class=\"v s\(step)\" title=\"\(Figures.grouped(String(cell.events)))\">"
        html += "\(Figures.short(Double(cell.events)))</td>"
      }
      html += "</tr>"
    }
    return html + "</tbody></table></div>"
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
    guard let interval = table.column("interval"), let stage = table.column("stage"),
      let rate = table.column("rate")
    else { return "" }
    let stages = SeriesCharts.unique(table.texts("stage"))
    let intervals = SeriesCharts.unique(table.texts("interval"))
    let shown = intervals.suffix(12)
    let state = table.column("state")
    let target = table.column("target")
    let attainment = table.column("attainment")
    let value = table.column("value")
    let base = table.column("base")
    let reached = table.column("accounts") ?? table.column("entities")
    var rows: [String: [Cell]] = [:]
    for row in table.rows {
      rows["\(Figures.text(row[stage]))\n\(Figures.text(row[interval]))"] = row
    }
    let hasTarget = target.map { column in table.rows.contains { $0[column] != .empty } } ?? false
    var html =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\"\(Markup.attribute("aria-label", title))>"
    html += "<table class=\"matrix stages\"><caption>\(Markup.text(title))</caption><thead><tr>"
    html += "<th scope=\"col\">\(Markup.escaped(words("stage", "阶段")))</th>"
    if hasTarget {
      html += "<th scope=\"col\">\(Markup.escaped(words("target", "目标")))</th><th scope=\"col\">"
      html += "\(Markup.escaped(words("attained", "达成")))</th>"
    }
    for name in Dates.short(Array(shown), of: report) {
      html += "<th scope=\"col\">\(Markup.text(name))</th>"
    }
    html += "</tr></thead><tbody>"
    for name in stages {
      html += "<tr><th scope=\"row\">\(Markup.text(name))</th>"
      let last = shown.last { key in
        rows["\(name)\n\(key)"].map { row in
          row[rate] != .empty && (state.map { row[$0] == .text("complete") } ?? true)
        } ?? false
      }.flatMap { rows["\(name)\n\($0)"] }
      if hasTarget, let target, let attainment {
        html +=
          "<td>\(last.map { Markup.text(Figures.shown($0[target], table.columns[target])) } ?? "")</td>"
        html +=
          "<td>\(last.map { Markup.text(Figures.shown($0[attainment], table.columns[attainment])) } ?? "")</td>"
      }
      for key in shown {
        guard let row = rows["\(name)\n\(key)"] else {
          html += "<td></td>"
          continue
        }
        let isPartial = state.map { row[$0] == .text("partial") } ?? false
        let open = isPartial ? " open" : ""
        let star = isPartial ? "<i>*</i>" : ""
        let base = base.flatMap { Figures.value(row[$0]) } ?? .infinity
        if Figures.value(row[rate]) != nil, base < 30, let reached {
          html += "<td class=\"few\(open)\">\(Markup.text(Figures.text(row[reached]))) "
          html += "\(Markup.escaped(words("of", "/"))) \(Int(base))\(star)</td>"
        } else if let share = Figures.value(row[rate]) {
          let step = share <= 1 ? " s\(min(7, max(1, Int((share * 7).rounded(.up)))))" : ""
          html += "<td class=\"v\(step)\(open)\">\(Figures.percent(share))\(star)</td>"
        } else if let value, row[value] != .empty {
          html +=
            "<td class=\"v\(open)\">\(Markup.text(Figures.shown(row[value], table.columns[value])))\(star)</td>"
        } else {
          html += "<td></td>"
        }
      }
      html += "</tr>"
    }
    html += "</tbody></table></div><p class=\"scale\">"
    html += Markup.escaped(
      words(
        "Share of the cohort's base; of fewer than 30: n of m, uncoloured. * not over yet.",
        "占该批次基数的比例；不足 30 时以“人数 / 总数”表示，不着色。* 尚未结束。"))
    return html + "</p>"
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
