import Spec
import Values

extension ReportCalendar {
  /// An instant as lists show it, local with its offset from UTC: `2026-01-31T13:00:00+08:00`, with
  /// as many decimals of the second as it has; `Z` for no offset.
  package func timestamp(_ instant: Int64) -> String {
    let offset = segments[segments.index(of: instant)].offset
    let local = instant + offset
    let day = floorDivide(local, CalendarUnit.day)
    let date = CalendarDate(daysSince1970: Int(day)).text
    let rest = Int(local - day * CalendarUnit.day)
    let seconds = rest / Int(Microseconds.second)
    var text = "\(date)T\(clock(seconds / 60)):\(padded(seconds % 60, 2))"
    let fraction = rest % Int(Microseconds.second)
    if fraction != 0 {
      var digits = padded(fraction, 6)
      while digits.last == "0" { digits.removeLast() }
      text += "." + digits
    }
    if offset == 0 { return text + "Z" }
    return text + (offset < 0 ? "-" : "+") + clock(Int(abs(offset) / Microseconds.minute))
  }

  /// `13:00` of a number of minutes.
  private func clock(_ minutes: Int) -> String {
    "\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
  }
}
