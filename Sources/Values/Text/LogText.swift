/// Text of a log, or to compare with one: equal when the UTF-8 bytes are. Two spellings of é are two
/// texts here, as in the logs, where two of Swift's strings would be equal.
package struct LogText: Hashable, Comparable, Sendable {
  package var string: String

  package init(_ string: String) {
    self.string = string
  }

  package var utf8: String.UTF8View { string.utf8 }

  package static func == (left: LogText, right: LogText) -> Bool {
    order(left, right) == 0
  }

  /// By bytes.
  package static func < (left: LogText, right: LogText) -> Bool {
    order(left, right) < 0
  }

  /// Below, at or above 0, as the bytes on the left come before, with or after those on the right. Over
  /// spans: logs can have many names that begin alike, and sorting compares them all to their ends.
  private static func order(_ left: LogText, _ right: LogText) -> Int {
    let (left, right) = (left.string.utf8.span, right.string.utf8.span)
    for place in 0..<min(left.count, right.count) where left[place] != right[place] {
      return left[place] < right[place] ? -1 : 1
    }
    return left.count - right.count
  }

  package func hash(into hasher: inout Hasher) {
    // Safe: the hasher reads the bytes before this returns.
    unsafe string.utf8.span.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    hasher.combine(UInt8(0xFF))
  }
}

extension LogText: ExpressibleByStringInterpolation, CustomStringConvertible {
  package init(stringLiteral string: String) {
    self.string = string
  }

  package var description: String { string }
}
