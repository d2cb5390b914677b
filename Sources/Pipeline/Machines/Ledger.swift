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
    /// Its inputs in the task's order, which rows name them by.
    var inputs: [InputID]
  }

  var fingerprint: Fingerprint
  var parts: [Part]
  /// In canonical order.
  var files: [InputLedger]
  /// By input: digests of how its file begins and ends, to find one that was read twice.
  var marks: [InputID: String]
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
  static let version = 3
  private static let bytesMax = 4 << 30
  private static let again = "make it again with this program"
}

extension Ledger {
  /// Reads a file.
  ///
  /// - Returns: with its digest, which states are made for.
  static func load(_ path: String) throws(RunFailure) -> (ledger: Ledger, digest: String) {
    let (json, digest) = try SealedFile.load(
      FilePath(path), format: format, version: version, bytesMax: bytesMax, again: again)
    guard let ledger = Ledger(json) else { throw SealedFile.damaged(FilePath(path), again) }
    return (ledger, digest)
  }

  var bytes: [UInt8] { SealedLine.bytes(of: json) }

  func write(to path: String) throws(RunFailure) {
    let file = try WholeFile(path: path)
    try file.write(bytes)
    try file.commit()
  }

  /// A map task's inputs under names that no other task's have.
  ///
  /// - Parameters:
  ///   - marks: by input.
  ///   - part: what the task left.
  mutating func name(_ marks: [String], of part: String) {
    for (number, mark) in marks.enumerated() {
      let input = files[number]
      // Many tasks may have a standard input.
      let content = input.file.isStandardInput ? part : mark
      let id = InputID(input.file, content: content)
      files[number] = InputLedger(id: id, input.taken, judged: input.judged)
      self.marks[id] = mark
    }
    parts = [Part(id: part, inputs: files.map(\.id))]
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
    var joined = first.ledger
    (joined.parts, joined.warnings) = ([], [])
    var paths: [String: String] = [:]
    var whose: [InputID: String] = [:]
    for (path, ledger) in ledgers {
      for part in ledger.parts {
        if let other = paths.updateValue(path, forKey: part.id) {
          throw RunFailure(.badData, "\(path) and \(other) have the rows of the same map task")
        }
        joined.parts.append(part)
      }
      for file in ledger.files {
        if let other = whose.updateValue(path, forKey: file.id), !file.file.isStandardInput {
          throw readTwice(file.id.path, other, path)
        }
      }
      for warning in ledger.warnings where !joined.warnings.contains(warning) {
        joined.warnings.append(warning)
      }
    }
    for ledger in ledgers.dropFirst().map(\.ledger) {
      joined.files += ledger.files
      joined.marks.merge(ledger.marks) { one, _ in one }
      for (entity, names) in ledger.names.enumerated() where entity < joined.names.count {
        joined.names[entity].merge(names, uniquingKeysWith: +)
      }
      joined.unseen.formIntersection(ledger.unseen)
      joined.spaces.add(ledger.spaces)
    }
    joined.leaveOutRepeats()
    joined.parts.sort { $0.id < $1.id }
    joined.files.sort { $0.id < $1.id }
    try checkDoubles(
      joined.files.map { ($0.id, joined.marks[$0.id] ?? "", whose[$0.id] ?? "") })
    return joined
  }

  private static func readTwice(_ input: String, _ one: String, _ other: String) -> RunFailure {
    RunFailure(.badData, "\(input) was read by two map tasks, those of \(one) and \(other)")
  }

  /// - Parameter inputs: sorted.
  private static func checkDoubles(
    _ inputs: [(input: InputID, mark: String, ledger: String)]
  ) throws(RunFailure) {
    var paths: [String: String] = [:]
    var marks: [String: (input: String, ledger: String)] = [:]
    for (id, mark, ledger) in inputs {
      let input = id.path
      if let other = paths.updateValue(ledger, forKey: input), input != "-" {
        throw readTwice(input, other, ledger)
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
    let names = names.map { names in
      let sorted = names.sorted { $0.key < $1.key }
      return JSONValue.object(sorted.map { ($0.key.string, .integer($0.value)) })
    }
    return .object([
      ("format", .text(Self.format)), ("version", .integer(Self.version)),
      ("fingerprint", fingerprint.json),
      ("observed_until", observedUntil.map { .integer(Int($0)) } ?? .null),
      ("observed_from", observedFrom.map { .integer(Int($0)) } ?? .null),
      ("parts", .list(parts.map(\.json))), ("inputs", .list(files.map(\.json))),
      ("marks", .list(files.map { .text(marks[$0.id] ?? "") })), ("names", .list(names)),
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
    self.marks = [:]
    self.unseen = Set(unseen.compactMap(\.string))
    self.warnings = warnings.compactMap(\.string)
    for (input, mark) in zip(inputs, marks) {
      guard let ledger = InputLedger(input), let mark = mark.string,
        self.marks.updateValue(mark, forKey: ledger.id) == nil
      else { return nil }
      files.append(ledger)
    }
    for part in parts {
      guard let part = Part(part), part.inputs.allSatisfy({ self.marks[$0] != nil }) else {
        return nil
      }
      self.parts.append(part)
    }
    for entity in names {
      guard let members = entity.members else { return nil }
      self.names.append(
        Dictionary(
          members.map { (LogText($0.key), $0.value.integer ?? 0) }, uniquingKeysWith: +))
    }
  }
}

extension Ledger.Part {
  fileprivate var json: JSONValue {
    .object([("id", .text(id)), ("inputs", .list(inputs.map(\.json)))])
  }

  fileprivate init?(_ json: JSONValue) {
    guard let id = json["id"]?.string, let list = json["inputs"]?.elements else { return nil }
    self.init(id: id, inputs: list.compactMap { InputID($0) })
    guard inputs.count == list.count else { return nil }
  }
}
