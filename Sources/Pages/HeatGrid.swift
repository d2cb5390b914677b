import Tables

/// Rows and columns of shaded cells: a heat map before it is a table of the page or a picture.
struct HeatGrid {
  struct Cell {
    enum Look: Equatable {
      case plain
      /// Too few to be a rate.
      case few
      /// Shade 1 to 7, or none.
      case value(Int?)
    }

    var text: String
    /// What stands there when people are asked for.
    var people: String?
    /// Small, beside the text.
    var note: String?
    var look = Look.plain
    /// Not final: a dashed border and `*`.
    var isOpen = false
    var hint: String?
  }

  struct Row {
    var name: String
    var note: String?
    /// The weighted whole.
    var isWhole = false
    var cells: [Cell?]
  }

  var title: String
  /// Of the rows' names; said to those who listen only, where a sight of the rows tells it.
  var corner: String
  var hidesCorner = false
  var heads: [String]
  var rows: [Row]

  /// A share of the largest as one of seven shades.
  static func shade(_ value: Double, of top: Double) -> Int {
    min(7, max(1, Int((value / top * 7).rounded(.up))))
  }

  /// - Parameter kind: a class of the table beside `matrix`.
  func html(_ kind: String = "") -> String {
    var html = "<div class=\"scroll\" tabindex=\"0\" role=\"region\""
    html += Markup.attribute("aria-label", title) + "><table class=\"matrix"
    html += (kind.isEmpty ? "" : " " + kind) + "\"><caption>\(Markup.text(title))</caption><thead>"
    let corner = Markup.escaped(corner)
    html += "<tr><th scope=\"col\">\(hidesCorner ? "<span class=\"sr\">\(corner)</span>" : corner)"
    html += "</th>"
    for head in heads { html += "<th scope=\"col\">\(Markup.text(head))</th>" }
    html += "</tr></thead><tbody>"
    for row in rows {
      html += row.isWhole ? "<tr class=\"all\">" : "<tr>"
      html += "<th scope=\"row\">\(Markup.text(row.name))"
      if let note = row.note { html += " <small>\(Markup.text(note))</small>" }
      html += "</th>" + row.cells.map(cell).joined() + "</tr>"
    }
    return html + "</tbody></table></div>"
  }

  private func cell(_ cell: Cell?) -> String {
    guard let cell else { return "<td></td>" }
    var classes: [String] = []
    switch cell.look {
    case .plain: break
    case .few: classes.append("few")
    case .value(let step): classes += ["v"] + (step.map { ["s\($0)"] } ?? [])
    }
    if cell.isOpen { classes.append("open") }
    var html = classes.isEmpty ? "<td" : "<td class=\"\(classes.joined(separator: " "))\""
    if let hint = cell.hint { html += Markup.attribute("title", hint) }
    html += ">"
    if let people = cell.people {
      html += "<span class=\"rate\">\(Markup.text(cell.text))</span>"
      html += "<span class=\"people\">\(Markup.text(people))</span>"
    } else {
      html += Markup.text(cell.text)
    }
    if let note = cell.note { html += " <small>\(Markup.text(note))</small>" }
    return html + (cell.isOpen ? "<i>*</i>" : "") + "</td>"
  }

  /// The same as a picture, as wide as its columns.
  var svg: String {
    func wide(_ text: String) -> Double { Double(TerminalText.width(text)) * 6.8 }
    let lead =
      (rows.map { wide(shortened($0.name, 24) + ($0.note.map { " " + $0 } ?? "")) }.max() ?? 0) + 28
    let texts = rows.flatMap { $0.cells.compactMap { $0.map(Self.shown) } } + heads
    let step = max(30, (texts.map(wide).max() ?? 0) + 10)
    let width = max(320, lead + step * Double(heads.count) + 12)
    var svg = ""
    for (place, head) in heads.enumerated() {
      svg += Self.text(head, "tick", x: lead + step * (Double(place) + 0.5), y: 14, "middle")
    }
    for (number, row) in rows.enumerated() {
      let y = Double(number) * 26 + 22
      svg += Self.text(shortened(row.name, 24), row.isWhole ? "count" : "row", x: 12, y: y + 17)
      if let note = row.note { svg += Self.text(note, "tick", x: lead - 8, y: y + 17, "end") }
      for (place, cell) in row.cells.enumerated() {
        guard let cell else { continue }
        let x = lead + step * Double(place)
        var ink = "tick"
        if case .value(let shade) = cell.look {
          ink = (shade ?? 0) >= 5 ? "hi" : "lo"
          if let shade { svg += Self.rect("s\(shade)", x: x, y: y, width: step) }
        }
        if cell.isOpen {
          svg += Self.rect("edge \(ink)", x: x + 2, y: y + 2, width: step - 4, by: 20)
        }
        svg += Self.text(Self.shown(cell), ink, x: x + step / 2 - 1, y: y + 17, "middle")
      }
    }
    let height = Double(rows.count) * 26 + 26
    return "<svg class=\"chart\" viewBox=\"0 0 \(Int(width.rounded(.up))) \(Int(height))\" "
      + "role=\"img\"\(Markup.attribute("aria-label", title))>\(svg)</svg>"
  }

  private static func shown(_ cell: Cell) -> String {
    cell.text + (cell.note.map { " " + $0 } ?? "") + (cell.isOpen ? "*" : "")
  }

  private static func rect(
    _ kind: String, x: Double, y: Double, width: Double, by height: Double = 24
  ) -> String {
    "<rect class=\"\(kind)\" x=\"\(Figures.point(x))\" y=\"\(Figures.point(y))\" width=\""
      + "\(Figures.point(width - 2))\" height=\"\(Figures.point(height))\" rx=\"3\"/>"
  }

  private static func text(
    _ text: String, _ kind: String, x: Double, y: Double, _ anchor: String = "start"
  ) -> String {
    "<text class=\"\(kind)\" x=\"\(Figures.point(x))\" y=\"\(Figures.point(y))\" text-anchor=\""
      + "\(anchor)\">\(Markup.text(text))</text>"
  }
}
