import EventLog
import Spec
import Values

/// A spec to start from: valid as it is, with a comment at each choice that could have been another
/// one. Groups of files that look different are sources of their own.
package struct StarterSpec {
  private let groups: [Inspection.Group]
  /// Groups without a user or a time, where others have both.
  private let others: [Inspection.Group]
  /// The names of all inputs, and of those that are no logs.
  private let inputs: (names: [String], unread: [String])
  /// Nil where nobody said it.
  private let zone: ZoneRules?
  private var lines: [(text: String, comment: String)] = []
  /// By name of a property: its type, which is one in all sources.
  private var types: [String: String] = [:]
  /// In front of a line of a source.
  private var indent = "  "

  private static let stepsMax = 3
  private static let missing = "CHANGE_ME"

  package init(_ inspection: Inspection) {
    let isReadable = { (group: Inspection.Group) in group.guess.problems.isEmpty }
    let readable = inspection.groups.filter(isReadable)
    groups = readable.isEmpty ? Array(inspection.groups.prefix(1)) : readable
    others =
      readable.isEmpty
      ? Array(inspection.groups.dropFirst()) : inspection.groups.filter { !isReadable($0) }
    inputs = (inspection.names, inspection.unreadNames)
    zone = inspection.zone
    if groups.count == 1, others.isEmpty, inputs.unread.isEmpty {
      write("source:")
      writeSource(groups[0])
    } else {
      writeSources()
    }
    writeCalendar()
    writeReports()
  }

  /// What is to be done before it can run; empty where it can.
  package var unfinished: [String] {
    let open = lines.filter { $0.text.contains(Self.missing) }
    if open.isEmpty { return [] }
    return [
      "the spec is not finished: say what stands for \(Self.missing) in "
        + open.map { "`\($0.text.trimmingBlanks)`" }.joined(separator: ", ")
    ]
  }

  package var text: String {
    let files = groups.reduce(0) { $0 + $1.files.count }
    var text = "# Made by `twinfunnel inspect --spec` of \(files) "
    text += files == 1 ? "file, " : "files, "
    text += "\(groups.reduce(0) { $0 + $1.rows }) rows. "
    text += "CHECK marks what was guessed and could be otherwise.\n"
    for other in others {
      let path = ShownText.escaped(other.files.first?.file.path ?? "")
      text += "# Left out, as it looks different: \(path)"
      text += other.files.count > 1 ? " and \(other.files.count - 1) more\n" : "\n"
    }
    for name in inputs.unread {
      text += "# Left out, as it cannot be read: \(ShownText.escaped(name))\n"
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

  /// A line of a source.
  private mutating func writeKey(_ text: String, _ comment: String = "") {
    write(indent + text, comment)
  }

  private static func check(_ key: String, _ guess: SourceGuess) -> String {
    let doubts = (guess.problems + guess.doubts).filter { $0.key == key }.map(\.text)
    return doubts.isEmpty ? "" : "CHECK: " + doubts.joined(separator: "; ")
  }

  // MARK: Sources

  private mutating func writeSources() {
    let names = groups.map { StarterFiles.names(of: $0) }
    let ignored = others.map { StarterFiles.names(of: $0) }
    write(
      "sources:",
      groups.count == 1
        ? "`files` are the logs, `ignore` is what looks different"
        : "files that look alike are one; ids are those of one person in all of them")
    func patterns(_ own: [String]) -> [String] {
      let known = Set(own)
      let rest = (names + ignored).joined().filter { !known.contains($0) }
      return StarterFiles.patterns(of: own, notOf: rest + inputs.unread)
    }
    var taken: Set<String> = []
    var all: [String] = []
    for (index, group) in groups.enumerated() {
      let files = patterns(names[index])
      all += files
      let name = StarterFiles.sourceName(of: names[index], number: index + 1, taken: &taken)
      write("  - name: \(name)")
      indent = "    "
      writeKey("files: [\(files.map { Self.quoted($0) }.joined(separator: ", "))]")
      writeSource(group)
    }
    indent = "  "
    // A single file is left out by its name: others like it may be logs, and would be asked about.
    var left =
      ignored.flatMap { $0.count == 1 ? $0.map(StarterFiles.escaped) : patterns($0) }
      + inputs.unread.map(StarterFiles.escaped)
    // Without rows, or with those of another file: in no group, and yet to be dealt.
    let known = (all + left).map { PathPattern($0) }
    left += inputs.names.filter { name in !known.contains { $0.matches(name) } }
      .map { StarterFiles.escaped($0) }
    if !left.isEmpty {
      write("ignore: [\(left.map { Self.quoted($0) }.joined(separator: ", "))]")
    }
  }

  private mutating func writeEncoding(_ source: SourceSpec) {
    if let encoding = source.encoding { writeKey("encoding: \(Self.scalar(encoding))") }
  }

  private mutating func writeSource(_ group: Inspection.Group) {
    let guess = group.guess
    let source = guess.source
    if let name = guess.preset {
      writeKey(
        "preset: \(name)", "its keys are there; `twinfunnel template presets` says what it reads")
      let own = SourcePreset.named(name)?.source()
      if own?.format != source.format { writeFormat(source.format) }
      writeEncoding(source)
      if own?.rows.skipsPrefix == false, source.rows.skipsPrefix { writeKey("prefix: skip") }
      if own?.properties.isEmpty ?? true { writeProperties(group) }
      return
    }
    writeFormat(source.format)
    writeEncoding(source)
    let columns = Self.check("columns", guess)
    if !columns.isEmpty { writeKey("# columns: [...]", columns) }
    if let records = source.rows.records {
      writeKey("records: \(Self.scalar(records.description))")
    }
    if source.rows.skipsPrefix { writeKey("prefix: skip", "JSON stands behind other text") }
    if group.isOfAccounts {
      writeKey("# user: PATH", Self.check("user", guess))
    } else {
      writeKey("user: \(Self.paths(source.user))", Self.check("user", guess))
    }
    if !source.anonymous.isEmpty {
      writeKey("anonymous: \(Self.paths(source.anonymous))", "the id before login")
    }
    if !source.account.isEmpty {
      writeKey("account: \(Self.paths(source.account))", Self.check("account", guess))
    }
    if case .paths(let paths) = source.event {
      writeKey("event: \(Self.paths(paths))", Self.check("event", guess))
    } else {
      writeKey("event: {value: event}", Self.check("event", guess))
    }
    writeTime(guess)
    if source.id.isEmpty {
      let text = Self.check("id", guess)
      writeKey(
        "# id: PATH",
        text.isEmpty ? "CHECK: no field is an event's id: rows sent twice count twice" : text)
    } else {
      writeKey("id: \(Self.paths(source.id))", Self.check("id", guess))
    }
    writeProperties(group)
  }

  private mutating func writeFormat(_ format: LogFormat) {
    switch format {
    case .delimited(let delimited):
      let isTabbed = delimited.delimiter == UInt8(ascii: "\t")
      writeKey(isTabbed && delimited.quote == nil ? "format: tsv" : "format: csv")
      if delimited.quote != nil, delimited.delimiter != UInt8(ascii: ",") {
        let sign = String(UnicodeScalar(delimited.delimiter))
        writeKey("delimiter: \(Self.quoted(sign))")
      }
    default: writeKey("format: \(format.name)")
    }
  }

  private mutating func writeTime(_ guess: SourceGuess) {
    let time = guess.source.time
    let comment = [Self.check("time", guess), Self.check("zone", guess)]
      .filter { !$0.isEmpty }.joined(separator: "; ")
    guard !time.paths.isEmpty else { return writeKey("time: \(Self.missing)", comment) }
    var parts = ["path: \(Self.paths(time.paths))"]
    if time.formats != [.iso8601] {
      let formats = time.formats.map { Self.scalar($0.name) }.joined(separator: ", ")
      parts.append("format: " + (time.formats.count == 1 ? formats : "[\(formats)]"))
    }
    if guess.hasLocalTimes || time.zone != nil {
      parts.append("zone: \(Self.scalar(time.zone ?? zone?.name ?? "UTC"))")
    }
    writeKey(
      parts.count == 1
        ? "time: \(Self.paths(time.paths))" : "time: {\(parts.joined(separator: ", "))}", comment)
  }

  private mutating func writeProperties(_ group: Inspection.Group) {
    let source = group.guess.source
    var event: [FieldPath] = []
    if case .paths(let paths) = source.event { event = paths }
    let roles =
      source.user + source.anonymous + source.account + event + source.time.paths + source.id
    let taken = Set(roles.flatMap { [$0.description] + $0.parts.map(\.description) })
    let chosen = StarterProperty.chosen(of: group, without: taken).filter { property in
      types[property.name, default: property.type] == property.type
    }
    if chosen.isEmpty { return }
    if chosen.contains(where: \.hasDecimalComma) {
      writeKey("number: {decimal: \",\", group: \".\"}", "amounts such as 1.234,50")
    }
    writeKey("properties:", "for `where`, `breakdown` and sums; leave out what you do not need")
    for property in chosen {
      types[property.name] = property.type
      writeKey("  \(property.name): \(property.yaml)", property.comment)
    }
  }

  // MARK: The rest

  private mutating func writeCalendar() {
    if groups.contains(where: { $0.guess.identity != nil }) {
      write("identity: {}", "who logs in later is one person")
    }
    write("calendar:")
    write(
      "  time_zone: \(Self.scalar(zone?.name ?? "UTC"))",
      zone == nil ? "CHECK: whose days? An IANA name, such as Asia/Shanghai" : "")
  }

  private mutating func writeReports() {
    write("reports:")
    let ofUsers = groups.filter { !$0.isOfAccounts }
    let entity = ofUsers.isEmpty ? ", entity: account" : ""
    write("  daily: {type: activity\(entity), interval: day}")
    write(
      "  weekly: {type: retention\(entity), start: any, return: any, interval: week, periods: 8}")
    let steps = (ofUsers.isEmpty ? groups : ofUsers).flatMap(\.events.names)
      .filter { String(validating: $0.name, as: UTF8.self) != nil }
      .sorted { $0.users > $1.users }.prefix(Self.stepsMax)
      .map { Self.scalar(String(decoding: $0.name, as: UTF8.self)) }
      .map { $0 == "any" ? "{event: any}" : $0 }
    guard steps.count > 1 else { return }
    write(
      "  path: {type: funnel\(entity), steps: [\(steps.joined(separator: ", "))], within: 7d}",
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
}

extension String {
  fileprivate var trimmingBlanks: Substring { self[...].drop { $0 == " " || $0 == "-" } }
}
