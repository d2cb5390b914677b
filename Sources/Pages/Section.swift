import Tables
import Values

/// One report on the page: a figure, its definition, its numbers.
struct Section {
  let report: PageSource.Report
  let words: Words
  let lists: PageOptions.Lists
  /// Units of columns by table and column, for goals about them.
  var units: [String: String] = [:]

  var id: String { Markup.anchor(report.name) }

  /// The figures of the section: `--figures` writes each to a file of its own.
  var figures: [FigureFile.Figure] {
    guard let whole = report.whole ?? report.groups.first?.table, !whole.rows.isEmpty else {
      return []
    }
    var found: [FigureFile.Figure] = []
    func add(_ svg: String?, _ title: String = "", as role: String = "", keys: [Key] = []) {
      guard let svg, !svg.isEmpty else { return }
      let name = report.title.capitalizedFirst
      found.append(
        FigureFile.Figure(
          name: role.isEmpty ? report.name : "\(report.name).\(role)",
          title: title.isEmpty || title.hasPrefix(name)
            ? title.isEmpty ? name : title
            : words("\(name): \(title)", "\(name)：\(title)"),
          svg: svg, keys: keys))
    }
    switch report.type {
    case "retention":
      add(
        RetentionFigure(whole, of: report, title: report.title, id: id, words: words)?.grid.svg)
    case "funnel":
      let figure = FunnelFigure(table: whole, title: report.title, words: words)
      add(figure.svg(width: 760), keys: figure.keys)
    case "double_funnel":
      let figure = DoubleFunnelFigure(
        table: whole, link: report.table("link"), title: report.title, words: words)
      add(
        figure.svg(width: 900),
        keys: [("b1", words("accounts", "客户")), ("b4", words("users", "用户"))])
      add(
        figure.links?.svg, words("users by the step of their account", "按客户步骤统计的用户"),
        as: "link")
    case "rhythm":
      add(RhythmFigure(table: whole, summary: nil, title: report.title, words: words).grid?.svg)
    case "aarrr", "vabs":
      add(StagesFigure(report: report, table: whole, title: report.title, words: words).grid?.svg)
    default: break
    }
    for chart in charts(whole) {
      add(chart.svg(760), chart.title, as: chart.role, keys: chart.keys)
    }
    return found
  }

  /// A class that colours, and what it stands for.
  typealias Key = (kind: String, name: String)

  var html: String {
    var html = "<section id=\"\(id)\" class=\"report\"><h2>"
    html +=
      "\(Markup.text(report.title.capitalizedFirst)) <span class=\"type\">\(Markup.text(report.type))</span></h2>"
    if let about = report.about {
      html += "<p class=\"about\">\(Markup.escaped(ShownText.escaped(about)))</p>"
    }
    let sentence = words.sentence(report)
    if !sentence.isEmpty { html += "<p class=\"lead\">\(Markup.text(sentence))</p>" }
    html += content
    return html + details + "</section>"
  }

  private var content: String {
    if report.tables.first?.rows.isEmpty ?? true {
      return "<p class=\"empty\">"
        + Markup.escaped(words("No rows: no event fits.", "没有数据：没有符合条件的事件。")) + "</p>"
    }
    let whole = report.whole.map { figure($0, title: report.title, id: id) } ?? ""
    let groups = report.groups
    if groups.isEmpty { return whole }
    let by = report.breakdown.joined(separator: ", ")
    var html = whole + "<h3>\(Markup.escaped(words("By", "按"))) \(Markup.text(by))</h3>"
    let ranked = ranked(groups)
    html += "<div class=\"multiples\">" + ranked.prefix(8).map(multiple).joined() + "</div>"
    if ranked.count > 8 {
      html += "<details><summary>"
      html += Markup.escaped(words("\(ranked.count - 8) more", "另外 \(ranked.count - 8) 个"))
      html += "</summary><div class=\"multiples\">"
      html += ranked.dropFirst(8).prefix(92).map(multiple).joined() + "</div></details>"
    }
    return html
  }

  private func multiple(_ group: (name: String, table: Table)) -> String {
    let name = group.name.isEmpty ? words("(no value)", "（无值）") : group.name
    if report.type == "funnel" {
      return "<figure class=\"small\">"
        + FunnelFigure(table: group.table, title: name, words: words).html
        + "</figure>"
    }
    let charts = charts(group.table).prefix(1).map { $0.svg(340) }.joined()
    if charts.isEmpty { return numbers(group.table, title: name) }
    return "<figure class=\"small\"><figcaption>\(Markup.text(name))</figcaption>\(charts)</figure>"
  }

  /// The largest first: by the first count of their rows.
  private func ranked(
    _ groups: [(name: String, table: Table)]
  ) -> [(name: String, table: Table)] {
    func size(_ table: Table) -> Double {
      let name = ["reached", "size", "active", "orders", "events", "end_accounts", "members"]
        .first { table.column($0) != nil }
      return name.map { table.numbers($0).compactMap { $0 }.max() ?? 0 } ?? Double(table.rows.count)
    }
    return groups.enumerated().sorted {
      (size($1.element.table), $0.offset) < (size($0.element.table), $1.offset)
    }.map(\.element)
  }

