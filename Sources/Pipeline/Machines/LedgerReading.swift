import EventLog
import Values

/// Everything that the reading of an input said, for a run that ends on another machine: what a store
/// keeps of it, and the rest.
extension FileReading {
  var sent: JSONValue {
    .object([
      ("reading", stored), ("number", .integer(file.source)), ("used", .integer(used)),
      ("outside", .integer(outside)),
      ("without_user", .integer(withoutUser)), ("without_account", .integer(withoutAccount)),
      ("earliest", .integer(Int(tally.earliest))), ("latest", .integer(Int(tally.latest))),
      ("rejected_bytes", .integer(tally.rejectedBytes)), ("source", source.sent),
      ("values", tally.values.sent),
      ("first_day", .integer(tally.days.base)),
      ("days", .list(tally.days.counts.map { .integer($0) })),
      ("spread", spread.sent), ("missing_columns", .list(tally.missingColumns.map { .text($0) })),
      ("sampled", .list(tally.sampled.map { .integer($0) })),
      ("samples", .list(tally.samples.map(\.sent))),
    ])
  }

  init?(sent: JSONValue) {
    guard let stored = sent["reading"], let reading = FileReading(stored: stored),
      let used = sent["used"]?.integer, let outside = sent["outside"]?.integer,
      let withoutUser = sent["without_user"]?.integer,
      let withoutAccount = sent["without_account"]?.integer,
      let earliest = sent["earliest"]?.integer, let latest = sent["latest"]?.integer,
      let rejectedBytes = sent["rejected_bytes"]?.integer, let source = sent["source"],
      let values = sent["values"].flatMap({ ValueTally(sent: $0) }),
      let missing = sent["missing_columns"]?.elements, let sampled = sent["sampled"]?.elements,
      sampled.count == RejectReason.allCases.count, let samples = sent["samples"]?.elements
    else { return nil }
    self = reading
    guard let number = sent["number"]?.integer, (0..<1000).contains(number) else { return nil }
    file.source = number
    (self.used, self.outside) = (used, outside)
    (self.withoutUser, self.withoutAccount) = (withoutUser, withoutAccount)
    (tally.earliest, tally.latest) = (Int64(earliest), Int64(latest))
    tally.rejectedBytes = rejectedBytes
    tally.values = values
    guard let spread = sent["spread"].flatMap({ TimeSpread(sent: $0) }) else { return nil }
    self.spread = spread
    guard let firstDay = sent["first_day"]?.integer, let days = sent["days"]?.elements,
      let counts = DayCounts(base: firstDay, counts: days.map { $0.integer ?? 0 })
    else { return nil }
    tally.days = counts
    tally.missingColumns = missing.compactMap(\.string)
    tally.sampled = sampled.map { $0.integer ?? 0 }
    guard self.source.take(sent: source) else { return nil }
    for sample in samples {
      guard let sample = Reject(sent: sample) else { return nil }
      tally.samples.append(sample)
    }
  }
}

extension TimeSpread {
  /// By stretch: its number, events, those that are used, the earliest.
  fileprivate var sent: JSONValue {
    .list(
      stretches.sorted { $0.key < $1.key }.map { number, stretch in
        .list(
          [Int(number), stretch.events, stretch.used, Int(stretch.earliest)].map { .integer($0) })
      })
  }

  fileprivate init?(sent: JSONValue) {
    self.init()
    for stretch in sent.elements ?? [] {
      let numbers = stretch.elements?.compactMap(\.integer) ?? []
      guard numbers.count == 4 else { return nil }
      add(
        Stretch(events: numbers[1], used: numbers[2], earliest: Int64(numbers[3])),
        number: Int64(numbers[0]))
    }
  }
}

extension SourceOutcome {
  fileprivate var sent: JSONValue {
    .object([
      ("text_bytes", .integer(textBytes)), ("gzip_twice", .boolean(isGzipTwice)),
      ("encoding", encoding.map { .text($0) } ?? .null),
      ("encoding_marked", .boolean(isEncodingMarked)),
      ("undecodable_bytes", .integer(undecodableBytes)), ("empty", .boolean(isEmpty)),
      ("byte_order_mark", .boolean(hadByteOrderMark)),
      ("read_as_values", .boolean(isReadAsValues)), ("returns_only", .boolean(hasReturnsOnly)),
    ])
  }

