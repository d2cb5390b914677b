import EventLog
package import Spec
import Values

/// The range of a report as instants: a cohort's start or a funnel's first step counts when it lies
/// in `[from, until)`.
package struct EntryRange: Sendable, Equatable {
  /// Microseconds since 1970, inclusive; `Int64.min` when unbounded.
  package var from: Int64
  /// Exclusive; `Int64.max` when unbounded.
  package var until: Int64

  /// The report's own bounds; where it has none, the calendar's.
  package init(_ options: ReportOptions, _ calendar: ReportCalendar) {
    let from = options.range.from ?? calendar.range.from
    let until = options.range.until ?? calendar.range.until
    self.from = from.map { calendar.instant(of: $0) } ?? .min
    self.until = until.map { calendar.instant(of: $0) } ?? .max
  }

  @inline(__always)
  package func contains(_ instant: Int64) -> Bool { instant >= from && instant < until }
}
