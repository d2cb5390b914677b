import EventLog
import System
import Timelines
import Values

/// What a map task leaves: a folder of three files, or four.
///
///     rows.twr      the runs of all schemas and workers, one after the other (`RunFormat`)
///     part.json     what is to be known before any of them is read; its digest is the part's name
///     ledger.json   the task's `Ledger`
///     links.twl     where the run asks who is who: by worker its links of users, of accounts, and of
///                   users with accounts (`IdentityLog`, `CarryLog`), one after the other
struct MapPart {
  static let rowsName = "rows.twr"
  static let partName = "part.json"
  static let ledgerName = "ledger.json"
  static let linksName = "links.twl"
  private static let format = "twinfunnel part"
  private static let version = 3
  private static let bytesMax = 1 << 30

  var fingerprint: Fingerprint
  /// Paths and marks of what was read: two parts of equal rows are two.
  var inputs: [String]
  /// By schema of the plan, then by worker: where they stand is the order.
  var exports: [[ShardExport]]
  /// By worker: bytes of its sections of links (`IdentityLinks.export`).
  var links: [[Int]] = []

  var bytes: [UInt8] { SealedLine.bytes(of: json) }

  /// - Returns: with its digest.
  static func load(_ folder: String) throws(RunFailure) -> (part: MapPart, id: String) {
    let path = FilePath(folder).child(partName)
    let again = "run its map task again, into a new folder"
    let (json, digest) = try SealedFile.load(
      path, format: format, version: version, bytesMax: bytesMax, maker: "a map task",
      again: again)
    guard let part = MapPart(json) else { throw SealedFile.damaged(path, again) }
    return (part, digest)
  }

  private var json: JSONValue {
    .object([
      ("format", .text(Self.format)), ("version", .integer(Self.version)),
      ("fingerprint", fingerprint.json), ("inputs", .list(inputs.map { .text($0) })),
      ("schemas", .list(exports.map { .list($0.map(\.sent)) })),
      ("links", .list(links.map { .list($0.map { .integer($0) }) })),
    ])
  }

  init(fingerprint: Fingerprint, inputs: [String], exports: [[ShardExport]]) {
    self.fingerprint = fingerprint
    self.inputs = inputs
    self.exports = exports
  }

  private init?(_ json: JSONValue) {
    guard let fingerprint = json["fingerprint"], let schemas = json["schemas"]?.elements,
      let inputs = json["inputs"]?.elements, let links = json["links"]?.elements
    else { return nil }
    for worker in links {
      let lengths = worker.elements?.compactMap(\.integer) ?? []
      guard lengths.count == IdentityLinks.sections,
        lengths.allSatisfy({ $0 >= 0 && $0 < 1 << 48 })
      else { return nil }
      self.links.append(lengths)
    }
    self.inputs = inputs.compactMap(\.string)
    self.fingerprint = Fingerprint(json: fingerprint)
    exports = []
    for schema in schemas {
      guard let workers = schema.elements else { return nil }
      let exports = workers.compactMap { ShardExport(sent: $0) }
      guard exports.count == workers.count else { return nil }
      self.exports.append(exports)
    }
  }
}

extension ShardExport {
  var sent: JSONValue {
    func numbers(_ numbers: [Int]) -> JSONValue { .list(numbers.map { .integer($0) }) }
    return .object([
      ("bytes", .integer(bytes)), ("lengths", .list(lengths.map(numbers))),
      ("rows", numbers(rows)),
      (
        "kinds",
        .list(
          kinds.map {
            .list([.text(hexadecimal($0.name)), .integer($0.delivery), numbers($0.matched)])
          })
      ),
      ("names", .list(names.map { .text(hexadecimal($0)) })), ("name_rows", numbers(nameRows)),
    ])
  }

  init?(sent: JSONValue) {
    func numbers(_ json: JSONValue?) -> [Int]? {
      guard let list = json?.elements else { return nil }
      let numbers = list.compactMap(\.integer)
      return numbers.count == list.count && numbers.allSatisfy { $0 >= 0 && $0 < 1 << 48 }
        ? numbers : nil
    }
    self.init()
    guard let bytes = sent["bytes"]?.integer, bytes >= 0, bytes < 1 << 48,
      let lengths = sent["lengths"]?.elements, let rows = numbers(sent["rows"]),
      let kinds = sent["kinds"]?.elements, let names = sent["names"]?.elements,
      let nameRows = numbers(sent["name_rows"])
    else { return nil }
    self.bytes = bytes
    self.lengths = lengths.compactMap { numbers($0) }
    self.rows = rows
    self.nameRows = nameRows
    self.names = names.compactMap { $0.string.flatMap(Pipeline.bytes(hexadecimal:)) }
    for kind in kinds {
      guard let parts = kind.elements, parts.count == 3,
        let name = parts[0].string.flatMap(Pipeline.bytes(hexadecimal:)),
        let delivery = parts[1].integer, let matched = numbers(parts[2])
      else { return nil }
      self.kinds.append(WorkerKind(name: name, matched: matched, delivery: delivery))
    }
    guard self.lengths.count == lengths.count, self.names.count == names.count else { return nil }
  }
}
