import EventLog
import Timelines
import Values

/// One row of a log, as text.
struct LogRow {
  var time: Int64
  var name: String
  var user: String
  var account: String
  var id: String
  var texts: [String]
  var numbers: [ExactDecimal]
  var file: UInt32
  /// Where rows may lack a user.
  var anonymous: [String] = []
  var formerUser = ""
  var formerAccount = ""
}

/// One event as a report sees it, and what orders it: no codes, only values.
struct ShownEvent: Equatable {
  var time: Int64
  var name: [UInt8]
  var matched: [Int]
  var texts: [[UInt8]]
  var numbers: [ExactDecimal]
  var user: [UInt8]
}

struct ShownTimeline: Equatable {
  var id: [UInt8]
  var events: [ShownEvent]
}

/// What comes out of the timelines of one schema.
struct ShownTimelines: Equatable {
  var timelines: [ShownTimeline] = []
  var duplicates: [UInt32: Int] = [:]
  var unplaced = 0
  var counts = AppendCounts()
}

/// The slow, obvious way: a dictionary of arrays, sorted by a comparison that spells every rule out.
struct ReferenceTimelines {
  let schema: TimelineSchema
  let textColumns: [String]
  let numberColumns: [String]

  struct Event {
    var shown: ShownEvent
    var delivery: Int
    var id: [UInt8]
    var file: UInt32
    var counted: Bool
    /// It is there to be the first of its duplicates.
    var isHidden = false
  }

