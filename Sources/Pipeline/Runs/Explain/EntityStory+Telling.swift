import EventLog
import Reports
import Spec
import Timelines
import Values

extension EntityStory {
  /// The story of a timeline; without one, of an entity that no report looks at.
  ///
  /// - Parameter reports: those that look at this kind of entity.
  init(
    of timeline: Timeline?, entity: String, timeZone: String, context: ReportContext,
    reports: [any ReportDefinition], sighting: EntitySightings.Sighting
  ) {
    self.entity = entity
    self.timeZone = timeZone
    kind = context.schema.entity
    let until = context.observedUntil
    observedUntil = until == .min ? nil : context.calendar.timestamp(until)
    outside = sighting.outside.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { NameCount(name: $0.key, count: $0.value) }
    let isDelivered = Self.deliveredKinds(context)
    events = timeline.map { Self.events($0, context, isDelivered) } ?? []
    duplicates = timeline == nil ? 0 : sighting.used - events.count { !$0.isDelivered }
    self.reports = reports.map { report in
      let first = timeline?.range.lowerBound ?? 0
      let found = timeline.map { explanation(of: $0, by: report, context: context) }
      return Report(
        name: report.options.name, type: type(of: report).type,
        notes: (found?.notes ?? []).map { .init(event: $0.event - first + 1, text: $0.text) },
        conclusions: found?.conclusions ?? ["no event of it is one that this report looks at"])
    }
  }

  private static func shown(_ key: ArraySlice<UInt8>) -> String {
    String(decoding: EntityKey.shown(key), as: UTF8.self)
  }

  private static func deliveredKinds(_ context: ReportContext) -> [Bool] {
    var isDelivered = [Bool](repeating: false, count: context.kinds.count)
    for matcher in context.schema.matchers {
      guard case .delivered = matcher else { continue }
      for (kind, matches) in context.kinds.matching(matcher).enumerated() where matches {
        isDelivered[kind] = true
      }
    }
    return isDelivered
  }

  private static func events(
    _ timeline: Timeline, _ context: ReportContext, _ isDelivered: [Bool]
  ) -> [Event] {
    timeline.range.map { event in
      var properties: [Property] = []
      for (column, name) in context.schema.texts.enumerated() {
        let value = timeline.values.string(Int(timeline.texts[column][event]))
        if !value.isEmpty {
          properties.append(Property(name: name, value: value, isNumber: false))
        }
      }
      for (column, name) in context.schema.numbers.enumerated() {
        let number = timeline.numbers[column][event]
        if !number.isAbsent {
          properties.append(Property(name: name, value: number.description, isNumber: true))
        }
      }
      let kind = Int(timeline.kinds[event])
      let showsUser = !timeline.users.isEmpty && (context.schema.keepsUsers || isDelivered[kind])
      let user = showsUser ? shown(timeline.values[Int(timeline.users[event])]) : ""
      return Event(
        time: context.calendar.timestamp(timeline.times[event]), name: context.kinds.names[kind],
        properties: properties, user: user.isEmpty ? nil : user, isDelivered: isDelivered[kind],
        isUnobserved: timeline.times[event] > context.observedUntil)
    }
  }
}
