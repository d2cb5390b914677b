import TestSupport
import Testing

@testable import EventLog

/// Rows with more in them than is taken in: each reader draws the same line.
@Suite struct LargeRowTests {
  /// The fewest values that are allowed, which small limits for lines leave.
  private static let valuesMax = 65_536

  private static func list(_ count: Int, _ end: String = "]") -> String {
    "[" + String(repeating: "0,", count: count - 1) + "0" + end
  }

  /// By row of lines that come one after the other: why it is none, nil for an event.
  private func reasons(
    _ rows: [String], _ paths: [String] = ["v"], isStrict: Bool = false
  ) -> [RejectReason?] {
    var parser = JSONRowParser(
      extraction: jsonExtraction(paths, isStrict: isStrict),
      limits: ReadLimits(lineBytesMax: 1 << 20))
    var (batch, tally) = (EventBatch(), RowTally())
    parser.parse(
      Array(rows.joined(separator: "\n").utf8).span, isFirstChunk: true, into: &batch,
      tally: &tally)
    return rows.indices.map { line in
      let reason = tally.samples.first { $0.line == line }?.reason
      #expect((reason == nil) == batch.lines.contains(Int32(line)), "\(line)")
      return reason
    }
  }

  @Test func theBoundFollowsTheLongestLine() {
    #expect(ReadLimits().rowValuesMax == 1 << 20)
    #expect(ReadLimits(lineBytesMax: 64 << 20).rowValuesMax == 4 << 20)
    #expect(ReadLimits(lineBytesMax: 1).rowValuesMax == Self.valuesMax)
  }

  @Test func valuesOfARow() {
    // The row itself, `t`, and the list, too, are values.
    let most = Self.valuesMax - 3
    let small = #"{"t":1,"v":"x"}"#
    for (count, expected) in [
      (most, nil), (most + 1, RejectReason.rowTooLarge),
    ] {
      let plain = #"{"t":1,"v":\#(Self.list(count))}"#
      // Neighbours are as ever.
      #expect(reasons([small, plain, small, plain, small]) == [nil, expected, nil, expected, nil])
      #expect(reasons([plain], isStrict: true) == [expected])
      // What needs forgiving, and what is in no wanted place.
      let forgiven = #"{"t":1,"v":\#(Self.list(count, ",]"))}"#
      #expect(reasons([forgiven, small]) == [expected, nil])
      let elsewhere = #"{"t":1,"other":\#(Self.list(count)),"v":1}"#
      #expect(reasons([elsewhere]) == [.rowTooLarge])
    }
    // More than the scan keeps the tokens of.
    let huge = #"{"t":1,"v":\#(Self.list(140_000))}"#
    #expect(reasons([small, huge, small]) == [nil, .rowTooLarge, nil])
    // Many events on a line: three values each.
    for (count, expected) in [(21_845, nil), (21_846, RejectReason.rowTooLarge)] {
      let events = "[" + Array(repeating: small, count: count).joined(separator: ",") + "]"
      #expect(reasons([events, small]) == [expected, nil])
    }
  }

  @Test func keysOfARow() {
    let most = Self.valuesMax - 2
    for (count, expected) in [(most, nil), (most + 1, RejectReason.rowTooLarge)] {
      let members = (0..<count).map { "\"k\($0)\":0" }.joined(separator: ",")
      #expect(reasons([#"{"t":1,\#(members)}"#]) == [expected])
      #expect(reasons([#"{"t":1,\#(members),}"#]) == [expected])
    }
    let fewer = (0..<most - 1).map { "\"k\($0)\":0" }.joined(separator: ",")
    #expect(reasons([#"{"t":1,\#(fewer),"k7":1}"#], isStrict: true) == [.malformedJSON])
    #expect(reasons([#"{"t":1,\#(fewer),"k7":1}"#]) == [nil])
  }

  @Test func valuesInsideATextCount() {
    let most = Self.valuesMax - 4
    for (count, expected) in [(most, nil), (most + 1, RejectReason.rowTooLarge)] {
      let row = #"{"t":1,"v":"\#(Self.list(count))"}"#
      #expect(reasons([row], ["v[0]"]) == [expected])
      // Not looked into.
      #expect(reasons([row], ["v"]) == [nil])
    }
  }

