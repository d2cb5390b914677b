/// A kind of log that the generator knows.
protocol LogProfile: Sendable {
  /// Writes the lines of part `part` (0 ..< parts) in the order a collector would have written them.
  func write(part: Int, of parts: Int, into file: inout GzipFile) throws(WriteError)
  /// What the log holds, where the profile knows.
  func truth(threads: Int) throws(WriteError) -> Truth?
}

extension LogProfile {
  func truth(threads: Int) throws(WriteError) -> Truth? { nil }
}

/// What all profiles take.
struct LogScale: Sendable {
  /// Lines of the log.
  var events: Int
  var users: Int
  /// Each event has a user of its own.
  var hasUserPerEvent = false
  var accounts: Int
  var days: Int
  /// Milliseconds since 1970 at which the log begins.
  var start: Int
  var seed: UInt64
}
