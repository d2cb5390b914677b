import EventLog
import Spec
import Timelines
import Values

/// What the maps of a store's runs said last: rows are kept with the ids that they carried, and maps
/// are applied whenever they are counted, so that a map that changes holds for all of history.
///
/// A run replaces the pairs of the files that it is given, by their paths; where a file that is not
/// given any more says otherwise of an id, what is given holds.
struct StoredMaps: Sendable, Equatable {
  struct File: Sendable, Equatable {
    var sums: MapSums.File
    var pairs: [(from: [UInt8], to: [UInt8])]

    static func == (one: File, other: File) -> Bool {
      one.sums == other.sums && one.pairs.count == other.pairs.count
        && zip(one.pairs, other.pairs).allSatisfy { $0.from == $1.from && $0.to == $1.to }
    }
  }

  struct Map: Sendable, Equatable {
    var kind: TimelineSchema.Entity
    /// Of which spaces its ids are.
    var from: String
    var to: String
    /// Columns and files, as the spec has them: of another one nothing is known.
    var written: JSONValue
    var files: [File]
  }

  var maps: [Map] = []

  private static let format = "twinfunnel maps"
  private static let version = 1

  /// What is known of a map; nil for one that no run had.
  func files(of map: MapSpec) -> [File]? { maps.first { $0.written == map.description }?.files }

  /// The maps by their spaces alone, for commands without a spec, and what is known of them.
  var bare: (specs: [MapSpec], maps: StoredMaps) {
    var specs: [MapSpec] = []
    var bare = self
    for number in maps.indices {
      var spec = MapSpec()
      spec.files = [String(number)]
      spec.kind = maps[number].kind
      spec.isOptional = true
      (spec.from.space, spec.to.space) = (maps[number].from, maps[number].to)
      specs.append(spec)
      bare.maps[number].written = spec.description
    }
    return (specs, bare)
  }

  // MARK: Bytes

  var bytes: [UInt8] {
    SealedLine.bytes(
      of: .object([
        ("format", .text(Self.format)), ("version", .integer(Self.version)),
        (
          "maps",
          .list(
            maps.map { map in
              .object([
                ("kind", .text(map.kind.rawValue)), ("from", .text(map.from)),
                ("to", .text(map.to)), ("written", map.written),
                ("files", .list(map.files.map(Self.json))),
              ])
            })
        ),
      ]))
  }

  private static func json(_ file: File) -> JSONValue {
    .object([
      ("sums", file.sums.sent),
      (
        "pairs",
        .list(
          file.pairs.map { .list([.text(hexadecimal($0.from)), .text(hexadecimal($0.to))]) })
      ),
    ])
  }

  init() {}

  /// Nil for anything else than was written.
  init?(_ bytes: [UInt8]) {
    guard let (json, _, end) = SealedLine.read(bytes), end == bytes.count,
      json["format"]?.string == Self.format, json["version"]?.integer == Self.version,
      let maps = json["maps"]?.elements
    else { return nil }
    for map in maps {
      guard let kind = map["kind"]?.string.flatMap(TimelineSchema.Entity.init(rawValue:)),
        let from = map["from"]?.string, let to = map["to"]?.string, let written = map["written"],
        let files = map["files"]?.elements
      else { return nil }
      let found = files.compactMap(Self.file)
      guard found.count == files.count else { return nil }
      self.maps.append(Map(kind: kind, from: from, to: to, written: written, files: found))
    }
  }

  private static func file(_ json: JSONValue) -> File? {
    guard let sums = json["sums"].flatMap({ MapSums.File(sent: $0) }),
      let pairs = json["pairs"]?.elements
    else { return nil }
    var file = File(sums: sums, pairs: [])
    for pair in pairs {
      guard let ids = pair.elements, ids.count == 2,
        let from = ids[0].string.flatMap(Pipeline.bytes(hexadecimal:)),
        let to = ids[1].string.flatMap(Pipeline.bytes(hexadecimal:))
      else { return nil }
      file.pairs.append((from, to))
    }
    return file
  }
}

extension MapSums.File {
  var sent: JSONValue {
    .list([
      .text(path), .integer(rows), .integer(pairs), .integer(incomplete), .integer(rejected),
      firstReject?.sent ?? .null, .integer(Int(bitPattern: UInt(pairSum))),
    ])
  }

  init?(sent: JSONValue) {
    guard let parts = sent.elements, parts.count == 7, let path = parts[0].string,
      let rows = parts[1].integer, let pairs = parts[2].integer,
      let incomplete = parts[3].integer, let rejected = parts[4].integer,
      let sum = parts[6].integer
    else { return nil }
    self.init(path: path, rows: rows, pairs: pairs, incomplete: incomplete, rejected: rejected)
    pairSum = UInt64(UInt(bitPattern: sum))
    if parts[5] == .null { return }
    guard let reject = Reject(sent: parts[5]) else { return nil }
    firstReject = reject
  }
}
