import TestSupport
import Testing

@testable import Timelines

/// Tables that threads have filled, put together, beside one that was filled at once.
@Suite struct IDTableTests {
  private let hash = ByteHash.seeded()

  /// Up to 400 ids of up to 20 bytes, each once.
  private static func ids(_ random: inout SplitMix64) -> [[UInt8]] {
    let count = Int.random(in: 0...(random.oneIn(3) ? 400 : 12), using: &random)
    let ids = (0..<count).map { _ in
      (0..<Int.random(in: 0...20, using: &random)).map { _ in
        UInt8.random(in: 97...(random.oneIn(4) ? 255 : 99), using: &random)
      }
    }
    return Set(ids).sorted { $0.lexicographicallyPrecedes($1) }.shuffled(using: &random)
  }

  @Test func interners() {
    for seed in 0..<UInt64(Thorough.cases(300)) {
      var random = SplitMix64(seed: seed)
      let ids = Self.ids(&random)
      var tables = [ByteInterner](repeating: ByteInterner(slots: 1), count: 3)
      var places: [Int] = []
      for id in ids {
        let table = Int.random(in: 0..<3, using: &random)
        _ = tables[table].intern(id.span, hash: hash(id.span))
        places.append(table)
      }
      var joined = ByteInterner(joining: tables)
      let order = (0..<3).flatMap { table in ids.indices.filter { places[$0] == table } }
      #expect(joined.count == ids.count)
      let strings = joined.strings
      #expect((0..<joined.count).map { Array(strings[$0]) } == order.map { ids[$0] })
      for (code, at) in order.enumerated() {
        let id = ids[at]
        let found = joined.find(id.span, hash: hash(id.span))
        #expect(found == UInt32(code))
      }
      // It grows on.
      for id in Self.ids(&random) {
        let known = ids.contains(id)
        let count = joined.count
        let hash = hash(id.span)
        let code = Int(joined.intern(id.span, hash: hash))
        #expect(known ? code < ids.count && joined.count == count : code == count)
        #expect(Array(joined.strings[code]) == id)
      }
    }
  }

  /// A record that may be an entity's is believed only if it is: whatever hashes and words say.
  @Test func wordsAreOnlyHints() {
    for mask in [UInt64(0), 3, .max] {
      let hash = ByteHash.seeded(mask: mask)
      var random = SplitMix64(seed: mask)
      var interner = ByteInterner(slots: 1)
      var reference: [[UInt8]: UInt32] = [:]
      var words: [UInt32] = [0]
      for _ in 0..<2000 {
        let id = Array("\(Int.random(in: 0...300, using: &random))".utf8)
        let hashed = hash(id.span)
        words.append(interner.word(hash: hashed))
        let other = Int.random(in: 0..<words.count, using: &random)
        let word = words[random.oneIn(3) ? other : words.count - 1]
        _ = interner.ends(word: word, count: id.count)
        var grown = 0
        let code = interner.intern(id.span, hash: hashed, word: word, grown: &grown)
        #expect(code == reference[id] ?? UInt32(reference.count))
        reference[id] = code
      }
      #expect(interner.count == reference.count)
    }
  }

  @Test func tablesByTheHighestBits() {
    for seed in 0..<UInt64(Thorough.cases(300)) {
      var random = SplitMix64(seed: seed)
      let (ids, bits) = (Self.ids(&random), Int.random(in: 1...6, using: &random))
      var tables = [IDTable](repeating: IDTable(), count: 1 << bits)
      for id in ids {
        let hash = hash(id.span)
        _ = tables[Int(hash >> UInt64(64 - bits))].intern(id.span, hash: hash)
      }
      var joined = IDTable(joining: tables, bits: bits)
      var reference: [[UInt8]: UInt32] = [:]
      for (code, id) in tables.flatMap({ table in
        (0..<table.count).map { Array(table.strings[$0]) }
      }).enumerated() {
        reference[id] = UInt32(code)
      }
      #expect(reference.count == ids.count && joined.count == ids.count)
      for id in Self.ids(&random) + ids {
        let hash = hash(id.span)
        let found = joined.find(id.span, hash: hash)
        #expect(found == reference[id])
        if random.oneIn(2) { continue }
        let code = joined.intern(id.span, hash: hash)
        #expect(code == reference[id] ?? UInt32(reference.count))
        reference[id] = code
      }
      let strings = joined.strings
      #expect(joined.count == reference.count && strings.count == reference.count)
      for (id, code) in reference { #expect(Array(strings[Int(code)]) == id) }
    }
  }
}
