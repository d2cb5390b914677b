import Tables
import Values

/// The page opens with one tile per report: a number, where it comes from, and what changed.
struct Tile {
  let report: PageSource.Report
  let replaced: Table?
  let words: Words

  /// What a tile shows.
  private struct Face {
    var name: String
    var value: Double
    var isFraction: Bool
    /// The value of the row before, and that row's key.
    var before: (value: Double, at: String)?
    /// The row's key, for people.
    var at: String
    var history: [Double?]
  }

  var html: String {
    guard let face = face(report.whole ?? report.tables.first) else {
      return "<li class=\"tile\"><a href=\"#\(Markup.anchor(report.name))\"><p class=\"tname\">"
        + "\(Markup.text(report.title.capitalizedFirst))</p><p class=\"big\">–</p></a></li>"
    }
    var html = "<li class=\"tile\"><a href=\"#\(Markup.anchor(report.name))\"><p class=\"tname\">"
    html +=
      "\(Markup.text(report.title.capitalizedFirst))</p><p class=\"big\">\(shown(face.value, face))</p>"
    html +=
      "<p class=\"what\">\(Markup.text(face.name))\(face.at.isEmpty ? "" : " · \(Markup.text(Dates.short([face.at], of: report)[0]))")</p>"
    html += Sparkline.svg(face.history) + "<p class=\"change\">"
    if let before = face.before {
      let at = Dates.short([before.at], of: report)[0]
      html += change(
        face.value, before.value, face, words("since \(at)", "较 \(at)"))
    }
    if let old = replaced.flatMap({ same(face, in: $0) }) {
      html += "<br>" + change(face.value, old, face, words("since the set before", "较上一次结果"))
    }
    return html + "</p></a></li>"
  }

  private func shown(_ value: Double, _ face: Face) -> String {
    face.isFraction
      ? (PlainNumber.rounded(value, places: 1, percent: true) ?? "") + "%" : Figures.short(value)
  }

  /// In points for fractions, in percent for amounts.
  private func change(_ now: Double, _ before: Double, _ face: Face, _ what: String) -> String {
    let difference = now - before
    let sign = difference > 0 ? "▲ +" : difference < 0 ? "▼ −" : "＝ "
    let size =
      face.isFraction
      ? (PlainNumber.rounded(difference.magnitude * 100, places: 1) ?? "")
        + words(" points", " 个百分点")
      : before == 0
        ? Figures.short(difference.magnitude) : Figures.percent((difference / before).magnitude)
    return
      "\(sign)\(difference == 0 ? words("unchanged", "不变") : size) <span>\(Markup.escaped(what))</span>"
  }

  /// The same row of the table that was replaced.
  private func same(_ face: Face, in table: Table) -> Double? {
    guard report.breakdown.isEmpty, let old = self.face(table, at: face.at) else { return nil }
    return old.at == face.at ? old.value : nil
  }

