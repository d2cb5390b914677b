/// A place in a written time, and the parts that can be taken from there. A part that does not fit
/// is nil; its caller then gives the text up, so the place is not restored.
///
/// The bytes are passed to each call, since a type that holds a span would itself be bound to it.
struct TimeCursor {
  private(set) var at: Int
  let end: Int

  init(_ range: Range<Int>) {
    at = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { at == end }

  func isAtDigit(in bytes: Span<UInt8>) -> Bool {
    at < end && bytes[at] &- UInt8(ascii: "0") <= 9
  }

  mutating func take(_ scalar: Unicode.Scalar, in bytes: Span<UInt8>) -> Bool {
    take(UInt8(ascii: scalar), in: bytes)
  }

  mutating func take(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
    guard at < end, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  /// A number of exactly `count` digits, or of 1 to `count` where `atLeast` says so.
  mutating func digits(_ count: Int, atLeast: Int? = nil, in bytes: Span<UInt8>) -> Int? {
    var value = 0
    var taken = 0
    while taken < count, isAtDigit(in: bytes) {
      value = value * 10 + Int(bytes[at] &- UInt8(ascii: "0"))
      at += 1
      taken += 1
    }
    return taken >= atLeast ?? count ? value : nil
  }

  /// Digits of a fraction of a second as microseconds; those behind the sixth are cut off.
  mutating func fraction(in bytes: Span<UInt8>) -> Int? {
    guard isAtDigit(in: bytes) else { return nil }
    var value = 0
    var place = 100_000
    while isAtDigit(in: bytes) {
      value += place * Int(bytes[at] &- UInt8(ascii: "0"))
      place /= 10
      at += 1
    }
    return value
  }

  /// `Z`, `z`, `+hh`, `+hhmm`, `+hh:mm` or `+h:mm`, as seconds east of UTC; at most 23:59.
  mutating func offset(in bytes: Span<UInt8>) -> Int? {
    if take("Z", in: bytes) || take("z", in: bytes) { return 0 }
    let isWest = take("-", in: bytes)
    guard isWest || take("+", in: bytes) else { return nil }
    let start = at
    guard let hours = digits(2, atLeast: 1, in: bytes), hours <= 23 else { return nil }
    var seconds = hours * 3600
    let isShort = at - start == 1
    let hasColon = take(":", in: bytes)
    if isShort, !hasColon { return nil }
    if hasColon || isAtDigit(in: bytes) {
      guard let minutes = digits(2, in: bytes), minutes <= 59 else { return nil }
      seconds += minutes * 60
    }
    return isWest ? -seconds : seconds
  }

  /// What is left does not matter.
  mutating func finish() { at = end }

  /// `am`, `a.m.`, `PM` and the like: 0 or 1.
  mutating func halfOfDay(in bytes: Span<UInt8>) -> Int? {
    let isAfternoon = takeWord("p", in: bytes)
    guard isAfternoon || takeWord("a", in: bytes) else { return nil }
    let hasDots = take(".", in: bytes)
    guard takeWord("m", in: bytes) else { return nil }
    if hasDots { _ = take(".", in: bytes) }
    return isAfternoon ? 1 : 0
  }

  /// Blanks of any width, also none: ASCII's, U+00A0, U+2000 to U+200A, U+202F, U+3000.
  mutating func skipBlanks(in bytes: Span<UInt8>) {
    while at < end {
      if bytes[at] == 0x20 || bytes[at] == 0x09 {
        at += 1
      } else if end - at >= 2, bytes[at] == 0xC2, bytes[at + 1] == 0xA0 {
        at += 2
      } else if end - at >= 3, bytes[at] == 0xE2, bytes[at + 1] == 0x80,
        bytes[at + 2] == 0xAF || (0x80...0x8A).contains(bytes[at + 2])
      {
        at += 3
      } else if end - at >= 3, bytes[at] == 0xE3, bytes[at + 1] == 0x80, bytes[at + 2] == 0x80 {
        at += 3
      } else {
        return
      }
    }
  }

  /// Any run of spaces, tabs and line breaks, also none.
  mutating func skipWhitespace(in bytes: Span<UInt8>) {
    while at < end, bytes[at] == 0x20 || (0x09...0x0D).contains(bytes[at]) { at += 1 }
  }

  /// A word in lower-case ASCII, in any case. Takes nothing when it is not there.
  mutating func takeWord(_ word: StaticString, in bytes: Span<UInt8>) -> Bool {
    let count = word.utf8CodeUnitCount
    guard end - at >= count else { return false }
    // A static string of ASCII: its bytes live as long as the program, and `count` bounds them.
    let start = unsafe word.utf8Start
    for index in 0..<count where unsafe bytes[at + index] | 0x20 != start[index] { return false }
    at += count
    return true
  }
}
