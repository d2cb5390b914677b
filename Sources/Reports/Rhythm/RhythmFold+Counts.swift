package struct RhythmCounts: FieldwiseState {
  var groups = MixedCounts<Group, HoursEntry>.zero
  var valueless = 0

  /// One breakdown value.
  struct Group: FieldwiseState {
    var total = RhythmFold.Totals()
    /// By hour of the week.
    var hours: [RhythmFold.Hour] = []

    static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.total)
      fields.visit(\.hours)
    }
  }

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
    fields.visit(\.valueless)
  }
}

/// The hours in which an entity had an event with one breakdown value.
struct HoursEntry: MixedEntry {
  var group: Int
  var hours: HourSet

  init(group: Int, hours: HourSet) {
    self.group = group
    self.hours = hours
  }

  func encode(to writer: inout StateWriter) { hours.encode(to: &writer) }

  init(group: Int, from reader: inout StateReader) {
    self.init(group: group, hours: HourSet(from: &reader))
  }
}

extension RhythmFold {
  private static var week: Int { WeekHourCursor.hoursOfWeek }

  package var counts: RhythmCounts {
    var whole = self
    whole.makeRoom()
    let states = whole.totals.indices.map { group in
      RhythmCounts.Group(
        total: whole.totals[group],
        hours: Array(whole.hours[group * Self.week..<(group + 1) * Self.week]))
    }
    var counts = RhythmCounts()
    counts.groups = MixedCounts(groups.counts(states), mixed)
    counts.valueless = valueless
    return counts
  }

  package mutating func add(_ counts: RhythmCounts) {
    let mapping = groups.merge(counts.groups.groups.values)
    makeRoom()
    mixed.merge(counts.groups.mixed, groups: mapping)
    valueless += counts.valueless
    for (theirs, own) in mapping.enumerated() {
      let state = counts.groups.groups[theirs]
      totals[own].add(state.total)
      for (hour, cell) in state.hours.enumerated() { hours[own * Self.week + hour].add(cell) }
    }
  }

  package func fits(_ counts: RhythmCounts) -> Bool {
    groups.fit(counts.groups.groups) { $0.hours.count == Self.week }
  }
}
