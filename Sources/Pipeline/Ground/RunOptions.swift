package import EventLog
import Reports
import Spec
import System
package import Tables
package import Values

/// What the caller of a run decides, beside the spec.
package struct RunOptions: Sendable {
  /// Workers that read and fold, at least 1.
  package var threads: Int
  /// Bytes for timelines, dictionaries and buffers; above it they spill. nil is no limit.
  package var memoryBytesMax: Int?
  /// Directory for spilled timelines and lists.
  package var scratch: String
  /// The end of observation, exclusive; nil is the latest event time read.
  package var observedUntil: ObservationEnd?
  /// The beginning of observation; nil is the earliest event time read.
  package var observedFrom: ObservationEnd?
  /// Microseconds since 1970: what is the day of today.
  package var now: Int64
  package var rejectsMax: RejectLimit?
  /// Any damage, or a configured event that never occurred, is an error.
  package var strict: Bool
  package var limits: ReadLimits
  /// Files in the output folder that no run of ours wrote may be replaced.
  package var replace = false
  package var formats: OutputFormats

  package init(
    threads: Int = 1, memoryBytesMax: Int? = nil, scratch: String = "/tmp",
    observedUntil: ObservationEnd? = nil, observedFrom: ObservationEnd? = nil,
    now: Int64 = Machine.now, rejectsMax: RejectLimit? = nil, strict: Bool = false,
    limits: ReadLimits = ReadLimits(), formats: OutputFormats = OutputFormats()
  ) {
    self.threads = threads
    self.memoryBytesMax = memoryBytesMax
    self.scratch = scratch
    self.observedUntil = observedUntil
    self.observedFrom = observedFrom
    self.now = now
    self.rejectsMax = rejectsMax
    self.strict = strict
    self.limits = limits
    self.formats = formats
  }
}

/// How many rejected rows a run may have.
package enum RejectLimit: Sendable, Equatable {
  case rows(Int)
  /// Percent of all rows that are not blank.
  case percent(Double)

  func isExceeded(rejected: Int, rows: Int) -> Bool {
    switch self {
    case .rows(let most): rejected > most
    case .percent(let most): Double(rejected) * 100 > most * Double(rows)
    }
  }
}

/// What the table files look like.
package struct OutputFormats: Sendable {
  /// In what forms each table is written.
  package var tables: [TableFormat]
  /// Byte order mark and CRLF, for spreadsheets.
  package var excel: Bool
  /// No apostrophe before text that a spreadsheet would run as a formula.
  package var rawText: Bool

  package init(
    tables: [TableFormat] = TableFormat.standard, excel: Bool = false, rawText: Bool = false
  ) {
    self.tables = tables
    self.excel = excel
    self.rawText = rawText
  }
}

/// Before what instant everything has been observed: a date means its first instant in the spec's
/// time zone.
package enum ObservationEnd: Sendable, Equatable {
  /// Microseconds since 1970.
  case instant(Int64)
  case date(CalendarDate)

  /// The last microsecond observed.
  func last(in calendar: ReportCalendar) -> Int64 {
    switch self {
    case .instant(let instant): instant - 1
    case .date(let date): calendar.instant(of: date) - 1
    }
  }

  /// The first microsecond observed, where it says when observation begins.
  func first(in calendar: ReportCalendar) -> Int64 { last(in: calendar) + 1 }
}
