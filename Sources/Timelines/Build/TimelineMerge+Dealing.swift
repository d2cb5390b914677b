package import System

extension TimelineMerge {
  /// Whether `deal` has to be called for each partition, and then `takeOver`, before any is built.
  package var mustDeal: Bool { rules.persons.entities != nil }

  /// One for each thread that deals.
  package func makeDealer(scratch: String?) -> PersonDealer? {
    rules.persons.entities.map { PersonDealer(self, persons: $0, scratch: scratch) }
  }

  /// Deals the rows of one partition whose entities are others by now; each partition once, several
  /// at a time if wanted.
  package func deal(
    partition: Int, by dealer: inout PersonDealer, from earliest: Int64 = .min
  ) throws(ScratchError) {
    guard let source = rules.persons.entities else { return }
    var held = take(partition: partition)
    var parts: [(part: ShardPart, entities: ByteTable)] = held.map { entry in
      (
        ShardPart(entry.shard, kindCodes: entry.kindCodes, isMark: entry.isMark),
        entry.shard.entities.strings
      )
    }
    for part in try spilledParts(partition: partition) {
      guard case .read(let entities) = part.entities else { continue }
      parts.append((part, entities))
    }
    let persons = try source.persons(of: parts.map(\.entities))
    let splits = parts.map { PersonSplit($0.entities, persons) }
    if source.isSpilled {
      dealer.take(persons)
      note(leaving: splits.dropFirst(held.count).map(\.leaving), partition: partition)
    }
    var drops = [Set<RowPlace>](repeating: [], count: parts.count)
    if rules.layout.hasID, splits.contains(where: \.isTimed) {
      let duplicates = TimedDuplicates(parts, splits, self)
      drops = duplicates.drops
      note(duplicates.counts, partition: partition)
    }
    for index in parts.indices where splits[index].moves {
      // Rows are not held twice.
      let before = index < held.count ? held[index].shard.footprint : 0
      if index < held.count { held[index].shard.takeBlocks() }
      try dealer.deal(
        &parts[index].part, entities: parts[index].entities, split: splits[index],
        drops: drops[index], from: earliest)
      guard index < held.count else { continue }
      held[index].shard.setBlocks(parts[index].part.blocks)
      parts[index].part.blocks = []
      budget.add(held[index].shard.footprint - before)
    }
    putBack(held, partition: partition)
  }
}

extension PartitionShard {
  mutating func takeBlocks() {
    blocks = []
    tail = RowBlock()
    room = 0
  }

  mutating func setBlocks(_ blocks: [RowBlock]) {
    self.blocks = blocks.filter { !$0.rows.isEmpty }
  }
}
