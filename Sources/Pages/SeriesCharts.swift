import Tables
import Values

/// Charts of reports whose rows follow each other in time, or by number.
struct SeriesCharts {
  let report: PageSource.Report
  let table: Table
  let words: Words
  let id: String

  /// Those of which the table has a column: over currencies there are no sums.
  var charts: [Section.Chart] { wanted.compactMap { $0 } }

  private var wanted: [Section.Chart?] {
    switch report.type {
    case "activity":
      var charts: [Section.Chart?] = [lines(words("Active", "活跃"), ["active", "new"])]
      charts.append(columns(words("Events", "事件"), [("events", 1, 1)], as: "events"))
      if table.column("stickiness") != nil {
        charts.append(lines(words("Stickiness", "黏性"), ["stickiness"], as: "stickiness"))
      }
      return charts
    case "lifecycle":
      return [
        columns(
          words("Who is active, who fell silent", "活跃与沉默"),
          [("returning", 1, 1), ("resurrected", 2, 1), ("new", 3, 1), ("dormant", 4, -1)])
      ]
    case "revenue":
      return [
        columns(words("Revenue", "收入"), [("revenue_repeat", 1, 1), ("revenue_new", 3, 1)]),
        lines(words("Payers", "付费人数"), ["payers", "new_payers"], as: "payers"),
      ]
    case "recurring":
      return [
        lines(words("Contract value at the end", "期末合同金额"), ["end_mrr"]),
        columns(
          words("What it gained and lost", "增减"),
          [
            ("new_mrr", 1, 1), ("reactivated_mrr", 2, 1), ("expansion_mrr", 3, 1),
            ("contraction_mrr", 5, -1), ("churned_mrr", 4, -1),
          ], as: "changes"),
        lines(words("What stays", "留存"), ["nrr", "grr"], as: "stays"),
        table.column("end_mrr") == nil
          ? lines(words("Accounts", "客户"), ["end_accounts", "new_accounts"]) : nil,
      ]
    case "referral":
      return [
        lines("k", ["k"]),
        lines(words("Invitations", "邀请"), ["invites", "joined"], as: "invitations"),
      ]
    case "stickiness":
      return [
        columns(words("By active intervals", "按活跃次数"), [("exactly", 1, 1)], labels: "intervals")
      ]
    case "adoption": return [adoption]
    case "retention":
      guard
        let figure = RetentionFigure(
          table, of: report, title: report.title, id: id, words: words)
      else {
        return []
      }
      let chart = figure.curves
      return [Section.Chart(title: chart.title, role: "curves", svg: { chart.svg(width: $0) })]
    default: return []
    }
  }

  private var intervals: [String] { Dates.short(table.texts("interval"), of: report) }

  private func lines(_ title: String, _ names: [String], as role: String = "") -> Section.Chart? {
    let present = names.filter { table.column($0) != nil }
    if present.isEmpty { return nil }
    let isFraction = present.contains { name in
      table.column(name).map { table.columns[$0].unit == "fraction" } ?? false
    }
    let roles: [Series.Role] = [.main, .second, .third, .fourth]
    let partial = table.partialRows
    let series = present.enumerated().map { place, name in
      Series(
        name: present.count > 1 ? words.column(name) : "", values: table.numbers(name),
        role: roles[place % roles.count], partial: partial, isNamed: present.count > 1)
    }
    let title = title + table.currency(of: present)
    let chart = LineChart(title: title, labels: intervals, series: series, isFraction: isFraction)
    return Section.Chart(title: title, role: role, svg: { chart.svg(width: $0) })
  }

  private func columns(
    _ title: String, _ parts: [(name: String, shade: Int, sign: Double)],
    labels: String = "interval", as role: String = ""
  ) -> Section.Chart? {
    let title = title + table.currency(of: parts.map(\.name))
    let parts = parts.filter { table.column($0.name) != nil }.map { part in
      ColumnChart.Part(
        name: words.column(part.name),
        values: table.numbers(part.name).map { $0.map { $0 * part.sign } }, shade: part.shade)
    }
    if parts.isEmpty { return nil }
    let chart = ColumnChart(
      title: title, labels: Dates.short(table.texts(labels), of: report), parts: parts,
      partial: table.partialRows)
    return Section.Chart(
      title: title, role: role, keys: chart.keys, svg: { chart.svg(width: $0) })
  }

  /// Reach by feature: the four largest named.
  private var adoption: Section.Chart {
    let intervals = Self.unique(table.texts("interval"))
    let features = table.texts("feature")
    let rates = table.numbers("reach")
    let places = Dictionary(uniqueKeysWithValues: intervals.enumerated().map { ($1, $0) })
    let partial = table.partialRows
    var series: [String: Series] = [:]
    var order: [String] = []
    for (row, interval) in table.texts("interval").enumerated() where row < rates.count {
      let feature = features[row]
      if series[feature] == nil {
        order.append(feature)
        series[feature] = Series(
          name: feature, values: Array(repeating: nil, count: intervals.count), role: .grey,
          isNamed: false)
      }
      guard let place = places[interval] else { continue }
      series[feature]?.values[place] = rates[row]
      if partial.contains(row) { series[feature]?.partial.insert(place) }
    }
    func last(_ name: String) -> Double {
      series[name]?.values.last(where: { $0 != nil })?.flatMap { $0 } ?? 0
    }
    let ranked = order.enumerated().sorted {
      (last($1.element), $0.offset) < (last($0.element), $1.offset)
    }.map(\.element)
    let roles: [Series.Role] = [.main, .second, .third, .fourth]
    let lines = ranked.enumerated().compactMap { place, name -> Series? in
      guard var line = series[name] else { return nil }
      if place < roles.count { (line.role, line.isNamed) = (roles[place], true) }
      return line
    }
    let chart = LineChart(
      title: words("Reach", "使用率"), labels: Dates.short(intervals, of: report), series: lines,
      isFraction: true)
    return Section.Chart(title: chart.title, svg: { chart.svg(width: $0) })
  }

  static func unique(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }
}
