import EventLog
import Reports
import Spec
import System
import Values

/// What map tasks read: their inputs with what became of each row, the end of observation, and which
/// parts there are. Ledgers join into one, in any order.
struct Ledger {
  /// What one map task left.
  struct Part {
    /// Digest of its `part.json`.
    var id: String
    /// Numbers of its inputs in `files`, in the task's order.
    var inputs: [Int]
  }

  var fingerprint: Fingerprint
  var parts: [Part]
  /// In canonical order.
  var files: [FileReading]
  /// By input: digests of how its file begins and ends, to find one that was read twice.
  var marks: [String]
  /// By entity of the plan: names that rows carried, with their rows.
  var names: [[LogText: Int]]
  /// Properties that no event had a value of.
  var unseen: Set<String>
  /// One line each.
  var warnings: [String]
  var spaces = LedgerSpaces()
  /// Microseconds since 1970, the first exclusive, as given by whoever joined; nil for what the events
  /// say.
  var observedUntil: Int64?
  var observedFrom: Int64?

  static let format = "twinfunnel ledger"
  static let version = 2
  private static let bytesMax = 4 << 30
}

extension Ledger {
  /// Reads a file.
  ///
  /// - Returns: with its digest, which states are made for.
  static func load(_ path: String) throws(RunFailure) -> (ledger: Ledger, digest: String) {
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(FilePath(path), limit: bytesMax)
    } catch {
      throw RunFailure(.noInput, "\(path): \(error.reason)")
    }
    guard let (json, digest, end) = SealedLine.read(bytes), end == bytes.count,
      json["format"]?.string == format
    else { throw RunFailure(.badData, "\(path) is damaged, or no ledger: make it again") }
    guard json["version"]?.integer == version else {
      throw RunFailure(
        .badData, "\(path) is of another version of this program: make it again with this one")
    }
    guard let ledger = Ledger(json) else {
      throw RunFailure(.badData, "\(path) is damaged: make it again")
    }
    return (ledger, digest)
  }

  func write(to path: String) throws(RunFailure) {
    let file = try WholeFile(path: path)
    try file.write(SealedLine.bytes(of: json))
    try file.commit()
  }

  /// All of several ledgers.
  ///
  /// - Parameter ledgers: with their paths; at least one.
  /// - Throws: `RunFailure`: 78 for ledgers of different runs, 65 for inputs that two have.
  static func joined(_ ledgers: [(path: String, ledger: Ledger)]) throws(RunFailure) -> Ledger {
    guard let first = ledgers.first else { throw RunFailure(.usage, "no ledgers to join") }
    for (path, ledger) in ledgers.dropFirst() {
      let differences = first.ledger.fingerprint.differences(
        ledger.fingerprint, first.path, path)
      guard differences.isEmpty else {
        throw RunFailure(
          .badSpec, ["\(first.path) and \(path) are of different runs:"] + differences)
      }
      guard ledger.spaces.hasMaps(of: first.ledger.spaces) else {
        throw RunFailure(
          .badSpec,
          "\(first.path) and \(path) were made with different files of `maps`: every map task is given "
            + "all of them, the same")
      }
    }
    var all: [(file: FileReading, mark: String, part: Int, place: Int, path: String)] = []
    var joined = first.ledger
    joined.parts = []
    joined.warnings = []
    var paths: [String: String] = [:]
    for (path, ledger) in ledgers {
      for part in ledger.parts {
        if let other = paths.updateValue(path, forKey: part.id) {
          throw RunFailure(.badData, "\(path) and \(other) have the rows of the same map task")
        }
        for (place, input) in part.inputs.enumerated() {
          all.append(
            (ledger.files[input], ledger.marks[input], joined.parts.count, place, path))
        }
        joined.parts.append(
          Part(id: part.id, inputs: [Int](repeating: 0, count: part.inputs.count)))
      }
      for warning in ledger.warnings where !joined.warnings.contains(warning) {
        joined.warnings.append(warning)
      }
    }
    all.sort { left, right in
      let (one, other) = (left.file.file.path, right.file.file.path)
      if one != other { return one.utf8.lexicographicallyPrecedes(other.utf8) }
      return left.mark < right.mark
    }
    joined.parts.sort { $0.id < $1.id }
    try checkDoubles(all.map { ($0.file.file.path, $0.mark, $0.path) })
    for ledger in ledgers.dropFirst().map(\.ledger) {
      for (entity, names) in ledger.names.enumerated() where entity < joined.names.count {
        joined.names[entity].merge(names, uniquingKeysWith: +)
      }
      joined.unseen.formIntersection(ledger.unseen)
      joined.spaces.add(ledger.spaces)
    }
    joined.files = all.map(\.file)
    joined.marks = all.map(\.mark)
    // Parts were numbered as they came, and stand by their ids now.
    let ids = ledgers.flatMap { $0.ledger.parts.map(\.id) }
    let places = Dictionary(
      uniqueKeysWithValues: joined.parts.enumerated().map { ($1.id, $0) })
    for (number, input) in all.enumerated() {
      guard let part = places[ids[input.part]] else { continue }
      if joined.parts[part].inputs.count <= input.place {
        let missing = input.place + 1 - joined.parts[part].inputs.count
        joined.parts[part].inputs += [Int](repeating: 0, count: missing)
      }
      joined.parts[part].inputs[input.place] = number
    }
    return joined
  }

  private static func checkDoubles(
    _ inputs: [(input: String, mark: String, ledger: String)]
  ) throws(RunFailure) {
    var paths: [String: String] = [:]
    var marks: [String: (input: String, ledger: String)] = [:]
    for (input, mark, ledger) in inputs {
      if let other = paths.updateValue(ledger, forKey: input), input != "-" {
        throw RunFailure(
          .badData, "\(input) was read by two map tasks, those of \(other) and \(ledger)")
      }
      if mark.isEmpty { continue }
      if let other = marks.updateValue((input, ledger), forKey: mark) {
        throw RunFailure(
          .badData,
          "\(input), in \(ledger), has the same content as \(other.input), in \(other.ledger): "
            + "give only one of them to a map task")
      }
    }
  }

  /// What was observed, by all of its inputs.
  func observation(of spec: AnalysisSpec, _ reading: ReadingPlan) -> Observation {
    var options = RunOptions()
    options.observedUntil = observedUntil.map { .instant($0) }
    options.observedFrom = observedFrom.map { .instant($0) }
    return Observation(
      files: files, options: options, calendar: reading.calendar, now: reading.now,
      of: spec)
  }
}

