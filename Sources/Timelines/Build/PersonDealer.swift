import EventLog
import System
import Values

/// Deals rows once more, to the partitions of the persons whose they are. One for each thread; its
/// shards join those of the workers.
package struct PersonDealer: Sendable {
  var shards: [PartitionShard]
  var spills: ShardSpills
  /// Of links that have left memory those of the partition that is dealt.
  private(set) var persons: Persons
  private let layout: RowLayout
  let hash: ByteHash
  let placing: ByteHash
  /// Names are placed by the hash of tables.
  let placesByHash: Bool
  let shift: UInt64
  var places: PersonPlaces
  /// Keeps loads from being optimized away.
  var touched: UInt8 = 0
  /// Of the run.
  let kinds: [WorkerKind]
  let isMark: [Bool]
  private let budget: MemoryBudget
  private var held = 0
  private let heldWhenEmpty: Int
  private let isHidden: [Bool]
  /// By file: rows that go nowhere.
  package private(set) var lost: [UInt32: LostRows] = [:]

  init(_ merge: TimelineMerge, persons source: PersonSource, scratch: String?) {
    let partitions = merge.partitionCount
    shards = (0..<partitions).map { _ in PartitionShard(packs: false) }
    heldWhenEmpty = shards.reduce(0) { $0 + $1.footprint }
    spills = ShardSpills(layout: merge.rules.layout, partitions: partitions, scratch: scratch)
    switch source {
    case .whole(let persons): self.persons = persons
    case .spilled: persons = Persons()
    }
    layout = merge.rules.layout
    hash = merge.rules.hash
    placing = merge.placing
    placesByHash = placing == hash
    shift = merge.partitionShift
    kinds = merge.rules.kinds.workerKinds
    isMark = merge.isMark
    isHidden = merge.rules.kinds.isHidden
    budget = merge.budget
    places = PersonPlaces(persons: persons.nameCount, budget: merge.budget)
    budget.addHolder()
    account(heldWhenEmpty)
  }

  /// Takes over who is who in the partition to be dealt next.
  mutating func take(_ persons: Persons) { self.persons = persons }

  mutating func account(_ grown: Int) {
    held += grown
    budget.add(grown)
  }

  /// Where the rows of a key go: an entity of a shard.
  private struct Home {
    var person: UInt32?
    var place = Place.unknown
    /// The key that the rows came under, where it is kept.
    var carried: UInt32 = 0
    /// All rows of the key go there.
    var isOnly = false
  }

  /// Dictionaries of a part, while its blocks change.
  private struct Source {
    var entities: ByteTable
    var values: ByteTable
    var numbers: PackedDecimals
    var ids: PackedIDs
    var kindCodes: [UInt32]
  }

  /// Takes the rows that leave out of a part, but for those in `drops`, which go nowhere.
  ///
  /// - Parameter earliest: rows before it are not counted as lost: they are no part of the run.
  mutating func deal(
    _ part: inout ShardPart, entities: ByteTable, split: PersonSplit, drops: Set<RowPlace>,
    from earliest: Int64
  ) throws(ScratchError) {
    let source = Source(
      entities: entities, values: part.values, numbers: part.numbers, ids: part.ids,
      kindCodes: part.kindCodes)
    // By entity of the part: the last home of its rows, mostly the only one.
    var homes = [Home](repeating: Home(), count: entities.count)
    var grown = 0
    if drops.isEmpty { findPlaces(of: split, entities: entities.count, grown: &grown) }
    split.separate(&part, width: layout.words) { row, place, words in
      if !drops.isEmpty, drops.contains(place) { return }
      let entity = Int(row.entity)
      if !homes[entity].isOnly {
        let person = split.person(of: row)
        if person == Persons.nowhere {
          lose(row, words, kind: source.kindCodes[Int(row.kind)], from: earliest)
          return
        }
        if !homes[entity].place.isKnown || homes[entity].person != person {
          homes[entity] = home(
            of: person, key: entities[entity], isOnly: split.onlyPerson(of: entity) != nil,
            grown: &grown)
        }
      }
      let home = homes[entity]
      append(
        EventRow(
          time: row.time, entity: home.place.entity, kind: source.kindCodes[Int(row.kind)]),
        to: home.place, grown: &grown)
      if words.count > 0 { append(words, from: source, to: home, grown: &grown) }
    }
    account(grown)
    if budget.mustSpill(holding: held - heldWhenEmpty) { try spill() }
  }

  private mutating func lose(
    _ row: EventRow, _ words: borrowing Span<UInt32>, kind: UInt32, from earliest: Int64
  ) {
    if isHidden[Int(kind)] || row.time < earliest || words.count <= layout.file { return }
    let file = words[layout.file]
    lost[file >> 1, default: LostRows()].add(isCounted: file & 1 == 1)
  }

  mutating func spill() throws(ScratchError) {
    var change = 0
    try spills.write(&shards, kinds: kinds, isMark: isMark) { change += $0 }
    places.forget()
    account(change)
  }

  private mutating func home(
    of person: UInt32?, key: ArraySlice<UInt8>, isOnly: Bool, grown: inout Int
  ) -> Home {
    let place: Place
    if let person {
      place = self.place(of: person, grown: &grown)
    } else {
      let first = key.prefix(EntityKey.firstCount(key.span) + 1)
      place = self.place(named(first.span), first.span, grown: &grown)
    }
    // Only rows that were dealt say under which key they came.
    var carried: UInt32 = 0
    if layout.hasCarried {
      let id = key.prefix(EntityKey.unlinkedCount(key.span))
      carried = value(id, Int(place.partition), grown: &grown)
    }
    return Home(person: person, place: place, carried: carried, isOnly: isOnly)
  }

  @inline(__always)
  private mutating func append(_ row: EventRow, to place: Place, grown: inout Int) {
    let partition = Int(place.partition)
    shards[partition].prepareRow(grown: &grown)
    shards[partition].tail.rows.append(row)
  }

  /// The words of a row that was appended.
  private mutating func append(
    _ words: borrowing Span<UInt32>, from source: Source, to home: Home, grown: inout Int
  ) {
    let partition = Int(home.place.partition)
    shards[partition].prepareWords(layout.words, grown: &grown)
    for column in 0..<layout.words {
      let word = words[column]
      let dealt: UInt32
      if layout.hasCarried, column == layout.carried {
        dealt = home.carried
      } else if word == 0 || layout.hasID && column == layout.file {
        dealt = word
      } else if layout.hasID, column == layout.id {
        dealt = shards[partition].ids.append(
          form: source.ids.form(word), of: source.ids, grown: &grown)
      } else if column >= layout.textCount, column < layout.user {
        dealt = shards[partition].number(source.numbers[Int(word) - 1], grown: &grown)
      } else {
        dealt = value(source.values[Int(word)], partition, grown: &grown)
      }
      shards[partition].tail.words.append(dealt)
    }
  }

  private mutating func value(
    _ bytes: ArraySlice<UInt8>, _ partition: Int, grown: inout Int
  ) -> UInt32 {
    let bytes = bytes.span
    return shards[partition].value(bytes, hash: hash(bytes), grown: &grown)
  }
}

/// Rows of a file that find no entity.
package struct LostRows: Sendable, Equatable {
  package var rows = 0
  /// Of them those that are counted as used for this kind of entity alone.
  package var counted = 0

  package init(rows: Int = 0, counted: Int = 0) {
    (self.rows, self.counted) = (rows, counted)
  }

  mutating func add(isCounted: Bool) {
    rows += 1
    if isCounted { counted += 1 }
  }

  package mutating func add(_ other: LostRows) {
    rows += other.rows
    counted += other.counted
  }
}
