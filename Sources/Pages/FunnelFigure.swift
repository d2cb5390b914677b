import Tables
import Values

/// A funnel as a table with bars: counts first, both rates, times; who may still come (`open`) and
/// who is lost (`dropped`) as segments of their own.
struct FunnelFigure {
  let table: Table
  let title: String
  let words: Words

  /// One bar for each step, as long as its share of the first; what the step before lost or may still
  /// send stands beside it, hatched and blank.
  var html: String {
    let names = table.texts("name")
    let reached = table.numbers("reached")
    guard let start = reached.first ?? nil, names.count == reached.count else { return "" }
    let open = table.numbers("open")
    let dropped = table.numbers("dropped")
    let matured = table.numbers("matured")
    var html = "<div class=\"scroll\" tabindex=\"0\" role=\"region\""
    html += Markup.attribute("aria-label", title) + "><table class=\"funnel\"><caption>"
    html += Markup.text(title) + "</caption><thead><tr>"
    var heads = [
      words("step", "步骤"), words("reached", "到达"), words("of start", "占首步"),
      words("of step before", "占上一步"), words("median time", "时间中位数"), words("dropped", "流失"),
      words("open", "未定"),
    ]
    if !matured.isEmpty { heads.append(words("rate, window closed", "窗口已关闭的比率")) }
    for head in heads { html += "<th scope=\"col\">\(Markup.escaped(head))</th>" }
    html += "</tr></thead><tbody>"
    func cell(_ name: String, _ row: Int) -> String {
      guard let column = table.column(name) else { return "" }
      return Markup.text(Figures.shown(table.rows[row][column], table.columns[column]))
    }
    func segment(_ role: String, _ count: Double?) -> String {
      guard let count, count > 0, start > 0 else { return "" }
      return "<b class=\"\(role)\" style=\"width:\(Figures.point(count / start * 100))%\"></b>"
    }
    for row in table.rows.indices {
      html +=
        "<tr><th scope=\"row\"><span class=\"step\">\(row + 1)</span> \(Markup.text(names[row]))"
      html += "<span class=\"bars\" aria-hidden=\"true\">\(segment("reached", reached[row]))"
      if row > 0, row < open.count { html += segment("open", open[row]) }
      if row > 0, row < dropped.count { html += segment("dropped", dropped[row]) }
      html += "</span></th><td class=\"strong\">\(cell("reached", row))</td>"
      html += "<td>\(cell("rate_from_start", row))</td><td>\(cell("rate_from_previous", row))</td>"
      html += "<td>\(cell("median_seconds", row))</td><td>\(cell("dropped", row))</td>"
      html += "<td>\(cell("open", row))</td>"
      if !matured.isEmpty { html += "<td>\(cell("matured", row))</td>" }
      html += "</tr>"
    }
    html +=
      "</tbody></table></div><p class=\"scale\"><span class=\"key reached\" aria-hidden=\"true\">"
    html +=
      "</span>\(Markup.escaped(words("reached", "到达"))) <span class=\"key open\" aria-hidden=\"true\">"
    html += "</span>\(Markup.escaped(words("open: may still come", "未定：仍可能到达"))) "
    html += "<span class=\"key dropped\" aria-hidden=\"true\"></span>"
    return html + Markup.escaped(words("dropped: window closed", "流失：窗口已关闭")) + "</p>"
  }

  /// The same as a picture of its own.
  func svg(width: Double) -> String {
    let names = table.texts("name")
    let reached = table.numbers("reached")
    guard let start = reached.first ?? nil, start > 0 else { return "" }
    var svg = ""
    for (row, name) in names.enumerated() {
      let value = reached[row] ?? 0
      let y = Double(row) * 46 + 8
      let share = value / start
      svg +=
        "<text class=\"name\" x=\"8\" y=\"\(Figures.point(y + 12))\">\(Markup.text(name))</text>"
      svg += "<rect class=\"bar b1\" x=\"8\" y=\"\(Figures.point(y + 18))\" height=\"16\" width=\""
      svg += "\(Figures.point(max(1, (width - 150) * share)))\"/><text class=\"tick\" x=\""
      svg += "\(Figures.point(16 + (width - 150) * share))\" y=\"\(Figures.point(y + 31))\">"
      svg += "\(Figures.grouped(String(Int(value)))) · \(Figures.percent(share))</text>"
    }
    let height = Double(names.count) * 46 + 16
    return "<svg class=\"chart\" viewBox=\"0 0 \(Int(width)) \(Int(height))\" role=\"img\""
      + "\(Markup.attribute("aria-label", title))>\(svg)</svg>"
  }
}

/// Two funnels face to face, bars meeting in the middle.
struct DoubleFunnelFigure {
  let table: Table
  let link: Table?
  let title: String
  let words: Words

  var html: String {
    var html = "<div class=\"scroll\" tabindex=\"0\" role=\"region\""
    html += Markup.attribute("aria-label", title) + "><table class=\"faces\"><caption>"
    html += Markup.text(title) + "</caption><thead><tr>"
    for head in [
      words("accounts", "客户"), words("business step", "商务步骤"),
    ] { html += "<th scope=\"col\">\(Markup.escaped(head))</th>" }
    html += "<td class=\"mid\"></td>"
    for head in [words("users", "用户"), words("consumer step", "个人步骤")].reversed() {
      html += "<th scope=\"col\">\(Markup.escaped(head))</th>"
    }
    html += "</tr></thead><tbody>"
    let sides = [Side(table, "accounts", "business"), Side(table, "users", "consumer")]
    for row in table.rows.indices {
      if row > 0 {
        html += "<tr class=\"between\"><td colspan=\"2\">\(between(sides[0], row))</td><td></td>"
        html += "<td colspan=\"2\">\(between(sides[1], row))</td></tr>"
      }
      html +=
        "<tr><td>\(count(sides[0], row))</td><th scope=\"row\">\(Markup.text(sides[0].names[row]))"
      html +=
        "</th><td class=\"mid\" aria-hidden=\"true\"><span class=\"left\">\(bar(sides[0], row))</span>"
      html += "<span class=\"right\">\(bar(sides[1], row))</span></td><td class=\"name\">"
      html += "\(Markup.text(sides[1].names[row]))</td><td>\(count(sides[1], row))</td></tr>"
    }
    html += "</tbody></table></div>"
    html += sides.compactMap(narrowest).map { "<p class=\"finding\">\($0)</p>" }.joined()
    if let link { html += linkTable(link) }
    return html
  }