  private func face(_ table: Table?, at key: String? = nil) -> Face? {
    guard let table, !table.rows.isEmpty else { return nil }
    func last(_ column: String, _ name: String, key keyColumn: String = "interval") -> Face? {
      let values = table.numbers(column)
      let keys = table.texts(keyColumn)
      let partial = table.partialRows
      guard
        let place = values.indices.last(where: { row in
          values[row] != nil && !partial.contains(row) && (key == nil || keys[row] == key)
        }) ?? values.indices.last(where: { values[$0] != nil }), let value = values[place]
      else { return nil }
      let isFraction = table.column(column).map { table.columns[$0].unit == "fraction" } ?? false
      return Face(
        name: name + table.currency(of: [column]), value: value, isFraction: isFraction,
        before: place > 0 && place <= keys.count
          ? values[place - 1].map { ($0, keys[place - 1]) } : nil,
        at: place < keys.count ? keys[place] : "",
        history: Array(values[...place]))
    }
    switch report.type {
    case "activity": return last("active", words("active", "活跃"))
    case "lifecycle": return last("active", words("active", "活跃"))
    case "revenue":
      return last("revenue", words("revenue", "收入")) ?? last("orders", words("orders", "订单"))
    case "recurring":
      return
        last("end_mrr", words("contract value", "合同金额"))
        ?? last("end_accounts", words("accounts", "客户"))
    case "referral": return last("k", "k")
    case "stickiness":
      return last("share", words("share at the most intervals", "最高活跃次数占比"), key: "intervals")
    case "retention": return retention(table, key)
    case "funnel":
      guard let rate = table.numbers("rate_from_start").last ?? nil else { return nil }
      return Face(
        name: words("reach the last step", "到达最后一步"), value: rate, isFraction: true, before: nil,
        at: table.texts("name").last ?? "", history: table.numbers("reached"))
    case "double_funnel":
      guard let rate = table.numbers("accounts_rate_from_start").last(where: { $0 != nil }) ?? nil
      else {
        return nil
      }
      return Face(
        name: words("of accounts reach the end", "客户到达终点"), value: rate, isFraction: true,
        before: nil, at: table.texts("business").last ?? "", history: table.numbers("accounts"))
    case "adoption":
      return stage(table, column: "reach", named: "feature", key)
    case "aarrr", "vabs":
      return stage(table, column: "rate", named: "stage", key)
    case "rhythm":
      guard let share = report.table("summary")?.numbers("share").first ?? nil else { return nil }
      return Face(
        name: words("in working hours", "在工作时间"), value: share, isFraction: true, before: nil,
        at: "",
        history: [])
    case "accounts":
      let awake = table.texts("status").filter { $0 != "dormant" }.count
      return Face(
        name: words(
          "of \(table.rows.count) accounts are not dormant", "（共 \(table.rows.count) 个客户）未沉睡"),
        value: Double(awake), isFraction: false, before: nil, at: "", history: [])
    case "goals":
      let met = table.texts("status").filter { $0 == "met" }.count
      return Face(
        name: words("of \(table.rows.count) stages met", "（共 \(table.rows.count) 个阶段）达成"),
        value: Double(met), isFraction: false, before: nil, at: "", history: [])
    case "checks":
      let failed = table.texts("status").filter { $0 == "failed" }.count
      return Face(
        name: words("of \(table.rows.count) checks failed", "（共 \(table.rows.count) 项检查）未通过"),
        value: Double(failed), isFraction: false, before: nil, at: "", history: [])
    default: return nil
    }
  }

  /// Period 1: of all cohorts, and cohort by cohort.
  private func retention(_ table: Table, _ key: String?) -> Face? {
    let (cohorts, periods) = (table.texts("cohort"), table.numbers("period"))
    let rates = table.numbers("rate")
    let partial = table.partialRows
    var history: [Double?] = []
    var all: Double?
    for row in table.rows.indices where periods[row] == 1 {
      if cohorts[row] == "all" {
        all = rates[row]
      } else if !partial.contains(row), rates[row] != nil {
        history.append(rates[row])
      }
    }
    guard let all else { return nil }
    return Face(
      name: words("come back in period 1", "在第 1 期回来"), value: all, isFraction: true, before: nil,
      at: words("all cohorts", "全部批次"), history: history)
  }

  /// The first stage or feature whose last complete row has a rate below the whole.
  private func stage(_ table: Table, column: String, named: String, _ key: String?) -> Face? {
    let names = table.texts(named)
    let rates = table.numbers(column)
    let intervals = table.texts("interval")
    let partial = table.partialRows
    let order = SeriesCharts.unique(names)
    func history(_ name: String) -> [(Int, Double)] {
      table.rows.indices.compactMap { row in
        guard names[row] == name, !partial.contains(row), let rate = rates[row] else { return nil }
        return (row, rate)
      }
    }
    let chosen =
      named == "feature"
      ? order.max { (history($0).last?.1 ?? 0) < (history($1).last?.1 ?? 0) }
      : order.first { name in
        name != "awareness" && name != "acquisition" && !history(name).isEmpty
      }
    guard let chosen, let last = history(chosen).last else { return nil }
    let past = history(chosen)
    return Face(
      name: named == "stage" ? words.column(chosen) : chosen.withSpaces, value: last.1,
      isFraction: true, before: past.dropLast().last.map { ($0.1, intervals[$0.0]) },
      at: intervals[last.0], history: past.map(\.1))
  }
}
