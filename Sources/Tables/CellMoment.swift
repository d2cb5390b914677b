import Values

/// A date or a local date-time of a cell, taken apart: columns of kind `date` and `dateTime` hold
/// ISO 8601 text, and only writers with types of their own look inside.
struct CellMoment: Equatable {
  /// Since 1970-01-01, local.
  var days: Int
  /// Of the local day, with its fraction.
  var seconds: Double

  /// Nil for what is no date, such as the cohort `all`. An offset from UTC is left out: the moment is
  /// local.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[range] {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
      }
      return value
    }
    guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = number(0..<4), let month = number(5..<7), (1...12).contains(month),
      let day = number(8..<10), day >= 1, day <= CivilDate.days(inMonth: month, year: year)
    else { return nil }
    days = CivilDate.days(year: year, month: month, day: day)
    seconds = 0
    if bytes.count == 10 { return }
    guard bytes.count >= 19, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
      bytes[16] == UInt8(ascii: ":"), let hour = number(11..<13), hour < 24,
      let minute = number(14..<16), minute < 60, let second = number(17..<19), second < 61
    else { return nil }
    seconds = Double(hour * 3600 + minute * 60 + second)
    if bytes.count > 20, bytes[19] == UInt8(ascii: ".") {
      var unit = 0.1
      for byte in bytes[20...] {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { break }
        seconds += Double(byte - UInt8(ascii: "0")) * unit
        unit /= 10
      }
    }
  }

  /// Days since 1899-12-30, as spreadsheets count; nil before 1900-03-01, which they count wrongly.
  var spreadsheetSerial: Double? {
    let serial = Double(days + 25_569) + seconds / 86_400
    return serial >= 61 ? serial : nil
  }
}
