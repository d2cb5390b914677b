import CByteScan
import TestSupport
import Testing

/// Numbers, literals and escapes, wherever they stand in a block and a step of the structural scan: a
/// row is doubtful exactly when it is no JSON.
@Suite struct ByteScanLexicalTests {
  /// A value, and whether it is one.
  struct Value {
    var bytes: [UInt8]
    var isJSON: Bool

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      isJSON = JSONReference.isOneObject(Array("{\"k\":".utf8) + bytes + Array("}".utf8))
    }

    init(_ text: String) { self.init(Array(text.utf8)) }
  }

  /// A row for each value, with a key so long that the value begins `offset` bytes behind a multiple of
  /// `size`.
  static func rows(_ values: [Value], at offset: Int, of size: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in values {
      let shortest = bytes.count + 5
      let missing = (offset - shortest % size + size) % size
      bytes += Array("{\"".utf8)
      bytes += [UInt8](repeating: UInt8(ascii: "k"), count: missing + 1)
      bytes += Array("\":".utf8)
      bytes += value.bytes
      bytes += Array("}\n".utf8)
    }
    return bytes
  }

  static func check(_ values: [Value], at offset: Int, of size: Int) {
    let bytes = rows(values, at: offset, of: size)
    for version in ByteScanStructuralTests.versions {
      let scan = ByteScanStructuralTests.scan(bytes, version: version)
      #expect(scan.rows.count == values.count)
      for (row, value) in zip(scan.rows, values) {
        let isDoubtful = row.flags & UInt32(STRUCTURAL_DOUBTFUL) != 0
        if isDoubtful == value.isJSON {
          let text = String(decoding: value.bytes, as: UTF8.self)
          Issue.record("\(text) at \(offset) of \(size), version \(version)")
        }
      }
    }
  }

  /// All texts of so many bytes of an alphabet.
  static func all(_ alphabet: [UInt8], count: Int) -> [[UInt8]] {
    guard count > 0 else { return [[]] }
    return all(alphabet, count: count - 1).flatMap { text in alphabet.map { text + [$0] } }
  }

  /// All short texts of what numbers are made of and some letters, at every offset in a block.
  @Test(.tags(.thorough)) func everyShortScalar() {
    let alphabet = Array("-+.0123eE9tx".utf8)
    let values = (1...(Thorough.isOn ? 4 : 3)).flatMap { Self.all(alphabet, count: $0) }.map(
      Value.init)
    #expect(values.count { $0.isJSON } > 100)
    for offset in 0..<Int(STRUCTURAL_BLOCK) {
      Self.check(values, at: offset, of: Int(STRUCTURAL_BLOCK))
    }
  }

  /// What goes over the ends of blocks and steps, some of it over several.
  static let long: [String] = {
    let digits = String(repeating: "1", count: 1200)
    let slashes = String(repeating: "\\", count: 1200)
    return [
      "0", "-0", "12345.678901", "-0.5e-10", "1E+22", "0.000001", "1.2.3", "123.456.789", "01",
      "-01",
      "00.1", "-", "1.", ".5", "--1", "1-2", "1e", "1e+", "1e5e5", "1e1.5", "-.5", "1.e5",
      "12\"b\"",
      "true", "false", "null", "tru", "truex", "fals", "falsee", "nulL", "true1", "1true",
      "truetrue",
      "\\\"", "\\", "1\\", "[1,2,-3,0,0.1]", "[01]", "[true,false,null]", "[1 ,2]", "1 :2", "1:2",
      digits, "-" + digits, digits + ".", digits + ".5", "1." + digits, "1." + digits + ".1",
      "0" + digits, digits + "e5", digits + "x", "1e" + digits, "1e" + digits + "e", digits + "-",
      "t" + digits, "\"" + slashes + "\"", "\"" + slashes + "\\\"", "\"x" + slashes + "n\"",
      #""\u00e9\\\"\/\ud83d\ude00""#, #""\u00g9""#, #""\u00""#, #""\u""#, #""\x""#, #""\\\\\\\"#,
      #""\\\\\\""#, "\"\\\u{e9}\"", "\"\\\t\"", #""\u12 4""#, #""\u\u0041""#, #""\uABCDEF\n""#,
    ]
  }()

  @Test(.tags(.thorough)) func overEveryEnd() {
    let values = Self.long.map(Value.init)
    let ends = (0..<Int(STRUCTURAL_STEP)).filter { Thorough.isOn || $0 % 64 >= 50 || $0 % 64 == 0 }
    for offset in ends { Self.check(values, at: offset, of: Int(STRUCTURAL_STEP)) }
  }

  /// Every byte behind a backslash, and in the place of each digit behind a u.
  @Test(.tags(.thorough)) func everyEscape() {
    var values: [Value] = []
    for byte in (UInt8(0x20)...0x7E) where byte != UInt8(ascii: "\"") {
      values.append(Value(Array("\"\\".utf8) + [byte] + Array("\"".utf8)))
      for place in 0..<4 {
        var digits = Array("0aF9".utf8)
        digits[place] = byte
        values.append(Value(Array("\"\\u".utf8) + digits + Array("\"".utf8)))
      }
    }
    for count in Array(0...9) + Array(60...70) {
      let run = [UInt8](repeating: UInt8(ascii: "\\"), count: count)
      for end in ["\"", "n\"", "u0041\"", "\"\"", "x\""] {
        values.append(Value(Array("\"".utf8) + run + Array(end.utf8)))
      }
    }
    #expect(values.count { $0.isJSON } > 60)
    for offset in 0..<Int(STRUCTURAL_BLOCK) where Thorough.isOn || offset % 3 == 0 || offset > 55 {
      Self.check(values, at: offset, of: Int(STRUCTURAL_BLOCK))
    }
  }

  /// An escape that its row's end cuts off says nothing of the next row.
  @Test func rowsDoNotMeet() {
    let good = Array("{\"k\":[1,\"\\u0041\",true]}".utf8)
    for bad in [
      "{\"k\":\"\\u00", "{\"k\":\"\\", "{\"k\":1e", "{\"k\":-", "{\"k\":1.", "{\"k\":tru",
      "{\"k\":0",
    ] {
      for offset in 0..<Int(STRUCTURAL_STEP) {
        let head = [UInt8](repeating: UInt8(ascii: " "), count: offset)
        let bytes = head + Array(bad.utf8) + [0x0A] + good
        for version in ByteScanStructuralTests.versions {
          let flags = ByteScanStructuralTests.scan(bytes, version: version).rows.map(\.flags)
          #expect(flags.count == 2)
          #expect(
            flags.last == UInt32(STRUCTURAL_ESCAPES), "\(bad) at \(offset), version \(version)")
        }
      }
    }
  }
}
