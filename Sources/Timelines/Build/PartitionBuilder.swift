import EventLog
import System
import Values

/// Builds one partition: joins the dictionaries of its shards, places every event with its entity
/// by counting, orders each entity's events, drops duplicates, and lays the columns out.
struct PartitionBuilder {
  private let rules: PartitionRules
  private let partition: Int
  let layout: RowLayout
  private let hash: ByteHash

  /// Codes of each shard in the whole partition.
  struct ShardCodes {
    var entities: [UInt32]
    var values: [UInt32]
    var numberShift: UInt32
    var idShift: UInt32
  }

  init(_ rules: PartitionRules, partition: Int) {
    self.rules = rules
    self.partition = partition
    layout = rules.layout
    hash = rules.hash
  }

  func build(_ parts: consuming [ShardPart]) throws(ScratchError) -> BuiltPartition {
    var parts = consume parts
    var codes = [ShardCodes](
      repeating: ShardCodes(entities: [], values: [], numberShift: 0, idShift: 0),
      count: parts.count)
    let entities = joinEntities(&parts, &codes)
    // By column of the words: where ids of persons stand.
    var people: [Int: PartitionUsers] = [:]
    let values = try joinValues(parts, &codes, &people)
    var numbers = PackedDecimals()
    var ids = PackedIDs()
    for (index, part) in parts.enumerated() {
      codes[index].numberShift = UInt32(numbers.count)
      numbers.append(contentsOf: part.numbers)
      codes[index].idShift = layout.hasID ? ids.append(contentsOf: part.ids) : 0
    }
    let words = joinWords(parts, codes)
    var starts = [Int](repeating: 0, count: entities.count + 1)
    var events = place(parts, codes, starts: &starts)
    parts = []
    let order = EventOrder(
      rules.schema, nameOfKind: rules.kinds.nameOfKind, isHidden: rules.kinds.isHidden,
      words: words, numbers: numbers, ids: ids)
    order.sort(&events, starts)
    var filter = EventFilter(
      order: order, kinds: rules.kinds, hash: hash, fileSources: rules.fileSources)
    if rules.schema.keepsRows {
      filter.dropUnranked(&events, &starts)
    } else if layout.hasID || !rules.schema.deliveries.isEmpty {
      filter.apply(&events, &starts)
    }
    return lay(
      events: consume events, starts: starts, order: order, entities: entities, values: values,
      people: people, filter: filter)
  }

  /// The ids of the partition's entities.
  private func joinEntities(
    _ parts: inout [ShardPart], _ codes: inout [ShardCodes]
  ) -> ByteTable {
    guard !parts.isEmpty else { return ByteTable() }
    let hasOpenKeys = rules.schema.hasPersons && !rules.schema.deliveries.isEmpty
    if parts.count == 1, case .read(let table) = parts[0].entities, !rules.schema.sortsEntities,
      !rules.hasLinkKeys, !hasOpenKeys
    {
      // Its ids are distinct.
      codes[0].entities = (0..<UInt32(table.count)).map { $0 }
      return table
    }
    var joined = EntityTable(packs: !rules.hasLinkKeys)
    for index in parts.indices {
      switch parts[index].entities {
      case .held(let table) where index == 0 && table.packs == joined.packs:
        // The first table takes in the others.
        joined = table
        codes[0].entities = (0..<UInt32(joined.count)).map { $0 }
        if rules.hasLinkKeys { shortenLinks(&joined, &codes[0].entities) }
      case .held(let table) where !rules.hasLinkKeys:
        codes[index].entities = joined.join(table, by: hash)
      case .held(let table): codes[index].entities = join(table.strings, into: &joined)
      case .read(let table): codes[index].entities = join(table, into: &joined)
      }
      // Not held twice.
      parts[index].entities = .read(ByteTable())
    }
    if hasOpenKeys { closeOpenKeys(&joined, &codes) }
    guard rules.schema.sortsEntities else { return joined.strings }
    let (sorted, ranks) = sort(
      joined.strings, asShown: rules.schema.hasPersons || rules.schema.hasSpaces)
    for index in codes.indices {
      codes[index].entities = codes[index].entities.map { ranks[Int($0)] }
    }
    return sorted
  }

