/// Counts of adoption by breakdown value, entity by entity. Whether something was counted before is
/// told by stamps: a number that is new in each interval of each entity, so that nothing needs
/// clearing.
struct AdoptionTally: Sendable {
  private let features: Int
  /// By group.
  var states: [AdoptionState] = []
  /// By group: the entity at hand.
  private var traces: [AdoptionTrace] = []
  /// Groups in which the entity at hand has an event.
  private(set) var touched: [Int] = []
  private var entity = 0
  private var stamp = 0

  init(features: Int) { self.features = features }

  var empty: AdoptionState { AdoptionState(features: features) }

  mutating func makeRoom(_ groups: Int) {
    while states.count < groups { states.append(empty) }
    while traces.count < groups { traces.append(AdoptionTrace(features: features)) }
  }

  mutating func begin() {
    entity += 1
    touched.removeAll(keepingCapacity: true)
  }

  /// An event that makes the entity active, before its uses are counted: in the order of time.
  /// - Parameter index: the interval; nil of one before the range.
  @inline(__always)
  mutating func countActivity(_ group: Int, _ time: Int64, _ index: Int?, seat: Int?) {
    if traces[group].entity != entity {
      traces[group].begin(entity, time)
      touched.append(group)
    }
    guard let index else { return }
    if traces[group].move(to: index, stamp: stamp + 1) {
      stamp += 1
      states[group].active[index].entities += 1
    }
    if let seat, traces[group].isNew(seat, AdoptionTrace.activity) {
      states[group].active[index].seats += 1
    }
  }

  @inline(__always)
  mutating func countUse(
    _ group: Int, of feature: Int, _ time: Int64, _ index: Int?, seat: Int?, events: Int
  ) {
    guard let index else {
      _ = traces[group].isFirstUse(of: feature)
      return
    }
    states[group].features[feature].uses[index].events += events
    if traces[group].isAdopter(of: feature) {
      states[group].features[feature].uses[index].adopters += 1
      if traces[group].isFirstUse(of: feature) {
        let delay = time - traces[group].begun
        states[group].features[feature].addNewAdopter(index, after: delay)
      }
    }
    if let seat, traces[group].isNew(seat, feature) {
      states[group].features[feature].uses[index].seats += 1
    }
  }

  mutating func end() {
    for group in touched where traces[group].isInRange {
      states[group].entities += 1
      states[group].breadth[traces[group].breadth] += 1
    }
  }

  /// The entity at hand, all of whose marks count in one group. The first of each kind decide all
  /// but the number of uses, so that other events need not be there.
  /// - Parameter marks: in the order of time, activity before uses.
  mutating func count(_ marks: some Sequence<AdoptionMark>, in group: Int) {
    begin()
    // Seats anew from 0: those of the other groups would leave room for nobody.
    var seats: [Int: Int] = [:]
    for mark in marks {
      let seat = mark.key.seat.map { seat in
        if let known = seats[seat] { return known }
        seats[seat] = seats.count
        return seats.count - 1
      }
      if mark.key.slot == AdoptionTrace.activity {
        countActivity(group, mark.time, mark.key.interval, seat: seat)
      } else {
        countUse(
          group, of: mark.key.slot, mark.time, mark.key.interval, seat: seat, events: mark.events)
      }
    }
    end()
  }
}
