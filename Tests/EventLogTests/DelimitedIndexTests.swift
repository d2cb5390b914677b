import CByteScan
import TestSupport
import Testing

@testable import EventLog

/// Rows that are looked up are the slow reader's, and every row that RFC 4180 knows is looked up.
@Suite struct DelimitedIndexTests {
  private static let comma = UInt8(ascii: ",")

  /// Compares with the slow reader; returns how many rows the walker had to read.
  @discardableResult
  private func check(
    _ bytes: [UInt8], isQuoting: Bool = true, _ note: @autoclosure () -> String
  ) -> Int {
    let format = delimitedFormat(Self.comma, isQuoting: isQuoting)
    let expected = slowRows(bytes, format)
    var count = 0
    var found = walkedRows(bytes, format, looksAhead: true, walked: &count)
    for index in found.indices where index < expected.count && expected[index].problem != nil {
      found[index].fields = expected[index].fields
    }
    if found != expected {
      Issue.record(
        "\(note()) \(String(decoding: bytes, as: UTF8.self).debugDescription)\n  \(found)")
    }
    return count
  }

  /// What a block hands on to the next one: everything about quotes, wherever the block ends.
  @Test func textsAcrossTheEndOfABlock() {
    let alphabet = Array("a,\"\n\r".utf8)
    for length in 1...4 {
      everyText(of: alphabet, length) { text in
        for start in 60...63 where start + length > 63 {
          let head = [UInt8](repeating: UInt8(ascii: "x"), count: start - 2)
          check(
            head + Array(",\"".utf8) + text + Array("\"\nb,c\n".utf8), "quoted")
          check(head + Array("y,".utf8) + text + Array("\nb,c\n".utf8), "plain")
        }
      }
    }
  }

  private static func regularRow(_ random: inout SplitMix64) -> String {
    let fields = (0..<Int.random(in: 1...12, using: &random)).map { _ -> String in
      let text = random.text("ab c,;é漢\t\"\n", 0...30)
      if random.chance(40) { return "\"" + text.replacing("\"", with: "\"\"") + "\"" }
      return text.filter { !",\"\n".contains($0) }
    }
    return fields.joined(separator: ",") + (random.chance(50) ? "\r\n" : "\n")
  }

  @Test func everyRegularRowIsLookedUp() {
    for seed in 0..<UInt64(Thorough.cases(2000)) {
      var random = SplitMix64(seed: seed)
      let text = (0..<Int.random(in: 1...40, using: &random))
        .map { _ in Self.regularRow(&random) }.joined()
      #expect(check(Array(text.utf8), "seed \(seed)") == 0, "seed \(seed)")
      let plain = text.replacing("\"", with: "")
      #expect(check(Array(plain.utf8), isQuoting: false, "seed \(seed)") == 0, "seed \(seed)")
    }
  }

