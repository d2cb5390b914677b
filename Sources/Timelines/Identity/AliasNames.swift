/// What the persons are called of known ids that aliases name, for those who do not have all ids at
/// hand.
struct AliasNames: Sendable {
  private let known: ByteInterner
  private let names: ByteTable
  private let personOf: [UInt32]
  private let hash: ByteHash
  /// Ids that are another one's.
  let mergedCount: Int

  /// - Parameter builder: with all aliases, and no other known ids.
  init(_ builder: PersonsBuilder, _ aliases: [PersonsBuilder.Alias]) {
    known = builder.known
    names = builder.known.strings
    personOf = AliasGraph(aliases, names: names).persons(names: names)
    hash = builder.hash
    mergedCount = personOf.enumerated().count { $0.offset != Int($0.element) }
  }

  /// Bytes of memory held, roughly.
  var footprint: Int {
    known.footprint + names.bytes.count + names.count * 8 + personOf.count * 4
  }

  var isEmpty: Bool { personOf.isEmpty }

  /// The person of an id; nil for one that no alias names.
  func person(of id: borrowing Span<UInt8>) -> UInt32? {
    if isEmpty { return nil }
    return known.find(id, hash: hash(id)).map { personOf[Int($0)] }
  }

  func name(_ person: UInt32) -> ArraySlice<UInt8> { names[Int(person)] }

  /// The person that an alias leads to.
  func person(of alias: PersonsBuilder.Alias) -> UInt32 { personOf[Int(alias.to)] }
}
