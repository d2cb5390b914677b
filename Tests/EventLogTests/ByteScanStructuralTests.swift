import CByteScan
import TestSupport
import Testing

/// The versions of the structural scan against one another, and against one that goes byte by byte.
@Suite struct ByteScanStructuralTests {
  struct Row: Equatable {
    var end: UInt32
    var tokens: [UInt32]
    var flags: UInt32
  }

  struct Scan: Equatable {
    var rows: [Row] = []
    var quotes: [UInt64] = []
  }

  /// All rows, by a version, with room for `capacity` tokens and rows at a time.
  static func scan(_ bytes: [UInt8], version: Int32, capacity: Int = 4096) -> Scan {
    var result = Scan()
    var tokens = [UInt32](repeating: .max, count: capacity)
    var rows = [structural_row](repeating: structural_row(), count: capacity)
    result.quotes = [UInt64](repeating: 0, count: bytes.count / 64 + 1)
    var scan = structural_scan()
    var open: [UInt32] = []
    while !scan.is_done {
      tokens.withUnsafeMutableBufferPointer { tokens in
        rows.withUnsafeMutableBufferPointer { rows in
          result.quotes.withUnsafeMutableBufferPointer { quotes in
            var output = structural_output(
              tokens: tokens.baseAddress, tokens_capacity: capacity, rows: rows.baseAddress,
              rows_capacity: capacity, quotes: quotes.baseAddress)
            bytes.withUnsafeBufferPointer {
              _ = structural_scan_run_version(version, &scan, $0.baseAddress, $0.count, &output)
            }
          }
        }
      }
      var start = 0
      for row in rows[..<scan.rows_count] {
        open += tokens[start..<Int(row.tokens_end)]
        result.rows.append(Row(end: row.end, tokens: open, flags: row.flags))
        open = []
        start = Int(row.tokens_end)
      }
      open += tokens[start..<scan.tokens_count]
      scan.tokens_count = 0
      scan.rows_count = 0
    }
    precondition(open.isEmpty, "tokens behind the last row")
    return result
  }

  /// What the header says of rows, tokens and quotes, one byte after the other. `flags` has escapes
  /// alone: whether a row is doubtful is for the tests of the parser.
  static func reference(_ bytes: [UInt8]) -> Scan {
    var result = Scan(quotes: [UInt64](repeating: 0, count: bytes.count / 64 + 1))
    var row = Row(end: 0, tokens: [], flags: 0)
    var isInString = false
    var isEscaped = false
    var previous: UInt8 = 0
    func isOpening(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") }
    for (place, byte) in bytes.enumerated() {
      let wasEscaped = isEscaped
      isEscaped = byte == UInt8(ascii: "\\") && !wasEscaped
      if byte == UInt8(ascii: "\\") { row.flags |= UInt32(STRUCTURAL_ESCAPES) }
      if byte == 0x0A {
        row.end = UInt32(place)
        result.rows.append(row)
        row = Row(end: 0, tokens: [], flags: 0)
        isInString = false
        previous = 0
      } else if byte == UInt8(ascii: "\""), !wasEscaped {
        isInString.toggle()
        result.quotes[place / 64] |= 1 << UInt64(place % 64)
      } else if !isInString, "{}[]:,".utf8.contains(byte) {
        if byte != UInt8(ascii: ",") || previous == UInt8(ascii: ",") || isOpening(previous) {
          row.tokens.append(UInt32(place))
        }
        previous = byte
      }
    }
    if let last = bytes.last, last != 0x0A {
      row.end = UInt32(bytes.count)
      result.rows.append(row)
    }
    return result
  }

  static var versions: [Int32] {
    (0..<structural_version_count()).filter { structural_version_is_supported($0) }
  }

  static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
  }

  /// Compares all versions; doubts where UTF-8 is broken, or was in the row before, may differ.
  static func check(_ bytes: [UInt8], _ label: String) {
    let reference = reference(bytes)
    let doubtful = UInt32(STRUCTURAL_DOUBTFUL)
    var doubts: [[Bool]] = []
    for version in versions {
      var scan = scan(bytes, version: version)
      doubts.append(scan.rows.map { $0.flags & doubtful != 0 })
      for row in scan.rows.indices { scan.rows[row].flags &= ~doubtful }
      #expect(scan == reference, "\(label), version \(version)")
    }
    var start = 0
    var wasUTF8 = true
    for (number, row) in reference.rows.enumerated() {
      let isUTF8 = isUTF8(bytes[start..<Int(row.end)])
      let said = Set(doubts.map { $0[number] })
      if !isUTF8 {
        #expect(said == [true], "\(label), row \(number)")
      } else if wasUTF8 {
        #expect(said.count == 1, "\(label), row \(number)")
      }
      wasUTF8 = isUTF8
      start = Int(row.end) + 1
    }
  }

