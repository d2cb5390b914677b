import EventLog
import Spec

extension SourceGuess {
  /// What a source says of itself, for people.
  struct Part {
    var text: String
    /// What of it was not given; nil for nothing.
    var guessed: String?

    init(_ text: String, isGiven: Bool = false) {
      self.text = text
      guessed = isGiven ? nil : text
    }
  }

  func described(_ sample: RowSample, _ overrides: Overrides) -> [Part] {
    func list(_ paths: [FieldPath], _ word: String = " or ") -> String {
      paths.map(\.description).joined(separator: word)
    }
    var parts: [Part] = []
    if let preset { parts.append(Part("preset \(preset)")) }
    parts.append(Part("format \(sample.layout.name)", isGiven: overrides.format != nil))
    if source.rows.skipsPrefix { parts.append(Part("JSON behind a prefix")) }
    if let records = source.rows.records { parts.append(Part("records \(records)")) }
    if !source.user.isEmpty {
      parts.append(Part("user \(list(source.user))", isGiven: !overrides.user.isEmpty))
    } else if source.anonymous.isEmpty {
      parts.append(Part("no user"))
    }
    if let anonymous = source.anonymous.first { parts.append(Part("before login \(anonymous)")) }
    var event = "(every row)"
    if case .paths(let paths) = source.event { event = list(paths) }
    if preset != nil, case .constant(let name) = source.event { event = "(every row is \(name))" }
    parts.append(Part("event \(event)", isGiven: overrides.event != nil))
    let joinsTime = preset == nil || source.format == .w3c
    let time = list(source.time.paths, joinsTime ? " and " : " or ")
    let formats = source.time.formats.map(\.name).joined(separator: ", ")
    var told = Part(
      time.isEmpty ? "no time" : "time \(time) (\(formats))",
      isGiven: overrides.time != nil && overrides.timeFormat != nil)
    if overrides.time != nil, overrides.timeFormat == nil {
      told.guessed = "time format \(formats)"
    }
    if overrides.time == nil, overrides.timeFormat != nil { told.guessed = "time \(time)" }
    parts.append(told)
    if !source.account.isEmpty {
      parts.append(Part("account \(list(source.account))", isGiven: !overrides.account.isEmpty))
    }
    if !source.id.isEmpty { parts.append(Part("id \(list(source.id))")) }
    return parts
  }
}
