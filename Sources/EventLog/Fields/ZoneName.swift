/// A zone as programs name it.
struct ZoneName {
  /// Seconds east of UTC, if the name has one offset everywhere.
  var offset: Int?
}

extension TimeCursor {
  /// Up to five letters, or an offset in digits where a zone has no name. Nil when there is no name.
  mutating func zoneName(in bytes: Span<UInt8>) -> ZoneName? {
    var letters: UInt64 = 0
    var count = 0
    while at < end, (bytes[at] | 0x20) &- UInt8(ascii: "a") < 26 {
      guard count < 5 else { return nil }
      letters = letters << 8 | UInt64(bytes[at] & 0xDF)
      count += 1
      _ = take(bytes[at], in: bytes)
    }
    if count == 0 { return offset(in: bytes).map { ZoneName(offset: $0) } }
    return ZoneName(offset: Self.offsets[letters])
  }

  /// By letters in upper case, as one number. Names that mean several zones are missing: CST, IST,
  /// BST, AST, ...
  private static let offsets: [UInt64: Int] = {
    let hours: [(String, Double)] = [
      ("Z", 0), ("UTC", 0), ("UT", 0), ("GMT", 0), ("WET", 0), ("WEST", 1), ("CET", 1), ("CEST", 2),
      ("MEZ", 1), ("MESZ", 2), ("EET", 2), ("EEST", 3), ("MSK", 3), ("EST", -5), ("EDT", -4),
      ("CDT", -5), ("MST", -7), ("MDT", -6), ("PST", -8), ("PDT", -7), ("AKST", -9), ("AKDT", -8),
      ("HST", -10), ("JST", 9), ("KST", 9), ("HKT", 8), ("SGT", 8), ("AEST", 10), ("AEDT", 11),
      ("ACST", 9.5), ("ACDT", 10.5), ("AWST", 8), ("NZST", 12), ("NZDT", 13), ("SAST", 2),
      ("WIB", 7), ("PKT", 5),
    ]
    var offsets: [UInt64: Int] = [:]
    for (name, offset) in hours {
      offsets[name.utf8.reduce(0) { $0 << 8 | UInt64($1) }] = Int(offset * 3600)
    }
    return offsets
  }()
}
