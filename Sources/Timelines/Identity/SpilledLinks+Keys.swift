import System

extension SpilledLinks {
  /// Who the ids of some keys are: of these keys the same as `Persons` of all links would say.
  func persons(of keys: [ByteTable]) throws(ScratchError) -> Persons {
    var builder = PersonsBuilder(rules: rules)
    let wanted = want(keys, in: &builder)
    for partition in wanted.anonymous { try add(partition, .interned, to: &builder) }
    try addKnown(wanted.open, to: &builder)
    builder.finishLinks()
    let personOf = builder.persons(aliases)
    let names = builder.known.strings
    let holds = builder.judge(names: names, guests: guests)
    var decided = Persons.Decided(count: builder.paired.heads.count)
    let shared = builder.decide(&decided, holds: holds, personOf: personOf, names: names)
    if !shared.isEmpty {
      let links = try self.links(of: shared, builder, holds: holds, wanted.anonymous)
      builder.decide(&decided, shared: shared, links: links, personOf: personOf, names: names)
    }
    return Persons(
      builder, decided, personOf: personOf, names: names,
      findsKnown: findsOpen || !aliases.isEmpty)
  }

  /// What keys ask for.
  private struct Wanted {
    /// Partitions of anonymous ids, ascending.
    var anonymous: [Int] = []
    /// By partition: ids that may be known ones.
    var open: [Int: [ArraySlice<UInt8>]] = [:]
  }

  /// Takes in the ids that may be anonymous, and known ones that aliases name.
  private func want(_ keys: [ByteTable], in builder: inout PersonsBuilder) -> Wanted {
    var wanted = Wanted()
    var isWanted = [Bool](repeating: false, count: partitionCount)
    func want(_ id: borrowing Span<UInt8>) {
      builder.want(id)
      isWanted[spilling.partition(of: id)] = true
    }
    for table in keys {
      for index in 0..<table.count {
        let key = table[index]
        guard let last = key.last else { continue }
        if last < EntityKey.openEnd {
          let id = key.prefix(EntityKey.unlinkedCount(key.span))
          if aliases.person(of: id.span) != nil { builder.know(id) }
          continue
        }
        if last == EntityKey.openEnd {
          let id = key.dropLast()
          want(id.span)
          if aliases.person(of: id.span) != nil {
            builder.know(id)
          } else {
            wanted.open[spilling.partition(of: id.span), default: []].append(id)
          }
          continue
        }
        var start = 0
        let bytes = key.span
        while start < bytes.count {
          let end = EntityKey.end(in: bytes, from: start, atLeast: EntityKey.openEnd)
          want(bytes.extracting(start..<end))
          start = end + 1
        }
      }
    }
    wanted.anonymous = isWanted.indices.filter { isWanted[$0] }
    return wanted
  }

  /// Takes in those of some ids that are known ones, with anonymous ones beside them.
  private func addKnown(
    _ open: [Int: [ArraySlice<UInt8>]], to builder: inout PersonsBuilder
  ) throws(ScratchError) {
    for (partition, ids) in open.sorted(by: { $0.key < $1.key }) {
      let asked = Set(ids)
      var found: [ArraySlice<UInt8>] = []
      try known.forEachPart(partition) { part in
        let entities = part.readEntities
        part.forEachRow(.beside) { if asked.contains(entities[$0]) { found.append(entities[$0]) } }
      }
      for id in found { builder.know(id) }
    }
  }

  /// All links of some anonymous ids, with their times.
  private func links(
    of shared: [UInt32], _ builder: PersonsBuilder, holds: [Bool], _ partitions: [Int]
  ) throws(ScratchError) -> [[PersonsBuilder.Link]] {
    var place = [Int32](repeating: -1, count: builder.paired.heads.count)
    for (index, id) in shared.enumerated() { place[Int(id)] = Int32(index) }
    var found = [[PersonsBuilder.Link]](repeating: [], count: shared.count)
    for partition in partitions {
      try links.forEachPart(partition) { builder.collect($0, place: place, into: &found) }
      for link in aliasLinks[partition] ?? [] { builder.collect(link, place: place, into: &found) }
    }
    builder.drop(&found, of: shared, holds: holds)
    return found
  }
}

extension PersonsBuilder {
  /// Takes in a known id.
  mutating func know(_ id: ArraySlice<UInt8>) { _ = internKnown(id.span) }

  /// Takes in the link that comes from an alias.
  mutating func add(_ link: SpilledLinks.AliasLink, _ intake: Intake) {
    let id = link.anonymous
    let code: UInt32?
    switch intake {
    case .all: code = internAnonymous(id.span)
    case .interned: code = paired.anonymous.find(id.span, hash: hash(id.span))
    }
    guard let code else { return }
    let known = internKnown(link.known.span)
    paired.link(code, known, first: link.time, last: link.time)
  }

  /// Adds such a link to those of its id, if somebody asks for them.
  func collect(
    _ link: SpilledLinks.AliasLink, place: [Int32], into links: inout [[Link]]
  ) {
    guard let code = paired.anonymous.find(link.anonymous.span, hash: hash(link.anonymous.span)),
      place[Int(code)] >= 0,
      let known = known.find(link.known.span, hash: hash(link.known.span))
    else { return }
    links[Int(place[Int(code)])].append(Link(time: link.time, known: known))
  }
}
