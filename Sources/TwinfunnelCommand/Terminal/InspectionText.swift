import EventLog
import Pipeline
import Tables
import Values

/// What `inspect` found, for people.
struct InspectionText {
  var inspection: Inspection
  /// As they were given, for the commands to go on with.
  var inputs: [String]
  /// Columns of the terminal; nil for a pipe, where nothing is cut.
  var width: Int?

  private static let namesMax = 30
  private static let rejectsMax = 6

  var text: String {
    var lines = inspection.notices
    for error in inspection.errors { lines.append("not read: \(error.path): \(error.reason)") }
    for (index, group) in inspection.groups.enumerated() {
      if index > 0 || !lines.isEmpty { lines.append("") }
      let about = ManualText.fitted(head(group).joined(separator: "\n"), to: width)
      lines += about.split(separator: "\n").map(String.init) + [""] + fields(group)
      if group.events.rows > 0 { lines += [""] + events(group) }
    }
    lines += [""] + next
    return lines.map { ShownText.escaped($0) }.joined(separator: "\n") + "\n"
  }

  // MARK: The files as a whole

  private func head(_ group: Inspection.Group) -> [String] {
    let files = group.files
    let rows = files.reduce(0) { $0 + $1.tally.rows - $1.tally.blank }
    let rejected = files.reduce(0) { $0 + $1.tally.rejectedTotal }
    var lines: [String] = []
    func say(_ title: String, _ text: String) {
      lines.append("  \(title)\(String(repeating: " ", count: max(1, 10 - title.count)))\(text)")
    }
    let first = (files.first?.file ?? InputFile(path: "", bytes: 0)).path
    lines.append(files.count > 1 ? "\(first) and \(files.count - 1) more" : first)
    say("content", content(files))
    say("read as", group.guess.summary)
    let total = group.guess.problems.isEmpty ? rows : group.rows
    var counts = Self.count(total, "row")
    if group.isSample { counts += " of the sample" }
    if group.guess.problems.isEmpty {
      counts += ", " + Self.count(group.events.rows, "event")
      counts += rejected == 0 ? ", no rejects" : ", " + Self.count(rejected, "reject")
    }
    say("rows", counts)
    lines += rejects(files)
    for repair in repairs(files) { say("repaired", repair) }
    for damage in group.damages { say("damaged", damage) }
    for error in group.refused { say("not read", "\(error.path): \(error.reason)") }
    if let from = group.events.first, let until = group.events.last {
      say("time", "\(from) to \(until)")
    }
    let gaps = group.events.gaps.map {
      $0.first == $0.last ? $0.first : "\($0.first) to \($0.last)"
    }
    if !gaps.isEmpty { say("no event", gaps.joined(separator: ", ")) }
    var zone = group.zone
    if let hour = group.events.quietHour {
      let name = inspection.zone?.name ?? "UTC"
      zone += "; fewest events from \(hour):00 to \((hour + 5) % 24):00 \(name)"
    }
    say("zone", zone)
    for id in group.ids {
      let repeats =
        id.repeats.map { $0 == 0 ? "never comes again" : "repeated in \(Self.count($0, "row"))" }
        ?? "too many values to tell repeats"
      say("id", "\(id.path): in \(Self.share(id.rows, of: group.rows)) of rows, \(repeats)")
    }
    for (kind, id, percent) in group.frequent {
      let name = ShownText.escaped(id, charactersMax: 40)
      say(kind, "'\(name)' has at least \(percent) % of the rows: is it one \(kind)?")
    }
    for problem in group.guess.problems { say("problem", problem.text) }
    for doubt in group.guess.doubts { say("check", "\(doubt.key): \(doubt.text)") }
    return lines
  }

  private func content(_ files: [TakenInput]) -> String {
    var parts: [String] = []
    let gzip = files.count { $0.source.isGzip }
    let members = files.count { $0.file.member != nil }
    if members > 0 { parts.append("members of archives") }
    parts.append(gzip == 0 ? "plain" : gzip == files.count ? "gzip" : "gzip and plain")
    let encodings = Set(files.map { $0.source.encoding ?? "UTF-8" }).sorted()
    parts.append(encodings.joined(separator: ", "))
    let text = files.reduce(0) { $0 + $1.source.textBytes }
    let disk = files.reduce(0) { $0 + $1.source.fileBytes }
    parts.append("\(Self.bytes(text)) of text")
    if gzip > 0 { parts.append("\(Self.bytes(disk)) on disk") }
    return parts.joined(separator: ", ")
  }

  private func rejects(_ files: [TakenInput]) -> [String] {
    var counts: [(RejectReason, Int)] = []
    for reason in RejectReason.allCases {
      let count = files.reduce(0) { $0 + $1.tally.rejected[Int(reason.rawValue)] }
      if count > 0 { counts.append((reason, count)) }
    }
    return counts.sorted { $0.1 > $1.1 }.prefix(Self.rejectsMax).map { reason, count in
      var line = "            \(Self.number(count)) \(reason.name)"
      for file in files {
        guard let sample = file.tally.samples.first(where: { $0.reason == reason }) else {
          continue
        }
        let row = ShownText.escaped(sample.prefix, charactersMax: 60)
        line += ", the first: \(file.file.path):\(sample.line): \(row)"
        break
      }
      return cut(line)
    }
  }

  private func repairs(_ files: [TakenInput]) -> [String] {
    Repair.allCases.compactMap { repair in
      let count = files.reduce(0) { sum, file in
        let repairs = file.tally.values.repairs
        return sum + (repairs.isEmpty ? 0 : repairs[Int(repair.rawValue)].count)
      }
      return count == 0
        ? nil : "\(Self.count(count, "row")) with \(repair.name) (\(repair.meaning))"
    }
  }

