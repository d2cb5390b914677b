import Tables
import Values

/// Accounts in the order in which somebody should call them: contracts that end within 90 days, then
/// the dormant, then those whose contract value falls, then the rest by activity.
struct AccountsFigure {
  let report: PageSource.Report
  let table: Table
  let words: Words
  let lists: PageOptions.Lists

  var html: String {
    let order = ranked
    let shown = order.prefix(Self.rowsMax)
    let required = (report.definition["roles"]?["required"]?.elements ?? []).compactMap(\.string)
    let people = lists == .all ? peopleByAccount : [:]
    var heads = [words("account", "客户"), words("status", "状态")]
    if !required.isEmpty { heads.append(words("buying committee", "决策小组")) }
    heads.append(words("people, 28 days", "近 28 天人数"))
    heads.append(words("last seen", "最近出现"))
    let optional = ["mrr", "term_end", "days_to_end", "revenue"] + shownProperties
    let extra = optional.filter { name in
      table.column(name).map { column in table.rows.contains { $0[column] != .empty } } ?? false
    }
    heads += extra.map { words.column($0) + table.currency(of: [$0]) }
    var html = summary + "<div class=\"scroll\" tabindex=\"0\" role=\"region\""
    html +=
      Markup.attribute("aria-label", report.title) + "><table class=\"plain accounts\"><caption>"
    html += Markup.text(report.title) + "</caption><thead><tr>"
    for head in heads { html += "<th scope=\"col\">\(Markup.text(head))</th>" }
    html += "</tr></thead><tbody>"
    for row in shown { html += line(row, required: required, extra: extra, people: people) }
    html += "</tbody></table></div>"
    if !required.isEmpty {
      let letters = required.map { "\(Self.letter($0, among: required)) \($0)" }.joined(
        separator: ", ")
      html +=
        "<p class=\"scale\">\(Markup.text(letters)): * \(Markup.escaped(words("has shown up", "已出现"))), "
      html += "− \(Markup.escaped(words("has not", "未出现"))).</p>"
    }
    if order.count > shown.count {
      html +=
        "<p class=\"scale\">"
        + Markup.text(
          words(
            "\(order.count - shown.count) more accounts: \(table.name).csv",
            "另有 \(order.count - shown.count) 个客户：\(table.name).csv")) + "</p>"
    }
    return html
  }

  private var shownProperties: [String] {
    (report.definition["show"]?.elements ?? []).compactMap(\.string)
  }

  /// How many accounts have which status.
  private var summary: String {
    var counts: [(String, Int)] = []
    for status in table.texts("status") {
      if let place = counts.firstIndex(where: { $0.0 == status }) {
        counts[place].1 += 1
      } else {
        counts.append((status, 1))
      }
    }
    counts.sort { ($1.1, $0.0) < ($0.1, $1.0) }
    let items = counts.map {
      "<li>\(status($0.0)) <strong>\(Figures.grouped(String($0.1)))</strong></li>"
    }
    return "<ul class=\"legend\">\(items.joined())</ul>"
  }

  private func status(_ name: String) -> String {
    "<span class=\"status st-\(Markup.anchor(name))\"><span aria-hidden=\"true\">\(Words.shape(name))</span> "
      + "\(Markup.text(words.status(name)))</span>"
  }

  private func line(
    _ row: Int, required: [String], extra: [String], people: [String: [[Cell]]]
  ) -> String {
    func cell(_ name: String) -> Cell { table.column(name).map { table.rows[row][$0] } ?? .empty }
    func text(_ name: String) -> String {
      guard let column = table.column(name) else { return "" }
      return Markup.text(Figures.shown(table.rows[row][column], table.columns[column]))
    }
    let account = Figures.text(cell("account"))
    var html = "<tr><th scope=\"row\">"
    if let members = people[account] {
      html += "<details class=\"people\"><summary>\(Markup.text(account))</summary><ul>"
      for member in members.prefix(50) {
        let texts = member.dropFirst().prefix(2).map { Markup.text(Figures.text($0)) }
        html += "<li>\(texts.filter { !$0.isEmpty }.joined(separator: " · "))</li>"
      }
      html += "</ul></details>"
    } else {
      html += Markup.text(account)
    }
    html += "</th><td>\(status(Figures.text(cell("status"))))</td>"
    if !required.isEmpty {
      let missing = Set(
        Figures.text(cell("roles_missing")).split(separator: ";").map {
          String($0.drop(while: { $0 == " " }))
        })
      let marks = required.map { role in
        missing.contains(role)
          ? "<span class=\"no\">\(Markup.text(Self.letter(role, among: required)))−</span>"
          : "<b>\(Markup.text(Self.letter(role, among: required)))*</b>"
      }
      let present = required.filter { !missing.contains($0) }.count
      html += "<td class=\"committee\">\(marks.joined(separator: " ")) <small>\(present) "
      html += "\(Markup.escaped(words("of", "/"))) \(required.count)</small></td>"
    }
    html += "<td>\(text("active_users_28d")) <small>\(Markup.escaped(words("of", "/"))) "
    html += "\(text("users"))</small></td><td>\(String(text("last_seen").prefix(10)))</td>"
    for name in extra {
      let isNumeric = table.column(name).map { table.columns[$0].kind.isNumeric } ?? false
      html += isNumeric ? "<td class=\"n\">\(text(name))</td>" : "<td>\(text(name))</td>"
    }
    return html + "</tr>"
  }

  /// A role's first letter, or two where others begin alike.
  private static func letter(_ role: String, among roles: [String]) -> String {
    let first = role.prefix(1).uppercased()
    let isAlone = roles.filter { $0.prefix(1).uppercased() == first }.count == 1
    return isAlone ? first : first + role.dropFirst().prefix(1)
  }

  private var peopleByAccount: [String: [[Cell]]] {
    guard let people = report.table("people") else { return [:] }
    return Dictionary(grouping: people.rows) { $0.first.map(Figures.text) ?? "" }
  }

  private var ranked: [Int] {
    let ends = table.numbers("days_to_end")
    let falling = table.numbers("mrr_change")
    let status = table.texts("status")
    let active = table.numbers("active_users_28d")
    func urgency(_ row: Int) -> (Int, Double) {
      if row < ends.count, let days = ends[row], days <= 90 { return (0, days) }
      let last = row < active.count ? active[row] ?? 0 : 0
      if row < status.count, status[row] == "dormant" { return (1, -size(row)) }
      if row < falling.count, let change = falling[row], change < 0 { return (2, change) }
      return (3, -last)
    }
    return table.rows.indices.map { (urgency($0), $0) }.sorted {
      ($0.0.0, $0.0.1, $0.1) < ($1.0.0, $1.0.1, $1.1)
    }.map(\.1)
  }

  /// What an account is worth, else how much goes on in it.
  private func size(_ row: Int) -> Double {
    for name in ["mrr", "revenue", "events"] {
      if let column = table.column(name), let value = Figures.value(table.rows[row][column]),
        value > 0
      {
        return value * (name == "events" ? 1e-9 : 1)
      }
    }
    return 0
  }

  private static let rowsMax = 500
}
