/// A time zone as a table of transitions, built once per run: no calendar runs per row.
public struct ZoneRules: Sendable, Equatable {
  /// IANA name.
  public let name: String
  /// Seconds since 1970 UTC at which `offsets` of the same index begins to hold, ascending; the
  /// first is `Int64.min`. Covers 1900 to 2200, and holds the last offset after that.
  public let starts: [Int64]
  /// Seconds east of UTC.
  public let offsets: [Int32]

  public init(name: String, starts: [Int64], offsets: [Int32]) {
    precondition(starts.count == offsets.count && starts.first == .min)
    self.name = name
    self.starts = starts
    self.offsets = offsets
  }

  public static let utc = ZoneRules(name: "UTC", starts: [.min], offsets: [0])
}
