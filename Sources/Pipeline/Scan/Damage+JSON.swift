import EventLog
import Values

extension Damage {
  private static let kinds: [(name: String, kind: Kind)] = [
    ("truncated", .truncated), ("bad checksum", .badChecksum), ("bad length", .badLength),
    ("corrupt", .corrupt), ("trailing bytes", .trailingBytes),
    ("changed while read", .changedWhileRead), ("no end marker", .noEndMarker),
    ("cut member", .cutMember), ("bad entry", .badEntry), ("broken archive", .brokenArchive),
    ("bomb", .bomb),
  ]

  var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = []
    if case .readFailed(let code) = kind {
      members.append(("kind", .integer(Int(code))))
    } else {
      members.append(("kind", .text(Self.kinds.first { $0.kind == kind }?.name ?? "corrupt")))
    }
    return .object(
      members + [
        ("file_offset", .integer(fileOffset)), ("inflated_offset", .integer(inflatedOffset)),
        ("partial_row_bytes", .integer(partialRowBytes)),
      ])
  }

  init?(_ json: JSONValue) {
    guard let fileOffset = json["file_offset"]?.integer,
      let inflatedOffset = json["inflated_offset"]?.integer,
      let partialRowBytes = json["partial_row_bytes"]?.integer
    else { return nil }
    let kind: Kind
    if let code = json["kind"]?.integer {
      kind = .readFailed(Int32(truncatingIfNeeded: code))
    } else if let name = json["kind"]?.string,
      let known = Self.kinds.first(where: { $0.name == name })
    {
      kind = known.kind
    } else {
      return nil
    }
    self.init(
      kind: kind, fileOffset: fileOffset, inflatedOffset: inflatedOffset,
      partialRowBytes: partialRowBytes)
  }
}
