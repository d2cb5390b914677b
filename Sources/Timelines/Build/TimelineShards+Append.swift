import EventLog
import Values

/// The columns of one batch.
struct BatchColumns {
  let count: Int
  let bytes: [UInt8]
  let times: [Int64]
  let names: [ByteSlice]
  let entities: [ByteSlice]
  let users: [ByteSlice]
  let ids: [ByteSlice]
  let texts: [ByteSlice]
  let numbers: [ExactDecimal]

  init(_ batch: borrowing EventBatch, schema: TimelineSchema, hasLinkKeys: Bool) {
    count = batch.count
    bytes = batch.bytes
    times = batch.times
    names = batch.names
    if hasLinkKeys, !batch.keys.isEmpty {
      entities = batch.keys
    } else {
      entities = schema.entity == .user ? batch.users : batch.accounts
    }
    // A stored user's row keeps its account.
    users = schema.keepsRows && schema.entity == .user ? batch.accounts : batch.users
    ids = batch.ids
    texts = batch.texts
    numbers = batch.numbers
  }
}

/// A row that is kept, on its way through the passes.
struct SelectedRow {
  var row: Int32
  /// Index into the program's outcomes.
  var outcome: Int32
  /// Of the entity.
  var probe: EntityTable.Probe
  var partition: Int32
  /// Where the second pass found a record in the interner that may be its entity's.
  var word: UInt32 = 0
  /// Bytes of the entity.
  var count: Int32
}

/// The three passes of a batch.
extension TimelineShards {
  /// First pass: which rows are kept, and the hashes of their entities.
  mutating func select(_ columns: BatchColumns, counts: inout AppendCounts) {
    program.findOutcomes(
      rows: columns.count, names: columns.names.span, bytes: columns.bytes.span,
      texts: columns.texts.span, numbers: columns.numbers.span, to: &rowOutcomes)
    let (bytes, entities, texts) = (columns.bytes.span, columns.entities.span, columns.texts.span)
    let delivers = !schema.deliveries.isEmpty
    // Stored as the user's.
    let skipsUsers = schema.keepsRows && schema.entity == .account
    selected.removeAll(keepingCapacity: true)
    rowsWithoutEntity.removeAll(keepingCapacity: true)
    var hidden = 0
    hasOtherIDs = false
    let packs = !hasLinkKeys
    for row in 0..<columns.count {
      let outcome = Int(rowOutcomes[row])
      if outcome == MatcherProgram.nothing {
        counts.outside += 1
        continue
      }
      let entity = row < entities.count ? entities[row] : .absent
      if program.outcomes[outcome].isHidden,
        !delivers || !isDelivered(row, outcome: outcome, texts: texts)
      {
        counts.outside += 1
        // Without an id it is nobody's duplicate.
        if program.outcomes[outcome].kind < 0 || entity.isAbsent || row >= columns.ids.count
          || columns.ids[row].isAbsent
        {
          continue
        }
        hidden += 1
      } else if entity.isAbsent {
        counts.withoutEntity += 1
        if notesRows { rowsWithoutEntity.append(row) }
        continue
      }
      if skipsUsers, row < columns.users.count, !columns.users[row].isAbsent { continue }
      let probe = EntityTable.Probe(
        bytes.extracting(entity.place), packs: packs, by: hash)
      if probe.key == nil { hasOtherIDs = true }
      selected.append(
        SelectedRow(
          row: Int32(row), outcome: Int32(outcome), probe: probe,
          partition: partition(bytes.extracting(entity.place), probe.hash), count: entity.count))
    }
    counts.used = selected.count - hidden
  }

  /// Puts the rows of each partition one after the other, where a partition has several: they then
  /// share what leads to its tables, and pages of memory. A counting sort, so that they stay in order.
  mutating func sortSelected() {
    if selected.count < 2 * partitionCount { return }
    if placed.count < selected.count {
      placed.append(contentsOf: selected[placed.count...])
    } else {
      placed.removeLast(placed.count - selected.count)
    }
    Self.sort(selected, into: &placed, &partitionStarts, partitionCount: partitionCount)
    swap(&selected, &placed)
  }

  /// `sorted` has as many rows, which do not matter.
  private static func sort(
    _ selected: [SelectedRow], into sorted: inout [SelectedRow], _ starts: inout [Int],
    partitionCount: Int
  ) {
    if starts.isEmpty { starts = [Int](repeating: 0, count: partitionCount) }
    let selected = selected.span
    var sorted = sorted.mutableSpan
    var starts = starts.mutableSpan
    for partition in starts.indices { starts[partition] = 0 }
    for index in selected.indices { starts[Int(selected[index].partition)] += 1 }
    var start = 0
    for partition in starts.indices {
      let count = starts[partition]
      starts[partition] = start
      start += count
    }
    for index in selected.indices {
      let partition = Int(selected[index].partition)
      sorted[starts[partition]] = selected[index]
      starts[partition] += 1
    }
  }

