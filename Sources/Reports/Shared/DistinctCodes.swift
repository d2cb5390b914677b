/// Counts the different codes of one entity after the other: which people, which roles. Codes of a
/// partition are small numbers, so that a mark per code does, and nothing is cleared between
/// entities: a mark of an earlier entity is an older one.
struct DistinctCodes: Sendable {
  /// By code: the number of the entity that had it last.
  private var marks: [UInt32] = []
  private var entity: UInt32 = 0
  private(set) var count = 0

  /// Begins a new entity.
  mutating func removeAll() {
    count = 0
    if entity == .max {
      marks.removeAll(keepingCapacity: true)
      entity = 0
    }
    entity += 1
  }

  /// Whether the code was not there before. Call `removeAll` before the first one.
  @inline(__always)
  mutating func insert(_ code: UInt32) -> Bool {
    let index = Int(code)
    if index >= marks.count { makeRoom(index) }
    if marks[index] == entity { return false }
    marks[index] = entity
    count += 1
    return true
  }

  private mutating func makeRoom(_ index: Int) {
    let missing = max(index + 1, marks.count * 2) - marks.count
    marks.append(contentsOf: repeatElement(0, count: missing))
  }
}
