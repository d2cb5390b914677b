import EventLog
import Reports
import Spec
import System
package import Values

/// Days in the paths of inputs: `logs/{date:%Y/%m/%d}/*.gz` stands for one path for each day that
/// `--for` names. Nothing else of a path is looked at.
package struct DatedInputs: Sendable {
  /// Ascending.
  private let days: [CalendarDate]

  /// Ten years.
  private static let daysMax = 3660

  /// - Parameters:
  ///   - text: a date as `DateExpression` reads it, two of them with `..` between, or `7d`: the last
  ///     seven days before today.
  ///   - today: in the calendar's zone.
  /// - Throws: `RunFailure` with exit 64.
  package init(
    _ text: String, today: CalendarDate, _ starts: IntervalStarts = .usual
  ) throws(RunFailure) {
    guard let range = Self.range(text, today: today, starts) else {
      throw RunFailure(
        .usage,
        "--for '\(text)' is none of: yesterday, 2026-11-24, 2026-11-01..yesterday, 7d "
          + "(at most \(Self.daysMax) days)")
    }
    days = range.map { CalendarDate(daysSince1970: $0) }
  }

  private static func range(
    _ text: String, today: CalendarDate, _ starts: IntervalStarts
  ) -> ClosedRange<Int>? {
    let number = today.daysSince1970
    if text.hasSuffix("d"), let count = Int(text.dropLast()), text.first != "-", text.first != "+" {
      return count > 0 && count <= daysMax ? number - count...number - 1 : nil
    }
    func day(_ text: Substring) -> Int? {
      guard let expression = try? DateExpression.parse(String(text)) else { return nil }
      return expression.date(today: today, starts)?.daysSince1970
    }
    guard let dots = text.firstRange(of: "..") else { return day(text[...]).map { $0...$0 } }
    guard let first = day(text[..<dots.lowerBound]), let last = day(text[dots.upperBound...]),
      first <= last, last - first < daysMax
    else { return nil }
    return first...last
  }

  /// Whether a path holds a date.
  package static func isDated(_ path: String) -> Bool { path.contains("{date:") }

  /// Paths for all days; a path without a date is one path.
  package func paths(_ path: String) throws(RunFailure) -> [String] {
    guard Self.isDated(path) else { return [path] }
    var paths: [String] = []
    for day in days {
      let filled = try fill(path, with: day)
      if !paths.contains(filled) { paths.append(filled) }
    }
    return paths
  }

  private func fill(_ path: String, with day: CalendarDate) throws(RunFailure) -> String {
    var filled = ""
    var rest = path[...]
    while let start = rest.firstRange(of: "{date:") {
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        throw RunFailure(.usage, "\(path): {date: without a closing }")
      }
      filled += rest[..<start.lowerBound]
      filled += try Self.text(of: day, as: rest[start.upperBound..<end], path: path)
      rest = rest[rest.index(after: end)...]
    }
    return filled + rest
  }

  private static func text(
    of day: CalendarDate, as pattern: Substring, path: String
  ) throws(RunFailure) -> String {
    var text = ""
    var characters = pattern.makeIterator()
    while let character = characters.next() {
      guard character == "%" else {
        text.append(character)
        continue
      }
      let letter = characters.next()
      switch letter {
      case "Y": text += padded(day.year, 4)
      case "m": text += padded(day.month, 2)
      case "d": text += padded(day.day, 2)
      case "F": text += day.text
      default:
        throw RunFailure(
          .usage,
          "\(path): %\(letter.map(String.init) ?? "") in {date:...} is none of %Y, %m, %d, %F")
      }
    }
    return text
  }
}

extension SpecFile {
  /// Inputs with their dates filled in.
  ///
  /// - Parameters:
  ///   - days: of `--for`.
  ///   - now: nil is the clock's.
  /// - Throws: `RunFailure` with exit 64, also for a date in a path and no days, and the other way
  ///   round.
  package func inputs(
    _ paths: [String], for days: String?, now: ObservationEnd?
  ) throws(RunFailure) -> [String] {
    let dated = paths.filter(DatedInputs.isDated)
    guard let days else {
      if let path = dated.first {
        throw RunFailure(.usage, "\(path): say which days with --for, as in --for yesterday")
      }
      return paths
    }
    guard !dated.isEmpty else {
      throw RunFailure(
        .usage, "--for \(days): no input has a date in its path, as in logs/{date:%Y/%m/%d}/*.gz")
    }
    let zone = try zoneRules()
    let today = (now ?? .instant(Machine.now)).day(in: ReportCalendar(spec.calendar, zone: zone))
    let filler = try DatedInputs(days, today: today, spec.calendar.starts)
    var filled: [String] = []
    for path in paths { filled += try filler.paths(path) }
    return filled
  }
}
