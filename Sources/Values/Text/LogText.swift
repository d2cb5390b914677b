/// Text of a log, or to compare with one: equal when the UTF-8 bytes are. Two spellings of é are two
/// texts here, as in the logs, where two of Swift's strings would be equal.
package struct LogText: Hashable, Comparable, Sendable {
  package var string: String

  package init(_ string: String) {
    self.string = string
  }

  package var utf8: String.UTF8View { string.utf8 }

  package static func == (left: LogText, right: LogText) -> Bool {
    left.utf8.elementsEqual(right.utf8)
  }

  /// By bytes.
  package static func < (left: LogText, right: LogText) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    for byte in utf8 { hasher.combine(byte) }
    hasher.combine(UInt8(0xFF))
  }
}

extension LogText: ExpressibleByStringInterpolation, CustomStringConvertible {
  package init(stringLiteral string: String) {
    self.string = string
  }

  package var description: String { string }
}
