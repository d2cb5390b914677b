import Spec
package import Tables
package import Timelines

/// A report that counts visits in place of people: its fold sees each session as a timeline of its
/// own, a part of the person's over the same columns.
package struct SessionFolds<Fold: ReportFold>: ReportFold {
  /// Has seen nobody yet.
  private var blank: Fold
  private var fold: Fold
  private var cutter: SessionCutter
  private let observation: Observation

  init(_ fold: Fold, _ sessions: SessionSpec, _ options: ReportOptions, _ context: ReportContext) {
    blank = fold
    self.fold = fold
    cutter = SessionCutter(sessions, context)
    observation = Observation(options, context)
  }

  package mutating func observe(_ timeline: Timeline) {
    for (place, events) in cutter.cut(timeline, observation.observed(timeline)).enumerated() {
      fold.observe(timeline.session(place + 1, events))
    }
  }

  package var counts: Fold.Counts { fold.counts }
  package mutating func add(_ counts: Fold.Counts) { fold.add(counts) }
  package func fits(_ counts: Fold.Counts) -> Bool { fold.fits(counts) }
  package mutating func merge(_ other: Self) { fold.merge(other.fold) }
  package func tables() throws -> [Table] { try fold.tables() }
  package func warnings() -> [String] { fold.warnings() }
}

extension SessionFolds: ExplainableFold where Fold: ExplainableFold {
  mutating func explanation(_ teller: EventTeller) -> Explanation {
    let timeline = teller.timeline
    var whole = Explanation()
    for (place, events) in cutter.cut(timeline, observation.observed(timeline)).enumerated() {
      let session = timeline.session(place + 1, events)
      var fold = blank
      fold.observe(session)
      let own = fold.explanation(EventTeller(timeline: session, context: teller.context))
      for note in own.notes { whole.note(note.event, "session \(place + 1): \(note.text)") }
      for conclusion in own.conclusions { whole.conclude("session \(place + 1): \(conclusion)") }
    }
    if whole.conclusions.isEmpty { whole.conclude("none of its events makes a session") }
    return whole
  }
}

extension SessionFolds: CurrencyFold where Fold: CurrencyFold {
  package static var standing: CurrencyStanding { Fold.standing }
  package var currency: CurrencyView {
    get { fold.currency }
    set {
      fold.currency = newValue
      blank.currency = newValue
    }
  }
  package var priced: [(kinds: [Bool], amount: Int)] { fold.priced }
  package mutating func currencies(of timeline: Timeline, _ observed: Range<Int>) -> [UInt32] {
    fold.currencies(of: timeline, observed)
  }
}
