import Spec
import Timelines

/// A report made of several kinds of events, each with a name.
protocol PartedDefinition: ReportDefinition {
  /// What an event can be to the report, by kind of entity where that makes a difference.
  func parts(_ entity: TimelineSchema.Entity) -> [(name: String, event: EventMatcher?)]
}

extension Explanation {
  /// Says of each event what it is to the report.
  mutating func note(partsOf definition: any ReportDefinition, _ teller: EventTeller) {
    guard let parted = definition as? any PartedDefinition else { return }
    let (timeline, context) = (teller.timeline, teller.context)
    let parts = parted.parts(context.schema.entity).compactMap { part in
      part.event.map { (name: part.name, matching: context.kinds.matching($0)) }
    }
    let range = EntryRange(definition.options, context.calendar)
    for event in timeline.range where timeline.times[event] <= context.observedUntil {
      let names = parts.filter { $0.matching[Int(timeline.kinds[event])] }.map(\.name)
      if names.isEmpty { continue }
      let time = timeline.times[event]
      let outside = range.contains(time) ? "" : ", \(teller.outside(range, time))"
      note(event, names.joined(separator: ", ") + outside)
    }
  }
}

extension RhythmDefinition: PartedDefinition {
  func parts(
    _ entity: TimelineSchema.Entity
  ) -> [(name: String, event: EventMatcher?)] { [("counts", event)] }
}

extension RecurringDefinition: PartedDefinition {
  func parts(
    _ entity: TimelineSchema.Entity
  ) -> [(name: String, event: EventMatcher?)] {
    [("start", start.event), ("change", change?.event), ("cancel", cancel?.event)]
  }
}

extension ReferralDefinition: PartedDefinition {
  func parts(
    _ entity: TimelineSchema.Entity
  ) -> [(name: String, event: EventMatcher?)] {
    [
      ("start", start), ("invite", invite), ("joins", join),
      ("another one joins by its invitation", .delivered(delivery)),
    ]
  }
}

extension AdoptionDefinition: PartedDefinition {
  func parts(
    _ entity: TimelineSchema.Entity
  ) -> [(name: String, event: EventMatcher?)] {
    [("activity", activity)] + features.map { ("use of \($0.name)", $0.event) }
  }
}

extension AccountsDefinition: PartedDefinition {
  func parts(
    _ entity: TimelineSchema.Entity
  ) -> [(name: String, event: EventMatcher?)] {
    [("activity", event), ("activation", activation?.event), ("payment", revenue?.event)]
  }
}

extension AARRRDefinition: PartedDefinition {
  func parts(
    _ entity: TimelineSchema.Entity
  ) -> [(name: String, event: EventMatcher?)] {
    [
      ("awareness", awareness), ("acquisition", acquisition), ("activation", activation?.event),
      ("retention", retention?.event), ("revenue", revenue?.event),
      ("referral: invite", referral?.invite),
      ("referral: another one joins", referral.map { .delivered($0.delivery) }),
    ]
  }
}

extension VABSDefinition: PartedDefinition {
  func parts(
    _ entity: TimelineSchema.Entity
  ) -> [(name: String, event: EventMatcher?)] {
    let features = application?.features ?? []
    return [("start", start), ("value", value?.event)]
      + features.map { ("application: \($0.name)", $0.event) } + [
        ("benefit", benefit?.event), ("service: request", service?.request),
        ("service: done", service?.answer), ("sign", sign), ("renew: due", renew?.request),
        ("renew: renewed", renew?.answer),
      ]
  }
}

extension DoubleFunnelDefinition: PartedDefinition {
  func parts(
    _ entity: TimelineSchema.Entity
  ) -> [(name: String, event: EventMatcher?)] {
    func steps(_ name: String, _ side: Side) -> [(name: String, event: EventMatcher?)] {
      side.steps.enumerated().map { ("\(name) step \($0 + 1), \($1.name)", $1.event) }
    }
    return (entity == .account ? steps("business", business) : [])
      + steps("consumer", consumer)
  }
}
