/// A kind of log that the generator knows.
protocol LogProfile: Sendable {
  /// Writes the lines of part `part` (0 ..< parts) in the order a collector would have written them.
  func write(part: Int, of parts: Int, into file: inout GzipFile) throws(WriteError)
}

/// What all profiles take.
struct LogScale: Sendable {
  var events: Int
  var users: Int
  var accounts: Int
  var days: Int
  /// Milliseconds since 1970 at which the log begins.
  var start: Int
  var seed: UInt64
}
