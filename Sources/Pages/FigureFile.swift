import Tables

/// A figure in a file of its own: title, what its colours mean, drawing, source line.
struct FigureFile {
  struct Figure {
    /// Of the file, without its ending.
    var name: String
    var title: String
    /// A drawing of our own: its view box has the form `0 0 W H`.
    var svg: String
    var keys: [Section.Key]
  }

  let text: String

  /// - Parameters:
  ///   - line: what the figure is made of.
  ///   - open: said before it where something is marked as not final.
  init(_ figure: Figure, _ style: String, line: String, open: String) {
    let box =
      figure.svg.split(separator: "\"").first { $0.hasPrefix("0 0 ") }?
      .split(separator: " ").compactMap { Int($0) } ?? [0, 0, 760, 240]
    let (width, height) = (box[2], box[3])
    // Marks of cells and points that are not final.
    let isOpen = figure.svg.contains("*</text>")
    let top = figure.keys.isEmpty ? 38 : 60
    text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height + top + 30)" \
      width="\(width)" height="\(height + top + 30)" font-family="system-ui, 'PingFang SC', \
      'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"><style>\(style)</style>\
      <rect class="paper" width="100%" height="100%"/>\
      <text class="title" x="12" y="26">\(Markup.text(figure.title))</text>\
      \(Self.legend(figure.keys))\
      <svg y="\(top)" width="\(width)" height="\(height)"\(Self.inner(figure.svg))\
      <text class="source" x="12" y="\(height + top + 20)">\(Markup.text(isOpen ? open + line : line))</text></svg>

      """
  }

  private static func legend(_ keys: [Section.Key]) -> String {
    var x = 12.0
    return keys.map { key in
      defer { x += Double(TerminalText.width(key.name)) * 6.8 + 34 }
      return "<rect class=\"bar \(key.kind)\" x=\"\(Figures.point(x))\" y=\"38\" width=\"11\" "
        + "height=\"11\" rx=\"2\"/><text class=\"tick\" x=\"\(Figures.point(x + 16))\" y=\"48\">"
        + "\(Markup.text(key.name))</text>"
    }.joined()
  }

  /// From the view box on.
  private static func inner(_ svg: String) -> String {
    svg.firstRange(of: " viewBox").map { String(svg[$0.lowerBound...]) } ?? ">"
  }
}