  private func figure(_ table: Table, title: String, id: String) -> String {
    switch report.type {
    case "retention":
      guard let figure = RetentionFigure(table, of: report, title: title, id: id, words: words)
      else { break }
      return figure.html + drawn(figure.curves)
    case "funnel": return FunnelFigure(table: table, title: title, words: words).html
    case "double_funnel":
      return DoubleFunnelFigure(
        table: table, link: report.table("link"), title: title, words: words
      ).html
    case "accounts":
      return AccountsFigure(report: report, table: table, words: words, lists: lists).html
    case "rhythm":
      return RhythmFigure(
        table: table, summary: report.table("summary"), title: title, words: words
      ).html
    case "aarrr", "vabs":
      return StagesFigure(report: report, table: table, title: title, words: words).html
    case "goals":
      return GoalsFigure(report: report, table: table, units: units, title: title, words: words)
        .html
    case "checks": return ChecksFigure(table: table, title: title, words: words).html
    default: break
    }
    return charts(table).map { chart in
      "<figure><figcaption>\(Markup.text(chart.title))</figcaption>\(chart.legend)"
        + "\(chart.svg(760))\(chart.svg(340))</figure>"
    }.joined()
  }

  private func drawn(_ chart: LineChart) -> String {
    "<figure><figcaption>\(Markup.text(chart.title))</figcaption>\(chart.svg(width: 760))"
      + "\(chart.svg(width: 340))</figure>"
  }

  struct Chart {
    var title: String
    /// Behind the report's name in the name of the file; none for its main figure.
    var role = ""
    var keys: [Key] = []
    var svg: (Double) -> String

    /// What the shades mean.
    var legend: String {
      if keys.isEmpty { return "" }
      let items = keys.map {
        "<li><span class=\"key \($0.kind)\" aria-hidden=\"true\"></span>\(Markup.text($0.name))</li>"
      }
      return "<ul class=\"legend\">\(items.joined())</ul>"
    }
  }

  private func charts(_ table: Table) -> [Chart] {
    SeriesCharts(report: report, table: table, words: words, id: id).charts
  }

  /// The definition in full, and the numbers.
  private var details: String {
    var html = "<details class=\"more\"><summary>"
    html +=
      Markup.escaped(words("Definition", "定义"))
      + "<span class=\"sr\"> \(Markup.text(report.title))</span>"
    html += "</summary><pre tabindex=\"0\">"
    // The writer of JSON escapes controls; line ends are its own.
    let lines = String(decoding: JSONWriter.pretty(report.definition), as: UTF8.self)
      .split(separator: "\n")
    html += lines.map { Markup.text(String($0)) }.joined(separator: "\n")
    html += "</pre></details>"
    if report.type == "accounts" { return html }
    for table in report.tables where !table.rows.isEmpty && !table.name.hasSuffix(".people") {
      html += numbers(table, title: table.name)
    }
    return html
  }

  /// A table as it is, its first rows.
  private func numbers(_ table: Table, title: String) -> String {
    let wide = table.columns.count >= 10 ? " wide" : ""
    var html = "<details class=\"numbers\(wide)\"><summary>"
    html += Markup.escaped(words("Numbers", "数据")) + ": \(Markup.text(title))"
    html += "</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\""
    html += Markup.attribute("aria-label", title) + "><table class=\"plain\"><caption>"
    html += Markup.text(title) + "</caption><thead><tr>"
    for column in table.columns {
      html += "<th scope=\"col\"\(column.kind.isNumeric ? " class=\"n\"" : "")"
      html += Markup.attribute("title", column.description) + ">\(Markup.text(column.name))"
      html += (column.currency.map { " <small>\(Markup.text($0))</small>" } ?? "") + "</th>"
    }
    html += "</tr></thead><tbody>"
    for row in table.rows.prefix(Self.rowsMax) {
      html += "<tr>"
      for (index, cell) in row.enumerated() {
        let column = table.columns[index]
        let text = Markup.text(Figures.shown(cell, column))
        if index == 0 {
          html += "<th scope=\"row\">\(text)</th>"
        } else {
          html += column.kind.isNumeric ? "<td class=\"n\">\(text)</td>" : "<td>\(text)</td>"
        }
      }
      html += "</tr>"
    }
    html += "</tbody></table></div>"
    if table.rows.count > Self.rowsMax {
      let more = table.rows.count - Self.rowsMax
      html += "<p class=\"scale\">"
      html += Markup.text(
        words("\(more) more rows: \(table.name).csv", "另有 \(more) 行：\(table.name).csv"))
      html += "</p>"
    }
    return html + "</details>"
  }

  private static let rowsMax = 250
}

extension Column.Kind {
  var isNumeric: Bool {
    switch self {
    case .integer, .number, .decimal: true
    case .text, .label, .date, .dateTime, .boolean: false
    }
  }
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
