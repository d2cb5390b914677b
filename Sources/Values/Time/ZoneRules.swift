/// A time zone as a table of transitions, built once per run: no calendar runs per row.
package struct ZoneRules: Sendable, Equatable {
  /// IANA name.
  package let name: String
  /// Seconds since 1970 UTC at which `offsets` of the same index begins to hold, ascending; the
  /// first is `Int64.min`. Covers 1900 to 2200, and holds the last offset after that.
  package let starts: [Int64]
  /// Seconds east of UTC. Neighbours differ: a change of name alone is no transition.
  package let offsets: [Int32]

  package init(name: String, starts: [Int64], offsets: [Int32]) {
    precondition(starts.count == offsets.count && starts.first == .min)
    self.name = name
    self.starts = starts
    self.offsets = offsets
  }

  package static let utc = ZoneRules(name: "UTC", starts: [.min], offsets: [0])

  /// Seconds east of UTC that hold at an instant, given in seconds since 1970 UTC.
  @inlinable
  package func offset(at seconds: Int64) -> Int32 { offsets[index(at: seconds)] }

  /// The last index whose start is not after `seconds`: its offset holds to the next start.
  @inlinable
  package func index(at seconds: Int64) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= seconds { low = middle } else { high = middle }
    }
    return low
  }
}

/// Why a time zone could not be had.
package enum ZoneError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No such zone; `nearest` are names that exist, the likeliest first.
  case unknownName(String, nearest: [String])
  /// This system has no zone database; `searched` are the folders where it would be.
  case databaseMissing(name: String, searched: [String])
  /// The zone's file is not what RFC 9636 describes.
  case corruptFile(name: String, path: String, reason: String)
  /// The file counts leap seconds (a `right/` zone), which times in logs do not.
  case countsLeapSeconds(name: String)
  /// The file is there and cannot be read, with this `errno`.
  case unreadableFile(name: String, path: String, errno: Int32)

  package var description: String {
    switch self {
    case .unknownName(let name, let nearest):
      let hint = nearest.isEmpty ? "" : "; did you mean \(nearest.joined(separator: ", "))?"
      return "no time zone is named \"\(name)\"" + hint
    case .databaseMissing(let name, let searched):
      return "time zone \"\(name)\" needs the system's time zone database, which is absent "
        + "(looked in \(searched.joined(separator: ", "))): install the tzdata package, "
        + "set TZDIR, or give a fixed offset such as \"+08:00\""
    case .corruptFile(let name, let path, let reason):
      return "the file of time zone \"\(name)\" (\(path)) is damaged: \(reason)"
    case .countsLeapSeconds(let name):
      return "time zone \"\(name)\" counts leap seconds, which times in logs do not"
    case .unreadableFile(let name, let path, let errno):
      return "the file of time zone \"\(name)\" (\(path)) cannot be read: error \(errno)"
    }
  }
}
