import EventLog
import Spec
import Timelines

/// What `explain` lets through of a log: the rows that can stand in one entity's timelines.
///
/// A timeline is made of its entity's own rows and of those that are delivered to it; nothing else
/// decides what it looks like. So the timelines that are built from these rows are those that a run
/// builds from all. Where ids are persons', who is who has to be known before.
struct EntityLens: Sendable {
  /// As it was asked for.
  let id: [UInt8]
  /// By schema: keys of the timelines that it may mean.
  let homes: [Set<[UInt8]>]
  /// By schema: user or account.
  private let entities: [TimelineSchema.Entity]
  /// By schema: nil where ids mean themselves.
  private let persons: [Persons?]
  /// Columns of `EventBatch.texts` that hold the id of whom an event is delivered to.
  private let deliveryColumns: [Int]
  private let textCount: Int

  init(
    entity: String, plan: ExtractionPlan, users: Persons? = nil, accounts: Persons? = nil,
    spaces: RunSpaces? = nil
  ) {
    id = Array(entity.utf8)
    entities = plan.schemas.map(\.entity)
    persons = entities.map { $0 == .user ? users : accounts }
    homes = zip(entities, persons).map { [id] entity, persons in
      let keys = spaces?[entity].keys(of: id) ?? [id]
      return persons.map { persons in Set(keys.flatMap { persons.homes(ofOpen: $0) }) } ?? keys
    }
    let properties = Set(plan.schemas.flatMap(\.deliveries).map(\.property))
    let texts = plan.extraction.texts.map(\.name)
    deliveryColumns = texts.indices.filter { properties.contains(texts[$0]) }
    textCount = texts.count
  }

  /// The rows that matter, as a batch of their own; ids that look alike go to `sightings`, and so do
  /// rows that say who is who.
  ///
  /// - Parameters:
  ///   - place: of the batch's first row.
  ///   - files: of each row, where they are several's and nobody knows their lines.
  func view(
    _ batch: EventBatch, at place: EntitySightings.Place = EntitySightings.Place(),
    of files: [UInt32] = [], sightings: inout EntitySightings
  ) -> EventBatch {
    var rows: [Int] = []
    for row in 0..<batch.count {
      var isWanted = false
      for (schema, entity) in entities.enumerated() {
        let column = entity == .user ? batch.users : batch.accounts
        guard row < column.count, !column[row].isAbsent else { continue }
        let key = batch.bytes[column[row].range]
        if isEntity(key, at: batch.times[row], schema) {
          isWanted = true
        } else if resembles(EntityKey.shown(key)) {
          sightings.bySchema[schema].note(similar: Array(EntityKey.shown(key)))
        }
      }
      if isWanted {
        var place = place
        if !files.isEmpty { (place.file, place.line) = (Int(files[row]), -1) }
        note(row, of: batch, at: place, &sightings)
      } else {
        isWanted = deliveryColumns.contains { column in
          let target = batch.bytes[batch.texts[row * textCount + column].range]
          return entities.indices.contains { isTarget(target, at: batch.times[row], $0) }
        }
      }
      if isWanted { rows.append(row) }
    }
    return batch.selecting(rows)
  }

  /// Keeps where ids were first seen together.
  private func note(
    _ row: Int, of batch: EventBatch, at place: EntitySightings.Place,
    _ sightings: inout EntitySightings
  ) {
    for column in [batch.links, batch.aliases, batch.accountAliases]
    where row < column.count && !column[row].isAbsent {
      var place = place
      place.time = batch.times[row]
      if row < batch.lines.count { place.line += Int(batch.lines[row]) }
      sightings.note(Array(batch.bytes[column[row].range]), at: place)
    }
  }

  /// Notes which of the entity's own rows a schema used.
  func note(
    _ view: EventBatch, used: [UInt8], schema: Int, sightings: inout EntitySightings
  ) {
    let column = entities[schema] == .user ? view.users : view.accounts
    for row in 0..<view.count where row < column.count {
      guard isEntity(view.bytes[column[row].range], at: view.times[row], schema) else { continue }
      let name = String(decoding: view.bytes[view.names[row].range], as: UTF8.self)
      if used[row] == 1 {
        sightings.bySchema[schema].used += 1
      } else {
        sightings.bySchema[schema].outside[name, default: 0] += 1
      }
    }
  }

  private func isEntity(_ key: ArraySlice<UInt8>, at time: Int64, _ schema: Int) -> Bool {
    guard let persons = persons[schema] else {
      return homes[schema].contains { key.elementsEqual($0) }
    }
    return homes[schema].contains(Array(persons.home(of: key, at: time)))
  }

  /// Whether an event is delivered to it.
  private func isTarget(_ target: ArraySlice<UInt8>, at time: Int64, _ schema: Int) -> Bool {
    if target.isEmpty { return false }
    guard let persons = persons[schema] else { return target.elementsEqual(id) }
    return persons.homes(ofOpen: Array(target), at: time).contains { homes[schema].contains($0) }
  }

  /// Ids that begin with this one, or differ from it in the case of ASCII letters only.
  private func resembles(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count >= id.count, !id.isEmpty else { return false }
    return zip(bytes, id).allSatisfy { Self.lowercased($0) == Self.lowercased($1) }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }
}

/// What was seen of one entity, beside its timelines.
struct EntitySightings: Sendable {
  struct Sighting: Sendable {
    /// The entity's own rows that some report looks at, duplicates included.
    var used = 0
    /// By event name: its own rows that none looks at.
    var outside: [String: Int] = [:]
    /// Ids that resemble the entity's: the first few by their bytes.
    var similar: [[UInt8]] = []

    static let similarMax = 3

    mutating func note(similar id: [UInt8]) {
      if similar.contains(id) { return }
      let place = similar.firstIndex { id.lexicographicallyPrecedes($0) } ?? similar.count
      if place >= Self.similarMax { return }
      similar.insert(id, at: place)
      if similar.count > Self.similarMax { similar.removeLast() }
    }
  }

  /// Where a row stands.
  struct Place: Sendable, Equatable {
    var time: Int64 = 0
    /// Index of the input in canonical order.
    var file = 0
    /// Index of the chunk in the file; -1 once `line` is the file's.
    var chunk = 0
    /// Relative to the chunk, then to the file, from 0.
    var line = 0

    func precedes(_ other: Place) -> Bool {
      (time, file, chunk, line) < (other.time, other.file, other.chunk, other.line)
    }
  }

  /// By schema of the plan.
  var bySchema: [Sighting]
  /// By the ids that stood together (`EntityKey`): the first row by time.
  var together: [[UInt8]: Place] = [:]

  init(schemas: Int) {
    bySchema = [Sighting](repeating: Sighting(), count: schemas)
  }

  mutating func note(_ ids: [UInt8], at place: Place) {
    if let found = together[ids], !place.precedes(found) { return }
    together[ids] = place
  }

  /// Gives places their lines in the file.
  mutating func settle(linesBefore: (_ file: Int, _ chunk: Int) -> Int) {
    together = together.mapValues { place in
      var settled = place
      settled.line += linesBefore(place.file, place.chunk)
      settled.chunk = -1
      return settled
    }
  }

  mutating func add(_ other: EntitySightings) {
    for schema in bySchema.indices {
      bySchema[schema].used += other.bySchema[schema].used
      bySchema[schema].outside.merge(other.bySchema[schema].outside, uniquingKeysWith: +)
      for id in other.bySchema[schema].similar { bySchema[schema].note(similar: id) }
    }
    for (ids, place) in other.together { note(ids, at: place) }
  }
}
