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
    html += "</tbody></table></div><p class=\"scale\">"
    return html
      + zip(["reached", "open", "dropped"], keys).map { kind, key in
        "<span class=\"keyed\"><span class=\"key \(kind)\" aria-hidden=\"true\"></span>"
          + "\(Markup.escaped(key.name))</span>"
      }.joined(separator: " ") + "</p>"
  }

  /// The same as a picture of its own.
  func svg(width: Double) -> String {
    let names = table.texts("name")
    let reached = table.numbers("reached")
    guard let start = reached.first ?? nil, start > 0, names.count == reached.count else {
      return ""
    }
    let (open, dropped) = (table.numbers("open"), table.numbers("dropped"))
    let room = width - 170
    var svg = ""
    for (row, name) in names.enumerated() {
      let value = reached[row] ?? 0
      let y = Double(row) * 60 + 6
      svg += "<text class=\"name\" x=\"12\" y=\"\(Figures.point(y + 12))\">\(row + 1) "
      svg += "\(Markup.text(name))</text>"
      var x = 12.0
      func bar(_ kind: String, _ count: Double?) {
        guard let count, count > 0 else { return }
        svg += "<rect class=\"bar \(kind)\" x=\"\(Figures.point(x))\" y=\""
        svg += "\(Figures.point(y + 18))\" height=\"16\" width=\""
        svg += "\(Figures.point(max(1, room * count / start)))\"/>"
        x += max(1, room * count / start)
      }
      bar("b1", value)
      if row > 0 {
        bar("wait", row < open.count ? open[row] : nil)
        bar("drop", row < dropped.count ? dropped[row] : nil)
      }
      svg += "<text class=\"count\" x=\"\(Figures.point(x + 8))\" y=\"\(Figures.point(y + 31))\">"
      svg += "\(Figures.grouped(String(Int(value)))) · \(Figures.percent(value / start))</text>"
      svg += "<text class=\"tick\" x=\"12\" y=\"\(Figures.point(y + 48))\">"
      svg += "\(Markup.text(between(row)))</text>"
    }
    let height = Double(names.count) * 60 + 8
    return "<svg class=\"chart\" viewBox=\"0 0 \(Int(width)) \(Int(height))\" role=\"img\""
      + "\(Markup.attribute("aria-label", title))>\(svg)</svg>"
  }

  /// What the bars of the picture mean.
  var keys: [(kind: String, name: String)] {
    [
      ("b1", words("reached", "到达")), ("wait", words("open: may still come", "未定：仍可能到达")),
      ("drop", words("dropped: window closed", "流失：窗口已关闭")),
    ]
  }

  /// From the step before: rate, time, and who stayed behind.
  private func between(_ row: Int) -> String {
    if row == 0 { return "" }
    func number(_ name: String) -> Double? {
      let values = table.numbers(name)
      return row < values.count ? values[row] : nil
    }
    var parts: [String] = []
    if let rate = number("rate_from_previous") {
      parts.append(
        words("\(Figures.percent(rate)) of the step before", "占上一步 \(Figures.percent(rate))"))
    }
    if let seconds = number("median_seconds") {
      parts.append(
        words("median \(CellText.duration(seconds))", "中位数 \(CellText.duration(seconds))"))
    }
    if let count = number("open"), count > 0 {
      let text = Figures.grouped(String(Int(count)))
      parts.append(words("\(text) open", "\(text) 未定"))
    }
    if let count = number("dropped"), count > 0 {
      let text = Figures.grouped(String(Int(count)))
      parts.append(words("\(text) dropped", "\(text) 流失"))
    }
    return parts.joined(separator: " · ")
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
        html +=
          "<tr class=\"between\"><td colspan=\"2\">\(Markup.text(between(sides[0], row)))</td><td></td>"
        html += "<td colspan=\"2\">\(Markup.text(between(sides[1], row)))</td></tr>"
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
    return html + (links?.html() ?? "")
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
    return text
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
  var links: HeatGrid? {
    guard let link, let business = link.column("business_step"), let name = link.column("business"),
      let consumer = link.column("consumer_step"), let inside = link.column("consumer"),
      let users = link.column("users"), let share = link.column("share")
    else { return nil }
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
    return HeatGrid(
      title: caption, corner: words("account reached", "客户到达"),
      heads: heads.map { $0.1.isEmpty ? none : $0.1 },
      rows: rows.compactMap { step, name in
        let total = heads.reduce(0) { $0 + (cells["\(step)/\($1.0)"]?.n ?? 0) }
        if total == 0 { return nil }
        return HeatGrid.Row(
          name: name.isEmpty ? none : name, note: Figures.grouped(String(total)),
          cells: heads.map { inside, _ in
            guard let cell = cells["\(step)/\(inside)"], let share = cell.share else { return nil }
            let isShaded = total >= 30 && cell.n > 0
            return HeatGrid.Cell(
              text: Figures.percent(share), note: String(cell.n),
              look: .value(isShaded ? HeatGrid.shade(share, of: 1) : nil))
          })
      })
  }

  /// Both sides as a picture of its own.
  func svg(width: Double) -> String {
    let sides = [Side(table, "accounts", "business"), Side(table, "users", "consumer")]
    let (middle, half) = (width / 2, width * 0.2)
    var svg = ""
    for row in table.rows.indices {
      let y = Double(row) * 46 + 6
      for (place, side) in sides.enumerated() {
        let isLeft = place == 0
        let edge = isLeft ? middle - half - 10 : middle + half + 10
        func line(_ text: String, _ kind: String, _ dy: Double) {
          svg += "<text class=\"\(kind)\" x=\"\(Figures.point(edge))\" y=\""
          svg += "\(Figures.point(y + dy))\" text-anchor=\"\(isLeft ? "end" : "start")\">"
          svg += "\(Markup.text(text))</text>"
        }
        if row > 0 { line(between(side, row), "tick", -4) }
        guard let count = side.counts[row] else { continue }
        let share = side.fromStart[row] ?? 0
        line(
          "\(shortened(side.names[row], 24))  \(Figures.grouped(String(Int(count)))) · "
            + Figures.percent(share), "name", 18)
        svg += "<rect class=\"bar \(isLeft ? "b1" : "b4")\" y=\"\(Figures.point(y + 4))\" x=\""
        svg += "\(Figures.point(isLeft ? middle - half * share : middle))\" height=\"20\" width=\""
        svg += "\(Figures.point(max(1, half * share)))\"/>"
      }
    }
    return "<svg class=\"chart\" viewBox=\"0 0 \(Int(width)) \(table.rows.count * 46 + 12)\" "
      + "role=\"img\"\(Markup.attribute("aria-label", title))>\(svg)</svg>"
  }
}