  /// The links have been taken from the first table's keys, which are known ids from now on.
  private func shortenLinks(_ joined: inout EntityTable, _ codes: inout [UInt32]) {
    let strings = joined.strings
    for index in codes.indices {
      let key = strings[Int(codes[index])]
      let count = EntityKey.unlinkedCount(key.span)
      if count == key.count { continue }
      let id = key.prefix(count)
      codes[index] = joined.intern(id.span, by: hash)
    }
  }

  /// Entities of whom nobody said in which place their id stood: the known id, if it occurs, else the
  /// anonymous one.
  private func closeOpenKeys(_ joined: inout EntityTable, _ codes: inout [ShardCodes]) {
    let strings = joined.strings
    var closed = (0..<UInt32(strings.count)).map { $0 }
    for index in 0..<strings.count where EntityKey.isOpen(strings[index].span) {
      let id = strings[index].dropLast()
      let device = Array(id) + [EntityKey.anonymousEnd]
      closed[index] =
        joined.find(id.span, by: hash) ?? joined.find(device.span, by: hash)
        ?? joined.intern(id.span, by: hash)
    }
    for index in codes.indices {
      codes[index].entities = codes[index].entities.map { closed[Int($0)] }
    }
  }

  /// The text values of the partition in byte order: the absent value, which is empty, comes first.
  private func joinValues(
    _ parts: [ShardPart], _ codes: inout [ShardCodes], _ people: inout [Int: PartitionUsers]
  ) throws(ScratchError) -> ByteTable {
    var joined = ByteInterner()
    _ = joined.intern([UInt8]().span, hash: hash([UInt8]().span))
    for index in parts.indices {
      codes[index].values = join(parts[index].values, into: &joined)
    }
    if layout.hasUser, let persons = rules.persons.users {
      let users = codesSeen(parts, codes, column: layout.user)
      people[layout.user] = try PartitionUsers(users, &joined, persons, hash)
    }
    if let persons = rules.persons.entities {
      for column in columnsOfIDs {
        let ids = codesSeen(parts, codes, column: column)
        people[column] = try PartitionUsers(ids, isOpen: true, &joined, persons, hash)
      }
    }
    let (sorted, ranks) = sort(joined.strings)
    for column in people.keys { people[column]?.rank(ranks) }
    for index in codes.indices {
      codes[index].values = codes[index].values.map { ranks[Int($0)] }
    }
    return sorted
  }

  /// Texts by which events are delivered: ids of entities, as the deliveries are.
  private var columnsOfIDs: [Int] {
    let properties = Set(rules.schema.deliveries.map(\.property))
    return rules.schema.texts.indices.filter { properties.contains(rules.schema.texts[$0]) }
  }

  /// Codes of all values of a column.
  private func codesSeen(
    _ parts: [ShardPart], _ codes: [ShardCodes], column: Int
  ) -> Set<UInt32> {
    var seen: Set<UInt32> = []
    for (part, codes) in zip(parts, codes) {
      var isSeen = [Bool](repeating: false, count: codes.values.count)
      part.forEachBlock { block in
        for at in stride(from: column, to: block.words.count, by: layout.words) {
          isSeen[Int(block.words[at])] = true
        }
      }
      for code in isSeen.indices where isSeen[code] { seen.insert(codes.values[code]) }
    }
    return seen
  }

  /// Codes in `joined` of all ids of a table.
  private func join(_ table: ByteTable, into joined: inout EntityTable) -> [UInt32] {
    let bytes = table.bytes.span
    var codes: [UInt32] = []
    codes.reserveCapacity(table.count)
    var start = 0
    for end in table.ends {
      var string = bytes.extracting(start..<end)
      if rules.hasLinkKeys { string = string.extracting(0..<EntityKey.unlinkedCount(string)) }
      codes.append(joined.intern(string, by: hash))
      start = end
    }
    return codes
  }

  /// Codes in `joined` of all strings of a table.
  private func join(_ table: ByteTable, into joined: inout ByteInterner) -> [UInt32] {
    let bytes = table.bytes.span
    return (0..<table.count).map { index in
      let string = bytes.extracting(table.range(index))
      return joined.intern(string, hash: hash(string))
    }
  }

