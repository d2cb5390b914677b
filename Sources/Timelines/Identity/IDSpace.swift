/// The ids of one space of one kind, and what maps make of them.
///
///     cus_1 -> o1           a map leads to the space that all sources share
///     cus_2 -> billing:cus_2 FD    none does: it is nobody's of another space (`EntityKey`)
package struct IDSpace: Sendable {
  /// Where a row of a map leads, and where it stands.
  package struct Claim: Sendable, Equatable {
    /// "" for the space that all sources share.
    package var space: String
    package var id: [UInt8]
    /// Number of the file, and the line in it.
    package var file: Int
    package var line: Int

    package init(space: String, id: [UInt8], file: Int, line: Int) {
      (self.space, self.id, self.file, self.line) = (space, id, file, line)
    }
  }

  private struct Target: Sendable {
    /// Of `spaces`.
    var space: Int32
    var id: UInt32
    var file: Int32
    var line: Int32
  }

  package let name: String
  let hash = ByteHash.seeded()
  private(set) var ids = ByteInterner()
  /// By id.
  private var targets: [Target] = []
  private var targetIDs = ByteInterner()
  private var spaces: [String] = []
  /// By id, once the maps are whole: its key in `keys`, and whether another id has the same.
  private(set) var keyOf: [UInt32] = []
  private(set) var isShared: [Bool] = []
  private(set) var keys = ByteTable()

  package init(name: String) {
    self.name = name
  }

  package var count: Int { ids.count }

  /// Names of the spaces that its ids lead to.
  package var nextSpaces: [String] { spaces }

  /// Bytes of memory held, roughly.
  package var footprint: Int {
    ids.footprint + targetIDs.footprint + keys.bytes.count + keys.count * 8
      + targets.capacity * MemoryLayout<Target>.stride + keyOf.count * 5
  }

  /// Notes what a row says. Returns what an earlier one says of the same id, if that is another.
  package mutating func add(_ id: borrowing Span<UInt8>, leadsTo claim: Claim) -> Claim? {
    let code = Int(ids.intern(id, hash: hash(id)))
    let target = targetIDs.intern(claim.id.span, hash: hash(claim.id.span))
    let space = spaces.firstIndex(of: claim.space) ?? spaces.count
    if space == spaces.count { spaces.append(claim.space) }
    guard code < targets.count else {
      targets.append(
        Target(
          space: Int32(space), id: target, file: Int32(truncatingIfNeeded: claim.file),
          line: Int32(clamping: claim.line)))
      return nil
    }
    let other = targets[code]
    if other.id == target, other.space == space { return nil }
    return Claim(
      space: spaces[Int(other.space)], id: Array(targetIDs.strings[Int(other.id)]),
      file: Int(other.file), line: Int(other.line))
  }

  /// Decides what each id is called in the end.
  ///
  /// - Parameter key: of an id of a space that it leads to.
  mutating func settle(_ key: (_ space: String, _ id: ArraySlice<UInt8>) -> [UInt8]) {
    let table = targetIDs.strings
    var found = ByteInterner()
    var firstOf: [Int] = []
    for (id, target) in targets.enumerated() {
      let key = key(spaces[Int(target.space)], table[Int(target.id)])
      let code = found.intern(key.span, hash: hash(key.span))
      keyOf.append(code)
      isShared.append(Int(code) < firstOf.count)
      if Int(code) == firstOf.count {
        firstOf.append(id)
      } else {
        isShared[firstOf[Int(code)]] = true
      }
    }
    keys = found.strings
    (targets, targetIDs) = ([], ByteInterner())
  }

  /// What an id is called in the end.
  package func key(of id: ArraySlice<UInt8>) -> [UInt8] {
    guard let code = ids.find(id.span, hash: hash(id.span)) else {
      return EntityKey.inSpace(name, id)
    }
    return Array(keys[Int(keyOf[Int(code)])])
  }
}

/// All spaces of one kind of ids.
package struct IDSpaces: Sendable {
  package private(set) var all: [String: IDSpace] = [:]

  package init() {}

  /// - Parameters:
  ///   - names: of the spaces that some source's ids are of.
  ///   - maps: what maps say, by the space that they lead out of; no way leads back.
  package init(_ names: [String], maps: [String: IDSpace]) {
    all = maps
    for name in names where all[name] == nil { all[name] = IDSpace(name: name) }
    var settled: Set<String> = []
    for name in all.keys.sorted() { settle(name, &settled) }
  }

  private mutating func settle(_ name: String, _ settled: inout Set<String>) {
    guard var space = all[name], settled.insert(name).inserted else { return }
    for next in space.nextSpaces { settle(next, &settled) }
    let others = all
    space.settle { others.isEmpty || $0.isEmpty ? Array($1) : others[$0]?.key(of: $1) ?? [] }
    all[name] = space
  }

  package var isEmpty: Bool { all.isEmpty }

  package var footprint: Int { all.values.reduce(0) { $0 + $1.footprint } }

  /// The keys that an id may mean of which nobody says of which space it is.
  package func keys(of id: [UInt8]) -> Set<[UInt8]> {
    var keys: Set = [id]
    for space in all.values {
      keys.insert(space.key(of: id[...]))
      // As lists show it.
      let prefix = Array(space.name.utf8) + [UInt8(ascii: ":")]
      if id.starts(with: prefix) { keys.insert(space.key(of: id.dropFirst(prefix.count))) }
    }
    return keys
  }
}