  /// Whether at least one delivery has somewhere to go.
  private mutating func isDelivered(_ row: Int, outcome: Int, texts: borrowing Span<ByteSlice>)
    -> Bool
  {
    for index in program.outcomes[outcome].deliveries
    where !texts[row * batchTextCount + program.deliveries[Int(index)].column].isAbsent {
      return true
    }
    return false
  }

  /// (`mutating`, so that no call copies the shards' own bytes, which are more than a thousand.)
  @inline(__always)
  private mutating func partition(_ entity: borrowing Span<UInt8>, _ hash: UInt64) -> Int32 {
    // A shift by all 64 bits, for one partition, is 0; there are at most 2^16.
    if placesWhole { return Int32(truncatingIfNeeded: hash >> partitionShift) }
    return placedPartition(entity)
  }

  @inline(never)
  private mutating func placedPartition(_ entity: borrowing Span<UInt8>) -> Int32 {
    if schema.hasPersons || schema.hasSpaces {
      let first = entity.extracting(0..<EntityKey.firstCount(entity))
      return Int32(truncatingIfNeeded: placing(first) >> partitionShift)
    }
    return Int32(truncatingIfNeeded: placing(entity) >> partitionShift)
  }

  /// The row whose bucket is to be asked for when a row is kept, if it has one: so far behind that
  /// it is there in time, and so near that the processor does not drop what it is asked for, as it
  /// does beyond what it can wait for at once.
  @inline(__always)
  private static func awaited(
    behind index: Int, of selected: borrowing Span<SelectedRow>
  ) -> SelectedRow? {
    let index = index + prefetchDistance
    guard index < selected.count, selected[index].probe.key != nil else { return nil }
    return selected[index]
  }

  /// Keeping so many rows takes longer than memory does.
  private static let prefetchDistance = 16

  /// Second pass: loads what interning ids that are not packed will wait for.
  mutating func touchEntities(_ group: Range<Int>) {
    if !hasOtherIDs { return }
    touched = Self.touch(group, &selected, in: shards)
  }

  /// The sum of all loads, which keeps those that nothing else looks at from being optimized away.
  private static func touch(
    _ group: Range<Int>, _ selected: inout [SelectedRow], in shards: [PartitionShard]
  ) -> UInt64 {
    let shards = shards.span
    var selected = selected.mutableSpan
    var sum: UInt64 = 0
    for index in group where selected[index].probe.key == nil {
      sum ^= shards[Int(selected[index].partition)].entities.others.firstSlot(
        hash: selected[index].probe.hash)
    }
    for index in group where selected[index].probe.key == nil {
      selected[index].word = shards[Int(selected[index].partition)].entities.others.word(
        hash: selected[index].probe.hash)
    }
    for index in group where selected[index].probe.key == nil {
      sum ^= UInt64(
        shards[Int(selected[index].partition)].entities.others.ends(
          word: selected[index].word, count: Int(selected[index].count)))
    }
    return sum
  }

  /// Second pass, when users are kept as well: an account's many people are found like entities.
  mutating func touchUsers(
    _ group: Range<Int>, _ users: borrowing Span<ByteSlice>, bytes: borrowing Span<UInt8>
  ) {
    userHashes.removeAll(keepingCapacity: true)
    if users.count == 0 { return }
    var sum: UInt64 = 0
    for index in group {
      let row = selected[index]
      let userHash = hash(bytes.extracting(users[Int(row.row)].place))
      userHashes.append(userHash)
      sum ^= shards[Int(row.partition)].values.firstSlot(hash: userHash)
    }
    for index in group {
      let row = selected[index]
      let partition = Int(row.partition)
      let word = shards[partition].values.word(hash: userHashes[index - group.lowerBound])
      sum ^= UInt64(
        shards[partition].values.ends(word: word, count: Int(users[Int(row.row)].count)))
    }
    touched ^= sum
  }