  // MARK: Tables

  private func fields(_ group: Inspection.Group) -> [String] {
    var rows = [["FIELD", "TYPE", "ROWS", "DIFFERENT", "RANGE", "EXAMPLES"]]
    for field in group.fields {
      var distinct = Self.number(min(field.distinct.count, FieldTally.distinctMax))
      if field.distinct.hasMore || field.distinct.count > FieldTally.distinctMax { distinct += "+" }
      rows.append([
        field.path, field.types, Self.share(field.rows, of: group.rows), distinct,
        width == nil ? field.range() : field.range(charactersMax: 18),
        field.examples.map { ShownText.escaped($0, charactersMax: 40) }.joined(separator: "; "),
      ])
    }
    if group.hasMoreFields { rows.append(["(more fields)", "", "", "", "", ""]) }
    return aligned(rows, right: [2, 3])
  }

  private func events(_ group: Inspection.Group) -> [String] {
    let events = group.events
    var rows = [["EVENT", "ROWS", "USERS", "FIRST DAY", "LAST DAY"]]
    let more = events.hasMoreUsers ? "+" : ""
    for name in events.names.prefix(Self.namesMax) {
      rows.append([
        ShownText.escaped(name.name, charactersMax: 60), Self.number(name.rows),
        Self.number(name.users) + more, name.firstDay, name.lastDay,
      ])
    }
    var lines = aligned(rows, right: [1, 2])
    let rest = events.names.dropFirst(Self.namesMax)
    if !rest.isEmpty || events.otherRows > 0 {
      let count = rest.reduce(events.otherRows) { $0 + $1.rows }
      lines.append(
        "  and \(Self.number(rest.count))\(events.otherRows > 0 ? "+" : "") more names in "
          + "\(Self.number(count)) rows")
    }
    let all =
      "  in all \(Self.count(events.rows, "event"))"
      + (group.isOfAccounts ? "" : " of \(Self.count(events.users, "user", more))")
      + (group.countedBy.isEmpty ? "" : ", counted by \(group.countedBy)")
    lines += ManualText.fitted(all, to: width).split(separator: "\n").map(String.init)
    return lines
  }

  /// Commands that work as they stand, but for what nobody could tell.
  private var next: [String] {
    let inputs = inputs.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
    let groups = inspection.groups
    let isReadable = groups.contains { $0.guess.problems.isEmpty }
    let zone = inspection.zone.map { " --time-zone \($0.name)" } ?? ""
    var lines = ["Go on with:"]
    if groups.count == 1, inspection.errors.isEmpty {
      let flags = groups[0].guess.problems.map { problem in
        problem.text.contains("--time-format") ? " --time-format FORMAT" : " --\(problem.key) FIELD"
      }.joined()
      lines.append(
        "  twinfunnel retention \(inputs)\(flags)"
          + (groups[0].isOfAccounts ? " --entity account" : "") + zone)
    }
    lines.append("  twinfunnel inspect --spec \(inputs)\(zone) > growth.yaml")
    if isReadable { lines.append("  twinfunnel run growth.yaml \(inputs) --out tables --html") }
    return lines
  }

  private func aligned(_ rows: [[String]], right: Set<Int>) -> [String] {
    let all = rows.first?.count ?? 0
    let widths = (0..<all).map { column in
      min(width == nil ? .max : 40, rows.map { TerminalText.width($0[column]) }.max() ?? 0)
    }
    let columns = shown(widths, right: right)
    let hidden = (rows.first ?? [])[columns...].joined(separator: "; ")
    let note = hidden.isEmpty ? [] : ["  (no room for: \(hidden))"]
    return note
      + rows.map { row in
        var line = ""
        for (column, cell) in row.prefix(columns).enumerated() {
          let isLast = column == columns - 1
          let cell = isLast ? cell : TerminalText.cut(cell, to: widths[column])
          let blanks = String(
            repeating: " ", count: max(0, widths[column] - TerminalText.width(cell)))
          line += "  " + (right.contains(column) ? blanks + cell : isLast ? cell : cell + blanks)
        }
        while line.last == " " { line.removeLast() }
        return cut(line)
      }
  }

  /// How many columns have room: numbers are whole or not there, and of a text at the end there are a
  /// few letters at least.
  private func shown(_ widths: [Int], right: Set<Int>) -> Int {
    guard let width else { return widths.count }
    var columns = widths.count
    while columns > 1 {
      let last = right.contains(columns - 1) ? widths[columns - 1] : min(12, widths[columns - 1])
      if widths.prefix(columns - 1).reduce(last + 2 * columns, +) <= width { break }
      columns -= 1
    }
    return columns
  }

  private func cut(_ line: String) -> String {
    width.map { TerminalText.cut(line, to: $0) } ?? line
  }

  // MARK: Numbers

  private static func count(_ count: Int, _ noun: String, _ more: String = "") -> String {
    "\(number(count))\(more) \(noun)\(count == 1 ? "" : "s")"
  }

  private static func number(_ number: Int) -> String {
    let digits = Array(String(number))
    return digits.indices.map { place in
      let left = digits.count - place
      return (place > 0 && left % 3 == 0 ? "," : "") + String(digits[place])
    }.joined()
  }

  private static func share(_ part: Int, of all: Int) -> String {
    if all == 0 { return "" }
    let tenths = part * 1000 / all
    return part == all
      ? "100%" : part > 0 && tenths == 0 ? "<0.1%" : "\(tenths / 10).\(tenths % 10)%"
  }

  private static func bytes(_ bytes: Int) -> String {
    for (unit, size) in [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)] where bytes >= size
    {
      let tenths = bytes * 10 / size
      return tenths >= 100 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
    }
    return "\(bytes) bytes"
  }
}
