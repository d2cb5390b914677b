import EventLog
import Values

extension TakenInput {
  /// What a store keeps of it, so that a run over a store can tell of all its inputs what the run that
  /// read them told. No samples of rejected rows, which are what no store should hold, and no first
  /// examples of values but of properties.
  var kept: TakenInput {
    var outcome = SourceOutcome()
    (outcome.fileBytes, outcome.inflatedBytes) = (source.fileBytes, source.inflatedBytes)
    (outcome.isGzip, outcome.damages) = (source.isGzip, source.damages)
    var rows = tally
    rows.values = ValueTally()
    (rows.values.numbers, rows.values.timeless) = (tally.values.numbers, tally.values.timeless)
    rows.sampled = RowTally().sampled
    (rows.samples, rows.missingColumns, rows.rejectedBytes) = ([], [], 0)
    var input = InputFile(path: file.path, bytes: file.bytes)
    input.source = file.source
    return TakenInput(file: input, source: outcome, tally: rows)
  }

  /// The one JSON form: in a store, and between the steps of a run on many machines. When its events
  /// were is no part of it: that is judged anew by every run.
  var json: JSONValue {
    .object(
      [
        ("path", .text(file.path)), ("bytes", .integer(file.bytes)),
        ("file_bytes", .integer(source.fileBytes)),
        ("inflated_bytes", .integer(source.inflatedBytes)), ("gzip", .boolean(source.isGzip)),
        ("damages", .list(source.damages.map(\.json))), ("tally", tally.json),
      ] + SourceOutcome.rare.members(of: source)
        + (source.encoding.map { [("encoding", .text($0))] } ?? []))
  }

  init?(_ json: JSONValue) {
    guard let path = json["path"]?.string, let bytes = json["bytes"]?.integer,
      let fileBytes = json["file_bytes"]?.integer,
      let inflatedBytes = json["inflated_bytes"]?.integer,
      let damages = json["damages"]?.elements, let rows = json["tally"].flatMap({ RowTally($0) })
    else { return nil }
    var source = SourceOutcome()
    (source.fileBytes, source.inflatedBytes) = (fileBytes, inflatedBytes)
    source.isGzip = json["gzip"]?.isTrue ?? false
    source.encoding = json["encoding"]?.string
    guard SourceOutcome.rare.read(json, into: &source) else { return nil }
    for damage in damages {
      guard let damage = Damage(damage) else { return nil }
      source.damages.append(damage)
    }
    self.init(file: InputFile(path: path, bytes: bytes), source: source, tally: rows)
  }
}

extension SourceOutcome {
  fileprivate static let rare = RareFields<SourceOutcome>(
    counts: [("text_bytes", \.textBytes), ("undecodable_bytes", \.undecodableBytes)],
    flags: [
      ("gzip_twice", \.isGzipTwice), ("encoding_marked", \.isEncodingMarked), ("empty", \.isEmpty),
      ("byte_order_mark", \.hadByteOrderMark), ("read_as_values", \.isReadAsValues),
      ("returns_only", \.hasReturnsOnly),
    ])
}

extension RowTally {
  private static let rare = RareFields<RowTally>(counts: [("rejected_bytes", \.rejectedBytes)])

  fileprivate var json: JSONValue {
    func counts(_ counts: [Int]) -> JSONValue { .list(counts.map { .integer($0) }) }
    var members: [(key: String, value: JSONValue)] = [
      ("lines", .integer(lines)), ("rows", .integer(rows)), ("blank", .integer(blank)),
      ("events", .integer(events)), ("rejected", counts(rejected)),
      ("duplicate_keys", .integer(duplicateKeys)), ("lone_surrogates", .integer(loneSurrogates)),
      ("time_units", counts(timeUnits)), ("numbers", .list(values.numbers.map(\.json))),
    ]
    members += Self.rare.members(of: self) + values.rareMembers
    if !missingColumns.isEmpty {
      members.append(("missing_columns", .list(missingColumns.map { .text($0) })))
    }
    if sampled.contains(where: { $0 > 0 }) { members.append(("sampled", counts(sampled))) }
    if !samples.isEmpty { members.append(("samples", .list(samples.map(\.json)))) }
    return .object(members)
  }

