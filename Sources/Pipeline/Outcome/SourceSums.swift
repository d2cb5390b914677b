import EventLog
import Reports
import Spec
import Values

/// What became of the rows of each source, where sources have names.
struct SourceSums {
  var name: String
  var files: [InputLedger]
  /// What else `run.json` says of it.
  var more: [(String, JSONValue)]

  /// By number of the source; empty for a source without a name.
  static func all(of analysis: Analysis) -> [SourceSums] {
    guard analysis.spec.hasNamedSources else { return [] }
    let spaces = SpaceNotices(analysis)
    return analysis.spec.sources.enumerated().map { number, source in
      SourceSums(
        name: source.name, files: analysis.files.filter { $0.file.source == number },
        more: spaces.json(ofSource: number))
    }
  }

  /// Microseconds since 1970; nil without events that have a time.
  var latest: Int64? { files.compactMap { $0.judged.times?.upperBound }.max() }
  var earliest: Int64? { files.compactMap { $0.judged.times?.lowerBound }.min() }

  /// Members of `run.json`.
  static func json(of analysis: Analysis) -> [(key: String, value: JSONValue)] {
    let all = all(of: analysis)
    if all.isEmpty { return [] }
    return [("sources", .list(all.map { $0.json(analysis) }))]
  }

  private func json(_ analysis: Analysis) -> JSONValue {
    let sums = Reconciliation(files)
    func instant(_ time: Int64?) -> JSONValue {
      time.map { .text(analysis.calendar.timestamp($0)) } ?? .null
    }
    let rows: [(String, JSONValue)] = [
      ("name", .text(name)), ("inputs", .integer(files.count)), ("lines", .integer(sums.rows)),
      ("used", .integer(sums.used)), ("outside", .integer(sums.outside)),
      ("duplicates", .integer(sums.duplicates)), ("rejected", .integer(sums.rejected)),
      ("blank", .integer(sums.blank)),
    ]
    return .object(
      rows + (sums.aside == 0 ? [] : [("aside", .integer(sums.aside))]) + [
        ("without_user", .integer(files.reduce(0) { $0 + $1.judged.withoutUser })),
        ("without_account", .integer(files.reduce(0) { $0 + $1.judged.withoutAccount })),
      ] + more + [
        ("earliest_event", instant(earliest)), ("latest_event", instant(latest)),
      ])
  }

  /// Sources that end long before or after observation does: their files may be of another night.
  static func warnings(of analysis: Analysis) -> [String] {
    if analysis.observation.isGiven || analysis.observation.until == .min { return [] }
    let until = analysis.observation.until
    return all(of: analysis).compactMap { source in
      guard let latest = source.latest, abs(latest - until) > 2 * Microseconds.day else {
        return nil
      }
      return
        "warning: the source '\(source.name)' ends at \(analysis.calendar.timestamp(latest)), and "
        + "observation at \(analysis.calendar.timestamp(until))"
    }
  }
}
