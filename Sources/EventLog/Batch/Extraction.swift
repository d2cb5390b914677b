package import Values

/// What readers pull out of each row, and nothing else: the plan, pushed down to the bytes.
///
/// Built from a spec's reports by `Spec`; read by every format in `Formats/`.
package struct Extraction: Sendable, Equatable {
  package var format: LogFormat
  /// Of the logs' text, as iconv(3) names it; nil for UTF-8.
  package var encoding: String?
  /// The first path that is present and neither null nor empty wins.
  package var user: [FieldPath]
  package var account: [FieldPath]
  package var event: EventField
  package var time: TimeField
  /// Empty when events carry no id, or when nobody needs it.
  package var id: [FieldPath]
  /// Text properties, in the order of `EventBatch.texts`.
  package var texts: [PropertyField]
  /// Number properties, in the order of `EventBatch.numbers`.
  package var numbers: [PropertyField]
  package var identity = IdentityFields()
  /// Words that mean absent.
  package var nulls: NullRule
  package var rows = RowRules()
  /// Whether batches hold users and accounts. A row that has neither, of those that the source names,
  /// is rejected, whether anybody counts them or not.
  package var keepsUsers: Bool
  package var keepsAccounts: Bool
  /// Likewise lines.
  package var keepsLines = true

  package init(
    format: LogFormat, encoding: String? = nil, user: [FieldPath] = [],
    account: [FieldPath] = [], event: EventField, time: TimeField, id: [FieldPath] = [],
    texts: [PropertyField] = [], numbers: [PropertyField] = [], nulls: NullRule = NullRule(),
    keepsUsers: Bool = true, keepsAccounts: Bool = true
  ) {
    self.format = format
    self.encoding = encoding
    self.user = user
    self.account = account
    self.event = event
    self.time = time
    self.id = id
    self.texts = texts
    self.numbers = numbers
    self.nulls = nulls
    self.keepsUsers = keepsUsers
    self.keepsAccounts = keepsAccounts
  }
}

extension Extraction {
  /// The properties whose values are counted, and may be unreadable, in the order of
  /// `ValueTally.numbers`: what they are called, and what their values are.
  package var checkedProperties: [(name: String, type: PropertyType)] {
    numbers.map { ($0.name, .number) }
      + texts.filter { $0.type.isSpelled }.map { ($0.name, $0.type) }
  }
}

package enum EventField: Sendable, Equatable {
  case paths([FieldPath])
  /// Every row is an event of this name.
  case constant(String)
}

/// Where an event's time stands and how it is written.
package struct TimeField: Sendable, Equatable {
  /// The first that is present, or, where that is a day and the next one its clock, both.
  package var paths: [FieldPath]
  /// Tried in order; at least one.
  package var formats: [TimeFormat]
  /// IANA name: the zone of times without an offset, where the source says it.
  package var zone: String?
  /// IANA name, where numbers count from a local 1970.
  package var localEpoch: String?
  /// A day without a clock is its last millisecond.
  package var endsDay = false
  /// Rows have no time at all: those of a map. Their instant is 0.
  package var isNone = false
  /// Rows without a time are expected, and no rejects.
  package var missingIsOutside = false
  /// Events after now are expected (due dates), and no rejects.
  package var futureIsOutside = false
  /// What the names mean: filled in by who loads zones.
  package var rules = TimeRules()

  package init(paths: [FieldPath], format: TimeFormat) {
    self.init(paths: paths, formats: [format])
  }

  package init(paths: [FieldPath], formats: [TimeFormat]) {
    self.paths = paths
    self.formats = formats
  }
}

package enum TimeFormat: Sendable, Hashable {
  /// ISO 8601 / RFC 3339: a date, or a date and a time with `T`, `t` or one space between, any
  /// fraction, and an offset (`Z`, `+08:00`, `+0800`, `+08`).
  case iso8601
  case seconds
  case milliseconds
  case microseconds
  case nanoseconds
  /// A spreadsheet's days since 1900.
  case excel
  /// Epoch unit by magnitude, ISO 8601, and the forms that programs print.
  case auto
  /// A strptime-like pattern, such as `%d/%b/%Y:%H:%M:%S %z`.
  case pattern(String)
}

package struct PropertyField: Sendable, Equatable {
  /// The property's name in the spec.
  package var name: String
  package var paths: [FieldPath]
  /// Of a text, what its values are.
  package var type: PropertyType
  /// Of dates and times, how they are written.
  package var formats: [TimeFormat]
  /// Of dates and times: where those without an offset were written, if not where the row's time was.
  package var zone: String?
  package var zoneRules: ZoneRules?
  /// Of a number: how it is written, if not plainly.
  package var form: NumberForm?
  /// Of a number: places by which its point moves to the right.
  package var shift: Int
  /// Of a text: what it is on every row, wherever the row has none of the paths.
  package var constant: String?

  package init(
    name: String, paths: [FieldPath], type: PropertyType = .text, formats: [TimeFormat] = [],
    zone: String? = nil, form: NumberForm? = nil, shift: Int = 0, constant: String? = nil
  ) {
    self.name = name
    self.paths = paths
    self.type = type
    self.formats = formats
    self.zone = zone
    self.form = form
    self.shift = shift
    self.constant = constant
  }
}

/// Limits of a reader: every buffer has one.
package struct ReadLimits: Sendable, Equatable {
  /// Bytes of one line (a row, where quotes allow line breaks), without its line end.
  package var lineBytesMax: Int
  /// Inflated bytes asked for at a time; small values are for tests.
  package var chunkBytes: Int
  /// Rejects kept with their text, per file and reason; counts are exact beyond it.
  package var rejectSamplesMax: Int
  /// Bytes of one id, event name or text as it stands in the row; a longer one is absent.
  package var valueBytesMax: Int
  /// Microseconds since 1970; an earlier event is rejected as too early.
  package var timeMin: Int64
  /// Microseconds since 1970; a later event is rejected as a time in the future.
  package var timeMax: Int64
  /// Whether content of which more than 1 % of the first 1,000 rows are not in its encoding is refused.
  package var refusesOtherEncodings: Bool

  package init(
    lineBytesMax: Int = 16 << 20, chunkBytes: Int = 256 << 10, rejectSamplesMax: Int = 1000,
    valueBytesMax: Int = 64 << 10, timeMin: Int64 = .min, timeMax: Int64 = .max,
    refusesOtherEncodings: Bool = true
  ) {
    self.lineBytesMax = lineBytesMax
    self.chunkBytes = chunkBytes
    self.rejectSamplesMax = rejectSamplesMax
    self.valueBytesMax = valueBytesMax
    self.timeMin = timeMin
    self.timeMax = timeMax
    self.refusesOtherEncodings = refusesOtherEncodings
  }
}

extension ReadLimits {
  /// Values in one row of JSON, objects and arrays among them. It follows from the longest line: a row
  /// of so many is there as a tree, which takes twice as much as its text.
  package var rowValuesMax: Int { max(Self.rowValuesLeast, lineBytesMax / 16) }

  private static let rowValuesLeast = 1 << 16

  /// Rejects kept with their text, per reason and file, of a run over so many files: about as many for
  /// a thousand files as for ten.
  package static func rejectSamplesMax(files: Int) -> Int {
    max(1, min(1000, 10_000 / max(1, files)))
  }
}
