import Tables
import Values

/// A line of a chart: values by place on the axis, nil where nothing was observed.
struct Series {
  enum Role: String {
    /// The thick one, the named ones, and those that are only there for company.
    case main, second, third, fourth, grey
  }

  var name: String
  var values: [Double?]
  var role: Role
  /// Places whose value is not final.
  var partial: Set<Int> = []
  /// Drawn at the right end of the line.
  var isNamed = true
}

/// What charts share: a frame with axes.
struct ChartFrame {
  var labels: [String]
  var isFraction: Bool
  var scale: Scale
  var width: Double
  var height: Double
  /// Room at the right for names of lines.
  var right: Double

  var left: Double { 52 }
  var top: Double { 12 }
  var bottom: Double { 26 }
  var plotWidth: Double { width - left - right }
  var plotHeight: Double { height - top - bottom }

  func y(_ value: Double) -> Double { top + plotHeight * (1 - scale.place(value)) }

  func tickText(_ value: Double) -> String {
    isFraction
      ? (PlainNumber.rounded(value, places: scale.high < 0.1 ? 1 : 0, percent: true) ?? "") + "%"
      : Figures.short(value)
  }

  /// Grid, ticks and as many labels as fit.
  func axes(_ x: (Int) -> Double) -> String {
    var svg = ""
    for tick in scale.ticks {
      let y = Figures.point(y(tick))
      svg += "<line class=\"\(tick == 0 ? "base" : "grid")\" x1=\"\(Figures.point(left))\" x2=\""
      svg += "\(Figures.point(width - right))\" y1=\"\(y)\" y2=\"\(y)\"/>"
      svg += "<text class=\"tick\" x=\"\(Figures.point(left - 8))\" y=\"\(y)\" dy=\"4\" "
      svg += "text-anchor=\"end\">\(tickText(tick))</text>"
    }
    let widest = labels.map { Double(TerminalText.width($0)) * 6.6 + 14 }.max() ?? 0
    let room = labels.count > 1 ? abs(x(1) - x(0)) : plotWidth
    let every = max(1, Int((widest / max(room, 0.1)).rounded(.up)))
    let half = (widest - 14) / 2
    // The last label always stands; those before it keep their distance from it.
    for index in labels.indices where (labels.count - 1 - index) % every == 0 {
      let place = Figures.point(min(x(index), width - half))
      svg += "<text class=\"tick\" x=\"\(place)\" y=\"\(Figures.point(height - 8))\" "
      svg += "text-anchor=\"middle\">\(Markup.text(labels[index]))</text>"
    }
    return svg
  }

  func document(_ content: String, title: String) -> String {
    "<svg class=\"chart w\(Int(width))\" viewBox=\"0 0 \(Int(width)) \(Int(height))\" role=\"img\""
      + "\(Markup.attribute("aria-label", title))>\(content)</svg>"
  }
}

/// Lines over one axis.
struct LineChart {
  var title: String
  var labels: [String]
  var series: [Series]
  var isFraction: Bool

  func svg(width: Double, height: Double = 240) -> String {
    let values = series.flatMap { $0.values.compactMap { $0 } }
    let named = series.filter(\.isNamed)
    let longest = named.map { min(TerminalText.width($0.name), 18) }.max() ?? 0
    let right = named.count > 1 || longest > 0 ? Double(longest) * 6.8 + 16 : 16
    let frame = ChartFrame(
      labels: labels, isFraction: isFraction, scale: Scale(values, isFraction: isFraction),
      width: width, height: height, right: min(right, width * 0.36))
    let count = labels.count
    func x(_ index: Int) -> Double {
      count < 2
        ? frame.left + frame.plotWidth / 2
        : frame.left + 10 + (frame.plotWidth - 20) * Double(index) / Double(count - 1)
    }
    var svg = frame.axes(x)
    var ends: [(y: Double, name: String, role: Series.Role, x: Double)] = []
    // Company first, so that what matters lies on top.
    for line in series.reversed() {
      svg += path(line, frame, x)
      guard line.isNamed, let last = line.values.lastIndex(where: { $0 != nil }),
        let value = line.values[last]
      else { continue }
      ends.append((frame.y(value), line.name, line.role, x(last)))
    }
    // Names stand at the right, a line's height apart, each led to from where its line ends.
    ends.sort { $0.y < $1.y }
    var places = ends.map(\.y)
    for place in places.indices.dropFirst() {
      places[place] = max(places[place], places[place - 1] + 14)
    }
    let floor = height - frame.bottom + 4
    for place in places.indices.reversed() {
      places[place] = min(places[place], floor - 14 * Double(places.count - 1 - place))
    }
    let edge = frame.width - frame.right
    for (end, y) in zip(ends, places) {
      if edge - end.x > 12 {
        svg += "<path class=\"lead \(end.role.rawValue)\" d=\"M\(Figures.point(end.x + 5)) "
        svg += "\(Figures.point(end.y))L\(Figures.point(edge + 3)) \(Figures.point(y))\"/>"
      }
      svg += "<text class=\"name \(end.role.rawValue)\" x=\"\(Figures.point(edge + 6))\" "
      svg += "y=\"\(Figures.point(y))\" dy=\"4\">"
      svg += Markup.text(shortened(end.name, 18)) + "</text>"
    }
    return frame.document(svg, title: title)
  }

