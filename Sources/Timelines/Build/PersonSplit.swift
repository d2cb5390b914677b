import Values

/// Which entities of a part are called otherwise by now.
///
/// All rows of such a key leave the part, also those that stay with the device: so that what is left
/// follows from the key alone, wherever the part is read.
struct PersonSplit {
  private let persons: Persons
  /// By entity of the part.
  private let owners: [Persons.Owner]
  private let isLeaving: [Bool]
  /// Whether some entity's rows leave, and whether some go by their times.
  let (moves, isTimed): (Bool, Bool)

  init(_ entities: ByteTable, _ persons: Persons) {
    self.persons = persons
    let owners = persons.owners(of: entities)
    var (moves, isTimed) = (false, false)
    var isLeaving: [Bool] = []
    isLeaving.reserveCapacity(owners.count)
    for owner in owners {
      isLeaving.append(owner != .itself)
      if owner == .itself { continue }
      moves = true
      if persons.goesByTimes(owner) { isTimed = true }
    }
    self.owners = owners
    self.isLeaving = isLeaving
    (self.moves, self.isTimed) = (moves, isTimed)
  }

  /// Of entities of which is known already which leave: not whose they are.
  init(_ leaving: LeavingEntities) {
    persons = Persons()
    owners = []
    isLeaving = leaving.flags
    (moves, isTimed) = (leaving.flags.contains(true), false)
  }

  var leaving: LeavingEntities { LeavingEntities(isLeaving) }

  /// The one person whose all rows of an entity are; nil if they stay, or go by their times.
  @inline(__always)
  func onlyPerson(of entity: Int) -> UInt32? {
    if case .person(let person) = owners[entity] { return person }
    return nil
  }

  @inline(__always)
  func leaves(_ entity: UInt32) -> Bool { isLeaving[Int(entity)] }

  func isTimed(_ entity: UInt32) -> Bool { persons.goesByTimes(owners[Int(entity)]) }

  /// Whose a row is that leaves; nil for the first id of its own key, `Persons.nowhere` for nobody.
  @inline(__always)
  func person(of row: EventRow) -> UInt32? {
    persons.person(owners[Int(row.entity)], at: row.time)
  }

  /// Takes the rows that leave out of a part's blocks, and shows each to `body` with its words: the
  /// block's and the row's number come with it.
  func separate(
    _ part: inout ShardPart, width: Int,
    _ body: (EventRow, RowPlace, _ words: borrowing Span<UInt32>) -> Void
  ) {
    for block in part.blocks.indices {
      var rows: [EventRow] = []
      var words: [UInt32] = []
      swap(&rows, &part.blocks[block].rows)
      swap(&words, &part.blocks[block].words)
      var (keptRows, keptWords, at) = (0, 0, 0)
      for index in rows.indices {
        let row = rows[index]
        let count = part.isMark[Int(row.kind)] ? 0 : width
        if leaves(row.entity) {
          body(row, RowPlace(block: block, row: index), words.span.extracting(at..<at + count))
        } else {
          rows[keptRows] = row
          keptRows += 1
          if keptWords != at {
            for word in 0..<count { words[keptWords + word] = words[at + word] }
          }
          keptWords += count
        }
        at += count
      }
      // In arrays of their size, so that what has left is free.
      part.blocks[block] = PartitionShard.RowBlock(
        rows: keptRows == rows.count ? rows : Array(rows[..<keptRows]),
        words: keptWords == words.count ? words : Array(words[..<keptWords]))
    }
  }
}

/// Where a row of a part stands.
struct RowPlace: Hashable {
  var block: Int
  var row: Int
}

/// Which entities of a part leave: a bit each.
struct LeavingEntities: Sendable, Equatable {
  private var words: [UInt64]
  private let count: Int

  init(_ flags: [Bool]) {
    count = flags.count
    words = [UInt64](repeating: 0, count: (flags.count + 63) / 64)
    for index in flags.indices where flags[index] { words[index >> 6] |= 1 << UInt64(index & 63) }
  }

  var flags: [Bool] { (0..<count).map { words[$0 >> 6] >> UInt64($0 & 63) & 1 == 1 } }
}
