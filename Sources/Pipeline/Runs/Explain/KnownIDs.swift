import Reports
import Timelines
import Values

/// The ids of a person, and the rows that say so.
struct KnownIDs {
  /// Nil where ids mean themselves.
  var persons: Persons?
  /// By ids that stood together: the first row.
  var together: [[UInt8]: EntitySightings.Place]
  /// By file index.
  var files: [String]
  var calendar: ReportCalendar

  /// Adds them to a story.
  ///
  /// - Parameter home: the key of its timeline.
  func tell(_ story: inout EntityStory, home: [UInt8]) {
    let name = String(decoding: EntityKey.shown(home[...]), as: UTF8.self)
    if name != story.entity { story.name = name }
    guard let persons else { return }
    let ids = persons.ids(of: home)
    if ids.count < 2 { return }
    let known = Set(ids.filter { !$0.isAnonymous }.map(\.id))
    story.ids = ids.map { entry in
      let place = entry.id == home ? nil : self.place(of: entry.id, among: known)
      return EntityStory.ID(
        id: String(decoding: EntityKey.shown(entry.id[...]), as: UTF8.self),
        isAnonymous: entry.isAnonymous,
        linkedAt: place.map { calendar.timestamp($0.time) },
        // A store knows the file, not the line.
        linkedIn: place.map { files[$0.file] + ($0.line < 0 ? "" : ":\($0.line + 1)") })
    }
  }

  /// The first row in which an id stood beside a known one of the person.
  private func place(of id: [UInt8], among known: Set<[UInt8]>) -> EntitySightings.Place? {
    var first: EntitySightings.Place?
    for (ids, place) in together {
      let parts = ids.split(separator: EntityKey.anonymousEnd).map { Array($0) }
      guard parts.count > 1, parts.contains(id),
        parts.contains(where: { $0 != id && known.contains($0) })
      else { continue }
      if first.map({ place.precedes($0) }) ?? true { first = place }
    }
    return first
  }
}
