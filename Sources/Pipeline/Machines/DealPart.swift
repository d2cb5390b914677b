import System
import Timelines
import Values

/// What a deal task leaves: a folder of two files.
///
///     rows.twr      the runs of all schemas and dealers, one after the other (`RunFormat`)
///     dealt.json    what is to be known before any of them is read: a `SealedLine`
struct DealPart {
  static let rowsName = "rows.twr"
  static let partName = "dealt.json"
  private static let format = "twinfunnel dealt"
  private static let version = 1
  private static let bytesMax = 1 << 30

  /// Digest of the ledger.
  var ledger: String
  var share: PartitionShare
  /// By schema of the plan.
  var schemas: [DealtRows.Schema]

  var bytes: [UInt8] {
    SealedLine.bytes(
      of: .object([
        ("format", .text(Self.format)), ("version", .integer(Self.version)),
        ("ledger", .text(ledger)), ("partitions", .text(share.description)),
        ("schemas", .list(schemas.map(\.sent))),
      ]))
  }

  /// Whether a folder is a deal task's.
  static func isThere(_ folder: String) -> Bool {
    ((try? FileSystem.status(FilePath(folder).child(partName))) ?? nil) != nil
  }

  /// - Parameter fileCount: inputs of the ledger.
  static func load(_ folder: String, fileCount: Int) throws(RunFailure) -> DealPart {
    let path = FilePath(folder).child(partName)
    let again = "deal it again, into a new folder"
    let (json, _) = try SealedFile.load(
      path, format: format, version: version, bytesMax: bytesMax, maker: "a deal task",
      again: again)
    guard let part = DealPart(json, fileCount: fileCount) else {
      throw SealedFile.damaged(path, again)
    }
    return part
  }

  init(ledger: String, share: PartitionShare, schemas: [DealtRows.Schema]) {
    (self.ledger, self.share, self.schemas) = (ledger, share, schemas)
  }

  private init?(_ json: JSONValue, fileCount: Int) {
    guard let ledger = json["ledger"]?.string,
      let share = json["partitions"]?.string.flatMap({ PartitionShare($0) }),
      let schemas = json["schemas"]?.elements
    else { return nil }
    let found = schemas.compactMap {
      DealtRows.Schema(sent: $0, partitions: share.partitions, fileCount: fileCount)
    }
    guard found.count == schemas.count else { return nil }
    self.init(ledger: ledger, share: share, schemas: found)
  }
}

extension DealtRows.Schema {
  fileprivate var sent: JSONValue {
    func list(_ numbers: Int...) -> JSONValue { .list(numbers.map { .integer($0) }) }
    return .object([
      ("exports", .list(exports.map(\.sent))),
      (
        "duplicates",
        .list(
          duplicates.sorted { $0.key < $1.key }.flatMap { partition, counts in
            counts.sorted { $0.key < $1.key }.map { list(partition, Int($0), $1) }
          })
      ),
      (
        "lost",
        .list(lost.sorted { $0.key < $1.key }.map { list(Int($0), $1.rows, $1.counted) })
      ),
    ])
  }

  fileprivate init?(sent: JSONValue, partitions: Range<Int>, fileCount: Int) {
    guard let exports = sent["exports"]?.elements, let duplicates = sent["duplicates"]?.elements,
      let lost = sent["lost"]?.elements
    else { return nil }
    self.exports = exports.compactMap { ShardExport(sent: $0) }
    guard self.exports.count == exports.count else { return nil }
    func numbers(_ json: JSONValue) -> [Int]? {
      let numbers = json.elements?.compactMap(\.integer) ?? []
      return numbers.count == 3 && numbers.allSatisfy { $0 >= 0 && $0 < 1 << 48 } ? numbers : nil
    }
    for entry in duplicates {
      guard let entry = numbers(entry), partitions.contains(entry[0]), entry[1] < fileCount else {
        return nil
      }
      self.duplicates[entry[0], default: [:]][UInt32(entry[1])] = entry[2]
    }
    for entry in lost {
      guard let entry = numbers(entry), entry[0] < fileCount else { return nil }
      self.lost[UInt32(entry[0])] = LostRows(rows: entry[1], counted: entry[2])
    }
  }
}
