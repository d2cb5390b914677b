import TestSupport
import Testing

@testable import EventLog
@testable import Values

/// From clocks on walls to instants, and the words for no value.
@Suite struct FieldsLocalTimeTests {
  private static let hour: Int64 = 3_600_000_000

  /// Forward by an hour at 1 M seconds, back by an hour at 2 M seconds, and by a day at 3 M.
  private static let zone = ZoneRules(
    name: "Made/Up", starts: [.min, 1_000_000, 2_000_000, 3_000_000],
    offsets: [3600, 7200, 3600, -82_800])

  @Test func gapsAndTwiceToldHours() {
    func instant(_ seconds: Int64) -> Int64 {
      Self.zone.instant(ofLocal: seconds * 1_000_000) / 1_000_000
    }
    #expect(instant(1_000_000) == 996_400)
    #expect(instant(1_003_599) == 999_999)
    // In the gap the clock that was not yet set forward goes on.
    #expect(instant(1_003_600) == 1_000_000)
    #expect(instant(1_005_000) == 1_001_400)
    #expect(instant(1_007_200) == 1_000_000)
    // The hour that comes twice is the first one.
    #expect(instant(2_003_600) == 1_996_400)
    #expect(instant(2_007_199) == 1_999_999)
    #expect(instant(2_007_200) == 2_003_600)
    // A day that comes twice.
    #expect(instant(2_960_000) == 2_956_400)
    #expect(instant(3_003_599) == 2_999_999)
    #expect(instant(3_003_600) == 3_086_400)
  }

  @Test func agreesWithASearchOverAllOffsets() {
    var random = SplitMix64(seed: 51)
    for _ in 0..<300 {
      var starts: [Int64] = [.min]
      var offsets: [Int32] = [Int32.random(in: -43_200...50_400, using: &random)]
      for _ in 0..<Int.random(in: 0...5, using: &random) {
        starts.append(
          (starts.last == .min ? 0 : starts.last!)
            + Int64.random(in: 200_000...900_000, using: &random))
        offsets.append(offsets.last! + [3600, -3600, 1800, -7200].randomElement(using: &random)!)
      }
      let zone = ZoneRules(name: "Made/Up", starts: starts, offsets: offsets)
      for _ in 0..<40 {
        let local = Int64.random(in: -300_000...3_000_000, using: &random)
        let found = zone.instant(ofLocal: local * 1_000_000 + 7)
        // Every instant whose wall shows that time; else the one before the gap.
        let shown = offsets.indices.map { local - Int64(offsets[$0]) }.filter {
          $0 + Int64(zone.offset(at: $0)) == local
        }
        if let first = shown.min() {
          #expect(found == first * 1_000_000 + 7)
        } else {
          let index = starts.indices.dropFirst().first {
            starts[$0] + Int64(offsets[$0 - 1]) <= local && local < starts[$0] + Int64(offsets[$0])
          }!
          #expect(found == (local - Int64(offsets[index - 1])) * 1_000_000 + 7)
        }
      }
    }
  }

  @Test func rulesByShape() {
    let rules = TimeRules(zone: Self.zone, calendar: .utc)
    let read = TimeReading(microseconds: 0, shape: .local)
    #expect(rules.instant(of: read) == -Self.hour)
    #expect(rules.instant(of: TimeReading(microseconds: 5, shape: .date)) == 5)
    #expect(rules.instant(of: TimeReading(microseconds: 5, shape: .instant)) == 5)
    #expect(TimeRules(zone: nil).instant(of: read) == nil)
    let end = TimeRules(zone: nil, calendar: Self.zone, endsDay: true)
    let date = TimeReading(microseconds: 0, shape: .date)
    #expect(end.instant(of: date) == 23 * Self.hour - 1000)
    let local = TimeRules(zone: nil, localEpoch: Self.zone)
    #expect(
      local.instant(of: TimeReading(microseconds: 0, shape: .instant, unit: .seconds))
        == -Self.hour)
    #expect(local.instant(of: TimeReading(microseconds: 0, shape: .instant)) == 0)
  }

  @Test func nullWords() {
    let words = NullRule().ofIDs
    func isNull(_ text: String, _ words: NullWords) -> Bool {
      let bytes = Array("x\(text)x".utf8)
      return words.index(bytes.span, 1..<bytes.count - 1) != nil
    }
    for text in [
      "null", "NULL", "Null", "None", "nan", "NaN", "undefined", "\\N", "-", "(null)",
      "[object Object]", "00000000-0000-0000-0000-000000000000", " ", "\t \t",
    ] {
      #expect(isNull(text, words), "\(text)")
    }
    for text in [
      "", "nUll", "nulls", "null ", "N/A", "0", "--", "u", "undefine",
      "00000000-0000-0000-0000-00000000000",
      " x", "none", "\\M",
    ] {
      #expect(!isNull(text, words), "\(text)")
    }
    #expect(isNull("N/A", NullRule().ofNumbers) && isNull("-", NullRule().ofNumbers))
    #expect(isNull("guest", NullRule(words: ["guest"]).ofIDs))
    #expect(isNull("null", NullRule(words: ["guest"]).ofIDs))
    #expect(!isNull("null", NullRule(words: ["guest"], isOnly: true).ofIDs))
    #expect(!isNull("null", NullRule(words: [], isOnly: true).ofNumbers))
    #expect(isNull("\\N", NullRule().ofTexts(.tsv)) && !isNull("\\N", NullRule().ofTexts(.jsonl)))
    #expect(!isNull("null", NullRule().ofTexts(.tsv)))
    let long = String(repeating: "n", count: 80)
    #expect(
      isNull(long, NullRule(words: [long]).ofIDs)
        && !isNull(long + "n", NullRule(words: [long]).ofIDs))
  }
}
