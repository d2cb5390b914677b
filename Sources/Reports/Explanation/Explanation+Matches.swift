import Spec
import Tables
import Timelines
import Values

/// Which events of a timeline a report looks at: all that can be said of a report that does not
/// explain itself.
func matches(
  of timeline: Timeline, by definition: any ReportDefinition, context: ReportContext
) -> Explanation {
  var matchers: [EventMatcher] = []
  for part in definition.needsByEntity where part.entity == context.schema.entity {
    for matcher in part.needs.matchers where !matchers.contains(matcher) {
      matchers.append(matcher)
    }
  }
  let matching = matchers.map { context.kinds.matching($0) }
  let names = matchers.map(label)
  var explanation = Explanation()
  for event in timeline.range where timeline.times[event] <= context.observedUntil {
    let matched = matchers.indices.filter { matching[$0][Int(timeline.kinds[event])] }
    if matched.isEmpty { continue }
    explanation.note(event, "matches " + matched.map { names[$0] }.joined(separator: " and "))
  }
  let type = type(of: definition).type
  explanation.conclude(
    explanation.notes.isEmpty
      ? "none of its events is one that this report looks at"
      : "\(type) reports do not explain themselves: marked are the events that this one looks at")
  return explanation
}

private func label(_ matcher: EventMatcher) -> String {
  if case .text(let name) = JSONValue.describing(matcher) { return name }
  return String(decoding: JSONWriter.compact(.describing(matcher)), as: UTF8.self)
}
