import EventLog
import Reports
import Spec
import Timelines
import Values

/// All that decides what a task on another machine makes of its inputs. Tasks of one run have the same;
/// a file of another is refused with what differs.
struct Fingerprint {
  var json: JSONValue

  init(json: JSONValue) { self.json = json }

  /// - Parameters:
  ///   - now: microseconds since 1970, the same on all machines.
  ///   - limits: of which lengths count.
  init(
    _ spec: AnalysisSpec, _ reading: ReadingPlan, now: Int64, limits: ReadLimits, partitions: Int
  ) {
    let calendar = spec.calendar
    var zones = [reading.calendar.zone]
    for rules in reading.plan.extractions.map(\.time.rules) {
      for zone in [rules.zone, rules.localEpoch] {
        if let zone, !zones.contains(where: { $0.name == zone.name }) { zones.append(zone) }
      }
    }
    let who: [(String, JSONValue)] =
      (spec.identity.map { [("identity", $0.description)] } ?? [])
      + (spec.maps.isEmpty ? [] : [("maps", .list(spec.maps.map(\.description)))])
      + (spec.hasNamedSources
        ? [("observed_by", .list(spec.observedBy.map { .text(spec.sources[$0].name) }))] : [])
    let written: [(String, JSONValue)] = [
      ("tool", .text(ToolVersion.number)), ("source", spec.sourceWritten),
    ]
    let run: [(String, JSONValue)] = [
      ("calendar", calendar.description),
      ("zone_data", .object(zones.map { ($0.name, .text(Self.digest(of: $0))) })),
      ("now", .integer(Int(now))),
      (
        "earliest",
        reading.limits.timeMin == .min ? .null : .integer(Int(reading.limits.timeMin))
      ),
      ("max_line", .integer(limits.lineBytesMax)), ("max_value", .integer(limits.valueBytesMax)),
      ("partitions", .integer(partitions)),
      (
        "reports",
        .object(
          spec.reports.map { report in
            let text = JSONWriter.compact(report.fullDescription(calendar: calendar))
            return (report.options.name, .text(SHA256.hexDigest(of: text)))
          })
      ),
    ]
    json = .object(written + who + run)
  }

  var now: Int64? { json["now"]?.integer.map { Int64($0) } }
  /// Microseconds since 1970: earlier rows are rejected.
  var earliest: Int64? { json["earliest"]?.integer.map { Int64($0) } }
  var partitions: Int? { json["partitions"]?.integer }
  /// Lengths alone.
  var limits: ReadLimits? {
    guard let line = json["max_line"]?.integer, let value = json["max_value"]?.integer else {
      return nil
    }
    return ReadLimits(lineBytesMax: line, valueBytesMax: value)
  }

  var digest: String { SHA256.hexDigest(of: JSONWriter.compact(json)) }

  /// Where the tasks of this run put entities. Who chooses ids does not know its spec and its `now`, so
  /// they cannot all become one task's.
  var placing: Placing { Placing(salt: 1 | (UInt64(digest.prefix(16), radix: 16) ?? 0)) }

  /// One line for each thing that is another in `other`; empty when they are the same.
  func differences(_ other: Fingerprint, _ own: String, _ others: String) -> [String] {
    var lines: [String] = []
    func compare(_ path: String, _ left: JSONValue?, _ right: JSONValue?) {
      if left == right { return }
      if let left = left?.members, let right = right?.members {
        var told: Set<String> = []
        for (key, _) in left + right where told.insert(key).inserted {
          compare(
            path.isEmpty ? key : "\(path).\(key)", left.first { $0.key == key }?.value,
            right.first { $0.key == key }?.value)
        }
        // The order of reports is that of their files.
        if lines.isEmpty { lines.append("\(path): another order") }
        return
      }
      func text(_ value: JSONValue?) -> String {
        guard let value else { return "nothing" }
        let text = String(decoding: JSONWriter.compact(value), as: UTF8.self)
        return text.count > 60 ? text.prefix(60) + "..." : text
      }
      lines.append("\(path): \(own) has \(text(left)), \(others) \(text(right))")
    }
    compare("", json, other.json)
    return lines
  }

  /// The rules of a zone, as this machine's database has them.
  private static func digest(of zone: ZoneRules) -> String {
    let text = zip(zone.starts, zone.offsets).map { "\($0) \($1)" }.joined(separator: ",")
    return String(SHA256.hexDigest(of: Array(text.utf8)).prefix(16))
  }
}