  fileprivate init?(_ json: JSONValue) {
    func counts(_ key: String, into counts: inout [Int]) -> Bool {
      guard let list = json[key]?.elements, list.count <= counts.count else { return false }
      for (place, value) in list.enumerated() {
        guard let count = value.integer else { return false }
        counts[place] = count
      }
      return true
    }
    self.init()
    guard let lines = json["lines"]?.integer, let rows = json["rows"]?.integer,
      let blank = json["blank"]?.integer, let events = json["events"]?.integer,
      let duplicateKeys = json["duplicate_keys"]?.integer,
      let loneSurrogates = json["lone_surrogates"]?.integer,
      counts("rejected", into: &rejected), counts("time_units", into: &timeUnits),
      json["sampled"] == nil || counts("sampled", into: &sampled),
      let numbers = json.list("numbers", ValueTally.Numbers.init),
      Self.rare.read(json, into: &self), values.readRare(json),
      let samples = json.list("samples", Reject.init),
      let missing = json.list("missing_columns", \.string)
    else { return nil }
    (self.lines, self.rows, self.blank, self.events) = (lines, rows, blank, events)
    (self.duplicateKeys, self.loneSurrogates) = (duplicateKeys, loneSurrogates)
    (self.samples, missingColumns, values.numbers) = (samples, missing, numbers)
  }
}

extension ValueTally {
  private static let counts = RareFields<ValueTally>(
    counts: [
      ("future", \.future), ("timeless", \.timeless), ("with_both_ids", \.withBothIDs),
      ("dates", \.dates),
    ])
  private static let sightings:
    [(name: String, path: any WritableKeyPath<ValueTally, Sightings> & Sendable)] = [
      ("too_long", \.tooLong), ("local_times", \.localTimes), ("numeric_times", \.numericTimes),
      ("unread_times", \.unreadTimes), ("container_ids", \.containerIDs),
    ]

  /// All but the numbers.
  fileprivate var rareMembers: [(key: String, value: JSONValue)] {
    var members = Self.counts.members(of: self)
    for (name, path) in Self.sightings where self[keyPath: path].count > 0 {
      members.append((name, self[keyPath: path].json))
    }
    for (name, list) in [("nulls", nulls), ("repairs", repairs)] where !list.isEmpty {
      members.append((name, .list(list.map(\.json))))
    }
    return members
  }

  fileprivate mutating func readRare(_ json: JSONValue) -> Bool {
    guard Self.counts.read(json, into: &self), let nulls = json.list("nulls", Sightings.init),
      let repairs = json.list("repairs", Sightings.init)
    else { return false }
    (self.nulls, self.repairs) = (nulls, repairs)
    for (name, path) in Self.sightings {
      guard let member = json[name] else { continue }
      guard let found = Sightings(member) else { return false }
      self[keyPath: path] = found
    }
    return true
  }
}

extension ValueTally.Numbers {
  fileprivate var json: JSONValue {
    .object([
      ("values", .integer(values)), ("unreadable", unreadable.json), ("rounded", rounded.json),
    ])
  }

  fileprivate init?(_ json: JSONValue) {
    guard let values = json["values"]?.integer,
      let unreadable = json["unreadable"].flatMap({ Sightings($0) }),
      let rounded = json["rounded"].flatMap({ Sightings($0) })
    else { return nil }
    self.init()
    (self.values, self.unreadable, self.rounded) = (values, unreadable, rounded)
  }
}

extension Sightings {
  fileprivate var json: JSONValue {
    .object([
      ("count", .integer(count)), ("line", .integer(first?.line ?? 0)),
      ("text", .text(String(decoding: first?.text ?? [], as: UTF8.self))),
    ])
  }

  fileprivate init?(_ json: JSONValue) {
    guard let count = json["count"]?.integer, let line = json["line"]?.integer,
      let text = json["text"]?.string
    else { return nil }
    self.init()
    self.count = count
    if line > 0 { first = ValuePlace(line: line, text: Array(text.utf8)) }
  }
}

extension Reject {
  var json: JSONValue {
    .list([
      .integer(Int(reason.rawValue)), .integer(line), .integer(byte), .text(hexadecimal(prefix)),
    ])
  }

  init?(_ json: JSONValue) {
    guard let parts = json.elements, parts.count == 4,
      let code = parts[0].integer.flatMap({ UInt8(exactly: $0) }),
      let reason = RejectReason(rawValue: code), let line = parts[1].integer,
      let byte = parts[2].integer, let prefix = parts[3].string.flatMap(bytes(hexadecimal:))
    else { return nil }
    self.init(reason: reason, line: line, byte: byte, prefix: prefix)
  }
}

extension JSONValue {
  /// All elements of a member, which may be absent; nil when one cannot be read.
  fileprivate func list<Element>(
    _ name: String, _ read: (JSONValue) -> Element?
  ) -> [Element]? {
    guard let elements = self[name]?.elements else { return self[name] == nil ? [] : nil }
    let all = elements.compactMap(read)
    return all.count == elements.count ? all : nil
  }
}