  @Test func hasVersions() {
    #expect(Self.versions.contains(0))
    #expect(Self.versions.count >= 2, "no version for this processor")
    #expect(!structural_version_is_supported(-1))
    #expect(!structural_version_is_supported(structural_version_count()))
    #expect(String(cString: structural_version_name(0)) == "portable")
  }

  @Test func hostileBytesAtEveryLengthAndAlignment() {
    var random = SplitMix64(seed: 1)
    let alphabet = Array("{}[]:,\"\"\"\\\\\n x1".utf8)
    for length in 0...200 {
      // The same bytes at another alignment are the same bytes behind a longer row.
      for shift in [0, 1, 31, 63] {
        let head = [UInt8](repeating: UInt8(ascii: " "), count: shift) + (shift > 0 ? [0x0A] : [])
        let bytes = (0..<length).map { _ in alphabet.randomElement(using: &random)! }
        Self.check(head + bytes, "length \(length), shift \(shift)")
      }
    }
    for shift in 0..<130 {
      let bytes =
        [UInt8](repeating: UInt8(ascii: "x"), count: shift) + Array(#"","\":{[,\\",1,[]}"#.utf8)
      Self.check(bytes + [0x0A] + bytes, "shift \(shift)")
    }
  }

  @Test func randomBytes() {
    var random = SplitMix64(seed: 2)
    for round in 0..<200 {
      let bytes = (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
      Self.check(bytes, "round \(round)")
      // Mostly text, with a few bytes that break it.
      let text = Array("{\"a\":\"é上😀\",\"b\":[1,2]}\n".utf8)
      var mixed = (0..<12).flatMap { _ in text }
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        mixed[Int.random(in: 0..<mixed.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      Self.check(mixed, "mixed \(round)")
    }
  }

  @Test func longRunsOfOneByte() {
    for byte in Array("{}[]:,\"\\\n a\t".utf8) + [0x00, 0x80, 0xC3, 0xF0] {
      for count in [1, 2, 63, 64, 65, 127, 128, 129, 500] {
        let run = [UInt8](repeating: byte, count: count)
        Self.check(run, "\(count) of \(byte)")
        Self.check(Array("{\"a\":\"".utf8) + run + Array("\"}\n{}".utf8), "\(count) of \(byte)")
      }
    }
  }

  /// A full output stops the scan between steps, and the next call goes on.
  @Test func continuesWhereItStopped() {
    var random = SplitMix64(seed: 3)
    let alphabet = Array("{}[]:,\"\\\n\n x1".utf8)
    for round in 0..<50 {
      let bytes = (0..<2700).map { _ in alphabet.randomElement(using: &random)! }
      for version in Self.versions {
        let whole = Self.scan(bytes, version: version)
        for capacity in [512, 513, 600, 1024, 1500] {
          #expect(
            Self.scan(bytes, version: version, capacity: capacity) == whole,
            "round \(round), version \(version), capacity \(capacity)")
        }
      }
    }
  }

  /// All characters, and all pairs of bytes that could begin one.
  @Test func knowsUTF8() {
    let valid = Array("\"\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}\"".utf8)
    for version in Self.versions {
      for padding in 0..<64 {
        let bytes = [UInt8](repeating: 0x20, count: padding) + valid
        let scan = Self.scan(Array("{\"a\":".utf8) + bytes + Array("}".utf8), version: version)
        #expect(scan.rows.map(\.flags) == [0], "version \(version), padding \(padding)")
      }
      for first in UInt8(0x80)...0xFF {
        for second in stride(from: UInt8(0x00), through: 0xF0, by: 0x10) + [0x8F, 0x9F, 0xBF]
        where second >= 0x20 {
          for tail in [[], [0x80], [0x80, 0x80], [0xBF, 0xBF], [0x80, 0x80, 0x80]] as [[UInt8]] {
            if second == 0x20 || second == UInt8(ascii: "\\") { continue }
            let text = [first, second] + tail
            if text.contains(UInt8(ascii: "\"")) { continue }
            let bytes = Array("{\"a\":\"".utf8) + text + Array("\"}".utf8)
            let isDoubtful = Self.scan(bytes, version: version).rows[0].flags != 0
            #expect(isDoubtful == !Self.isUTF8(text[...]), "\(text), version \(version)")
          }
        }
      }
    }
  }
}
