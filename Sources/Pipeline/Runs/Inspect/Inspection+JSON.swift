import EventLog
package import Values

extension Inspection {
  /// The whole of it, as `inspect --json` prints it.
  package var json: JSONValue {
    .object([
      ("time_zone", .text(zone?.name ?? "UTC")),
      ("groups", .list(groups.map(\.json))),
      ("not_read", .list(errors.map(Self.json))),
      ("notices", .list(notices.map { .text($0) })),
    ])
  }

  fileprivate static func json(_ error: InputError) -> JSONValue {
    .object([("input", .text(error.path)), ("reason", .text(error.reason))])
  }

  /// What makes the exit code 1.
  package var damages: [String] {
    groups.flatMap { group in
      group.damages + group.refused.map { "\($0.path): \($0.reason)" }
    } + errors.map { "\($0.path): \($0.reason)" }
  }
}

extension Inspection.Group {
  /// Files that are cut or damaged, and such of whose rows none is an event.
  package var damages: [String] {
    files.flatMap { file in
      file.source.damages.map { Notices.text($0, of: file) } + InputNotices.damages(of: file)
    }
  }

  fileprivate var json: JSONValue {
    .object([
      ("preset", guess.preset.map { .text($0) } ?? .null),
      ("read_as", .text(guess.summary)),
      ("problems", .list(guess.problems.map(Self.json))),
      ("doubts", .list(guess.doubts.map(Self.json))),
      ("files", .list(files.map(Self.json))),
      ("not_read", .list(refused.map(Inspection.json))),
      ("rows", .integer(rows)), ("is_sample", .boolean(isSample)),
      ("rejects", .list(rejects)), ("repairs", .list(repairs)),
      ("fields", .list(fields.map(Self.json))), ("has_more_fields", .boolean(hasMoreFields)),
      ("events", events.json), ("counted_by", .text(countedBy)), ("zone", .text(zone)),
      (
        "ids",
        .list(
          ids.map { id in
            .object([
              ("path", .text(id.path)), ("rows", .integer(id.rows)),
              ("repeats", id.repeats.map { .integer($0) } ?? .null),
            ])
          })
      ),
      (
        "frequent",
        .list(
          frequent.map { kind, id, percent in
            .object([
              ("kind", .text(kind)), ("id", .text(ShownText.escaped(id))),
              ("percent_at_least", .integer(percent)),
            ])
          })
      ),
    ])
  }

  private static func json(_ doubt: SourceGuess.Doubt) -> JSONValue {
    .object([("key", .text(doubt.key)), ("text", .text(doubt.text))])
  }

  private static func json(_ file: TakenInput) -> JSONValue {
    .object([
      ("path", .text(file.file.path)), ("bytes", .integer(file.source.fileBytes)),
      ("text_bytes", .integer(file.source.textBytes)),
      ("container", .text(file.source.isGzip ? "gzip" : "plain")),
      ("encoding", .text(file.source.encoding ?? "UTF-8")),
      ("rows", .integer(file.tally.rows - file.tally.blank)),
      ("events", .integer(file.tally.events)), ("rejects", .integer(file.tally.rejectedTotal)),
    ])
  }

  private var rejects: [JSONValue] {
    RejectReason.allCases.compactMap { reason in
      let count = files.reduce(0) { $0 + $1.tally.rejected[Int(reason.rawValue)] }
      guard count > 0 else { return nil }
      var parts: [(String, JSONValue)] = [
        ("reason", .text(reason.name)), ("rows", .integer(count)),
      ]
      for file in files {
        guard let sample = file.tally.samples.first(where: { $0.reason == reason }) else {
          continue
        }
        parts += [
          ("file", .text(file.file.path)), ("line", .integer(sample.line)),
          ("example", .text(ShownText.escaped(sample.prefix))),
        ]
        break
      }
      return .object(parts)
    }
  }

  private var repairs: [JSONValue] {
    Repair.allCases.compactMap { repair in
      let count = files.reduce(0) { sum, file in
        let repairs = file.tally.values.repairs
        return sum + (repairs.isEmpty ? 0 : repairs[Int(repair.rawValue)].count)
      }
      guard count > 0 else { return nil }
      return .object([("repair", .text(repair.name)), ("rows", .integer(count))])
    }
  }

  private static func json(_ field: FieldTally) -> JSONValue {
    .object([
      ("path", .text(field.path)), ("types", .text(field.types)), ("rows", .integer(field.rows)),
      ("distinct", .integer(min(field.distinct.count, FieldTally.distinctMax))),
      (
        "has_more_distinct",
        .boolean(field.distinct.hasMore || field.distinct.count > FieldTally.distinctMax)
      ),
      ("range", .text(field.range())),
      ("examples", .list(field.examples.map { .text(ShownText.escaped($0)) })),
    ])
  }
}

extension Inspection.Events {
  fileprivate var json: JSONValue {
    .object([
      ("rows", .integer(rows)), ("users", .integer(users)),
      ("has_more_users", .boolean(hasMoreUsers)),
      ("first", first.map { .text($0) } ?? .null), ("last", last.map { .text($0) } ?? .null),
      (
        "gaps",
        .list(gaps.map { .object([("first", .text($0.first)), ("last", .text($0.last))]) })
      ),
      ("quiet_hour", quietHour.map { .integer($0) } ?? .null),
      (
        "names",
        .list(
          names.map { name in
            .object([
              ("name", .text(ShownText.escaped(name.name))), ("rows", .integer(name.rows)),
              ("users", .integer(name.users)), ("first_day", .text(name.firstDay)),
              ("last_day", .text(name.lastDay)),
            ])
          })
      ), ("rows_of_more_names", .integer(otherRows)),
    ])
  }
}

extension FieldTally {
  /// `text`, or of several the most frequent first.
  package var types: String {
    let found = FieldReader.Kind.allCases.filter { kinds[Int($0.rawValue)] > 0 }
      .sorted { kinds[Int($0.rawValue)] > kinds[Int($1.rawValue)] }
    let names = found.map { kind in
      // Numbers in texts are what a CSV has.
      kind == .text && numbers == rows && rows > 0 ? "number in text" : "\(kind)"
    }
    return names.joined(separator: ", ")
  }

  /// From the least to the most: of numbers if all are, else of texts by their bytes.
  ///
  /// - Parameter charactersMax: of each text.
  package func range(charactersMax: Int = .max) -> String {
    func both(_ from: String, _ to: String) -> String { from == to ? from : "\(from) to \(to)" }
    if rows > 0, numbers == rows { return both(Self.text(least), Self.text(most)) }
    guard let first, let last, kinds[Int(FieldReader.Kind.text.rawValue)] > 0 else { return "" }
    return both(
      ShownText.escaped(first, charactersMax: charactersMax),
      ShownText.escaped(last, charactersMax: charactersMax))
  }

  private static func text(_ number: Double) -> String {
    abs(number) < 1e15 && number == number.rounded() ? String(Int64(number)) : String(number)
  }
}