  /// `used` has a flag per row.
  func run(_ rows: [LogRow], used: inout [Bool]) -> ShownTimelines {
    var result = ShownTimelines()
    var entities: [[UInt8]: [Event]] = [:]
    for (index, row) in rows.enumerated() {
      let entity = Array((schema.entity == .user ? row.user : row.account).utf8)
      func event(_ matched: [Int], delivery: Int, user: [UInt8], counted: Bool) -> Event {
        func isRead(_ property: String) -> Bool {
          guard let events = schema.readOn[property] else { return true }
          return matched.contains { events.contains(schema.matchers[$0]) }
        }
        return Event(
          shown: ShownEvent(
            time: row.time, name: Array(row.name.utf8), matched: matched,
            texts: schema.texts.map { isRead($0) ? text(row, $0) : [] },
            numbers: schema.numbers.map { isRead($0) ? number(row, $0) : .absent }, user: user),
          delivery: delivery, id: schema.keepsIDs ? Array(row.id.utf8) : [],
          file: row.file, counted: counted)
      }
      var kept: [(entity: [UInt8], event: Event)] = []
      let matched = schema.matchers.indices.filter {
        matches(schema.matchers[$0], row, delivered: nil)
      }
      if !matched.isEmpty {
        let user = schema.keepsUsers ? Array(row.user.utf8) : []
        kept.append((entity, event(matched, delivery: 0, user: user, counted: !used[index])))
      }
      for (number, delivery) in schema.deliveries.enumerated() {
        let target = text(row, delivery.property)
        let matched = schema.matchers.indices.filter {
          matches(schema.matchers[$0], row, delivered: delivery)
        }
        if target.isEmpty || matched.isEmpty || !matches(delivery.event, row, delivered: nil) {
          continue
        }
        kept.append(
          (target, event(matched, delivery: number + 1, user: entity, counted: false)))
      }
      if matched.isEmpty, schema.keepsIDs, !row.id.isEmpty, !entity.isEmpty {
        let user = schema.keepsUsers ? Array(row.user.utf8) : []
        var hidden = event([], delivery: 0, user: user, counted: false)
        hidden.isHidden = true
        entities[entity, default: []].append(hidden)
      }
      if kept.isEmpty {
        result.counts.outside += 1
      } else if entity.isEmpty {
        result.counts.withoutEntity += 1
      } else {
        result.counts.used += 1
        used[index] = true
        for (entity, event) in kept { entities[entity, default: []].append(event) }
      }
    }
    for (id, events) in entities.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      var shown: [Event] = []
      for event in events.sorted(by: { Self.precedes($0, $1, schema) }) {
        let isDuplicate = shown.contains {
          !event.id.isEmpty && $0.id == event.id && $0.shown.name == event.shown.name
            && source($0.file) == source(event.file)
            && $0.delivery == event.delivery
            && (event.delivery == 0 || $0.shown.user == event.shown.user)
        }
        if !isDuplicate {
          shown.append(event)
        } else if event.counted {
          result.duplicates[event.file, default: 0] += 1
        }
      }
      shown.removeAll(where: \.isHidden)
      if shown.allSatisfy({ $0.delivery > 0 }) {
        result.unplaced += shown.count
      } else {
        result.timelines.append(ShownTimeline(id: id, events: shown.map(\.shown)))
      }
    }
    return result
  }

  static func precedes(_ a: Event, _ b: Event, _ schema: TimelineSchema) -> Bool {
    if a.shown.time != b.shown.time { return a.shown.time < b.shown.time }
    if a.shown.name != b.shown.name {
      return a.shown.name.lexicographicallyPrecedes(b.shown.name)
    }
    if a.id != b.id { return a.id.lexicographicallyPrecedes(b.id) }
    if a.isHidden != b.isHidden { return b.isHidden }
    for name in (schema.texts + schema.numbers).sorted() {
      if let at = schema.texts.firstIndex(of: name), a.shown.texts[at] != b.shown.texts[at] {
        return a.shown.texts[at].lexicographicallyPrecedes(b.shown.texts[at])
      }
      if let at = schema.numbers.firstIndex(of: name), a.shown.numbers[at] != b.shown.numbers[at] {
        return a.shown.numbers[at] < b.shown.numbers[at]
      }
    }
    if a.shown.user != b.shown.user {
      return a.shown.user.lexicographicallyPrecedes(b.shown.user)
    }
    if a.shown.matched != b.shown.matched {
      return a.shown.matched.lexicographicallyPrecedes(b.shown.matched)
    }
    if a.delivery != b.delivery { return a.delivery < b.delivery }
    if a.counted != b.counted { return b.counted }
    return a.file < b.file
  }

  func text(_ row: LogRow, _ name: String) -> [UInt8] {
    Array(row.texts[textColumns.firstIndex(of: name)!].utf8)
  }

  func number(_ row: LogRow, _ name: String) -> ExactDecimal {
    row.numbers[numberColumns.firstIndex(of: name)!]
  }

  func matches(_ matcher: EventMatcher, _ row: LogRow, delivered: Delivery?) -> Bool {
    switch matcher {
    case .any: delivered == nil && !isPassive(row)
    case .from(let name, let matcher):
      schema.sources[source(row.file)].name == name && matches(matcher, row, delivered: delivered)
    case .named(let names):
      delivered == nil && names.contains { $0.utf8.elementsEqual(row.name.utf8) }
    case .anyOf(let list): list.contains { matches($0, row, delivered: delivered) }
    case .filtered(let inner, let conditions):
      matches(inner, row, delivered: delivered) && conditions.allSatisfy { passes($0, row) }
    case .delivered(let delivery): delivery == delivered
    }
  }

  /// Files are of the sources in turn.
  func source(_ file: UInt32) -> Int { Int(file) % schema.sources.count }

  private func isPassive(_ row: LogRow) -> Bool {
    switch schema.sources[source(row.file)].passive {
    case .all: true
    case .names(let names): names.contains(Array(row.name.utf8))
    }
  }

  func passes(_ condition: PropertyCondition, _ row: LogRow) -> Bool {
    if textColumns.contains(condition.property) {
      return passes(condition.test, text(row, condition.property))
    }
    return passes(condition.test, number(row, condition.property))
  }

  private func passes(_ test: PropertyCondition.Test, _ bytes: [UInt8]) -> Bool {
    func other(_ value: PropertyValue) -> [UInt8] {
      switch value {
      case .text(let text): Array(text.utf8)
      case .number(let number): Array(number.description.utf8)
      }
    }
    let absent = bytes.isEmpty
    switch test {
    case .equals(let value): return !absent && bytes == other(value)
    case .notEquals(let value): return absent || bytes != other(value)
    case .oneOf(let values): return !absent && values.map(other).contains(bytes)
    case .notOneOf(let values): return absent || !values.map(other).contains(bytes)
    case .greater(let value): return !absent && other(value).lexicographicallyPrecedes(bytes)
    case .greaterOrEqual(let value):
      return !absent && !bytes.lexicographicallyPrecedes(other(value))
    case .less(let value): return !absent && bytes.lexicographicallyPrecedes(other(value))
    case .lessOrEqual(let value):
      return !absent && !other(value).lexicographicallyPrecedes(bytes)
    case .exists(let expected): return absent != expected
    case .contains(let part): return !absent && contains(bytes, Array(part.utf8))
    case .startsWith(let part): return !absent && bytes.starts(with: part.utf8)
    case .endsWith(let part): return !absent && bytes.reversed().starts(with: part.utf8.reversed())
    }
  }

  private func passes(_ test: PropertyCondition.Test, _ number: ExactDecimal) -> Bool {
    // The generated values spell numbers as plain digits, or are no numbers at all.
    func other(_ value: PropertyValue) -> ExactDecimal? {
      switch value {
      case .text(let text): Int64(text.string).map { ExactDecimal(significand: $0, scale: 0) }
      case .number(let number): number
      }
    }
    let absent = number.isAbsent
    switch test {
    case .equals(let value): return !absent && number == other(value)
    case .notEquals(let value): return absent || number != other(value)
    case .oneOf(let values): return !absent && values.contains { number == other($0) }
    case .notOneOf(let values): return absent || !values.contains { number == other($0) }
    case .greater(let value): return !absent && other(value).map { number > $0 } ?? false
    case .greaterOrEqual(let value): return !absent && other(value).map { number >= $0 } ?? false
    case .less(let value): return !absent && other(value).map { number < $0 } ?? false
    case .lessOrEqual(let value): return !absent && other(value).map { number <= $0 } ?? false
    case .exists(let expected): return absent != expected
    case .contains, .startsWith, .endsWith: return passes(test, Array(number.description.utf8))
    }
  }

  private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    part.isEmpty || bytes.indices.contains { bytes[$0...].starts(with: part) }
  }
}
