/// The first activity or use of a feature, of one seat in one interval under one breakdown value.
struct AdoptionMark: MixedEntry {
  /// What there is one mark of.
  struct Key: Hashable {
    var group: Int
    /// A feature, or `AdoptionTrace.activity`.
    var slot: Int
    /// Nil before the range, where seats do not count.
    var interval: Int?
    var seat: Int?
  }

  var key: Key
  /// Microseconds since 1970.
  var time: Int64
  /// All uses, the first one included.
  var events = 1

  var group: Int {
    get { key.group }
    set { key.group = newValue }
  }

  init(_ key: Key, _ time: Int64) {
    self.key = key
    self.time = time
  }

  func encode(to writer: inout StateWriter) {
    writer.append(count: key.slot + 1)
    writer.append(count: key.interval == nil ? 0 : 1)
    if let interval = key.interval { writer.append(signed: Int64(interval)) }
    writer.append(signed: Int64(key.seat ?? -1))
    writer.append(signed: time)
    writer.append(signed: Int64(events))
  }

  init(group: Int, from reader: inout StateReader) {
    // Beyond all features is found out by the fold, which knows how many there are.
    let slot = Int(clamping: reader.unsigned()) - 1
    let interval = reader.unsigned() == 0 ? nil : reader.interval()
    let seat = Int(reader.signed())
    key = Key(group: group, slot: slot, interval: interval, seat: seat < 0 ? nil : seat)
    time = reader.signed()
    if !reader.observed.contains(time) {
      reader.note("an instant lies outside what was observed")
    }
    events = reader.tally()
  }
}

/// The marks of the entity at hand, where `top` may put several of its values together.
struct AdoptionMarks: Sendable {
  private(set) var marks: [AdoptionMark] = []
  private var places: [AdoptionMark.Key: Int] = [:]

  mutating func begin() {
    marks.removeAll(keepingCapacity: true)
    // What one large entity needed would be cleared for each small one.
    if places.capacity > 1024 { places = [:] } else { places.removeAll(keepingCapacity: true) }
  }

  mutating func note(_ key: AdoptionMark.Key, _ time: Int64) {
    if let place = places[key] {
      marks[place].events += 1
    } else {
      places[key] = marks.count
      marks.append(AdoptionMark(key, time))
    }
  }

  /// Whether all are of one group.
  var isOfOneGroup: Bool { marks.allSatisfy { $0.group == marks[0].group } }
}
