import EventLog

/// One field of a log, over all rows that were looked at.
package struct FieldTally: Sendable {
  package var path: String
  /// Rows that have a value there.
  package var rows = 0
  /// By `FieldReader.Kind`.
  package var kinds = [Int](repeating: 0, count: FieldReader.Kind.allCases.count)
  /// Values that are numbers, however they are written.
  package var numbers = 0
  package var least = Double.infinity
  package var most = -Double.infinity
  /// Of texts, by bytes, cut.
  package var first: [UInt8]?
  package var last: [UInt8]?
  /// The first different ones, cut.
  package var examples: [[UInt8]] = []
  package var distinct = DistinctValues(countMax: distinctMax, bytesMax: 4 << 20)

  package static let distinctMax = 10_000
  private static let examplesMax = 3
  private static let shownBytesMax = 60

  init(path: String) { self.path = path }

  mutating func add(_ kind: FieldReader.Kind, _ value: [UInt8]) {
    kinds[Int(kind.rawValue)] += 1
    if kind == .null { return }
    rows += 1
    let shown = Array(value.prefix(Self.shownBytesMax))
    if examples.count < Self.examplesMax, !examples.contains(shown) { examples.append(shown) }
    if kind == .list { return }
    distinct.insert(value)
    if let number = Self.number(value) {
      numbers += 1
      least = min(least, number)
      most = max(most, number)
    }
    if first.map({ shown.lexicographicallyPrecedes($0) }) ?? true { first = shown }
    if last.map({ $0.lexicographicallyPrecedes(shown) }) ?? true { last = shown }
  }

  private static func number(_ value: [UInt8]) -> Double? {
    guard let byte = value.first, value.count <= 40,
      byte &- UInt8(ascii: "0") <= 9 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    else { return nil }
    return Double(String(decoding: value, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
  }

  mutating func add(_ other: FieldTally) {
    rows += other.rows
    for kind in kinds.indices { kinds[kind] += other.kinds[kind] }
    numbers += other.numbers
    least = min(least, other.least)
    most = max(most, other.most)
    if let value = other.first, first.map({ value.lexicographicallyPrecedes($0) }) ?? true {
      first = value
    }
    if let value = other.last, last.map({ $0.lexicographicallyPrecedes(value) }) ?? true {
      last = value
    }
    for example in other.examples
    where examples.count < Self.examplesMax && !examples.contains(example) {
      examples.append(example)
    }
    distinct.add(other.distinct)
  }
}

/// All fields of a log. Memory is bounded: by the number of paths, and by what all their different
/// values may take together.
struct FieldCensus: Sendable {
  /// In the order in which they were come upon.
  private(set) var fields: [FieldTally] = []
  private(set) var hasMorePaths = false
  private(set) var rows = 0
  private var known: [String: Int] = [:]
  /// Candidates of the event's id: their values are kept further than those of others.
  private let ids: Set<String>
  private var rowsChecked = 0

  private static let heapBytesMax = 256 << 20
  private static let idsMax = 1_000_000
  private static let rowsBetweenChecks = 50_000

  init(ids: [String]) { self.ids = Set(ids) }

  /// Reads the rows of a chunk. A census that reads is of one file, whose reader comes each time.
  mutating func read(_ chunk: borrowing Chunk, with reader: inout FieldReader) {
    var fields: [FieldTally] = []
    swap(&fields, &self.fields)
    var rows = 0
    reader.read(chunk) { paths, found, text in
      rows += 1
      for field in found {
        while fields.count <= field.path { fields.append(tally(paths[fields.count])) }
        fields[field.path].add(field.kind, Array(text[field.range]))
      }
    }
    swap(&fields, &self.fields)
    self.rows += rows
    hasMorePaths = hasMorePaths || reader.hasMorePaths
    bound()
  }

  private func tally(_ path: String) -> FieldTally {
    var tally = FieldTally(path: path)
    if ids.contains(path) {
      tally.distinct = DistinctValues(countMax: Self.idsMax, bytesMax: 64 << 20)
    }
    return tally
  }

  /// Past the bound the largest sets take no more.
  private mutating func bound() {
    guard rows - rowsChecked > Self.rowsBetweenChecks else { return }
    rowsChecked = rows
    let total = fields.reduce(0) { $0 + $1.distinct.heapBytes }
    if total <= Self.heapBytesMax { return }
    for index in fields.indices where fields[index].distinct.count > 100 {
      fields[index].distinct.close()
    }
  }

  /// Adds the census of another file.
  mutating func add(_ other: FieldCensus) {
    rows += other.rows
    hasMorePaths = hasMorePaths || other.hasMorePaths
    for tally in other.fields where tally.kinds.contains(where: { $0 > 0 }) {
      if let index = known[tally.path] {
        fields[index].add(tally)
      } else if fields.count < FieldReader.pathsMax {
        known[tally.path] = fields.count
        fields.append(tally)
      } else {
        hasMorePaths = true
      }
    }
    bound()
  }
}