  fileprivate mutating func take(sent: JSONValue) -> Bool {
    guard let textBytes = sent["text_bytes"]?.integer,
      let undecodable = sent["undecodable_bytes"]?.integer
    else { return false }
    self.textBytes = textBytes
    undecodableBytes = undecodable
    encoding = sent["encoding"]?.string
    isGzipTwice = sent["gzip_twice"]?.isTrue ?? false
    isEncodingMarked = sent["encoding_marked"]?.isTrue ?? false
    isEmpty = sent["empty"]?.isTrue ?? false
    isReadAsValues = sent["read_as_values"]?.isTrue ?? false
    hasReturnsOnly = sent["returns_only"]?.isTrue ?? false
    hadByteOrderMark = sent["byte_order_mark"]?.isTrue ?? false
    return true
  }
}

extension ValueTally {
  fileprivate var sent: JSONValue {
    .object([
      (
        "numbers",
        .list(
          numbers.map {
            .list([.integer($0.values), $0.unreadable.sent, $0.rounded.sent])
          })
      ),
      ("nulls", .list(nulls.map(\.sent))), ("repairs", .list(repairs.map(\.sent))),
      ("too_long", tooLong.sent), ("local_times", localTimes.sent),
      ("numeric_times", numericTimes.sent), ("future", .integer(future)),
      ("with_both_ids", .integer(withBothIDs)),
      ("unread_times", unreadTimes.sent), ("container_ids", containerIDs.sent),
    ])
  }

  fileprivate init?(sent: JSONValue) {
    self.init()
    guard let numbers = sent["numbers"]?.elements, let nulls = sent["nulls"]?.elements,
      let repairs = sent["repairs"]?.elements,
      let local = sent["local_times"].flatMap({ Sightings(sent: $0) }),
      let tooLong = sent["too_long"].flatMap({ Sightings(sent: $0) }),
      let numeric = sent["numeric_times"].flatMap({ Sightings(sent: $0) }),
      let future = sent["future"]?.integer, let withBothIDs = sent["with_both_ids"]?.integer
    else { return nil }
    (localTimes, numericTimes, self.future) = (local, numeric, future)
    guard let unread = sent["unread_times"].flatMap({ Sightings(sent: $0) }),
      let containers = sent["container_ids"].flatMap({ Sightings(sent: $0) })
    else { return nil }
    (unreadTimes, containerIDs) = (unread, containers)
    self.withBothIDs = withBothIDs
    self.tooLong = tooLong
    self.nulls = nulls.compactMap { Sightings(sent: $0) }
    self.repairs = repairs.compactMap { Sightings(sent: $0) }
    guard self.nulls.count == nulls.count, self.repairs.count == repairs.count else { return nil }
    for number in numbers {
      guard let parts = number.elements, parts.count == 3, let values = parts[0].integer,
        let unreadable = Sightings(sent: parts[1]), let rounded = Sightings(sent: parts[2])
      else { return nil }
      var tally = Numbers()
      (tally.values, tally.unreadable, tally.rounded) = (values, unreadable, rounded)
      self.numbers.append(tally)
    }
  }
}

extension Sightings {
  /// The count, and the line and the text of the first.
  fileprivate var sent: JSONValue {
    .list(
      [.integer(count)] + (first.map { [.integer($0.line), .text(hexadecimal($0.text))] } ?? []))
  }

  fileprivate init?(sent: JSONValue) {
    self.init()
    guard let parts = sent.elements, let count = parts.first?.integer else { return nil }
    self.count = count
    if parts.count == 1 { return }
    guard parts.count == 3, let line = parts[1].integer,
      let text = parts[2].string.flatMap(bytes(hexadecimal:))
    else { return nil }
    first = ValuePlace(line: line, text: text)
  }
}

extension Reject {
  var sent: JSONValue {
    .list([
      .integer(Int(reason.rawValue)), .integer(line), .integer(byte), .text(hexadecimal(prefix)),
    ])
  }

  init?(sent: JSONValue) {
    guard let parts = sent.elements, parts.count == 4,
      let code = parts[0].integer.flatMap({ UInt8(exactly: $0) }),
      let reason = RejectReason(rawValue: code), let line = parts[1].integer,
      let byte = parts[2].integer, let prefix = parts[3].string.flatMap(bytes(hexadecimal:))
    else { return nil }
    self.init(reason: reason, line: line, byte: byte, prefix: prefix)
  }
}