  private func path(_ line: Series, _ frame: ChartFrame, _ x: (Int) -> Double) -> String {
    var svg = ""
    var open = ""
    func close() {
      if !open.isEmpty { svg += "<path class=\"line \(line.role.rawValue)\" d=\"\(open)\"/>" }
      open = ""
    }
    var before: (x: String, y: String)?
    for (index, value) in line.values.enumerated() {
      guard let value else {
        close()
        before = nil
        continue
      }
      let point = (x: Figures.point(x(index)), y: Figures.point(frame.y(value)))
      if line.partial.contains(index) {
        close()
        if let before {
          svg += "<path class=\"line \(line.role.rawValue) open\" d=\"M\(before.x) \(before.y)"
          svg += "L\(point.x) \(point.y)\"/>"
        }
      } else {
        open += open.isEmpty ? "M\(point.x) \(point.y)" : "L\(point.x) \(point.y)"
      }
      before = point
    }
    close()
    if line.role == .grey { return svg }
    for (index, value) in line.values.enumerated() {
      guard let value else { continue }
      let isPartial = line.partial.contains(index)
      let shown = frame.isFraction ? Figures.percent(value) : Figures.short(value)
      let name = line.name.isEmpty ? "" : line.name + ", "
      svg += "<circle class=\"dot \(line.role.rawValue)\(isPartial ? " open" : "")\" cx=\""
      svg += "\(Figures.point(x(index)))\" cy=\"\(Figures.point(frame.y(value)))\" r=\""
      svg += line.values.count > 40 ? "1.8" : "3"
      svg += "\"><title>\(Markup.text(name + labels[index])): \(shown)\(isPartial ? " *" : "")"
      svg += "</title></circle>"
    }
    return svg
  }
}

/// Columns that pile up above the axis and below it.
struct ColumnChart {
  struct Part {
    var name: String
    var values: [Double?]
    /// 1 to 3 above, 4 and 5 below: shade and pattern.
    var shade: Int
  }

  var title: String
  var labels: [String]
  var parts: [Part]
  var isFraction = false
  var partial: Set<Int> = []

  func svg(width: Double, height: Double = 240) -> String {
    let sums = labels.indices.map { index in
      parts.compactMap { $0.values[index] }.reduce(into: (up: 0.0, down: 0.0)) {
        if $1 >= 0 { $0.up += $1 } else { $0.down += $1 }
      }
    }
    let frame = ChartFrame(
      labels: labels, isFraction: isFraction,
      scale: Scale(sums.flatMap { [$0.up, $0.down] }, isFraction: isFraction), width: width,
      height: height, right: 12)
    let step = frame.plotWidth / Double(max(labels.count, 1))
    func x(_ index: Int) -> Double { frame.left + step * (Double(index) + 0.5) }
    let thick = min(step * 0.72, 44)
    var svg = frame.axes(x)
    for index in labels.indices {
      var up = 0.0
      var down = 0.0
      for part in parts {
        guard let value = part.values[index], value != 0 else { continue }
        let from = value >= 0 ? up : down
        let to = from + value
        if value >= 0 { up = to } else { down = to }
        let (top, end) = (frame.y(max(from, to)), frame.y(min(from, to)))
        svg += "<rect class=\"bar b\(part.shade)\(partial.contains(index) ? " open" : "")\" x=\""
        svg += "\(Figures.point(x(index) - thick / 2))\" y=\"\(Figures.point(top))\" width=\""
        svg += "\(Figures.point(thick))\" height=\"\(Figures.point(max(end - top, 0.6)))\">"
        let shown = isFraction ? Figures.percent(value.magnitude) : Figures.short(value.magnitude)
        svg += "<title>\(Markup.text(labels[index])), \(Markup.text(part.name)): \(shown)"
        svg += partial.contains(index) ? " *</title></rect>" : "</title></rect>"
      }
    }
    return frame.document(svg, title: title)
  }

  /// What the shades mean.
  var keys: [Section.Key] { parts.count < 2 ? [] : parts.map { ("b\($0.shade)", $0.name) } }
}

/// Twelve points or so without axes: where a number comes from.
enum Sparkline {
  static func svg(_ values: [Double?]) -> String {
    let points = values.suffix(12)
    let known = points.compactMap { $0 }
    guard known.count > 1, let low = known.min(), let high = known.max() else { return "" }
    let span = high > low ? high - low : 1
    let step = 116 / Double(max(points.count - 1, 1))
    var path = ""
    var pen = "M"
    var last = (0.0, 0.0)
    for (index, value) in points.enumerated() {
      guard let value else {
        pen = "M"
        continue
      }
      last = (2 + step * Double(index), high > low ? 30 - 26 * (value - low) / span : 17)
      path += "\(pen)\(Figures.point(last.0)) \(Figures.point(last.1))"
      pen = "L"
    }
    return
      "<svg class=\"spark\" viewBox=\"0 0 120 34\" preserveAspectRatio=\"xMinYMid\" aria-hidden=\"true\"><path d=\"\(path)\"/>"
      + "<circle cx=\"\(Figures.point(last.0))\" cy=\"\(Figures.point(last.1))\" r=\"2.6\"/></svg>"
  }
}

/// The start of a text that fits into so many columns.
func shortened(_ text: String, _ width: Int) -> String {
  if TerminalText.width(text) <= width { return text }
  var kept = ""
  var used = 0
  for character in text {
    used += TerminalText.width(String(character))
    if used > width - 1 { break }
    kept.append(character)
  }
  return kept + "…"
}
