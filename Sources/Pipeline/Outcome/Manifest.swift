import EventLog
import Reports
import Spec
import System
import Tables
import Timelines
import Values

/// `run.json`: what was read, what became of every row, and what was written.
struct Manifest {
  var analysis: Analysis
  var specPath: String
  var specSHA256: String
  var warnings: [String]
  var damages: [String]
  /// When the run began and ended, in microseconds since 1970.
  var started: Int64
  var ended: Int64
  var resources: ResourceUse
  var outputs: [OutputFile]

  var json: JSONValue {
    .object(
      opening + (IdentityNotices(analysis: analysis).json.map { [("identity", $0)] } ?? [])
        + lost + checks + closing)
  }

  /// What was read, and what became of it.
  private var opening: [(key: String, value: JSONValue)] {
    [
      (
        "tool",
        .object([
          ("name", .text("twinfunnel")), ("version", .text(ToolVersion.number)),
          ("inflate", .text(InflateBackend.name)),
        ])
      ),
      ("spec", .object([("path", .text(specPath)), ("sha256", .text(specSHA256))])),
      ("calendar", analysis.spec.calendar.description),
      (
        "observed_until",
        instant(analysis.observation.until == .min ? nil : analysis.observation.until)
      ),
      ("observed_until_given", .boolean(analysis.observation.isGiven)),
      ("now", instant(analysis.now)),
      ("earliest_event", instant(analysis.observation.earliest)),
      ("latest_event", instant(analysis.observation.latest)),
      ("events_after_the_end", .integer(analysis.facts.late)),
      ("inputs", .list(analysis.files.enumerated().map(input))),
      ("reconciliation", reconciliation),
    ] + SourceSums.json(of: analysis) + SpaceNotices(analysis).json + [
      (
        "entities",
        .object(
          TimelineSchema.Entity.allCases.compactMap { entity in
            analysis.facts.entities[entity].map { (entity.rawValue, .integer($0)) }
          })
      ),
      ("unplaced_deliveries", .integer(analysis.facts.unplacedDeliveries)),
    ]
  }

  /// What there is to say of it, and what was written.
  private var closing: [(key: String, value: JSONValue)] {
    [
      ("damages", .list(damages.map { .text($0) })),
      ("warnings", .list(warnings.map { .text($0) })),
      ("started_at", instant(started)), ("ended_at", instant(ended)),
      ("wall_seconds", .number(resources.wallSeconds)),
      ("cpu_seconds", .number(resources.cpuSeconds)),
      ("peak_memory_bytes", .integer(resources.peakBytes)),
      (
        "outputs",
        .list(outputs.map(\.json))
      ),
    ]
  }

  /// Inputs of a store whose events are gone; nothing where all is whole.
  private var lost: [(key: String, value: JSONValue)] {
    if analysis.lost.inputs.isEmpty { return [] }
    return [
      (
        "lost_inputs",
        .list(
          analysis.lost.inputs.map {
            .object([("name", .text($0.path)), ("events", .integer($0.events))])
          })
      )
    ]
  }

  /// How many conditions of checks came to what; nothing without checks.
  private var checks: [(key: String, value: JSONValue)] {
    guard let table = analysis.checks,
      let place = table.columns.firstIndex(where: { $0.name == "status" })
    else { return [] }
    let statuses: [CheckReview.Status] = [.ok, .failed, .unknown]
    return [
      (
        "checks",
        .object(
          statuses.map { status in
            let count = table.rows.count { $0[place] == .text(status.rawValue) }
            return (status.rawValue, .integer(count))
          })
      )
    ]
  }

  private var reconciliation: JSONValue {
    let sums = analysis.reconciliation
    let all: [(String, JSONValue)] = [
      ("lines", .integer(sums.rows)), ("used", .integer(sums.used)),
      ("outside", .integer(sums.outside)), ("duplicates", .integer(sums.duplicates)),
      ("rejected", .integer(sums.rejected)), ("blank", .integer(sums.blank)),
      ("rejected_by_reason", rejects(sums.rejectedByReason)),
    ]
    return .object(all + rare("aside", sums.aside))
  }

  /// What hardly ever happens has no line where it has not.
  private func rare(_ name: String, _ count: Int) -> [(String, JSONValue)] {
    count == 0 ? [] : [(name, .integer(count))]
  }

  private func rejects(_ counts: [Int]) -> JSONValue {
    .object(
      RejectReason.allCases.compactMap { reason in
        let count = counts[Int(reason.rawValue)]
        return count > 0 ? (reason.name, .integer(count)) : nil
      })
  }

  private func input(_ number: Int, _ reading: InputLedger) -> JSONValue {
    let units = TimeUnit.allCases.filter { reading.tally.timeUnits[Int($0.rawValue)] > 0 }
    let sources = analysis.spec.sources
    let source: [(String, JSONValue)] =
      analysis.spec.hasNamedSources ? [("source", .text(sources[reading.file.source].name))] : []
    let store: [(String, JSONValue)] =
      analysis.freshNumbers.map { [("from_store", .boolean(!$0.contains(number)))] } ?? []
    let all: [(String, JSONValue)] =
      [
        ("name", .text(reading.file.path))
      ] + source + store + [
        ("bytes", .integer(reading.source.fileBytes)),
        ("gzip", .boolean(reading.source.isGzip)),
        ("inflated_bytes", .integer(reading.source.inflatedBytes)),
        ("lines", .integer(reading.tally.rows)), ("events", .integer(reading.judged.events)),
        ("used", .integer(reading.judged.used)), ("outside", .integer(reading.judged.outside)),
        ("duplicates", .integer(reading.judged.duplicates)),
        ("rejected", .integer(reading.rejectedTotal)),
        ("blank", .integer(reading.tally.blank)),
        ("rejected_by_reason", rejects(reading.rejected)),
        ("without_user", .integer(reading.judged.withoutUser)),
        ("without_account", .integer(reading.judged.withoutAccount)),
        ("duplicate_keys", .integer(reading.tally.duplicateKeys)),
        ("lone_surrogates", .integer(reading.tally.loneSurrogates)),
        ("repairs", repairs(reading.tally.values.repairs)),
        ("missing_columns", .list(reading.tally.missingColumns.map { .text($0) })),
        ("read_as_json", .boolean(reading.source.isReadAsValues)),
        ("time_units", .list(units.map { .text("\($0)") })),
        ("damaged", .boolean(!reading.source.damages.isEmpty)),
      ]
    return .object(
      all + rare("aside", reading.judged.aside)
        + rare("too_long_values", reading.tally.values.tooLong.count))
  }

  private func repairs(_ sightings: [Sightings]) -> JSONValue {
    .object(
      zip(Repair.allCases, sightings).compactMap { repair, found in
        guard found.count > 0 else { return nil }
        return (
          repair.name,
          .object([
            ("rows", .integer(found.count)), ("first_line", .integer(found.first?.line ?? 0)),
          ])
        )
      })
  }

  private func instant(_ microseconds: Int64?) -> JSONValue {
    guard let microseconds else { return .null }
    return .text(analysis.calendar.timestamp(microseconds))
  }
}
