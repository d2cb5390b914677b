/// Links that come back from disk (`LinkSpills`), of some anonymous ids.
extension PersonsBuilder {
  /// Which anonymous ids a builder takes in.
  enum Intake {
    case all
    /// Those that it has already.
    case interned
  }

  /// Takes in the links of a run.
  mutating func add(_ part: ShardPart, _ intake: Intake) {
    let codes = codes(of: part, intake)
    var known = KnownCodes(part)
    part.forEachLink { entity, value, time in
      guard let anonymous = codes[entity] else { return }
      paired.link(anonymous, known.code(of: value, in: &self), first: time, last: time)
    }
  }

  /// By entity of a run: its code.
  private mutating func codes(of part: ShardPart, _ intake: Intake) -> [UInt32?] {
    let entities = part.readEntities
    let bytes = entities.bytes.span
    var codes: [UInt32?] = []
    codes.reserveCapacity(entities.count)
    for entity in 0..<entities.count {
      let id = bytes.extracting(entities.range(entity))
      switch intake {
      case .all: codes.append(internAnonymous(id))
      case .interned: codes.append(paired.anonymous.find(id, hash: hash(id)))
      }
    }
    return codes
  }

  /// Makes room for ids without links.
  mutating func finishLinks() {
    paired.makeRoom(for: paired.anonymous.count)
  }

  /// Takes in an anonymous id, with or without links to come.
  mutating func want(_ id: borrowing Span<UInt8>) {
    _ = internAnonymous(id)
  }

  /// Codes of a run's known ids, as far as somebody asks.
  struct KnownCodes {
    private let values: ByteTable
    private var codes: [UInt32]

    init(_ part: ShardPart) {
      values = part.values
      codes = [UInt32](repeating: .max, count: part.values.count)
    }

    mutating func code(of value: Int, in builder: inout PersonsBuilder) -> UInt32 {
      if codes[value] == .max {
        let id = values[value]
        codes[value] = builder.known.intern(id.span, hash: builder.hash(id.span))
      }
      return codes[value]
    }
  }

  /// Adds the links of a run that some ids have to theirs.
  ///
  /// - Parameter place: by anonymous id, its place in `links`, or -1.
  func collect(_ part: ShardPart, place: [Int32], into links: inout [[Link]]) {
    let entities = part.readEntities
    let places = (0..<entities.count).map { entity in
      paired.anonymous.find(entities[entity].span, hash: hash(entities[entity].span))
        .map { place[Int($0)] } ?? -1
    }
    part.forEachLink { entity, value, time in
      guard places[entity] >= 0 else { return }
      let id = part.values[value]
      guard let known = known.find(id.span, hash: hash(id.span)) else { return }
      links[Int(places[entity])].append(Link(time: time, known: known))
    }
  }

  /// By known id, the person's; takes in the names of persons that are missing.
  mutating func persons(_ aliases: AliasNames) -> [UInt32] {
    let count = known.count
    var personOf = (0..<UInt32(count)).map { $0 }
    if aliases.isEmpty { return personOf }
    let strings = known.strings
    for code in 0..<count {
      guard let person = aliases.person(of: strings[code].span) else { continue }
      let name = aliases.name(person)
      personOf[code] = known.intern(name.span, hash: hash(name.span))
    }
    // Names mean themselves.
    for code in count..<known.count { personOf.append(UInt32(code)) }
    return personOf
  }
}

extension ShardPart {
  /// A run has its own numbers of kinds; nil for one without rows of this kind.
  private func code(of kind: LinkSpills.Kind) -> UInt32? {
    kindCodes.firstIndex(of: kind.rawValue).map { UInt32($0) }
  }

  /// Gives `body` every link of a run: entity, text and time.
  func forEachLink(_ body: (_ entity: Int, _ known: Int, _ time: Int64) -> Void) {
    guard let link = code(of: .link) else { return }
    for block in blocks {
      var at = 0
      for row in block.rows where row.kind == link {
        body(Int(row.entity), Int(block.words[at]), row.time)
        at += LinkSpills.layout.words
      }
    }
  }

  /// Gives `body` the entity of every row of a kind.
  func forEachRow(_ kind: LinkSpills.Kind, _ body: (_ entity: Int) -> Void) {
    guard let code = code(of: kind) else { return }
    for block in blocks {
      for row in block.rows where row.kind == code { body(Int(row.entity)) }
    }
  }
}
