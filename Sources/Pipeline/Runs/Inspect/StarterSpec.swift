import EventLog
import Spec
import Values

/// A spec to start from, for one group of an inspection: valid as it is, with a comment at each choice
/// that could have been another one.
package struct StarterSpec {
  private let group: Inspection.Group
  private let others: [Inspection.Group]
  private var lines: [(text: String, comment: String)] = []

  private static let propertiesMax = 12
  private static let stepsMax = 3
  private static let missing = "CHANGE_ME"

  /// - Parameter others: groups that want a spec of their own.
  package init(_ group: Inspection.Group, others: [Inspection.Group] = []) {
    self.group = group
    self.others = others
    writeSource()
    writeCalendar()
    writeReports()
  }

  package var text: String {
    var text = "# Made by `twinfunnel inspect --spec` of \(group.files.count) "
    text += group.files.count == 1 ? "file, " : "files, "
    text += "\(group.rows) rows. CHECK marks what was guessed and could be otherwise.\n"
    for other in others {
      let path = ShownText.escaped(other.files.first?.file.path ?? "")
      text += "# Not in it, as it looks different: \(path)"
      text += other.files.count > 1 ? " and \(other.files.count - 1) more\n" : "\n"
    }
    let width = min(44, lines.filter { !$0.comment.isEmpty }.map(\.text.count).max() ?? 0)
    for line in lines {
      let blanks = String(repeating: " ", count: max(1, width - line.text.count + 1))
      text += line.comment.isEmpty ? line.text + "\n" : line.text + blanks + "# \(line.comment)\n"
    }
    return text
  }

  private mutating func write(_ text: String, _ comment: String = "") {
    lines.append((text, ShownText.escaped(comment)))
  }

  private func check(_ key: String) -> String {
    let doubts = (group.guess.problems + group.guess.doubts).filter { $0.key == key }.map(\.text)
    return doubts.isEmpty ? "" : "CHECK: " + doubts.joined(separator: "; ")
  }

  // MARK: Source

  private mutating func writeSource() {
    let source = group.guess.source
    write("source:")
    if let name = group.guess.preset {
      write(
        "  preset: \(name)", "its keys are there; `twinfunnel template presets` says what it reads")
      let own = SourcePreset.named(name)?.source()
      if own?.format != source.format { writeFormat(source.format) }
      if own?.rows.skipsPrefix == false, source.rows.skipsPrefix { write("  prefix: skip") }
      if own?.properties.isEmpty ?? true { writeProperties() }
      return
    }
    writeFormat(source.format)
    if let records = source.rows.records { write("  records: \(Self.scalar(records.description))") }
    if source.rows.skipsPrefix { write("  prefix: skip", "JSON stands behind other text") }
    write("  user: \(Self.paths(source.user))", check("user"))
    if !source.anonymous.isEmpty {
      write("  anonymous: \(Self.paths(source.anonymous))", "the id before login")
    }
    if !source.account.isEmpty {
      write("  account: \(Self.paths(source.account))", check("account"))
    }
    if case .paths(let paths) = source.event {
      write("  event: \(Self.paths(paths))", check("event"))
    } else {
      write("  event: {value: event}", check("event"))
    }
    writeTime(source.time)
    if source.id.isEmpty {
      let text = check("id")
      write(
        "  # id: PATH",
        text.isEmpty ? "CHECK: no field is an event's id: rows sent twice count twice" : text)
    } else {
      write("  id: \(Self.paths(source.id))", check("id"))
    }
    writeProperties()
  }

  private mutating func writeFormat(_ format: LogFormat) {
    switch format {
    case .delimited(let delimited):
      let isTabbed = delimited.delimiter == UInt8(ascii: "\t")
      write(isTabbed && delimited.quote == nil ? "  format: tsv" : "  format: csv")
      if delimited.quote != nil, delimited.delimiter != UInt8(ascii: ",") {
        let sign = String(UnicodeScalar(delimited.delimiter))
        write("  delimiter: \(Self.quoted(sign))")
      }
    default: write("  format: \(format.name)")
    }
  }

  private mutating func writeTime(_ time: TimeField) {
    let comment = [check("time"), check("zone")].filter { !$0.isEmpty }.joined(separator: "; ")
    let asksForZone = group.guess.doubts.contains { $0.key == "zone" }
    guard !time.paths.isEmpty else { return write("  time: \(Self.missing)", comment) }
    var parts = ["path: \(Self.paths(time.paths))"]
    if time.formats != [.iso8601] {
      let formats = time.formats.map { Self.scalar($0.name) }.joined(separator: ", ")
      parts.append("format: " + (time.formats.count == 1 ? formats : "[\(formats)]"))
    }
    if asksForZone { parts.append("zone: UTC") }
    write(
      parts.count == 1
        ? "  time: \(Self.paths(time.paths))" : "  time: {\(parts.joined(separator: ", "))}",
      comment)
  }

  private mutating func writeProperties() {
    let source = group.guess.source
    var event: [FieldPath] = []
    if case .paths(let paths) = source.event { event = paths }
    let roles =
      source.user + source.anonymous + source.account + event + source.time.paths + source.id
    let taken = Set(roles.flatMap { [$0.description] + $0.parts.map(\.description) })
    var names: Set<String> = []
    var chosen: [(name: String, path: String, isNumber: Bool)] = []
    for field in group.fields where !taken.contains(field.path) && field.rows * 20 >= group.rows {
      guard chosen.count < Self.propertiesMax, !field.path.contains("["), field.isPropertyLike,
        let name = Self.name(of: field.path), names.insert(name).inserted
      else { continue }
      chosen.append((name, field.path, field.isAmount))
    }
    if chosen.isEmpty { return }
    write("  properties:", "for `where`, `breakdown` and sums; leave out what you do not need")
    for (name, path, isNumber) in chosen {
      let place = Self.scalar(path)
      write("    \(name): " + (isNumber ? "{path: \(place), type: number}" : place))
    }
  }

  // MARK: The rest

  private mutating func writeCalendar() {
    if group.guess.identity != nil { write("identity: {}", "who logs in later is one person") }
    write("calendar:")
    write("  time_zone: UTC", "CHECK: whose days? An IANA name, such as Asia/Shanghai")
  }

  private mutating func writeReports() {
    write("reports:")
    write("  daily: {type: activity, interval: day}")
    write("  weekly: {type: retention, start: any, return: any, interval: week, periods: 8}")
    let steps = group.events.names.filter { String(validating: $0.name, as: UTF8.self) != nil }
      .sorted { $0.users > $1.users }.prefix(Self.stepsMax)
      .map { Self.scalar(String(decoding: $0.name, as: UTF8.self)) }
      .map { $0 == "any" ? "{event: any}" : $0 }
    guard steps.count > 1 else { return }
    write(
      "  path: {type: funnel, steps: [\(steps.joined(separator: ", "))], within: 7d}",
      "CHECK: the names that most users have; put your steps in their order")
  }
}

