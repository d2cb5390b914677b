import EventLog
import TestSupport
import Testing
import Values

@testable import Pipeline

/// What was taken and what was judged: added up in any order, written down and read again.
@Suite struct InputLedgerTests {
  private static func judged(_ random: inout SplitMix64) -> JudgedRows {
    var rows = JudgedRows()
    let counts: [WritableKeyPath<JudgedRows, Int>] = [
      \.events, \.held, \.nobodys, \.withBothIDs, \.matched, \.unmatched, \.duplicates, \.early,
      \.lost, \.withoutUser, \.withoutAccount,
    ]
    for path in counts where random.chance(60) {
      rows[keyPath: path] = Int.random(in: 0...99, using: &random)
    }
    var times: [Int64] = []
    for _ in 0..<Int.random(in: 0...5, using: &random) {
      let time = Int64.random(in: 1_500_000_000_000_000...1_700_000_000_000_000, using: &random)
      times.append(time)
      rows.days.count(time)
      (rows.earliest, rows.latest) = (min(rows.earliest, time), max(rows.latest, time))
    }
    rows.spread.add(times, used: times.map { _ in random.chance(50) ? 1 : 0 })
    return rows
  }

  private static func sightings(_ random: inout SplitMix64) -> Sightings {
    var found = Sightings()
    if random.chance(50) { return found }
    found.count = Int.random(in: 1...9, using: &random)
    found.first = ValuePlace(line: Int.random(in: 1...99, using: &random), text: Array("n/a".utf8))
    return found
  }

  private static func taken(_ random: inout SplitMix64) -> TakenInput {
    var source = SourceOutcome()
    source.fileBytes = Int.random(in: 0...999, using: &random)
    source.isGzip = random.chance(50)
    source.isEncodingMarked = random.chance(50)
    source.encoding = random.chance(50) ? "UTF-16LE" : nil
    if random.chance(50) {
      source.damages.append(
        Damage(
          kind: random.chance(50) ? .truncated : .readFailed(5), fileOffset: 7,
          inflatedOffset: 9))
    }
    var tally = RowTally()
    tally.rows = Int.random(in: 0...99, using: &random)
    tally.events = tally.rows
    tally.rejectedBytes = Int.random(in: 0...9, using: &random)
    for reason in tally.rejected.indices where random.chance(30) { tally.rejected[reason] = 2 }
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      tally.samples.append(Reject(reason: .badTime, line: 3, byte: 40, prefix: [0xFF, 0, 0x7B]))
      tally.sampled[Int(RejectReason.badTime.rawValue)] += 1
    }
    tally.missingColumns = random.chance(30) ? ["plan"] : []
    tally.values.localTimes = sightings(&random)
    tally.values.tooLong = sightings(&random)
    tally.values.dates = Int.random(in: 0...3, using: &random)
    tally.values.nulls = (0..<Int.random(in: 0...3, using: &random)).map { _ in sightings(&random) }
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      var numbers = ValueTally.Numbers()
      numbers.values = Int.random(in: 0...9, using: &random)
      numbers.unreadable = sightings(&random)
      tally.values.numbers.append(numbers)
    }
    return TakenInput(
      file: InputFile(path: "log", bytes: source.fileBytes), source: source, tally: tally)
  }

  @Test func addsUpInAnyOrder() {
    for seed in 0..<UInt64(Thorough.cases(200)) {
      var random = SplitMix64(seed: seed)
      let parts = (0..<5).map { _ in Self.judged(&random) }
      var (sum, other) = (JudgedRows(), JudgedRows())
      for part in parts { sum.add(part) }
      for part in parts.shuffled(using: &random) { other.add(part) }
      #expect(sum == other, "seed \(seed)")
    }
  }

  @Test func comesBackFromBytes() throws {
    for seed in 0..<UInt64(Thorough.cases(500)) {
      var random = SplitMix64(seed: seed)
      let judged = Self.judged(&random)
      let taken = Self.taken(&random)
      let ledger = InputLedger(
        id: InputID(taken.file, content: random.chance(50) ? "ab" : ""), taken, judged: judged)
      let bytes = JSONWriter.compact(ledger.json)
      let read = try #require(InputLedger(try JSONReader.read(bytes)), "seed \(seed)")
      #expect(read.id == ledger.id)
      #expect(read.judged == judged, "seed \(seed)")
      #expect(read.tally == taken.tally && read.source == taken.source, "seed \(seed)")
      #expect(read.file == taken.file)
    }
  }

  /// What a store keeps is the same form with less in it, and of rejected rows no byte.
  @Test func aStoreKeepsNoRows() throws {
    for seed in 0..<100 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let kept = Self.taken(&random).kept
      #expect(kept.tally.samples.isEmpty && kept.kept.json == kept.json)
      #expect(try #require(TakenInput(kept.json)).json == kept.json)
    }
  }

  @Test func onlyKnownInputsAreAdded() {
    func ledger(_ path: String, _ content: String = "") -> InputLedger {
      let file = InputFile(path: path, bytes: 1)
      return InputLedger(
        id: InputID(file, content: content),
        TakenInput(file: file, source: SourceOutcome(), tally: RowTally()), judged: JudgedRows())
    }
    // Two tasks' standard inputs are two.
    var all = [ledger("-", "a"), ledger("-", "b"), ledger("log")]
    let found = JudgedRows(duplicates: 3)
    let isKnown = all.add([all[1].id: found])
    #expect(isKnown)
    #expect(all.map(\.judged.duplicates) == [0, 3, 0])
    let isUnknown = !all.add([ledger("log", "c").id: found])
    #expect(isUnknown)
  }

  @Test func membersOfOneNameAreTwo() {
    let ids = [0, 512].map { start in
      InputID(
        InputFile(
          path: "a.tar:log", bytes: 9,
          member: ArchiveMember(archive: "a.tar", place: .file, range: start..<start + 9)))
    }
    #expect(ids[0] != ids[1])
  }

  @Test func whatIsNoCountIsRefused() throws {
    for text in [
      #"{"matched": -1}"#, #"{"days": [1]}"#, #"{"range": [2, 1]}"#, #"{"spread": [[1, 2, 3]]}"#,
      #"{"events": 281474976710656}"#,
    ] {
      #expect(JudgedRows(try JSONReader.read(Array(text.utf8))) == nil, "\(text)")
    }
    #expect(JudgedRows(.object([])) == JudgedRows())
  }
}
