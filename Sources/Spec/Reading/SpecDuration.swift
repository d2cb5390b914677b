import EventLog
import Values

/// Durations as people write them: `7d`, `90m`, `1d12h`, `1d 12h`, `500ms`.
package enum SpecDuration {
  package struct Problem: Error, Equatable, CustomStringConvertible {
    package var description: String
  }

  /// From the largest to the smallest. A month is not a length of time.
  package static let units: [(name: String, length: Int64)] = [
    ("w", 7 * Microseconds.day), ("d", Microseconds.day), ("h", Microseconds.hour),
    ("m", Microseconds.minute), ("s", Microseconds.second), ("ms", 1000), ("us", 1),
  ]

  /// Microseconds, more than 0 and at most 1,000 years.
  package static func parse(_ text: String) -> Result<Int64, Problem> {
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
