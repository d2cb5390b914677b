import Pipeline
import Tables
import Timelines
import Values

/// The story of an entity for people: what `explain` prints.
///
///     user u42: 2 events, observed until 2026-03-31T23:59:59+08:00 (Asia/Shanghai)
///
///       1  2026-01-05T09:12:00+08:00  sign_up
///       2  2026-01-12T10:00:00+08:00  purchase  revenue=12.5
///
///     weekly, a retention report
///       1  start: enters cohort 2026-01-05
///       2  return in period 1
///       => cohort 2026-01-05: returned in period 1
struct StoryText {
  var story: EntityStory

  var text: String {
    var lines: [String] = []
    let until = story.observedUntil.map { ", observed until \($0)" } ?? ""
    lines.append(
      "\(story.kind.rawValue) \(story.entity): \(Self.count(story.events.count, "event"))"
        + "\(until) (\(story.timeZone))")
    if let name = story.name { lines.append("  is \(name)") }
    for id in story.ids {
      let kind = id.isAnonymous ? "anonymous id" : "id"
      let link = id.linkedAt.map { ", linked at \($0) in \(id.linkedIn ?? "")" } ?? ""
      lines.append("  \(kind) \(id.id)\(link)")
    }
    lines.append("")
    let width = max(3, String(story.events.count).count + 2)
    let names = story.events.map(\.name.count).max() ?? 0
    let times = story.events.map(\.time.count).max() ?? 0
    for (index, event) in story.events.enumerated() {
      var line = Self.left(index + 1, width) + "  " + Self.right(event.time, times) + "  "
      line += Self.right(event.name, event.properties.isEmpty ? 0 : names)
      line += event.properties.map { "  \($0.name)=\($0.value)" }.joined()
      if let user = event.user { line += event.isDelivered ? "  from \(user)" : "  by \(user)" }
      if event.isUnobserved { line += "  (after the end of observation: not counted)" }
      lines.append(line)
    }
    if !story.outside.isEmpty {
      let total = story.outside.reduce(0) { $0 + $1.count }
      let names = story.outside.map { $0.count > 1 ? "\($0.name) (\($0.count))" : $0.name }
      lines.append(
        "     and \(Self.count(total, "event")) that no report looks at: "
          + names.joined(separator: ", "))
    }
    if story.duplicates > 0 {
      lines.append("     and \(Self.count(story.duplicates, "duplicate")), by their ids")
    }
    for report in story.reports {
      lines.append("")
      let article = "aeiou".contains(report.type.first ?? "x") ? "an" : "a"
      lines.append("\(report.name), \(article) \(report.type) report")
      lines += Self.notes(report.notes.map { ($0.event, $0.text) }, width)
      let arrow = String(repeating: " ", count: max(0, width - 2)) + "=>"
      for conclusion in report.conclusions { lines.append("\(arrow)  \(conclusion)") }
    }
    return lines.map { ShownText.escaped($0) }.joined(separator: "\n") + "\n"
  }

  /// Many events of which the same is said are one line.
  private static func notes(_ notes: [(event: Int, text: String)], _ width: Int) -> [String] {
    var lines: [String] = []
    var at = 0
    while at < notes.count {
      var end = at + 1
      while end < notes.count, notes[end].text == notes[at].text { end += 1 }
      if end - at < repeatsMin {
        lines += notes[at..<end].map { left($0.event, width) + "  \($0.text)" }
      } else {
        lines.append(
          left(notes[at].event, width) + "  \(notes[at].text), and so to \(notes[end - 1].event): "
            + count(end - at, "event"))
      }
      at = end
    }
    return lines
  }

  private static let repeatsMin = 5

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private static func left(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: " ", count: max(0, width - digits.count)) + digits
  }

  private static func right(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