  @Test func valuesOfAFileOfValues() {
    let most = Self.valuesMax - 3
    for (count, expected) in [(most, nil), (most + 1, RejectReason.rowTooLarge)] {
      var parser = JSONValuesParser(
        extraction: jsonExtraction(["v"]), limits: ReadLimits(lineBytesMax: 1 << 20))
      var (batch, tally) = (EventBatch(), RowTally())
      let text = #"{"t":1,"v":1} {"t":1,"v":\#(Self.list(count))} {"t":2,"v":1}"#
      parser.parse(Array(text.utf8).span, isFirstChunk: true, into: &batch, tally: &tally)
      #expect(tally.samples.map(\.reason) == [expected].compactMap { $0 })
      #expect(batch.count == (expected == nil ? 3 : 2))
    }
  }

  /// A byte that is no text is spelled out in four.
  @Test func textThatIsNone() {
    func reasons(_ count: Int) -> [RejectReason] {
      var parser = JSONRowParser(extraction: jsonExtraction(["v"]), limits: ReadLimits())
      var (batch, tally) = (EventBatch(), RowTally())
      let bad = [UInt8](repeating: 0xFF, count: count)
      let row = Array(#"{"t":1,"v":""#.utf8) + bad + Array("\"}\n".utf8)
      parser.parse(
        (row + Array(#"{"t":1}"#.utf8)).span, isFirstChunk: true, into: &batch, tally: &tally)
      #expect(batch.count + tally.samples.count == 2)
      return tally.samples.map(\.reason)
    }
    // As much again as a row is, a megabyte at least.
    #expect(reasons(100_000) == [])
    #expect(reasons(262_144) == [])
    #expect(reasons(262_145) == [.rowTooLarge])
    #expect(reasons(4_000_000) == [.rowTooLarge])
  }

  /// Long values that are wanted several times are there once, and each is what it would be alone.
  @Test func longValuesOfOnePlace() {
    let long = String(repeating: "Ab|c@Example.org,", count: 300)
    let ways = ["v", "w", "email"]
    func texts(_ paths: [FieldPath]) -> [String?] {
      var extraction = jsonExtraction([])
      extraction.texts = paths.enumerated().map { PropertyField(name: "p\($0)", paths: [$1]) }
      var parser = JSONRowParser(extraction: extraction, limits: ReadLimits())
      var (batch, tally) = (EventBatch(), RowTally())
      let row = #"{"t":1,"v":"\#(long)","w":"\#(long.dropLast())"}"#
      parser.parse(Array(row.utf8).span, isFirstChunk: true, into: &batch, tally: &tally)
      return batch.texts.map {
        $0.isAbsent ? nil : String(decoding: batch.array($0), as: UTF8.self)
      }
    }
    var all: [FieldPath] = []
    for way in ways {
      for form in [FieldPath.Form.asIs, .lower, .first, .domain(except: ["example.com"])] {
        var path = FieldPath(way)
        path.form = form
        all.append(path)
      }
    }
    let alone = all.map { texts([$0])[0] }
    #expect(alone[0] == long && alone[1] == long.lowercased() && alone[2] == "Ab|c@Example.org")
    #expect(alone[3] == "example.org," && alone[7] == "example.org")
    #expect(texts(all) == alone)
    #expect(texts(all.reversed()) == alone.reversed())
  }

  /// Against a set, over texts of few letters.
  @Test func rangesThatComeAgain() {
    var random = SplitMix64(seed: 10)
    for _ in 0..<200 {
      let text = (0..<400).map { _ in UInt8.random(in: 97...99, using: &random) }
      var ranges = SeenRanges()
      var known: Set<[UInt8]> = []
      for _ in 0..<300 {
        let start = Int.random(in: 0...400, using: &random)
        let range = start..<min(400, start + Int.random(in: 0...6, using: &random))
        #expect(ranges.insert(range, of: text.span) == known.insert(Array(text[range])).inserted)
      }
      #expect(ranges.count == known.count)
    }
  }
}