  /// Third pass, when rows have nothing beside time, entity and kind.
  mutating func keepMarks(
    _ group: Range<Int>, of columns: BatchColumns, used: inout [UInt8], grown: inout Int
  ) {
    let (bytes, times, entities) = (columns.bytes.span, columns.times.span, columns.entities.span)
    let (rows, outcomes, hash) = (selected, program.outcomes, hash)
    let selected = rows.span
    var shards = shards.mutableSpan
    var used = used.mutableSpan
    for index in group {
      if let next = Self.awaited(behind: index, of: selected) {
        shards[Int(next.partition)].entities.prefetch(next.probe)
      }
      let item = selected[index]
      let row = Int(item.row)
      used[row] = 1
      shards[Int(item.partition)].keepRow(
        time: times[row], kind: UInt32(bitPattern: outcomes[Int(item.outcome)].kind),
        bytes.extracting(entities[row].place), item.probe, word: item.word, by: hash,
        grown: &grown)
    }
  }

  /// Third pass, in general.
  mutating func keepRows(
    _ group: Range<Int>, of columns: BatchColumns, file: UInt32, inputs: [UInt32],
    used: inout [UInt8], grown: inout Int
  ) {
    let (bytes, entities) = (columns.bytes.span, columns.entities.span)
    for index in group {
      if let next = Self.awaited(behind: index, of: selected.span) {
        shards[Int(next.partition)].entities.prefetch(next.probe)
      }
      let item = selected[index]
      let row = Int(item.row)
      let file = inputs.isEmpty ? file : inputs[row]
      let outcome = program.outcomes[Int(item.outcome)]
      let isShown =
        !outcome.isHidden
        || isDelivered(row, outcome: Int(item.outcome), texts: columns.texts.span)
      let counted = used[row] == 0 && !outcome.isHidden
      if isShown { used[row] = 1 }
      if outcome.kind >= 0 {
        let user = schema.keepsOther && row < columns.users.count ? columns.users[row] : .absent
        keep(
          row, of: columns, entity: bytes.extracting(entities[row].place), item.probe,
          word: item.word, partition: item.partition,
          kind: UInt32(bitPattern: outcome.kind), user: user,
          userHash: userHashes.isEmpty ? 0 : userHashes[index - group.lowerBound],
          file: RowLayout.fileWord(file, counted: counted), grown: &grown)
      }
      for index in outcome.deliveries {
        let delivery = program.deliveries[Int(index)]
        let target = columns.texts[row * batchTextCount + delivery.column]
        if target.isAbsent { continue }
        // In which place the other's id stands, nobody says here.
        var key = Array(columns.bytes[target.place])
        if schema.hasPersons { key.append(EntityKey.openEnd) }
        let probe = EntityTable.Probe(key.span, packs: !hasLinkKeys, by: hash)
        keep(
          row, of: columns, entity: key.span, probe, word: 0,
          partition: partition(key.span, probe.hash),
          kind: delivery.kind, user: entities[row],
          userHash: hash(bytes.extracting(entities[row].place)),
          file: RowLayout.fileWord(file, counted: false), grown: &grown)
      }
    }
  }

  @inline(__always)
  private mutating func keep(
    _ row: Int, of columns: BatchColumns, entity: borrowing Span<UInt8>,
    _ probe: EntityTable.Probe, word: UInt32, partition: Int32, kind: UInt32, user: ByteSlice,
    userHash: UInt64, file: UInt32,
    grown: inout Int
  ) {
    let bytes = columns.bytes.span
    let hash = hash
    let partition = Int(partition)
    let layout = layout
    shards[partition].keepRow(
      time: columns.times[row], kind: kind, entity, probe, word: word, by: hash,
      grown: &grown)
    if kept.isMark[Int(kind)] { return }
    shards[partition].prepareWords(layout.words, grown: &grown)
    for property in 0..<layout.textCount {
      let column = kept.column(kind: kind, property: property)
      var word: UInt32 = 0
      if column >= 0 {
        let slice = columns.texts[row * batchTextCount + column]
        let text = bytes.extracting(slice.place)
        word = shards[partition].value(text, hash: hash(text), grown: &grown)
      }
      shards[partition].tail.words.append(word)
    }
    for property in layout.textCount..<layout.user {
      let column = kept.column(kind: kind, property: property)
      var word: UInt32 = 0
      if column >= 0 {
        word = shards[partition].number(
          columns.numbers[row * batchNumberCount + column], grown: &grown)
      }
      shards[partition].tail.words.append(word)
    }
    if layout.hasUser {
      let word = shards[partition].value(
        bytes.extracting(user.place), hash: userHash, grown: &grown)
      shards[partition].tail.words.append(word)
    }
    if layout.hasCarried { shards[partition].tail.words.append(0) }
    if layout.hasID {
      let id = row < columns.ids.count ? columns.ids[row] : .absent
      let word = shards[partition].ids.append(bytes.extracting(id.place), grown: &grown)
      shards[partition].tail.words.append(word)
      shards[partition].tail.words.append(file)
    }
  }
}
