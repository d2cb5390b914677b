import Spec
import Values

/// The options of a report as a table of its page.
enum OptionTable {
  /// Markdown: a row for each option, and for each option of an option, `activation.within`.
  static func markdown(_ outlines: [OptionOutline]) -> String {
    var lines = ["| option | what | may be | default |", "|---|---|---|---|"]
    func add(_ outlines: [OptionOutline], below prefix: String) {
      for outline in outlines {
        let cells = [
          "`\(prefix)\(outline.key)`", outline.doc, outline.shape.words,
          outline.isRequired ? "required" : standard(outline.standard),
        ]
        let escaped = cells.map { $0.replacing("|", with: "\\|") }
        lines.append("| \(escaped.joined(separator: " | ")) |")
        add(outline.shape.inner, below: "\(prefix)\(outline.key).")
      }
    }
    add(outlines, below: "")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func standard(_ value: JSONValue) -> String {
    switch value {
    case .text(let text): text.contains(" ") ? text : "`\(text)`"
    case .integer(let number): "`\(number)`"
    case .boolean(let isTrue): "`\(isTrue)`"
    case .list(let values) where !values.isEmpty:
      values.map { standard($0) }.joined(separator: ", ")
    default: ""
    }
  }
}

extension OptionShape {
  /// In words, for a cell of a table.
  fileprivate var words: String {
    switch self {
    case .boolean: "true or false"
    case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .decimal: "a number"
    case .duration: "a duration such as `7d`"
    case .date: "a date, or such as `-30d`, `month_start`"
    case .text: "text"
    case .forms(let choices), .choice(let choices):
      choices.map { "`\($0)`" }.joined(separator: ", ")
    case .property: "a property"
    case .numberProperty: "a number property"
    case .event: "an event"
    case .tests: "tests on properties"
    case .oneOrMore(let shape, let max): "\(shape.words); or a list, at most \(max)"
    case .list(let shape, let max): "a list, at most \(max): \(shape.words)"
    case .names(let shape, let max): "names, at most \(max), each with \(shape.words)"
    case .mapping: "a mapping"
    case .stage: "an event, with options"
    }
  }

  /// Options inside, also of the items of a list.
  fileprivate var inner: [OptionOutline] {
    switch self {
    case .mapping(let outlines), .stage(let outlines): outlines
    case .oneOrMore(let shape, _), .list(let shape, _), .names(let shape, _): shape.inner
    default: []
    }
  }
}
