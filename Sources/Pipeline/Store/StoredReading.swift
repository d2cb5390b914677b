import EventLog
import Values

/// What the reading of an input said, kept in a store: so that a run over a store can tell of all
/// its inputs what the run that read them told. Samples of rejected rows are not kept: they are
/// what no store should hold.
extension FileReading {
  var stored: JSONValue {
    .object([
      ("path", .text(file.path)), ("bytes", .integer(file.bytes)),
      ("file_bytes", .integer(source.fileBytes)),
      ("inflated_bytes", .integer(source.inflatedBytes)), ("gzip", .boolean(source.isGzip)),
      ("damages", .list(source.damages.map(\.stored))), ("tally", tally.stored),
    ])
  }

  init?(stored: JSONValue) {
    guard let path = stored["path"]?.string, let bytes = stored["bytes"]?.integer,
      let fileBytes = stored["file_bytes"]?.integer,
      let inflatedBytes = stored["inflated_bytes"]?.integer,
      let damages = stored["damages"]?.elements, let tally = stored["tally"],
      let rows = RowTally(stored: tally)
    else { return nil }
    var source = SourceOutcome()
    source.fileBytes = fileBytes
    source.inflatedBytes = inflatedBytes
    source.isGzip = stored["gzip"]?.isTrue ?? false
    for damage in damages {
      guard let damage = Damage(stored: damage) else { return nil }
      source.damages.append(damage)
    }
    self.init(
      file: InputFile(path: path, bytes: bytes), source: source, tally: rows, used: 0,
      outside: rows.events, duplicates: 0, withoutUser: 0, withoutAccount: 0)
  }
}

extension RowTally {
  fileprivate var stored: JSONValue {
    func counts(_ counts: [Int]) -> JSONValue { .list(counts.map { .integer($0) }) }
    return .object([
      ("lines", .integer(lines)), ("rows", .integer(rows)), ("blank", .integer(blank)),
      ("events", .integer(events)), ("rejected", counts(rejected)),
      ("duplicate_keys", .integer(duplicateKeys)), ("lone_surrogates", .integer(loneSurrogates)),
      ("time_units", counts(timeUnits)),
      (
        "numbers",
        .list(
          values.numbers.map { number in
            .object([
              ("values", .integer(number.values)), ("unreadable", number.unreadable.stored),
              ("rounded", number.rounded.stored),
            ])
          })
      ),
    ])
  }

  fileprivate init?(stored: JSONValue) {
    func counts(_ key: String, into counts: inout [Int]) -> Bool {
      guard let list = stored[key]?.elements, list.count <= counts.count else { return false }
      for (place, value) in list.enumerated() {
        guard let count = value.integer else { return false }
        counts[place] = count
      }
      return true
    }
    self.init()
    guard let lines = stored["lines"]?.integer, let rows = stored["rows"]?.integer,
      let blank = stored["blank"]?.integer, let events = stored["events"]?.integer,
      let duplicateKeys = stored["duplicate_keys"]?.integer,
      let loneSurrogates = stored["lone_surrogates"]?.integer,
      counts("rejected", into: &rejected), counts("time_units", into: &timeUnits),
      let numbers = stored["numbers"]?.elements
    else { return nil }
    (self.lines, self.rows, self.blank, self.events) = (lines, rows, blank, events)
    (self.duplicateKeys, self.loneSurrogates) = (duplicateKeys, loneSurrogates)
    for number in numbers {
      guard let count = number["values"]?.integer,
        let unreadable = number["unreadable"].flatMap({ Sightings(stored: $0) }),
        let rounded = number["rounded"].flatMap({ Sightings(stored: $0) })
      else { return nil }
      var tally = ValueTally.Numbers()
      (tally.values, tally.unreadable, tally.rounded) = (count, unreadable, rounded)
      values.numbers.append(tally)
    }
  }
}

extension Sightings {
  fileprivate var stored: JSONValue {
    .object([
      ("count", .integer(count)), ("line", .integer(first?.line ?? 0)),
      ("text", .text(String(decoding: first?.text ?? [], as: UTF8.self))),
    ])
  }

  fileprivate init?(stored: JSONValue) {
    guard let count = stored["count"]?.integer, let line = stored["line"]?.integer,
      let text = stored["text"]?.string
    else { return nil }
    self.init()
    self.count = count
    if line > 0 { first = ValuePlace(line: line, text: Array(text.utf8)) }
  }
}

extension Damage {
  private static let kinds: [(name: String, kind: Kind)] = [
    ("truncated", .truncated), ("bad checksum", .badChecksum), ("bad length", .badLength),
    ("corrupt", .corrupt), ("trailing bytes", .trailingBytes),
    ("changed while read", .changedWhileRead), ("no end marker", .noEndMarker),
    ("cut member", .cutMember), ("bad entry", .badEntry), ("broken archive", .brokenArchive),
    ("bomb", .bomb),
  ]

  fileprivate var stored: JSONValue {
    var members: [(key: String, value: JSONValue)] = []
    if case .readFailed(let code) = kind {
      members.append(("kind", .integer(Int(code))))
    } else {
      members.append(("kind", .text(Self.kinds.first { $0.kind == kind }?.name ?? "corrupt")))
    }
    return .object(
      members + [
        ("file_offset", .integer(fileOffset)), ("inflated_offset", .integer(inflatedOffset)),
        ("partial_row_bytes", .integer(partialRowBytes)),
      ])
  }

  fileprivate init?(stored: JSONValue) {
    guard let fileOffset = stored["file_offset"]?.integer,
      let inflatedOffset = stored["inflated_offset"]?.integer,
      let partialRowBytes = stored["partial_row_bytes"]?.integer
    else { return nil }
    let kind: Kind
    if let code = stored["kind"]?.integer {
      kind = .readFailed(Int32(truncatingIfNeeded: code))
    } else if let name = stored["kind"]?.string,
      let known = Self.kinds.first(where: { $0.name == name })
    {
      kind = known.kind
    } else {
      return nil
    }
    self.init(
      kind: kind, fileOffset: fileOffset, inflatedOffset: inflatedOffset,
      partialRowBytes: partialRowBytes)
  }
}
