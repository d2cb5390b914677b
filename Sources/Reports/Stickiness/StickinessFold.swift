import EventLog
import Spec
package import Tables
package import Timelines
import Values

extension StickinessDefinition: Report {
  package func makeFold(_ context: ReportContext) -> StickinessFold {
    StickinessFold(self, context)
  }
}

/// Entities by the number of distinct intervals in range in which they were active (design,
/// section 5, stickiness). `share` = `at_least` / entities active in range at all, so that it falls
/// from 1. Rows run from 1 to the largest number any entity reached, in every breakdown value.
package struct StickinessFold: ReportFold {
  let definition: StickinessDefinition
  let observation: Observation
  let matching: [Bool]
  private var cursor: CalendarCursor
  var groups: BreakdownGroups
  /// By group, and by number of intervals less 1: entities.
  var histograms: [[Int]] = []

  init(_ definition: StickinessDefinition, _ context: ReportContext) {
    self.definition = definition
    observation = Observation(definition.options, context)
    matching = context.kinds.matching(definition.event)
    cursor = CalendarCursor(context.calendar, definition.interval)
    groups = BreakdownGroups(definition.options, context)
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, matching) = (timeline.times, timeline.kinds, self.matching)
    let observed = observation.observed(timeline)
    guard let first = observed.first(where: { matching[Int(kinds[$0])] }) else { return }
    let range = observation.range
    var event = first
    if times[event] < range.from {
      event = times.firstIndex(notBefore: range.from, from: event, to: observed.upperBound)
    }
    var previous: Int?
    var intervals = 0
    while event < observed.upperBound, times[event] < range.until {
      if !matching[Int(kinds[event])] {
        event += 1
        continue
      }
      let index = cursor.index(of: times[event])
      if index != previous { intervals += 1 }
      previous = index
      event = times.firstIndex(notBefore: cursor.end, from: event, to: observed.upperBound)
    }
    if intervals == 0 { return }
    let group = groups.group(of: first, in: observed, timeline)
    count(group, intervals)
  }

  private mutating func count(_ group: Int, _ intervals: Int) {
    while histograms.count <= group { histograms.append([]) }
    if histograms[group].count < intervals {
      let missing = intervals - histograms[group].count
      histograms[group].append(contentsOf: repeatElement(0, count: missing))
    }
    histograms[group][intervals - 1] += 1
  }

  package func tables() throws -> [Table] {
    var table = Table(name: definition.options.name, columns: definition.columns)
    let sizes = histograms.map { $0.reduce(0, +) }
    let most = histograms.map(\.count).max() ?? 0
    for row in try groups.rows(
      top: definition.options.top, each: most, isLarger: { sizes[$0] > sizes[$1] })
    {
      let shown = row.groups.filter { $0 < histograms.count }
      let total = shown.reduce(0) { $0 + sizes[$1] }
      var atLeast = total
      for intervals in 1..<(most + 1) {
        let exactly = shown.reduce(0) { sum, group in
          intervals <= histograms[group].count ? sum + histograms[group][intervals - 1] : sum
        }
        table.rows.append(
          row.cells + [
            .integer(intervals), .integer(exactly), .integer(atLeast), .ratio(atLeast, total),
          ])
        atLeast -= exactly
      }
      guard atLeast == 0 else {
        throw IdentityViolation("\(table.name): exactly does not add up to all entities")
      }
    }
    return [table]
  }
}
