import EventLog

/// Durations as people write them: `7d`, `90m`, `1d12h`, `1d 12h`, `500ms`.
enum SpecDuration {
  struct Problem: Error, Equatable, CustomStringConvertible {
    var description: String
  }

  /// From the largest to the smallest. A month is not a length of time.
  static let units: [(name: String, length: Int64)] = [
    ("w", 7 * Microseconds.day), ("d", Microseconds.day), ("h", Microseconds.hour),
    ("m", Microseconds.minute), ("s", Microseconds.second), ("ms", 1000), ("us", 1),
  ]

  /// Microseconds, more than 0 and at most 1,000 years.
  static func parse(_ text: String) -> Result<Int64, Problem> {
    func failure(_ problem: String) -> Result<Int64, Problem> {
      .failure(Problem(description: problem))
    }
    let lengthMax: Int64 = 365_250 * Microseconds.day
    var total: Int64 = 0
    var nextUnit = 0
    var rest = text[...]
    while true {
      rest = rest.drop { $0 == " " }
      guard !rest.isEmpty else { break }
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty else { return failure("`\(text)` has no number before `\(rest)`") }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard !name.isEmpty else { return failure("`\(digits)` has no unit (w, d, h, m, s, ms)") }
      guard let unit = units.firstIndex(where: { $0.name == name }) else {
        return failure("`\(name)` is not a unit (w, d, h, m, s, ms)")
      }
      guard unit >= nextUnit else { return failure("units go from large to small, each once") }
      nextUnit = unit + 1
      let (length, overflow) = (Int64(digits) ?? .max).multipliedReportingOverflow(
        by: units[unit].length)
      guard !overflow, length <= lengthMax, total + length <= lengthMax else {
        return failure("`\(text)` is longer than 1,000 years")
      }
      total += length
    }
    return total > 0 ? .success(total) : failure("it must be longer than 0")
  }
}

/// Numbers of the spec, by their digits.
enum SpecDecimal {
  /// `-12.50` and the like, at most 18 significant digits and 18 after the point. Scientific
  /// notation, `.5` and `5.` are not what a spec needs.
  static func parse(_ text: String) -> ExactDecimal? {
    var digits = Array(text.utf8)[...]
    let negative = digits.first == UInt8(ascii: "-")
    if negative { digits = digits.dropFirst() }
    let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    let fraction = Array((parts.count == 2 ? parts[1] : []))
    var kept = Array(parts[0]) + fraction
    var scale = fraction.count
    guard kept.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else {
      return nil
    }
    while scale > 0, kept.last == UInt8(ascii: "0") {
      kept.removeLast()
      scale -= 1
    }
    let significant = kept.drop { $0 == UInt8(ascii: "0") }
    guard significant.count <= 18, scale <= 18 else { return nil }
    var significand: Int64 = 0
    for digit in significant { significand = significand * 10 + Int64(digit - UInt8(ascii: "0")) }
    return ExactDecimal(significand: negative ? -significand : significand, scale: UInt8(scale))
  }
}
