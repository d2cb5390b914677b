import Values

package struct AccountsCounts: FieldwiseState {
  var groups = GroupedStates<Rows>()

  /// The accounts of one breakdown value: each is one row, so that adding is having all of them.
  struct Rows: State {
    var rows: [AccountStanding] = []

    static let zero = Rows()
    var isZero: Bool { rows.isEmpty }
    var heapBytes: Int { Self.heapBytes(of: rows) }

    static func heapBytes(of rows: some Collection<AccountStanding>) -> Int {
      rows.count * MemoryLayout<AccountStanding>.stride
        + rows.reduce(0) { sum, row in
          sum + row.id.count + 64 + row.shown.reduce(0) { $0 + $1.count + 32 }
            + row.people.count * (MemoryLayout<AccountPerson>.stride + 64)
        }
    }

    mutating func add(_ other: Rows) { rows += other.rows }

    init() {}

    func encode(to writer: inout StateWriter) {
      writer.append(count: rows.count)
      for row in rows.sorted(by: { $0.id.lexicographicallyPrecedes($1.id) }) {
        row.encode(to: &writer)
      }
    }

    init(from reader: inout StateReader) {
      for _ in 0..<reader.count() where !reader.isDamaged {
        rows.append(AccountStanding(from: &reader))
      }
    }
  }

  package init() {}

  package static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.groups)
  }
}

extension AccountsFold {
  package var counts: AccountsCounts {
    var states = [AccountsCounts.Rows](repeating: .zero, count: groups.count)
    for standing in standings { states[standing.group].rows.append(standing) }
    var counts = AccountsCounts()
    counts.groups = groups.counts(states)
    return counts
  }

  /// Of the accounts themselves: to put them together as counts would take as much again.
  package var heapBytes: Int { AccountsCounts.Rows.heapBytes(of: standings) }

  package mutating func add(_ counts: AccountsCounts) {
    let mapping = groups.merge(counts.groups.values)
    for (theirs, own) in mapping.enumerated() {
      for var standing in counts.groups[theirs].rows {
        standing.group = own
        standings.append(standing)
      }
    }
  }

  package func fits(_ counts: AccountsCounts) -> Bool {
    groups.fit(counts.groups) { state in
      state.rows.allSatisfy {
        $0.missing.allSatisfy(required.indices.contains) && $0.shown.count == definition.show.count
          && $0.contractEnd.map { observation.until < $0 && $0 < ContractSchedule.endMax } ?? true
      }
    }
  }
}

extension AccountStanding {
  /// All but the group.
  func encode(to writer: inout StateWriter) {
    writer.append(text: id)
    for count in [users, events, daysActive, recentUsers, isRecent ? 1 : 0] {
      count.encode(to: &writer)
    }
    revenue.encode(to: &writer)
    for instant in [firstSeen, lastSeen, activatedAt] {
      writer.append(signed: instant ?? .max)
    }
    writer.append(count: missing.count)
    for role in missing { writer.append(count: role) }
    level.encode(to: &writer)
    writer.append(signed: contractEnd ?? .max)
    writer.append(count: shown.count)
    for value in shown { writer.append(text: value) }
    writer.append(count: people.count)
    for person in people.sorted(by: AccountPerson.precedes) { person.encode(to: &writer) }
  }

  init(from reader: inout StateReader) {
    self.init(id: reader.text(), group: 0)
    users = Int(from: &reader)
    events = Int(from: &reader)
    daysActive = Int(from: &reader)
    recentUsers = Int(from: &reader)
    isRecent = Int(from: &reader) != 0
    revenue = DecimalSum(from: &reader)
    func instant(_ reader: inout StateReader) -> Int64? {
      let instant = FirstInstant(from: &reader).value
      return instant == .max ? nil : instant
    }
    firstSeen = instant(&reader)
    lastSeen = instant(&reader)
    activatedAt = instant(&reader)
    for _ in 0..<reader.count() where !reader.isDamaged {
      missing.append(Int(clamping: reader.unsigned()))
    }
    level = DecimalSum(from: &reader)
    let end = reader.smallest()
    contractEnd = end == .max ? nil : end
    for _ in 0..<reader.count() where !reader.isDamaged { shown.append(reader.text()) }
    for _ in 0..<reader.count() where !reader.isDamaged {
      people.append(AccountPerson(from: &reader))
    }
  }
}
