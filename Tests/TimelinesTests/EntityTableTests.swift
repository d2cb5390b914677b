import TestSupport
import Testing

@testable import Timelines

/// Ids in buckets and records, beside a dictionary.
@Suite struct EntityTableTests {
  /// An id of some kind: short and longer ones, UUIDs, and what is nearly one.
  private static func id(_ random: inout SplitMix64) -> [UInt8] {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return Array("\(Int.random(in: 0...300, using: &random))".utf8)
    case 1:
      return (0..<Int.random(in: 0...40, using: &random)).map { _ in
        UInt8.random(in: 0...(random.oneIn(2) ? 255 : 1), using: &random)
      }
    case 2:
      // The words of a text are those of a UUID, too.
      let text = (0..<Int.random(in: 1...15, using: &random)).map { _ in
        UInt8.random(in: 0...1, using: &random)
      }
      guard let key = PackedKey(text.span) else { return text }
      return random.oneIn(2) ? text : uuid(key.first, key.second)
    case 3:
      var text = uuid(random.next(), random.next())
      let at = Int.random(in: 0..<text.count, using: &random)
      text[at] = UInt8.random(in: 0...255, using: &random)
      return text
    case 4: return random.oneIn(3) ? uuid(0, 0) : uuid(0, random.next() & 3)
    default: return uuid(random.next() & 15, random.next() & 15)
    }
  }

  private static func uuid(_ first: UInt64, _ second: UInt64) -> [UInt8] {
    var text: [UInt8] = []
    for word in [first, second] {
      for byte in 0..<8 {
        if [4, 6, 8, 10].contains(text.count(where: { $0 != UInt8(ascii: "-") }) / 2) {
          text.append(UInt8(ascii: "-"))
        }
        let value = UInt8(truncatingIfNeeded: word >> UInt64(8 * byte))
        for digit in [value >> 4, value & 15] {
          text.append(digit < 10 ? 48 + digit : 87 + digit)
        }
      }
    }
    return text
  }

  /// What a UUID is, in short words.
  private static func isUUID(_ text: [UInt8]) -> Bool {
    text.count == 36
      && text.indices.allSatisfy { index in
        [8, 13, 18, 23].contains(index)
          ? text[index] == UInt8(ascii: "-") : "0123456789abcdef".utf8.contains(text[index])
      }
  }

  private static func spelled(_ key: PackedKey) -> [UInt8] {
    var text = [UInt8](repeating: 7, count: key.count + 2)
    var span = text.mutableSpan
    key.spell(into: &span, at: 1)
    #expect(text.first == 7 && text.last == 7)
    return Array(text.dropFirst().dropLast())
  }

  @Test func keysAreTheirStrings() {
    var random = SplitMix64(seed: 5)
    var strings: [[UInt8]: [UInt8]] = [:]
    for _ in 0..<Thorough.cases(20_000) {
      let id = Self.id(&random)
      guard let key = PackedKey(id.span) else {
        #expect(id.isEmpty || id.count > 15 && !Self.isUUID(id))
        continue
      }
      #expect(!id.isEmpty && (id.count <= 15 || Self.isUUID(id)))
      #expect(Self.spelled(key) == id)
      let words = Array("\(key.form) \(key.first) \(key.second)".utf8)
      #expect(strings[words, default: id] == id)
      strings[words] = id
    }
  }

  /// Each byte of a UUID may be wrong in each way.
  @Test func nearlyUUIDs() {
    let uuid = Array("01234567-89ab-cdef-fedc-ba9876543210".utf8)
    for at in uuid.indices {
      for byte in UInt8.min...UInt8.max {
        var text = uuid
        text[at] = byte
        let isPacked = UUIDForm.packed(text.span) != nil
        #expect(isPacked == Self.isUUID(text))
      }
    }
    for text in [uuid.dropLast(), uuid + uuid] {
      let words = UUIDForm.packed(text.span)
      #expect(words == nil)
    }
  }

  @Test(arguments: [UInt64(0), 3, .max], [true, false])
  func tables(mask: UInt64, packs: Bool) {
    let hash = ByteHash.seeded(mask: mask)
    var random = SplitMix64(seed: mask)
    for _ in 0..<Thorough.cases(4) {
      var table = EntityTable(packs: packs)
      var reference: [[UInt8]: UInt32] = [:]
      var order: [[UInt8]] = []
      var words: [UInt32] = [0]
      var footprint = table.footprint
      for _ in 0..<1500 {
        let id = Self.id(&random)
        let found = table.find(id.span, by: hash)
        #expect(found == reference[id])
        let expected = reference[id] ?? UInt32(order.count)
        if reference[id] == nil { order.append(id) }
        reference[id] = expected
        var grown = 0
        let probe = table.probe(id.span, by: hash)
        // Of this id or of another.
        words.append(table.others.word(hash: probe.hash))
        let word = random.oneIn(2) ? words[words.count - 1] : words.randomElement(using: &random)!
        let code =
          random.oneIn(2)
          ? table.intern(id.span, probe, word: word, by: hash, grown: &grown)
          : table.intern(id.span, by: hash, grown: &grown)
        #expect(code == expected)
        footprint += grown
      }
      #expect(table.count == order.count)
      #expect(table.footprint == footprint)
      let strings = table.strings
      #expect((0..<strings.count).map { Array(strings[$0]) } == order)
    }
  }

  /// Nearly all keys stand where their search begins: else looking them up would take longer the more
  /// there are.
  @Test func keysAreSpread() {
    let hash = ByteHash.seeded()
    var table = PackedKeyTable()
    let keys = (0..<UInt64(20_000)).map { PackedKey(first: $0, second: $0 & 1, form: .uuid) }
    for (code, key) in keys.enumerated() {
      let given = table.intern(key, hash: hash(key), next: UInt32(code), by: hash)
      #expect(given == UInt32(code))
      if code % 1000 != 999 { continue }
      // Less than one in ten is expected elsewhere.
      let near = keys[...code].count { table.likelyCode($0, hash: hash($0)) != nil }
      #expect(near * 4 > (code + 1) * 3)
    }
  }

  /// A table that takes in a larger one does not grow with its keys, which come in the order of hashes.
  @Test func joiningMakesRoomFirst() {
    let hash = ByteHash.seeded()
    var other = PackedKeyTable()
    for code in 0..<UInt32(5000) {
      let key = PackedKey(first: UInt64(code), second: 0, form: .uuid)
      _ = other.intern(key, hash: hash(key), next: code, by: hash)
    }
    var table = PackedKeyTable()
    table.reserve(5000, by: hash)
    let footprint = table.footprint
    var (near, next) = (0, UInt32(0))
    other.visit { key, _ in
      _ = table.intern(key, hash: hash(key), next: next, by: hash)
      next += 1
      // At once, not when all are there.
      if table.likelyCode(key, hash: hash(key)) != nil { near += 1 }
    }
    #expect(table.footprint == footprint && table.count == 5000 && near * 4 > 5000 * 3)
    var joined = EntityTable(packs: true)
    var all = EntityTable(packs: true)
    for number in 0..<5000 { _ = all.intern(Array("u\(number)".utf8).span, by: hash) }
    #expect(joined.join(all, by: hash).count == 5000 && joined.count == 5000)
  }

  @Test(arguments: [UInt64(3), .max]) func joined(mask: UInt64) {
    let hash = ByteHash.seeded(mask: mask)
    for seed in 0..<UInt64(Thorough.cases(60)) {
      var random = SplitMix64(seed: seed)
      var joined = EntityTable(packs: random.oneIn(2))
      var all: Set<[UInt8]> = []
      for _ in 0..<3 {
        var table = EntityTable(packs: random.oneIn(2))
        for _ in 0..<Int.random(in: 0...200, using: &random) {
          _ = table.intern(Self.id(&random).span, by: hash)
        }
        let (codes, ids) = (joined.join(table, by: hash), table.strings)
        #expect(codes.count == ids.count)
        let strings = joined.strings
        for (code, index) in zip(codes, 0..<ids.count) {
          #expect(strings[Int(code)] == ids[index])
          let found = joined.find(ids[index].span, by: hash)
          #expect(found == code)
          all.insert(Array(ids[index]))
        }
        #expect(joined.count == all.count)
      }
    }
  }
}