  @Test func strayQuotesAreTheWalkers() {
    var walked = 0
    for seed in 0..<UInt64(Thorough.cases(4000)) {
      var random = SplitMix64(seed: seed)
      var text = Array(
        (0..<Int.random(in: 1...30, using: &random)).map { _ in Self.regularRow(&random) }
          .joined().unicodeScalars)
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: 0...text.count, using: &random)
        text.insert(contentsOf: random.text("\" ,\r", 1...2).unicodeScalars, at: place)
      }
      let bytes = text.flatMap { Array(String($0).utf8) }
      // The helper has slots for 24 fields.
      let fields = slowRows(bytes, delimiter: Self.comma, isQuoting: true).map(\.fields.count).max()
      if fields ?? 0 > 23 { continue }
      walked += check(bytes, "seed \(seed)")
    }
    #expect(walked > 100)
  }

  @Test func longRows() throws {
    for (fields, isFound) in [(3_000, true), (70_000, true), (200_000, false)] {
      let row = (0..<fields).map { "v\($0)" }.joined(separator: ",")
      let bytes = Array("a,b\n\(row)\nc,d\n".utf8)
      var index = DelimitedIndex(DelimitedRowWalker(DelimitedFormat(delimiter: Self.comma)))
      index.columns = [0, 1, fields - 1].enumerated().map {
        DelimitedRowWalker.Column(index: $1, slot: $0)
      }
      var values = [RawValue](repeating: .absent, count: 3)
      func text(_ value: RawValue) -> String {
        String(decoding: bytes[value.start..<value.end], as: UTF8.self)
      }
      index.begin(at: 0, in: bytes.span)
      let first = index.next(in: bytes.span, from: 0, values: &values)
      #expect(first?.fields == 2)
      let second = index.next(in: bytes.span, from: 4, values: &values)
      #expect(second?.fields == (isFound ? fields : nil))
      if isFound { #expect(values.map(text) == ["v0", "v1", "v\(fields - 1)"]) }
      let third = index.next(in: bytes.span, from: bytes.count - 4, values: &values)
      #expect(third?.fields == 2)
      #expect(text(values[1]) == "d")
    }
  }

  /// Comments are passed over as the lines that they are: the scan goes on where it stands. With quotes
  /// in them it begins anew, or finds nothing.
  @Test(arguments: [["#c", "#", "#,,"], ["# \"f\",", "#,\"j", "#\""]])
  func commentsAndMarksBetweenRows(comments: [String]) {
    let lines = [
      "a,b", comments[0], "\u{FEFF}d,e", comments[1], "\0\0g,\"h,i\"", "k,l", comments[2],
      "\0" + comments[0], "m,\u{FEFF}n",
    ]
    let bytes = Array(String(repeating: lines.joined(separator: "\n") + "\n", count: 40).utf8)
    var index = DelimitedIndex(DelimitedRowWalker(DelimitedFormat(delimiter: Self.comma)))
    index.columns = [DelimitedRowWalker.Column(index: 1, slot: 0)]
    index.begin(at: 0, in: bytes.span)
    var values = [RawValue.absent]
    var (found, start) = ([String?](), 0)
    while start < bytes.count {
      let marks = DelimitedRowParser.marksEnd(in: bytes.span, from: start)
      let lineEnd = bytes[start...].firstIndex(of: 0x0A)! + 1
      if bytes[start] == UInt8(ascii: "#") {
        index.pass(start..<lineEnd, isLine: true, in: bytes.span)
        start = lineEnd
      } else if marks > start {
        index.pass(start..<marks, isLine: false, in: bytes.span)
        start = marks
      } else {
        let row = index.next(in: bytes.span, from: start, values: &values)
        #expect(row == nil || row?.fields == 2 && row?.end == lineEnd)
        let text = String(decoding: bytes[values[0].start..<values[0].end], as: UTF8.self)
        found.append(row == nil ? nil : text)
        start = lineEnd
      }
    }
    let expected = (0..<40).flatMap { _ in ["b", "e", "h,i", "l", "\u{FEFF}n"] }
    #expect(found.count == expected.count)
    for (one, other) in zip(found, expected) where one != other { #expect(one == nil) }
    #expect(comments[0] != "#c" || !found.contains(nil))
    #expect(found.contains { $0 != nil })
  }

  /// Whoever finds nothing again and again looks no more; the next chunk is looked at anew.
  @Test func chunksOfStrayQuotesAreLeftAlone() {
    let bytes = Array(String(repeating: "a\"b\",c\n", count: 200).utf8)
    var index = DelimitedIndex(DelimitedRowWalker(DelimitedFormat(delimiter: Self.comma)))
    var values: [RawValue] = []
    for _ in 0..<2 {
      index.begin(at: 0, in: bytes.span)
      var looks = 0
      for row in 0..<200 {
        let found = index.next(in: bytes.span, from: row * 7, values: &values)
        #expect(found == nil)
        if index.looksOn { looks += 1 }
      }
      #expect(looks > 1 && looks < 20)
    }
  }

  private struct Scan: Equatable {
    var ends: [UInt32] = []
    var rows: [[UInt32]] = []
    var isIrregular = false
  }

  private func scan(_ bytes: [UInt8], _ version: Int32, from start: Int, quote: UInt8, room: Int)
    -> Scan
  {
    var result = Scan()
    var scan = delimited_scan()
    scan.position = start
    var ends = [UInt32](repeating: .max, count: room)
    var rows = [delimited_row](repeating: delimited_row(), count: room)
    while scan.position < bytes.count, !scan.is_irregular {
      ends.withUnsafeMutableBufferPointer { ends in
        rows.withUnsafeMutableBufferPointer { rows in
          var output = delimited_output(
            ends: ends.baseAddress, ends_capacity: room, rows: rows.baseAddress, rows_capacity: room
          )
          bytes.withUnsafeBufferPointer {
            _ = delimited_scan_run_version(
              version, &scan, $0.baseAddress, $0.count, Self.comma, quote, &output)
          }
        }
      }
      let before = UInt32(result.ends.count)
      result.ends += ends[..<scan.ends_count]
      result.rows += rows[..<scan.rows_count].map {
        [before + $0.ends_end, $0.inner_feeds, $0.flags]
      }
      (scan.ends_count, scan.rows_count) = (0, 0)
    }
    result.isIrregular = scan.is_irregular
    return result
  }

  @Test func allVersionsFindTheSame() {
    var random = SplitMix64(seed: 7)
    for round in 0..<Thorough.cases(3000) {
      var bytes =
        random.chance(50)
        ? Array((0..<8).map { _ in Self.regularRow(&random) }.joined().utf8)
        : Array(random.text("ab,\"\n\ré", 0...400).utf8)
      if random.chance(20), !bytes.isEmpty {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      let start = Int.random(in: 0...min(70, bytes.count), using: &random)
      let quote = random.chance(80) ? UInt8(ascii: "\"") : 0
      let expected = scan(bytes, 0, from: start, quote: quote, room: 4096)
      for version in ByteScanStructuralTests.versions {
        for room in [64, 130, 4096] {
          let found = scan(bytes, version, from: start, quote: quote, room: room)
          #expect(found == expected, "round \(round), version \(version), room \(room)")
        }
      }
    }
  }
}
