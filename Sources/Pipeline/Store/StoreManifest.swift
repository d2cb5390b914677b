import EventLog
import Timelines
import Values

/// What a store holds: read whole, replaced whole. Nothing in the folder counts that it does not name.
/// A `SealedLine`.
struct StoreManifest: Sendable {
  /// An input: its inflated content, however often and under whatever names it was found.
  struct Input: Sendable {
    enum State: String, Sendable {
      case active
      /// A later input begins with all of it.
      case superseded
      /// Taken out again by `drop`.
      case dropped
      /// Its segment was gone or damaged, and was left out: it is new when it comes again.
      case lost
    }

    var content: SegmentInput
    /// SHA-256 of the first 64 KiB, or of all of it.
    var head: [UInt8]
    var state = State.active
    /// Where it was found, the first first.
    var places: [Place]
    /// The generation that took it in.
    var generation: Int
    var taken: TakenInput
    /// Its rows that were taken out since.
    var erased = 0
    var expired = 0
    /// Properties whose values were checked, in the order of the reading; nil where a store's never
    /// change, since it has one source.
    var checked: [String]?

    var key: String { hexadecimal(content.digest) }
  }

  /// A file as it was when it was read: one that is so still need not be read again.
  struct Place: Sendable, Equatable {
    var path: String
    var inode: UInt64
    var bytes: Int
    /// Nanoseconds since 1970.
    var modified: Int64
    var changed: Int64
    /// When the run that read it began.
    var recorded: Int64

    /// Nobody has written to it since it was read. A write in the clock tick of the reading could
    /// leave all of this as it was, so that a file must have been old then.
    func isUnchanged(_ now: Place) -> Bool {
      path == now.path && inode == now.inode && bytes == now.bytes && modified == now.modified
        && changed == now.changed && modified < recorded - Self.settledNanoseconds
        && changed < recorded - Self.settledNanoseconds
    }

    private static let settledNanoseconds: Int64 = 2_000_000_000
  }

  struct Segment: Sendable, Equatable {
    var name: String
    var bytes: Int
    var rows: Int
    var generation: Int
    /// Keys of the inputs that it has rows of.
    var inputs: [String]
  }

  /// Counted, never timed.
  var generation = 0
  /// The `source` section, its preset filled in, or the list of `sources`: inputs have their numbers.
  var source: JSONValue
  /// By which entities are placed: drawn when the store is made, so that nobody can choose ids that all
  /// go to one place; 0 for a store from before.
  var salt: UInt64 = 0
  /// Rows hold who is who, and how; nil for a store whose rows do not.
  var links: JSONValue?
  /// The `identity` section of the last run that wrote, if it had one.
  var identity: JSONValue?
  /// The calendar's, where it decided which instants some times were; nil where none hung on it.
  var timeZone: String?
  var segments: [Segment] = []
  var inputs: [Input] = []
  /// Rows before it are no history any more, unless they have one of the names.
  var expiredBefore: Int64?
  var namesKept: [LogText] = []
  /// Files of the generation before: a backup that copied its manifest may still want them.
  var replaced: [String] = []
  /// The last folder that was published to.
  var lastOut: String?
  /// The file with what maps said last.
  var maps: String?
  /// Of a part: inputs that have no event, but something to tell; no other store keeps them.
  var eventless: [TakenInput] = []

  var activeInputs: [Input] { inputs.filter { $0.state == .active } }
  var lostInputs: [Input] { inputs.filter { $0.state == .lost } }

  /// Names of all files that it needs, and of those that backups may.
  var files: [String] { segments.map(\.name) + replaced + (maps.map { [$0] } ?? []) }

  init(source: JSONValue) {
    self.source = source
  }

  static let format = "twinfunnel store"
  static let version = 1
}

extension StoreManifest {
  var bytes: [UInt8] {
    let zone = timeZone.map { JSONValue.text($0) }
    let salt = salt == 0 ? nil : JSONValue.integer(Int(truncatingIfNeeded: salt))
    let rare = [
      ("salt", salt), ("links", links), ("identity", identity), ("time_zone", zone),
      ("maps", maps.map { JSONValue.text($0) }),
      ("eventless", eventless.isEmpty ? nil : .list(eventless.map(Self.json(ofEventless:)))),
    ].compactMap { key, value in
      value.map { (key, $0) }
    }
    return SealedLine.bytes(
      of: .object(
        [
          ("format", .text(Self.format)), ("version", .integer(Self.version)),
          ("generation", .integer(generation)), ("source", source),
        ] + rare + [
          ("expired_before", expiredBefore.map { .integer(Int($0)) } ?? .null),
          ("names_kept", .list(namesKept.map { .text($0.string) })),
          ("last_out", lastOut.map { .text($0) } ?? .null),
          ("replaced", .list(replaced.map { .text($0) })),
          ("segments", .list(segments.map(\.json))), ("inputs", .list(inputs.map(\.json))),
        ]))
  }

  /// Why a manifest cannot be used.
  enum Problem: Error {
    case damaged
    case version(Int)
  }

