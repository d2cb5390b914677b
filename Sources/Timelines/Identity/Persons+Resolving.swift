package import System
import Values

extension Persons {
  /// Takes over the logs of all workers.
  ///
  /// - Parameters:
  ///   - join: the links that rows have, joined.
  ///   - findsOpen: keys will be asked for of which nobody says in which place their id stood.
  package init(
    _ logs: consuming [IdentityLog], with join: consuming LinkJoin, findsOpen: Bool = false
  ) throws(ScratchError) {
    let rows = join.rows
    let logs = consume logs + rows.map(\.log)
    var builder = PersonsBuilder(consume join)
    for log in logs { builder.add(log) }
    let aliases = builder.addAliases(logs) { ids in
      ids.filter { id in logs.contains { $0.isLone(id) } }
    }
    let names = builder.names
    let holds = builder.judge(names: names)
    let personOf = AliasGraph(aliases, names: names).persons(names: names)
    var decided = Decided(count: builder.paired.heads.count)
    let shared = builder.decide(&decided, holds: holds, personOf: personOf, names: names)
    if !shared.isEmpty {
      builder.joinKnown()
      let links = try builder.links(of: shared, in: logs, with: rows, holds: holds)
      builder.decide(&decided, shared: shared, links: links, personOf: personOf, names: names)
    }
    builder.count(decided, holds: holds, personOf: personOf, aliases: aliases)
    let budget = logs.first?.budget
    for log in logs { log.giveBack() }
    let findsKnown = findsOpen || !aliases.isEmpty
    if findsKnown { builder.joinKnown() }
    self.init(builder, decided, personOf: personOf, names: names, findsKnown: findsKnown)
    // Held to the end of the run.
    budget?.add(footprint)
  }

  /// The same on one thread.
  package init(
    _ logs: consuming [IdentityLog], with rows: [LinkedRows] = [], rules: IdentityRules,
    findsOpen: Bool = false
  ) throws(ScratchError) {
    try self.init(
      logs, with: LinkJoin(rows, rules: rules).joined(), findsOpen: findsOpen)
  }

  /// - Parameter findsKnown: known ids may mean others, or are asked for without their place.
  init(
    _ builder: PersonsBuilder, _ decided: Decided, personOf: [UInt32], names: ByteTable,
    findsKnown: Bool
  ) {
    rules = builder.rules
    counts = builder.counts
    self.names = names
    self.personOf = personOf
    known = findsKnown ? builder.known : ByteInterner(slots: 1)
    anonymous = rules.anonymousRows == .own ? IDTable(slots: 1) : builder.paired.anonymous
    owners = decided.owners
    timed = decided.timed
    spans = decided.spans
    hash = builder.hash
  }

  /// Whose the rows of anonymous ids are.
  struct Decided {
    var owners: [UInt32]
    var timed: [Range<Int>] = []
    var spans: [Stretch] = []

    init(count: Int) {
      owners = [UInt32](repeating: Persons.nobody, count: count)
    }

    mutating func set(_ anonymous: Int, _ own: [Stretch]) {
      if own.count == 1 {
        owners[anonymous] = own[0].person
        return
      }
      owners[anonymous] = UInt32(timed.count) | Persons.timedBit
      timed.append(spans.count..<spans.count + own.count)
      spans += own
    }
  }
}

extension PersonsBuilder {
  /// An alias of two known ids.
  struct Alias {
    var from: UInt32
    var to: UInt32
    var time: Int64
  }

  /// Aliases of known ids; those of ids that occur as anonymous ones alone become links.
  ///
  /// - Parameter areKnown: which of some former ids, in no link that is at hand, stand in a known id's
  ///   place somewhere.
  mutating func addAliases<Failure>(
    _ logs: [IdentityLog], areKnown: (Set<[UInt8]>) throws(Failure) -> Set<[UInt8]>
  ) throws(Failure) -> [Alias] {
    guard logs.contains(where: { !$0.aliasTimes.isEmpty }) else { return [] }
    joinKnown()
    var found: [(from: [UInt8], to: UInt32, time: Int64)] = []
    for log in logs {
      let strings = log.aliases.strings
      for alias in log.aliasTimes {
        let both = strings[Int(alias.code)]
        let ids = EntityKey.ids(both)
        // One that renames an id to itself says nothing.
        guard ids.count == 2 else { continue }
        let to = internKnown(strings.bytes.span.extracting(ids[1]))
        found.append((Array(both[ids[0]]), to, alias.time))
      }
    }
    let former = Set(found.map(\.from))
    let linked = former.filter { known.find($0.span, hash: hash($0.span)) != nil }
    let isKnown = linked.union(rules.hasAnonymous ? try areKnown(former.subtracting(linked)) : [])
    var aliases: [Alias] = []
    for alias in found {
      if !rules.hasAnonymous || isKnown.contains(alias.from) {
        let from = internKnown(alias.from.span)
        aliases.append(Alias(from: from, to: alias.to, time: alias.time))
      } else {
        let id = internAnonymous(alias.from.span)
        paired.link(id, alias.to, first: alias.time, last: alias.time)
        aliasLinks.append((id, alias.to, alias.time))
      }
    }
    return aliases
  }
}
