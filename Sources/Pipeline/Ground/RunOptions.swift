package import EventLog
package import Pages
import Reports
import Spec
package import Tables
import Values

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
  /// The day of today, and later events, by more than a day, are none; nil is the clock, and leaves
  /// late events to `limits`.
  package var now: ObservationEnd?
  /// Earlier rows are rejected; nil for none.
  package var earliest: ObservationEnd?
  package var rejectsMax: RejectLimit?
  /// Any damage, or a configured event that never occurred, is an error.
  package var strict: Bool
  package var limits: ReadLimits
  /// Every set goes into a folder of its own, and a link leads to the last.
  package var versioned = false
  /// How many sets stay, with `versioned`; nil for all.
  package var keep: Int?
  /// A check that failed keeps the set back.
  package var checksGate = false
  /// Files in the output folder that no run of ours wrote may be replaced.
  package var replace = false
  package var formats: OutputFormats
  /// Of a store: reads also files that look unchanged.
  package var rereads = false
  /// Of a store: segments that are gone or damaged are left out.
  package var acceptsMissing = false
  /// A store may be written on a network file system.
  package var networkStore = false
  /// Of a store that is made: its salt, 0 for none; nil draws one.
  package var storeSalt: UInt64?

  package init(
    threads: Int = 1, memoryBytesMax: Int? = nil, scratch: String = "/tmp",
    observedUntil: ObservationEnd? = nil, observedFrom: ObservationEnd? = nil,
    now: ObservationEnd? = nil, rejectsMax: RejectLimit? = nil, strict: Bool = false,
    limits: ReadLimits = ReadLimits(), formats: OutputFormats = OutputFormats(),
    earliest: ObservationEnd? = nil
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
    self.earliest = earliest
  }
}

/// How many rejected rows a run, and each of its inputs, may have.
package enum RejectLimit: Sendable, Equatable {
  case rows(Int)
  /// Percent of the rows that are not blank, and of all bytes: a binary file may be a single row.
  case percent(Double)

  /// As the command line has it.
  var text: String {
    switch self {
    case .rows(let most): String(most)
    case .percent(let most): Cell.number(most).plain + "%"
    }
  }

  /// What is too much, in words; nil when nothing is.
  func excess(_ count: RejectCount) -> String? {
    func share(_ part: Int, of whole: Int, _ most: Double) -> Bool {
      Double(part) * 100 > most * Double(whole)
    }
    let rows = "\(count.rejectedRows) of \(count.rows) rows"
    switch self {
    case .rows(let most): return count.rejectedRows > most ? rows : nil
    case .percent(let most):
      if share(count.rejectedRows, of: count.rows, most) { return rows }
      if share(count.rejectedBytes, of: count.bytes, most) {
        return "\(count.rejectedBytes) of \(count.bytes) bytes, in \(rows),"
      }
      return nil
    }
  }
}

/// What was read and what of it was rejected. Blank rows do not count.
struct RejectCount: Equatable {
  var rows = 0
  var rejectedRows = 0
  var bytes = 0
  var rejectedBytes = 0

  static func + (one: RejectCount, other: RejectCount) -> RejectCount {
    RejectCount(
      rows: one.rows + other.rows, rejectedRows: one.rejectedRows + other.rejectedRows,
      bytes: one.bytes + other.bytes, rejectedBytes: one.rejectedBytes + other.rejectedBytes)
  }
}

/// What the table files look like.
package struct OutputFormats: Sendable {
  /// In what forms each table is written.
  package var tables: [TableFormat]
  /// Byte order mark and CRLF, for spreadsheets.
  package var excel: Bool
  /// Also `report.html`, shown so; nil for none.
  package var page: PageOptions?
  /// Also NAME.svg, every figure of the page as a file of its own.
  package var figures: Bool
  /// No apostrophe before text that a spreadsheet would run as a formula.
  package var rawText: Bool

  package init(
    tables: [TableFormat] = TableFormat.standard, excel: Bool = false, rawText: Bool = false,
    page: PageOptions? = nil, figures: Bool = false
  ) {
    self.tables = tables
    self.page = page
    self.figures = figures
    self.excel = excel
    self.rawText = rawText
  }
}
