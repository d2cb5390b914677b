/// Why a row is not an event: a closed list, so that counts by reason always add up.
public enum RejectReason: UInt8, Sendable, CaseIterable, Hashable {
  case malformedJSON
  case notAnObject
  case tooDeep
  case invalidUTF8
  case lineTooLong
  case wrongColumnCount
  case unclosedQuote
  case malformedLine
  case noUser
  case noAccount
  case noEvent
  case noTime
  case badTime
  case timeInTheFuture
  case badNumber

  /// As `run.json` and `rejects.jsonl` name it.
  public var name: String {
    switch self {
    case .malformedJSON: "malformed JSON"
    case .notAnObject: "not an object"
    case .tooDeep: "nested too deeply"
    case .invalidUTF8: "invalid UTF-8"
    case .lineTooLong: "line too long"
    case .wrongColumnCount: "wrong column count"
    case .unclosedQuote: "unclosed quote"
    case .malformedLine: "malformed line"
    case .noUser: "no user"
    case .noAccount: "no account"
    case .noEvent: "no event"
    case .noTime: "no time"
    case .badTime: "bad time"
    case .timeInTheFuture: "time in the future"
    case .badNumber: "bad number"
    }
  }
}

/// One rejected row, where it stands, and how it begins.
public struct Reject: Sendable, Equatable {
  public var reason: RejectReason
  /// Line number: relative to the chunk (0 first) inside a `ChunkTally`, 1-based in a `FileTally`.
  public var line: Int
  /// Inflated bytes before the row: relative to the chunk, then to the file.
  public var byte: Int
  /// The first 200 bytes of the row.
  public var prefix: [UInt8]

  public init(reason: RejectReason, line: Int, byte: Int, prefix: [UInt8]) {
    self.reason = reason
    self.line = line
    self.byte = byte
    self.prefix = prefix
  }

  public static let prefixBytesMax = 200
}

/// What became of the rows of one chunk, or summed, of one file. `rows` = events + blank + rejected.
public struct RowTally: Sendable, Equatable {
  /// Line ends passed (a last line without one counts): positions of rejects are built on it.
  public var lines = 0
  /// Records: lines for line formats, rows for CSV (a header is not one).
  public var rows = 0
  public var blank = 0
  public var events = 0
  /// By `RejectReason.rawValue`.
  public var rejected = [Int](repeating: 0, count: RejectReason.allCases.count)
  /// At most `ReadLimits.rejectSamplesMax` per reason.
  public var samples: [Reject] = []
  /// JSON objects in which a key occurred again (the last one won).
  public var duplicateKeys = 0
  /// `\u` escapes of half a surrogate pair, read as U+FFFD.
  public var loneSurrogates = 0
  /// Rows read with each epoch unit or as text, where the format is `auto`, by `TimeUnit.rawValue`.
  public var timeUnits = [Int](repeating: 0, count: TimeUnit.allCases.count)
  /// The latest event time of the rows, `Int64.min` when none.
  public var latest = Int64.min
  /// The earliest event time of the rows, `Int64.max` when none.
  public var earliest = Int64.max

  public init() {}

  public var rejectedTotal: Int { rejected.reduce(0, +) }
}

public enum TimeUnit: UInt8, Sendable, CaseIterable {
  case iso8601, seconds, milliseconds, microseconds, nanoseconds
}
