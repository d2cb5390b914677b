/// Where a value stands: for the first example of something.
package struct ValuePlace: Sendable, Equatable {
  /// Line number: relative to the chunk (0 first), 1-based once its file is whole.
  package var line: Int
  /// Inflated bytes before the value: relative to the chunk, then to the file.
  package var byte: Int
  /// Index of the chunk in the file.
  package var chunk: Int
  /// How it begins.
  package var text: [UInt8]

  package static let textBytesMax = 60

  /// A place in a file that is not at hand any more.
  package init(line: Int, text: [UInt8]) {
    self.line = line
    self.text = text
    byte = 0
    chunk = 0
  }

  init(_ range: Range<Int>, of bytes: Span<UInt8>, line: Int) {
    self.line = line
    byte = range.lowerBound
    chunk = 0
    text = []
    for place in range.prefix(Self.textBytesMax) { text.append(bytes[place]) }
  }
}

/// How often something was found, and where first.
package struct Sightings: Sendable, Equatable {
  package var count = 0
  package var first: ValuePlace?

  package init() {}

  mutating func add(_ range: Range<Int>, of bytes: Span<UInt8>, line: Int) {
    if first == nil { first = ValuePlace(range, of: bytes, line: line) }
    count += 1
  }

  /// Of two parts of one file: the first place is the one that stands first, whoever read it.
  package mutating func add(_ other: Sightings) {
    count += other.count
    guard let place = other.first else { return }
    if let first, first.byte <= place.byte { return }
    first = place
  }
}

/// What was found in the values of rows that are events all the same.
package struct ValueTally: Sendable, Equatable {
  package struct Numbers: Sendable, Equatable {
    /// Values that are there, read or not.
    package var values = 0
    /// Those that are no number, or none of what the property's values are: the event has none.
    package var unreadable = Sightings()
    /// Those with more digits than are kept.
    package var rounded = Sightings()

    package init() {}
  }

  /// By `Extraction.checkedProperties`; empty when nothing was counted.
  package var numbers: [Numbers] = []
  /// By null word of ids; empty when there was none.
  package var nulls: [Sightings] = []
  /// Times without an offset.
  package var localTimes = Sightings()
  /// Days without a clock.
  package var dates = 0
  /// Numbers where the formats want text.
  package var numericTimes = Sightings()
  /// Times that no format reads, of rejected rows: the numbers of `numericTimes` among them.
  package var unreadTimes = Sightings()
  /// Ids that are a list or an object: nobody's.
  package var containerIDs = Sightings()
  /// Ids, event names and texts that are longer than a value may be.
  package var tooLong = Sightings()
  /// Events after now, where they are expected: part of no report.
  package var future = 0
  /// Events without a time, where it may be missing: part of no report.
  package var timeless = 0
  /// Events with a known and an anonymous id, where nobody keeps the link.
  package var withBothIDs = 0
  /// Rows in which something was forgiven, by `Repair.rawValue`; empty when there was none.
  package var repairs: [Sightings] = []

  package init() {}

  /// Adds another tally of the same file.
  package mutating func add(_ other: ValueTally) {
    while nulls.count < other.nulls.count { nulls.append(Sightings()) }
    for (index, more) in other.nulls.enumerated() { nulls[index].add(more) }
    localTimes.add(other.localTimes)
    dates += other.dates
    tooLong.add(other.tooLong)
    numericTimes.add(other.numericTimes)
    unreadTimes.add(other.unreadTimes)
    containerIDs.add(other.containerIDs)
    future += other.future
    timeless += other.timeless
    withBothIDs += other.withBothIDs
    while repairs.count < other.repairs.count { repairs.append(Sightings()) }
    for (index, more) in other.repairs.enumerated() { repairs[index].add(more) }
    while numbers.count < other.numbers.count { numbers.append(Numbers()) }
    for (index, more) in other.numbers.enumerated() {
      numbers[index].values += more.values
      numbers[index].unreadable.add(more.unreadable)
      numbers[index].rounded.add(more.rounded)
    }
  }

  @inline(never)
  mutating func addNull(
    _ word: Int, of count: Int, _ range: Range<Int>, in bytes: Span<UInt8>, line: Int
  ) {
    if nulls.isEmpty { nulls = [Sightings](repeating: Sightings(), count: count) }
    nulls[word].add(range, of: bytes, line: line)
  }

  @inline(never)
  mutating func note(_ repair: Repair, _ row: Range<Int>, of bytes: Span<UInt8>, line: Int) {
    if repairs.isEmpty {
      repairs = [Sightings](repeating: Sightings(), count: Repair.allCases.count)
    }
    repairs[Int(repair.rawValue)].add(row, of: bytes, line: line)
  }

  /// Changes every first place.
  package mutating func updatePlaces(_ body: (inout ValuePlace) -> Void) {
    func update(_ sightings: inout Sightings) {
      if sightings.first != nil { body(&sightings.first!) }
    }
    for index in nulls.indices { update(&nulls[index]) }
    update(&localTimes)
    update(&tooLong)
    update(&numericTimes)
    update(&unreadTimes)
    update(&containerIDs)
    for index in repairs.indices { update(&repairs[index]) }
    for index in numbers.indices {
      update(&numbers[index].unreadable)
      update(&numbers[index].rounded)
    }
  }
}
