import TestSupport
import Testing

@testable import Timelines

/// Who is who, against the rules as they are written down.
@Suite struct PersonsTests {
  static func rows(_ random: inout SplitMix64) -> [IdentityRow] {
    let people = Int.random(in: 1...6, using: &random)
    let devices = Int.random(in: 1...6, using: &random)
    let span = Int64([3, 10, 100].randomElement(using: &random)!)
    let aliases = random.oneIn(2) ? 0 : 6
    // Some ids stand in both places.
    func person(_ random: inout SplitMix64) -> String {
      random.oneIn(8) ? "d1" : "p\(Int.random(in: 1...people, using: &random))"
    }
    func device(_ random: inout SplitMix64) -> String {
      random.oneIn(8) ? "p1" : "d\(Int.random(in: 1...devices, using: &random))"
    }
    return (0..<Int.random(in: 0...30, using: &random)).map { _ in
      var row = IdentityRow(time: Int64.random(in: 1...span, using: &random))
      if random.oneIn(2) { row.known = person(&random) }
      let count = row.known == nil ? Int.random(in: 1...3, using: &random) : random.oneIn(3) ? 0 : 1
      row.anonymous = (0..<count).map { _ in device(&random) }
      if row.known != nil, aliases > 0, random.oneIn(aliases) {
        row.former = random.oneIn(2) ? device(&random) : person(&random)
      }
      return row
    }
  }

  @Test func generated() throws {
    var moved = 0
    for seed in 0..<UInt64(Thorough.cases(6000)) {
      var random = SplitMix64(seed: seed)
      let rows = Self.rows(&random)
      let rules = IdentityRules(
        anonymousRows: IdentityRules.AnonymousRows.allCases.randomElement(using: &random)!,
        knownMax: random.oneIn(3) ? 2 : 50, anonymousMax: random.oneIn(3) ? 2 : 1000)
      let reference = ReferencePersons(rows: rows, rules: rules.reference)
      let persons = try Persons(
        rows, rules: rules, workers: Int.random(in: 1...4, using: &random), &random)
      for row in rows {
        let expected = reference.person(of: row)
        let found = persons.name(of: row.key, at: row.time)
        #expect(found == expected, "seed \(seed), \(row), \(rules)")
        if row.known == nil, case .known = expected { moved += 1 }
      }
      if let known = rows.compactMap(\.known).first {
        let open = Array(known.utf8) + [EntityKey.openEnd]
        let isBeside = rows.contains { $0.known == known && !$0.anonymous.isEmpty }
        if isBeside {
          let expected = PersonName.known(reference.person(ofKnown: known))
          #expect(persons.name(of: open, at: 5) == expected, "seed \(seed)")
        }
      }
    }
    #expect(moved > 300)
  }

  /// Links that have left memory: of any keys the same is found, and counted.
  @Test func spilledLinks() throws {
    var moved = 0
    for seed in 0..<UInt64(Thorough.cases(3000)) {
      var random = SplitMix64(seed: 2_000_000 + seed)
      let rows = Self.rows(&random)
      let rules = IdentityRules(
        anonymousRows: IdentityRules.AnonymousRows.allCases.randomElement(using: &random)!,
        knownMax: random.oneIn(3) ? 2 : 50, anonymousMax: random.oneIn(3) ? 2 : 1000)
      let reference = ReferencePersons(rows: rows, rules: rules.reference)
      let workers = Int.random(in: 1...4, using: &random)
      let links = try SpilledLinks(rows, rules: rules, workers: workers, &random)
      let whole = try Persons(rows, rules: rules, workers: workers, &random)
      #expect(links.counts == whole.counts, "seed \(seed), \(rules)")
      let asked = rows.filter { _ in !random.oneIn(3) }
      var tables = [ByteTable(), ByteTable()]
      for row in asked {
        tables[Int.random(in: 0..<2, using: &random)].append(row.key)
      }
      let opened = rows.flatMap { [$0.known].compactMap { $0 } + $0.anonymous }.map {
        Array($0.utf8) + [EntityKey.openEnd]
      }
      for key in opened { tables[0].append(key) }
      let persons = try links.persons(of: tables)
      for row in asked {
        let expected = reference.person(of: row)
        #expect(persons.name(of: row.key, at: row.time) == expected, "seed \(seed), \(row)")
        if row.known == nil, case .known = expected { moved += 1 }
      }
      for key in opened {
        #expect(persons.name(of: key, at: 5) == whole.name(of: key, at: 5), "seed \(seed)")
      }
    }
    #expect(moved > 300)
  }

  /// Times of links that went through scratch.
  @Test func spilled() throws {
    var random = SplitMix64(seed: 1)
    let rows = (0..<60_000).map { number in
      IdentityRow(
        time: Int64(number) * 1000,
        known: number % 4 == 0 ? nil : "p\(number / 1000 % 3)", anonymous: ["d\(number % 7)"])
    }
    let rules = IdentityRules()
    let persons = try Persons(rows, rules: rules, workers: 2, spills: true, &random)
    for row in rows where row.known == nil {
      let next = rows[(Int(row.time / 1000) + 1)...].first {
        $0.known != nil && $0.anonymous == row.anonymous
      }
      let expected = next?.known.map { PersonName.known($0) }
      if let expected { #expect(persons.name(of: row.key, at: row.time) == expected) }
    }
  }

  /// A kiosk, and the id of all guests, change nothing for anybody else.
  @Test func limits() throws {
    var rows = (0..<10_000).map { IdentityRow(time: 5, known: "p\($0)", anonymous: ["kiosk"]) }
    rows += (0..<2000).map { IdentityRow(time: 5, known: "guest", anonymous: ["d\($0)"]) }
    rows.append(IdentityRow(time: 6, known: "p7", anonymous: ["d7"]))
    var random = SplitMix64(seed: 2)
    let persons = try Persons(rows, rules: IdentityRules(), workers: 2, &random)
    #expect(persons.counts.anonymousOverLimit.examples == ["kiosk"])
    #expect(persons.counts.knownOverLimit.examples == ["guest"])
    #expect(persons.counts.links == 1)
    #expect(persons.counts.persons == 1)
    let kiosk = IdentityRow(time: 1, anonymous: ["kiosk"])
    #expect(persons.name(of: kiosk.key, at: 1) == .device("kiosk"))
    let device = IdentityRow(time: 1, anonymous: ["d7"])
    #expect(persons.name(of: device.key, at: 1) == .known("p7"))
    let spilled = try SpilledLinks(rows, rules: IdentityRules(), workers: 2, &random)
    #expect(spilled.counts == persons.counts)
  }
}