  init(_ bytes: [UInt8]) throws(Problem) {
    guard let (json, _, end) = SealedLine.read(bytes), end == bytes.count,
      json["format"]?.string == Self.format, let version = json["version"]?.integer
    else { throw .damaged }
    guard version == Self.version else { throw .version(version) }
    guard let generation = json["generation"]?.integer, let source = json["source"],
      let segments = json["segments"]?.elements, let inputs = json["inputs"]?.elements,
      let replaced = json["replaced"]?.elements, let names = json["names_kept"]?.elements
    else { throw .damaged }
    self.init(source: source)
    self.generation = generation
    salt = json["salt"]?.integer.map { UInt64(bitPattern: Int64($0)) } ?? 0
    links = json["links"]
    identity = json["identity"]
    timeZone = json["time_zone"]?.string
    maps = json["maps"]?.string
    self.expiredBefore = json["expired_before"]?.integer.map { Int64($0) }
    self.lastOut = json["last_out"]?.string
    self.replaced = replaced.compactMap(\.string)
    namesKept = names.compactMap { $0.string.map { LogText($0) } }
    for input in json["eventless"]?.elements ?? [] {
      guard let number = input["source"]?.integer,
        var taken = input["reading"].flatMap({ TakenInput($0) }),
        (0..<max(1, source.elements?.count ?? 1)).contains(number)
      else { throw .damaged }
      taken.file.source = number
      eventless.append(taken)
    }
    for segment in segments {
      guard let segment = Segment(segment) else { throw .damaged }
      self.segments.append(segment)
    }
    for input in inputs {
      guard let input = Input(input),
        input.taken.file.source < max(1, source.elements?.count ?? 1)
      else { throw .damaged }
      self.inputs.append(input)
    }
  }
}

extension StoreManifest {
  private static func json(ofEventless taken: TakenInput) -> JSONValue {
    .object([("source", .integer(taken.file.source)), ("reading", taken.json)])
  }
}

extension StoreManifest.Segment {
  var json: JSONValue {
    .object([
      ("name", .text(name)), ("bytes", .integer(bytes)), ("rows", .integer(rows)),
      ("generation", .integer(generation)), ("inputs", .list(inputs.map { .text($0) })),
    ])
  }

  fileprivate init?(_ json: JSONValue) {
    guard let name = json["name"]?.string, let bytes = json["bytes"]?.integer,
      let rows = json["rows"]?.integer, let generation = json["generation"]?.integer,
      let inputs = json["inputs"]?.elements
    else { return nil }
    self.init(
      name: name, bytes: bytes, rows: rows, generation: generation,
      inputs: inputs.compactMap(\.string))
  }
}

extension StoreManifest.Input {
  var json: JSONValue {
    let ofSource: [(String, JSONValue)] =
      checked.map { names in
        [
          ("source", .integer(taken.file.source)),
          ("checked", .list(names.map { .text($0) })),
        ]
      } ?? []
    let all: [(String, JSONValue)] = [
      ("sha256", .text(key)), ("length", .integer(content.length)),
      ("head_sha256", .text(hexadecimal(head))), ("state", .text(state.rawValue)),
      ("generation", .integer(generation)), ("erased", .integer(erased)),
      ("expired", .integer(expired)), ("places", .list(places.map(\.json))),
      ("reading", taken.json),
    ]
    return .object(all + ofSource)
  }

  fileprivate init?(_ json: JSONValue) {
    guard let digest = json["sha256"]?.string.flatMap(digest(hexadecimal:)),
      let head = json["head_sha256"]?.string.flatMap(digest(hexadecimal:)),
      let length = json["length"]?.integer,
      let state = json["state"]?.string.flatMap(State.init(rawValue:)),
      let generation = json["generation"]?.integer, let erased = json["erased"]?.integer,
      let expired = json["expired"]?.integer, let places = json["places"]?.elements,
      let taken = json["reading"].flatMap({ TakenInput($0) })
    else { return nil }
    self.init(
      content: SegmentInput(digest: digest, length: length), head: head, state: state,
      places: places.compactMap(StoreManifest.Place.init), generation: generation,
      taken: taken, erased: erased, expired: expired,
      checked: json["checked"]?.elements?.compactMap(\.string))
    guard let number = json["source"]?.integer else { return }
    guard (0..<1000).contains(number) else { return nil }
    self.taken.file.source = number
  }
}

extension StoreManifest.Place {
  fileprivate var json: JSONValue {
    .object([
      ("path", .text(path)), ("inode", .integer(Int(truncatingIfNeeded: inode))),
      ("bytes", .integer(bytes)), ("modified", .integer(Int(modified))),
      ("changed", .integer(Int(changed))), ("recorded", .integer(Int(recorded))),
    ])
  }

  fileprivate init?(_ json: JSONValue) {
    guard let path = json["path"]?.string, let inode = json["inode"]?.integer,
      let bytes = json["bytes"]?.integer, let modified = json["modified"]?.integer,
      let changed = json["changed"]?.integer, let recorded = json["recorded"]?.integer
    else { return nil }
    self.init(
      path: path, inode: UInt64(bitPattern: Int64(inode)), bytes: bytes,
      modified: Int64(modified), changed: Int64(changed), recorded: Int64(recorded))
  }
}

private func digest(hexadecimal text: String) -> [UInt8]? {
  bytes(hexadecimal: text).flatMap { $0.count == 32 ? $0 : nil }
}