extension Ledger {
  var json: JSONValue {
    .object([
      ("format", .text(Self.format)), ("version", .integer(Self.version)),
      ("fingerprint", fingerprint.json),
      ("observed_until", observedUntil.map { .integer(Int($0)) } ?? .null),
      ("observed_from", observedFrom.map { .integer(Int($0)) } ?? .null),
      (
        "parts",
        .list(
          parts.map { part in
            .object([
              ("id", .text(part.id)), ("inputs", .list(part.inputs.map { .integer($0) })),
            ])
          })
      ),
      ("inputs", .list(files.map(\.sent))), ("marks", .list(marks.map { .text($0) })),
      (
        "names",
        .list(
          names.map { names in
            .object(names.sorted { $0.key < $1.key }.map { ($0.key.string, .integer($0.value)) })
          })
      ),
      ("unseen", .list(unseen.sorted().map { .text($0) })), ("spaces", spaces.json),
      ("warnings", .list(warnings.map { .text($0) })),
    ])
  }

  fileprivate init?(_ json: JSONValue) {
    guard let fingerprint = json["fingerprint"], let parts = json["parts"]?.elements,
      let inputs = json["inputs"]?.elements, let marks = json["marks"]?.elements,
      let names = json["names"]?.elements, let unseen = json["unseen"]?.elements,
      let warnings = json["warnings"]?.elements, inputs.count == marks.count,
      let spaces = json["spaces"].flatMap({ LedgerSpaces($0) })
    else { return nil }
    self.spaces = spaces
    self.fingerprint = Fingerprint(json: fingerprint)
    observedUntil = json["observed_until"]?.integer.map { Int64($0) }
    observedFrom = json["observed_from"]?.integer.map { Int64($0) }
    self.parts = []
    files = []
    self.names = []
    self.marks = marks.compactMap(\.string)
    self.unseen = Set(unseen.compactMap(\.string))
    self.warnings = warnings.compactMap(\.string)
    for part in parts {
      guard let id = part["id"]?.string, let numbers = part["inputs"]?.elements else { return nil }
      let own = numbers.compactMap(\.integer)
      guard own.count == numbers.count, own.allSatisfy(inputs.indices.contains) else { return nil }
      self.parts.append(Part(id: id, inputs: own))
    }
    for input in inputs {
      guard let reading = FileReading(sent: input) else { return nil }
      files.append(reading)
    }
    for entity in names {
      guard let members = entity.members else { return nil }
      self.names.append(
        Dictionary(
          members.map { (LogText($0.key), $0.value.integer ?? 0) }, uniquingKeysWith: +))
    }
  }
}
