/// What an adoption report has counted of one breakdown value.
package struct AdoptionState: FieldwiseState {
  /// Entities active in range: what `top` goes by.
  var entities = 0
  var active = IntervalSeries<ActiveCell>()
  var features: [FeatureState] = []
  /// By number of features used in range: entities.
  var breadth: [Int] = []

  struct ActiveCell: FieldwiseState {
    var entities = 0
    var seats = 0

    static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.entities)
      fields.visit(\.seats)
    }
  }

  struct UseCell: FieldwiseState {
    var adopters = 0
    var newAdopters = 0
    var events = 0
    var seats = 0

    static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.adopters)
      fields.visit(\.newAdopters)
      fields.visit(\.events)
      fields.visit(\.seats)
    }
  }

  struct FeatureState: FieldwiseState {
    var uses = IntervalSeries<UseCell>()
    /// By interval: times from first activity to first use, of its new adopters.
    var delays: [Int: DurationStatistics] = [:]

    mutating func addNewAdopter(_ index: Int, after delay: Int64) {
      uses[index].newAdopters += 1
      delays[index, default: DurationStatistics()].add(delay)
    }

    static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.uses)
      fields.visit(\.delays)
    }
  }

  package init() {}

  init(features: Int) {
    self.features = Array(repeating: FeatureState(), count: features)
    breadth = Array(repeating: 0, count: features + 1)
  }

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.entities)
    fields.visit(\.active)
    fields.visit(\.features)
    fields.visit(\.breadth)
  }
}

/// One entity in one breakdown value, as far as its events have been walked.
struct AdoptionTrace: Sendable {
  /// The slot of mere activity, beside those of the features.
  static let activity = -1

  /// Number of the entity that all of this is about; that of another means there is none yet.
  private(set) var entity = 0
  /// The first activity, in or out of range.
  private(set) var begun = Int64.min
  private(set) var isInRange = false
  /// Features used in range.
  private(set) var breadth = 0
  /// The interval at hand, and its stamp.
  private var interval = 0
  private var stamp = 0
  /// By feature: the last stamp and the last entities that used it, at all and in range.
  private var adopted: [Int]
  private var usedBy: [Int]
  private var countedOf: [Int]
  /// By seat and slot: the last stamp in which the seat was counted.
  private var seats: [Int] = []

  init(features: Int) {
    adopted = Array(repeating: 0, count: features)
    usedBy = adopted
    countedOf = adopted
  }

  mutating func begin(_ entity: Int, _ time: Int64) {
    self.entity = entity
    begun = time
    isInRange = false
    breadth = 0
  }

  /// Whether the interval is another one than before: it takes the new stamp then.
  @inline(__always)
  mutating func move(to index: Int, stamp: Int) -> Bool {
    if isInRange && index == interval { return false }
    isInRange = true
    interval = index
    self.stamp = stamp
    return true
  }

  /// Whether this is the entity's first use in all logs.
  @inline(__always)
  mutating func isFirstUse(of feature: Int) -> Bool {
    if usedBy[feature] == entity { return false }
    usedBy[feature] = entity
    return true
  }

  /// Whether this is the entity's first use in the interval at hand; counts the breadth too.
  @inline(__always)
  mutating func isAdopter(of feature: Int) -> Bool {
    if adopted[feature] == stamp { return false }
    adopted[feature] = stamp
    if countedOf[feature] != entity {
      countedOf[feature] = entity
      breadth += 1
    }
    return true
  }

  /// Whether the seat has not been counted in this interval. `slot`: a feature, or `activity`.
  @inline(__always)
  mutating func isNew(_ seat: Int, _ slot: Int) -> Bool {
    let position = seat * (adopted.count + 1) + slot + 1
    if position >= seats.count {
      let missing = max(position + 1, seats.count * 2) - seats.count
      seats.append(contentsOf: repeatElement(0, count: missing))
    }
    if seats[position] == stamp { return false }
    seats[position] = stamp
    return true
  }
}