// MARK: YAML

extension StarterSpec {
  private static func paths(_ paths: [FieldPath]) -> String {
    guard !paths.isEmpty else { return missing }
    let texts = paths.map { path in
      path.parts.isEmpty
        ? scalar(path.description)
        : "{all: [\(path.parts.map { scalar($0.description) }.joined(separator: ", "))]}"
    }
    return texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
  }

  /// As it is where YAML reads it so, else in quotes.
  static func scalar(_ text: String) -> String {
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "~"]
    let isPlain =
      text.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } ?? false
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }
      && !words.contains(text.lowercased())
    return isPlain ? text : quoted(text)
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// A name for a property: the last key, as names are written.
  private static func name(of path: String) -> String? {
    let last = FieldRoles.lastKey(path).lowercased()
    let name = String(last.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    let trimmed = name.drop { $0 == "_" || $0.isNumber }
    return trimmed.isEmpty || trimmed == "any" ? nil : String(trimmed)
  }
}

extension FieldTally {
  /// Different in few ways, or an amount.
  fileprivate var isPropertyLike: Bool {
    if isAmount { return true }
    let texts = kinds[Int(FieldReader.Kind.text.rawValue)]
    let flags = kinds[Int(FieldReader.Kind.boolean.rawValue)]
    return texts + flags > 0 && !distinct.hasMore && (2...200).contains(distinct.count)
      && numbers * 2 < rows
  }

  fileprivate var isAmount: Bool {
    let name = FieldRoles.plain(FieldRoles.lastKey(path))
    return rows > 0 && numbers == rows
      && ["amount", "revenue", "price", "total", "value", "mrr", "cost"].contains {
        name.hasSuffix($0)
      }
  }
}
