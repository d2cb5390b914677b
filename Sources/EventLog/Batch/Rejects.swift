/// Why a row is not an event: a closed list, so that counts by reason always add up.
package enum RejectReason: UInt8, Sendable, CaseIterable, Hashable {
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
  case zeroTime
  case timeWithoutZone
  case timeTooEarly
  case noRecords
  case rowTooLarge

  /// As `run.json` and `rejects.jsonl` name it.
  package var name: String {
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
    case .zeroTime: "zero time"
    case .timeWithoutZone: "time without a zone"
    case .timeTooEarly: "time before --earliest"
    case .noRecords: "no records"
    case .rowTooLarge: "too much in one row"
    }
  }
}

/// One rejected row, where it stands, and how it begins.
package struct Reject: Sendable, Equatable {
  package var reason: RejectReason
  /// Line number: relative to the chunk (0 first) while a chunk is parsed, 1-based in a file.
  package var line: Int
  /// Inflated bytes before the row: relative to the chunk, then to the file.
  package var byte: Int
  /// The first 200 bytes of the row.
  package var prefix: [UInt8]

  package init(reason: RejectReason, line: Int, byte: Int, prefix: [UInt8]) {
    self.reason = reason
    self.line = line
    self.byte = byte
    self.prefix = prefix
  }

  package static let prefixBytesMax = 200
}

/// What became of the rows of one chunk, or summed, of one file. `rows` = events + blank + rejected.
package struct RowTally: Sendable, Equatable {
  /// Line ends passed (a last line without one counts): positions of rejects are built on it.
  package var lines = 0
  /// Records: lines for line formats, rows for CSV (a header is not one).
  package var rows = 0
  package var blank = 0
  package var events = 0
  /// By `RejectReason.rawValue`.
  package var rejected = [Int](repeating: 0, count: RejectReason.allCases.count)
  /// How many of them are in `samples`, by the same.
  package var sampled = [Int](repeating: 0, count: RejectReason.allCases.count)
  /// Bytes of the rejected rows, without their line ends.
  package var rejectedBytes = 0
  /// At most `ReadLimits.rejectSamplesMax` per reason.
  package var samples: [Reject] = []
  /// JSON objects in which a key occurred again (the last one won).
  package var duplicateKeys = 0
  /// `\u` escapes of half a surrogate pair, read as U+FFFD.
  package var loneSurrogates = 0
  /// Rows read with each epoch unit or as text, where the format is `auto`, by `TimeUnit.rawValue`.
  package var timeUnits = [Int](repeating: 0, count: TimeUnit.allCases.count)
  /// The latest event time of the rows, `Int64.min` when none.
  package var latest = Int64.min
  /// The earliest event time of the rows, `Int64.max` when none.
  package var earliest = Int64.max
  package var days = DayCounts()
  package var values = ValueTally()
  /// Properties of which the file has no column.
  package var missingColumns: [String] = []

  package init() {}

  package var rejectedTotal: Int { rejected.reduce(0, +) }
}

package enum TimeUnit: UInt8, Sendable, CaseIterable {
  case iso8601, seconds, milliseconds, microseconds, nanoseconds, excel
}