  private struct Side {
    let counted: String
    let names: [String]
    let counts: [Double?]
    let fromStart: [Double?]
    let fromPrevious: [Double?]
    let seconds: [Double?]

    init(_ table: Table, _ counted: String, _ named: String) {
      self.counted = counted
      names = table.texts(named)
      counts = table.numbers(counted)
      fromStart = table.numbers("\(counted)_rate_from_start")
      fromPrevious = table.numbers("\(counted)_rate_from_previous")
      seconds = table.numbers("\(counted)_median_seconds")
    }
  }

  private func count(_ side: Side, _ row: Int) -> String {
    guard let count = side.counts[row] else { return "" }
    let share = side.fromStart[row].map { " <small>\(Figures.percent($0))</small>" } ?? ""
    return "<strong>\(Figures.grouped(String(Int(count))))</strong>\(share)"
  }

  private func bar(_ side: Side, _ row: Int) -> String {
    guard let share = side.fromStart[row] else { return "" }
    return "<b style=\"width:\(Figures.point(share * 100))%\"></b>"
  }

  private func between(_ side: Side, _ row: Int) -> String {
    guard let rate = side.fromPrevious[row], let before = side.counts[row - 1],
      let count = side.counts[row]
    else { return "" }
    var text = "↓ \(Figures.percent(rate))"
    if before > count { text += ", −\(Figures.grouped(String(Int(before - count))))" }
    if row < side.seconds.count, let seconds = side.seconds[row] {
      text += ", " + CellText.duration(seconds)
    }
    return Markup.escaped(text)
  }

  private func narrowest(_ side: Side) -> String? {
    let rates = side.fromPrevious.enumerated().compactMap { row, rate in rate.map { (row, $0) } }
    guard let (row, rate) = rates.min(by: { $0.1 < $1.1 }), row > 0 else { return nil }
    let who = words.entities(side.counted == "accounts" ? "account" : "user")
    let (from, to) = (Markup.text(side.names[row - 1]), Markup.text(side.names[row]))
    return words(
      "The narrowest step of \(who): <b>\(from) → \(to)</b>, which \(Figures.percent(rate)) take.",
      "\(who)最窄的一步：<b>\(from) → \(to)</b>，仅 \(Figures.percent(rate)) 通过。")
  }

  /// Users by the step their account reached and the step they reached inside it.
  private func linkTable(_ link: Table) -> String {
    guard let business = link.column("business_step"), let name = link.column("business"),
      let consumer = link.column("consumer_step"), let inside = link.column("consumer"),
      let users = link.column("users"), let share = link.column("share")
    else { return "" }
    let caption = words(
      "Users by the step that their account reached (rows) and the step that they reached (columns)",
      "按客户到达的步骤（行）与个人到达的步骤（列）统计的用户")
    var heads: [(Int, String)] = []
    var rows: [(Int, String)] = []
    var cells: [String: (n: Int, share: Double?)] = [:]
    for row in link.rows {
      let (b, c) = (Int(Figures.value(row[business]) ?? 0), Int(Figures.value(row[consumer]) ?? 0))
      if !heads.contains(where: { $0.0 == c }) { heads.append((c, Figures.text(row[inside]))) }
      if !rows.contains(where: { $0.0 == b }) { rows.append((b, Figures.text(row[name]))) }
      cells["\(b)/\(c)"] = (Int(Figures.value(row[users]) ?? 0), Figures.value(row[share]))
    }
    let none = words("none", "无")
    var html = "<div class=\"scroll\" tabindex=\"0\" role=\"region\""
    html += Markup.attribute("aria-label", caption) + "><table class=\"matrix\"><caption>"
    html += Markup.escaped(caption) + "</caption><thead><tr><th scope=\"col\">"
    html += Markup.escaped(words("account reached", "客户到达")) + "</th>"
    for (_, head) in heads {
      html += "<th scope=\"col\">\(Markup.text(head.isEmpty ? none : head))</th>"
    }
    html += "</tr></thead><tbody>"
    for (b, name) in rows {
      let total = heads.reduce(0) { $0 + (cells["\(b)/\($1.0)"]?.n ?? 0) }
      if total == 0 { continue }
      html += "<tr><th scope=\"row\">\(Markup.text(name.isEmpty ? none : name)) <small>"
      html += "\(Figures.grouped(String(total)))</small></th>"
      for (c, _) in heads {
        guard let cell = cells["\(b)/\(c)"], let share = cell.share else {
          html += "<td></td>"
          continue
        }
        let step =
          total < 30 || cell.n == 0 ? "" : " s\(min(7, max(1, Int((share * 7).rounded(.up)))))"
        html += "<td class=\"v\(step)\">\(Figures.percent(share)) <small>\(cell.n)</small></td>"
      }
      html += "</tr>"
    }
    return html + "</tbody></table></div>"
  }
}
