package import Values

extension ZoneRules {
  /// All that the machine knows, sorted.
  package static var names: [String] { ZoneDatabase.system.names().sorted() }

  /// The rules of a zone by its IANA name, from the system's zone database.
  ///
  /// `UTC`, `Etc/UTC`, `GMT`, `Etc/GMT`, `Z` and fixed offsets (`+08:00`, `-0330`, `+08`; at most
  /// 23:59) need no database. Leap seconds are not counted, as in POSIX time.
  package static func load(_ name: String) throws(ZoneError) -> ZoneRules {
    try load(name, from: .system)
  }

  static func load(_ name: String, from database: ZoneDatabase) throws(ZoneError) -> ZoneRules {
    if ["UTC", "Etc/UTC", "GMT", "Etc/GMT", "Z"].contains(name) {
      return ZoneRules(name: name, starts: [.min], offsets: [0])
    }
    if let seconds = fixedOffset(name) {
      return ZoneRules(name: name, starts: [.min], offsets: [Int32(seconds)])
    }
    guard ZoneDatabase.isSafe(name) else {
      throw .unknownName(name, nearest: nearest(to: name, in: database.names()))
    }
    switch database.file(of: name) {
    case .unknown:
      throw .unknownName(name, nearest: nearest(to: name, in: database.names()))
    case .databaseMissing:
      throw .databaseMissing(name: name, searched: database.folders)
    case .unreadable(let path, let errno):
      throw .unreadableFile(name: name, path: path, errno: errno)
    case .found(let path, let bytes):
      // Files beside the zones (`tzdata.zi`, `zone.tab`) are no zones, and no damaged ones either.
      guard bytes.starts(with: Array("TZif".utf8)) else {
        throw .unknownName(name, nearest: nearest(to: name, in: database.names()))
      }
      do throws(ZoneFileError) {
        return try ZoneRules(name: name, file: bytes)
      } catch {
        switch error {
        case .countsLeapSeconds: throw .countsLeapSeconds(name: name)
        case .corrupt(let reason): throw .corruptFile(name: name, path: path, reason: reason)
        }
      }
    }
  }

  private static func fixedOffset(_ name: String) -> Int? {
    guard let first = name.utf8.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
    else { return nil }
    var digits = Array(name.utf8.dropFirst())
    if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
    guard digits.count == 2 || digits.count == 4,
      digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
    else { return nil }
    func number(_ at: Int) -> Int {
      Int(digits[at] - UInt8(ascii: "0")) * 10 + Int(digits[at + 1] - UInt8(ascii: "0"))
    }
    let hours = number(0)
    let minutes = digits.count == 4 ? number(2) : 0
    guard hours <= 23, minutes <= 59 else { return nil }
    let seconds = (hours * 60 + minutes) * 60
    return first == UInt8(ascii: "-") ? -seconds : seconds
  }

  /// At most three names, the likeliest first: those whose whole or last part differs by at most a
  /// third of its letters, in any case (`shanghai` finds `Asia/Shanghai`).
  static func nearest(to name: String, in names: [String]) -> [String] {
    let wanted = Array(name.lowercased().utf8)
    let wantedCity = lastPart(wanted)
    guard wanted.count <= 64 else { return [] }
    let ranked = names.compactMap { candidate -> (distance: Int, name: String)? in
      let letters = Array(candidate.lowercased().utf8)
      let whole = editDistance(wanted, letters) * 2
      let city = editDistance(wantedCity, lastPart(letters)) * 2 + 1
      let isNear = whole * 3 <= letters.count * 2 || (city - 1) * 3 <= wantedCity.count * 2
      return isNear ? (min(whole, city), candidate) : nil
    }
    // Far ones beside a near one only distract.
    let best = ranked.map(\.distance).min() ?? 0
    return ranked.filter { $0.distance <= best * 2 + 2 }
      .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
  }

  private static func lastPart(_ letters: [UInt8]) -> [UInt8] {
    letters.lastIndex(of: UInt8(ascii: "/")).map { Array(letters[($0 + 1)...]) } ?? letters
  }

  /// Letters to add, drop or replace to make one of the other (Levenshtein).
  private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[right.count]
  }
}
