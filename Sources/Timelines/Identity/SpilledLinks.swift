package import System

/// Who is who, of links that do not fit into memory: persons are found out for some keys at a time.
///
///     logs                links, dealt by their anonymous ids (`LinkSpills`)
///     survey              by partition of anonymous ids: which have too many people; pairs of the
///                         rest, dealt by their known ids
///     count               by partition of known ids: which have too many devices; how many persons
///     persons(of:)        reads the links of the anonymous ids that occur in some keys, and decides as
///                         `Persons` does of all
///
/// Aliases, and known ids with too many anonymous ones, stay in memory.
package struct SpilledLinks: Sendable {
  let rules: IdentityRules
  let spilling: LinkSpilling
  let scratch: String
  /// Keys will be asked for of which nobody says in which place their id stood.
  let findsOpen: Bool
  /// By log.
  let links: [ShardSpills]
  /// By survey: known ids.
  private(set) var known: [ShardSpills] = []
  let aliases: AliasNames
  /// By partition: links that come from aliases.
  private(set) var aliasLinks: [Int: [AliasLink]] = [:]
  /// Known ids with too many anonymous ones.
  private(set) var guests = ByteInterner()
  package private(set) var counts = IdentityCounts()
  /// Persons that have links or aliases and are named by these.
  private var aliasPersons: Set<UInt32> = []
  private let hash = ByteHash.seeded()

  struct AliasLink: Sendable {
    var anonymous: [UInt8]
    var known: [UInt8]
    var time: Int64
  }

  /// - Parameter logs: of which all links have left memory, and those of the rows that they go with.
  package init(
    _ logs: [IdentityLog], rules: IdentityRules, findsOpen: Bool
  ) throws(ScratchError) {
    precondition(logs.allSatisfy { $0.heldLinks == 0 }, "links that are still in memory")
    guard let spills = logs.first?.spills else { preconditionFailure("a run without links") }
    self.rules = rules
    self.findsOpen = findsOpen
    (spilling, scratch) = (spills.spilling, logs[0].scratch ?? "")
    let links = logs.compactMap { $0.spills?.written }
    let partitions = 0..<spilling.partitions
    self.links = links
    var builder = PersonsBuilder(rules: rules)
    let found = try builder.addAliases(logs) { (ids) throws(ScratchError) in
      try Self.knownNames(among: ids, in: links, partitions)
    }
    aliases = AliasNames(builder, found)
    counts.mergedIDs = aliases.mergedCount
    aliasPersons = Set(found.map { aliases.person(of: $0) })
    let (names, devices) = (builder.known.strings, builder.paired.anonymous.strings)
    for link in builder.aliasLinks {
      let id = devices[Int(link.anonymous)]
      aliasLinks[spilling.partition(of: id.span), default: []].append(
        AliasLink(
          anonymous: Array(id), known: Array(names[Int(link.known)]), time: link.time))
    }
  }

  package var partitionCount: Int { spilling.partitions }

  /// Bytes of memory held beside links.
  package var footprint: Int { aliases.footprint + guests.footprint }

  /// Which of some ids are known ones in links, or stand alone.
  private static func knownNames(
    among ids: Set<[UInt8]>, in links: [ShardSpills], _ partitions: Range<Int>
  ) throws(ScratchError) -> Set<[UInt8]> {
    var found: Set<[UInt8]> = []
    if ids.isEmpty { return found }
    func look(_ id: ArraySlice<UInt8>) {
      let id = Array(id)
      if ids.contains(id) { found.insert(id) }
    }
    for partition in partitions {
      try links.forEachPart(partition) { part in
        for value in 0..<part.values.count { look(part.values[value]) }
        let entities = part.readEntities
        part.forEachRow(.lone) { look(entities[$0]) }
      }
    }
    return found
  }

  /// The links of some anonymous ids, all of one partition.
  func add(
    _ partition: Int, _ intake: PersonsBuilder.Intake, to builder: inout PersonsBuilder
  ) throws(ScratchError) {
    try links.forEachPart(partition) { builder.add($0, intake) }
    for link in aliasLinks[partition] ?? [] { builder.add(link, intake) }
  }
}

/// What is counted before anybody asks.
extension SpilledLinks {
  /// One for each thread that surveys.
  package struct Survey: Sendable {
    private let links: SpilledLinks
    private(set) var known: LinkSpills
    private(set) var crowded = IdentityCounts.OverLimit()

    private static let bytesMax = 4 << 20

    package init(_ links: SpilledLinks) {
      self.links = links
      known = LinkSpills(links.spilling, scratch: links.scratch)
    }

    /// Looks at the anonymous ids of one partition; each once.
    package mutating func look(at partition: Int) throws(ScratchError) {
      var builder = PersonsBuilder(rules: links.rules)
      try links.add(partition, .all, to: &builder)
      builder.finishLinks()
      let names = builder.known.strings
      if links.findsOpen {
        for code in 0..<names.count { known.append(.beside, names[code].span) }
      }
      let holds = builder.judge(names: names, guests: ByteInterner(slots: 1))
      crowded.add(builder.counts.anonymousOverLimit)
      for (pair, isHeld) in zip(builder.paired.pairs, holds) where isHeld {
        known.append(.pair, names[Int(pair.known)].span)
      }
      if known.held > Self.bytesMax { try known.write() }
    }

    package mutating func finish() throws(ScratchError) { try known.write() }
  }

  /// Takes over what was surveyed.
  package mutating func take(_ surveys: [Survey]) {
    for survey in surveys {
      known.append(survey.known.written)
      counts.anonymousOverLimit.add(survey.crowded)
    }
  }

  /// What was found among some known ids.
  package struct Count: Sendable {
    fileprivate var guests: [[UInt8]] = []
    fileprivate var links = 0
    fileprivate var persons = 0
    fileprivate var aliasPersons: Set<UInt32> = []

    package init() {}
  }

  /// Counts the known ids of one partition; each once, after the survey.
  package func count(_ partition: Int, _ count: inout Count) throws(ScratchError) {
    var ids = ByteInterner()
    var pairs: [Int] = []
    try known.forEachPart(partition) { part in
      let entities = part.readEntities
      let codes = (0..<entities.count).map {
        Int(ids.intern(entities[$0].span, hash: hash(entities[$0].span)))
      }
      while pairs.count < ids.count { pairs.append(0) }
      part.forEachRow(.pair) { pairs[codes[$0]] += 1 }
    }
    let names = ids.strings
    for code in pairs.indices where pairs[code] > 0 {
      if pairs[code] > rules.anonymousMax {
        count.guests.append(Array(names[code]))
        continue
      }
      count.links += pairs[code]
      if let person = aliases.person(of: names[code].span) {
        count.aliasPersons.insert(person)
      } else {
        count.persons += 1
      }
    }
  }

  /// Takes over what was counted.
  package mutating func take(_ found: [Count]) {
    for found in found {
      for guest in found.guests { _ = guests.intern(guest.span, hash: hash(guest.span)) }
      counts.links += found.links
      counts.persons += found.persons
      aliasPersons.formUnion(found.aliasPersons)
    }
    counts.persons += aliasPersons.count
    let names = guests.strings
    counts.knownOverLimit = IdentityCounts.OverLimit(
      (0..<UInt32(names.count)).map { $0 }, in: names)
  }
}

extension [ShardSpills] {
  /// Reads the runs of links of a partition, one after the other.
  func forEachPart(
    _ partition: Int, _ body: (ShardPart) throws(ScratchError) -> Void
  ) throws(ScratchError) {
    for spills in self {
      try spills.forEachPart(partition: partition, kinds: LinkSpills.codes, body)
    }
  }
}
