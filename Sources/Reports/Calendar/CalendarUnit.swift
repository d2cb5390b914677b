/// `Microseconds` for cursors: a `package` constant of another module is fetched by a call, each time
/// (Swift 6.3).
enum CalendarUnit {
  static let hour: Int64 = 3_600_000_000
  static let day: Int64 = 24 * hour
  static let week: Int64 = 7 * day
}
