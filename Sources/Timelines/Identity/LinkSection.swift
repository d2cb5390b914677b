package import System

/// A worker's `IdentityLog` or `CarryLog` on its way to another machine: what is held once, and the
/// instants behind it, which stay in the file until somebody asks for them.
///
/// Numbers and tables are those of `RunFormat`:
///
///     length of the head (8 bytes), its checksum (8), the head, pieces of instants (`LinkTimes`)
///
///     head
///       tuples        table; per tuple: first time (zigzag), last less first (varint)
///       lone          table
///       aliases       table; count; per alias: code, time (zigzag)
///       pieces        count; per piece: length, checksum (8 bytes)
///
/// Of a `CarryLog` the pairs are the tuples, and the rest is empty.
struct LinkSection {
  typealias Damage = SegmentCursor.Damage

  var tuples = ByteTable()
  var tupleTimes: [IdentityLog.Times] = []
  var lone = ByteTable()
  var aliases = ByteTable()
  var aliasTimes: [IdentityLog.Alias] = []
  var times: LinkTimes

  private static let prefixBytes = 16

  /// Writes all of it; returns how many bytes that are.
  func write(to write: ([UInt8]) throws -> Void) throws -> Int {
    var head = RunBytes()
    head.append(tuples)
    for times in tupleTimes {
      head.append(zigzag: times.first)
      head.append(varint: UInt64(bitPattern: times.last &- times.first))
    }
    head.append(lone)
    head.append(aliases)
    head.append(aliasTimes.count)
    for alias in aliasTimes {
      head.append(varint: UInt64(alias.code))
      head.append(zigzag: alias.time)
    }
    var lengths: [(count: Int, checksum: UInt64)] = []
    try times.forEachPiece { lengths.append(($0.count, RunFormat.checksum($0.span))) }
    head.append(lengths.count)
    for (count, checksum) in lengths {
      head.append(count)
      head.append(fixed: checksum, bytes: 8)
    }
    var prefix = RunBytes()
    prefix.append(fixed: UInt64(head.bytes.count), bytes: 8)
    prefix.append(fixed: RunFormat.checksum(head.bytes.span), bytes: 8)
    try write(prefix.bytes + head.bytes)
    try times.forEachPiece { try write($0) }
    return Self.prefixBytes + head.bytes.count + lengths.reduce(0) { $0 + $1.count }
  }

  /// Reads the head of a section; the instants stay where they are.
  ///
  /// - Parameters:
  ///   - offset: where the section begins.
  ///   - count: its bytes.
  init(
    reading file: ScratchFile, at offset: Int, count: Int, budget: MemoryBudget
  ) throws(ScratchError) {
    times = LinkTimes(budget: budget, scratch: nil)
    do throws(Damage) {
      try read(file, at: offset, count: count)
    } catch {
      throw file.damaged(error.what)
    }
  }

  init(times: LinkTimes) {
    self.times = times
  }

  private mutating func read(
    _ file: ScratchFile, at offset: Int, count: Int
  ) throws(Damage) {
    func bytes(_ at: Int, _ count: Int) throws(Damage) -> [UInt8] {
      do {
        return try file.read(offset: at, count: count)
      } catch {
        throw Damage(what: "\(error)")
      }
    }
    guard offset >= 0, count >= Self.prefixBytes, count <= file.byteCount - offset else {
      throw Damage(what: "a section of links ends too early")
    }
    var prefix = SegmentCursor(try bytes(offset, Self.prefixBytes))
    let (length, checksum) = (try prefix.fixed(8), try prefix.fixed(8))
    guard length <= UInt64(count - Self.prefixBytes) else {
      throw Damage(what: "a section of links is too short")
    }
    let head = try bytes(offset + Self.prefixBytes, Int(length))
    guard RunFormat.checksum(head.span) == checksum else {
      throw Damage(what: "the checksum of links does not fit")
    }
    var cursor = SegmentCursor(head)
    tuples = try cursor.table()
    for _ in 0..<tuples.count {
      let first = try cursor.zigzag()
      tupleTimes.append(
        IdentityLog.Times(first: first, last: first &+ Int64(bitPattern: try cursor.varint())))
    }
    lone = try cursor.table()
    aliases = try cursor.table()
    for _ in 0..<(try cursor.countOfParts()) {
      let code = UInt32(truncatingIfNeeded: try cursor.code(below: aliases.count))
      aliasTimes.append(IdentityLog.Alias(code: code, time: try cursor.zigzag()))
    }
    var at = offset + Self.prefixBytes + Int(length)
    var places: [LinkTimes.Place] = []
    for _ in 0..<(try cursor.countOfParts()) {
      let length = try cursor.count()
      guard length <= offset + count - at else {
        throw Damage(what: "a section of links is too short")
      }
      places.append(
        LinkTimes.Place(range: at..<at + length, checksum: try cursor.fixed(8)))
      at += length
    }
    guard cursor.isAtEnd, at == offset + count else {
      throw Damage(what: "a section of links has another length")
    }
    times.takeOver(places, in: file, codes: tuples.count)
  }
}

extension ByteInterner {
  /// All strings of a table, which must be distinct: nil if they are not.
  init?(distinct table: ByteTable, hash: ByteHash) {
    self.init()
    let bytes = table.bytes.span
    var start = 0
    for end in table.ends {
      let string = bytes.extracting(start..<end)
      _ = intern(string, hash: hash(string))
      start = end
    }
    if count != table.count { return nil }
  }
}

extension IdentityLog {
  /// Writes what it holds; returns how many bytes that are.
  package func export(to write: ([UInt8]) throws -> Void) throws -> Int {
    var section = LinkSection(times: linkTimes)
    (section.tuples, section.tupleTimes) = (tuples.strings, tupleTimes)
    section.lone = lone.strings
    (section.aliases, section.aliasTimes) = (aliases.strings, aliasTimes)
    return try section.write(to: write)
  }

  /// What another machine wrote.
  package init(
    reading file: ScratchFile, at offset: Int, count: Int, rules: IdentityRules,
    budget: MemoryBudget
  ) throws(ScratchError) {
    self.init(rules: rules, budget: budget)
    let section = try LinkSection(reading: file, at: offset, count: count, budget: budget)
    guard let tuples = ByteInterner(distinct: section.tuples, hash: hash),
      let lone = ByteInterner(distinct: section.lone, hash: hash),
      let aliases = ByteInterner(distinct: section.aliases, hash: hash)
    else { throw file.damaged("a link stands twice in one section") }
    take(section, tuples: tuples, lone: lone, aliases: aliases)
  }
}

extension CarryLog {
  /// Writes what it holds; returns how many bytes that are.
  package func export(to write: ([UInt8]) throws -> Void) throws -> Int {
    var section = LinkSection(times: times)
    section.tuples = pairs.strings
    section.tupleTimes = first.map { IdentityLog.Times(first: $0, last: $0) }
    return try section.write(to: write)
  }

  /// What another machine wrote.
  package init(
    reading file: ScratchFile, at offset: Int, count: Int, budget: MemoryBudget
  ) throws(ScratchError) {
    self.init(budget: budget)
    let section = try LinkSection(reading: file, at: offset, count: count, budget: budget)
    guard let pairs = ByteInterner(distinct: section.tuples, hash: hash) else {
      throw file.damaged("an account stands twice with one user")
    }
    take(pairs, first: section.tupleTimes.map(\.first), times: section.times)
  }
}
