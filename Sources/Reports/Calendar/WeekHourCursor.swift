import EventLog
import Spec
import Values

/// Hours of the week of many instants, by the local clock: a value that remembers the offset of the
/// last one, so that the next one with the same offset costs a division.
///
/// An hour that clocks repeat is the same hour of the week twice; one that they skip has no instant.
struct WeekHourCursor: Sendable {
  static let hoursOfWeek = 168
  private var segment: ZoneSegment
  private let segments: [ZoneSegment]

  init(_ calendar: ReportCalendar) {
    segments = calendar.segments
    segment = segments[0]
  }

  /// 0 for the first hour of Monday to 167 for the last of Sunday, whatever the week starts with.
  @inline(__always)
  mutating func index(of instant: Int64) -> Int {
    // Far beyond any date, so that the sum below cannot overflow.
    let instant = min(max(instant, -.max / 4), .max / 4)
    if instant < segment.start || instant >= segment.end {
      segment = segments[segments.index(of: instant)]
    }
    let hour = floorDivide(instant + segment.offset, CalendarUnit.hour)
    // 1970 began on a Thursday, three days into the week.
    let index = (hour + 72) % Int64(Self.hoursOfWeek)
    return Int(index < 0 ? index + Int64(Self.hoursOfWeek) : index)
  }
}