  /// The strings in byte order, or that of the ids that they show, and the place of each.
  private func sort(
    _ table: ByteTable, asShown: Bool = false
  ) -> (ByteTable, ranks: [UInt32]) {
    var sorted = ByteTable()
    var ranks = [UInt32](repeating: 0, count: table.count)
    let order = asShown ? table.sortedOrder(by: EntityKey.shown) : table.sortedOrder()
    for (rank, index) in order.enumerated() {
      sorted.append(table[Int(index)])
      ranks[Int(index)] = UInt32(rank)
    }
    return (sorted, ranks)
  }

  /// What stands beside the rows, with codes of the whole partition: first the words of all marks,
  /// which are zeros, then those of each row that is none.
  private func joinWords(_ parts: [ShardPart], _ codes: [ShardCodes]) -> [UInt32] {
    let count = layout.words
    if count == 0 { return [] }
    var words: [UInt32] = []
    words.reserveCapacity(count + parts.reduce(0) { $0 + $1.wordCount })
    words.append(contentsOf: repeatElement(0, count: count))
    for (part, codes) in zip(parts, codes) {
      part.forEachBlock { block in
        let source = block.words.span
        var at = 0
        while at < source.count {
          for column in 0..<layout.textCount {
            words.append(codes.values[Int(source[at + column])])
          }
          for column in layout.textCount..<layout.user {
            let word = source[at + column]
            words.append(word == 0 ? 0 : word + codes.numberShift)
          }
          for column in layout.user..<layout.id {
            words.append(codes.values[Int(source[at + column])])
          }
          if layout.hasID {
            let word = source[at + layout.id]
            words.append(word == 0 ? 0 : word + codes.idShift)
            words.append(rules.ranked(source[at + layout.file]))
          }
          at += count
        }
      }
    }
    return words
  }

  private func lay(
    events: consuming [PlacedEvent], starts: [Int], order: EventOrder, entities: ByteTable,
    values: ByteTable, people: [Int: PartitionUsers], filter: EventFilter
  ) -> BuiltPartition {
    let (words, width) = (order.words, layout.words)
    func codes(_ column: Int) -> [UInt32] {
      guard let people = people[column] else {
        return events.map { words[Int($0.row) * width + column] }
      }
      return events.map { people.code(words[Int($0.row) * width + column], at: $0.time) }
    }
    let texts = (0..<layout.textCount).map(codes)
    let numbers = (layout.textCount..<layout.user).map { column in
      events.map { order.number(words[Int($0.row) * width + column]) }
    }
    let users = layout.hasUser ? codes(layout.user) : []
    var entityCount = 0
    for entity in 0..<starts.count - 1 where starts[entity] < starts[entity + 1] {
      entityCount += 1
    }
    return BuiltPartition(
      window: Timeline(
        partition: partition, entity: 0, range: 0..<0, times: column(events) { $0.time },
        kinds: column(events) { $0.kind }, texts: texts, numbers: numbers, users: users,
        entities: entities, values: values),
      starts: starts,
      duplicates: filter.duplicates.sorted { $0.key < $1.key }.map {
        BuiltPartition.FileCount(file: $0.key, count: $0.value)
      },
      unplacedDeliveries: filter.unplaced, entityCount: entityCount,
      stored: rules.schema.keepsRows ? stored(events, order) : nil)
  }
}

extension PartitionBuilder {
  /// What events have of one thing.
  @inline(__always)
  private func column<Value>(
    _ events: [PlacedEvent], _ value: (PlacedEvent) -> Value
  ) -> [Value] {
    [Value](capacity: events.count) { column in
      for event in events { column.append(value(event)) }
    }
  }

  private func stored(_ events: [PlacedEvent], _ order: EventOrder) -> StoredColumns {
    let width = layout.words
    return StoredColumns(
      ids: order.ids, idAt: events.map { order.words[Int($0.row) * width + layout.id] },
      inputs: events.map { order.words[Int($0.row) * width + layout.file] >> 1 })
  }
}

extension ShardPart {
  func forEachBlock(_ body: (PartitionShard.RowBlock) -> Void) {
    for block in blocks { body(block) }
  }
}
