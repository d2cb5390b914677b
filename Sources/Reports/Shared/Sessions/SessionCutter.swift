import Spec
import Timelines
import Values

/// Cuts an entity's events into visits.
///
/// A session is the stretch of events from the first to the last that make it (`of`), with whatever
/// lies between. The next event that makes one begins another if the silence before it is longer than
/// the gap, if a local midnight lies between and cuts, or, where sessions have ids, if its own is
/// another one; an event without an id belongs to the session that is open.
struct SessionCutter: Sendable {
  private let makes: [Bool]
  private let gap: Int64
  private let cutsAtMidnight: Bool
  /// Column of `Timeline.texts`.
  private let id: Int?
  private var cursor: CalendarCursor
  private var sessions: [Range<Int>] = []

  init(_ sessions: SessionSpec, _ context: ReportContext) {
    makes = context.kinds.matching(sessions.of)
    gap = sessions.gap
    cutsAtMidnight = sessions.cut.contains(.midnight)
    id = sessions.id.map { context.textColumn($0) }
    cursor = CalendarCursor(context.calendar, .day)
  }

  /// In order of time; the first is number 1.
  mutating func cut(_ timeline: Timeline, _ observed: Range<Int>) -> [Range<Int>] {
    sessions.removeAll(keepingCapacity: true)
    let (times, kinds) = (timeline.times, timeline.kinds)
    var first: Int?
    var last = 0
    var name: UInt32 = 0
    for event in observed where makes[Int(kinds[event])] {
      let own = id.map { timeline.texts[$0][event] } ?? 0
      if let start = first, begins(event, after: last, named: name, own, times) {
        sessions.append(start..<last + 1)
        first = event
        name = own
      } else if first == nil {
        first = event
      }
      if own != 0 { name = own }
      last = event
    }
    if let first { sessions.append(first..<last + 1) }
    return sessions
  }

  private mutating func begins(
    _ event: Int, after last: Int, named name: UInt32, _ own: UInt32, _ times: [Int64]
  ) -> Bool {
    if id != nil { return own != 0 && name != 0 && own != name }
    if times[event] - times[last] > gap { return true }
    return cutsAtMidnight && cursor.index(of: times[event]) != cursor.index(of: times[last])
  }
}
