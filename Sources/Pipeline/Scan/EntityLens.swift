import EventLog
import Spec
import Timelines

/// What `explain` lets through of a log: the rows that can stand in one entity's timelines.
///
/// A timeline is made of its entity's own rows and of those that are delivered to it; nothing else
/// decides what it looks like. So the timelines that are built from these rows are those that a run
/// builds from all.
struct EntityLens: Sendable {
  let id: [UInt8]
  /// By schema: user or account.
  private let entities: [TimelineSchema.Entity]
  /// Columns of `EventBatch.texts` that hold the id of whom an event is delivered to.
  private let deliveryColumns: [Int]
  private let textCount: Int

  init(entity: String, plan: ExtractionPlan) {
    id = Array(entity.utf8)
    entities = plan.schemas.map(\.entity)
    let properties = Set(plan.schemas.flatMap(\.deliveries).map(\.property))
    let texts = plan.extraction.texts.map(\.name)
    deliveryColumns = texts.indices.filter { properties.contains(texts[$0]) }
    textCount = texts.count
  }

  /// The rows that matter, as a batch of their own; ids that look alike go to `sightings`.
  func view(_ batch: EventBatch, sightings: inout EntitySightings) -> EventBatch {
    var rows: [Int] = []
    for row in 0..<batch.count {
      var isWanted = false
      for (schema, entity) in entities.enumerated() {
        let column = entity == .user ? batch.users : batch.accounts
        guard row < column.count, !column[row].isAbsent else { continue }
        if isEntity(batch.bytes[column[row].range]) {
          isWanted = true
        } else if resembles(batch.bytes[column[row].range]) {
          sightings.bySchema[schema].note(similar: Array(batch.bytes[column[row].range]))
        }
      }
      if !isWanted {
        isWanted = deliveryColumns.contains { column in
          isEntity(batch.bytes[batch.texts[row * textCount + column].range])
        }
      }
      if isWanted { rows.append(row) }
    }
    return batch.selecting(rows)
  }

  /// Notes which of the entity's own rows a schema used.
  func note(
    _ view: EventBatch, used: [UInt8], schema: Int, sightings: inout EntitySightings
  ) {
    let column = entities[schema] == .user ? view.users : view.accounts
    for row in 0..<view.count where row < column.count {
      guard isEntity(view.bytes[column[row].range]) else { continue }
      let name = String(decoding: view.bytes[view.names[row].range], as: UTF8.self)
      if used[row] == 1 {
        sightings.bySchema[schema].used += 1
      } else {
        sightings.bySchema[schema].outside[name, default: 0] += 1
      }
    }
  }

  private func isEntity(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.count == id.count && bytes.elementsEqual(id)
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

  /// By schema of the plan.
  var bySchema: [Sighting]

  init(schemas: Int) {
    bySchema = [Sighting](repeating: Sighting(), count: schemas)
  }

  mutating func add(_ other: EntitySightings) {
    for schema in bySchema.indices {
      bySchema[schema].used += other.bySchema[schema].used
      bySchema[schema].outside.merge(other.bySchema[schema].outside, uniquingKeysWith: +)
      for id in other.bySchema[schema].similar { bySchema[schema].note(similar: id) }
    }
  }
}
