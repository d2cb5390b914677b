import CByteScan
import TestSupport
import Testing

@testable import EventLog

/// Rows that are read by the texts of rows before them: what is taken, and that nothing else is, by all
/// versions, against the reference.
@Suite struct JSONShapesTests {
  private struct Read: Equatable {
    var end: Int
    var values: [[Int]]
  }

  /// Reads rows by a version of one's choice, in a chunk of their own.
  private struct Reader {
    var nodes: [shape_node]
    let texts: [shape_text]
    var signs: [UInt64] = []
    var signedTo = 0

    init(_ shapes: JSONShapes) { (nodes, texts) = (shapes.nodes, shapes.texts) }

    /// - Parameter stale: what stands where signs are not known yet.
    mutating func begin(_ bytes: [UInt8], stale: UInt64 = 0) {
      signs = [UInt64](repeating: stale, count: bytes.count / 64 + 2)
      signedTo = 0
    }

    /// The end is 0 for a row that is not taken; values are start, end, slot and kind.
    mutating func read(_ bytes: [UInt8], at start: Int, version: Int32) -> Read {
      var found = [shape_value](repeating: shape_value(), count: 24)
      var rows = [shape_row()]
      let (nodeCount, foundCount) = (nodes.count, found.count)
      precondition(nodeCount == texts.count)
      return nodes.withUnsafeMutableBufferPointer { nodes in
        texts.withUnsafeBufferPointer { texts in
          signs.withUnsafeMutableBufferPointer { signs in
            rows.withUnsafeMutableBufferPointer { rows in
              found.withUnsafeMutableBufferPointer { found in
                var reader = shape_reader(
                  nodes: nodes.baseAddress, texts: texts.baseAddress, signs: signs.baseAddress,
                  signed_to: signedTo, rows: rows.baseAddress, rows_capacity: 1,
                  values: found.baseAddress, row_values_capacity: foundCount)
                let count = bytes.withUnsafeBufferPointer {
                  shape_read_version(version, &reader, $0.baseAddress, $0.count, start)
                }
                signedTo = reader.signed_to
                if count == 0 { return Read(end: 0, values: []) }
                let values = found[..<Int(rows[0].values_end)].map {
                  [Int($0.start), Int($0.end), Int($0.slot), Int($0.kind)]
                }
                return Read(end: Int(rows[0].end), values: values)
              }
            }
          }
        }
      }
    }
  }

  /// Behind the rows, so that the end of the chunk is not near.
  private static let padding = [UInt8](repeating: 0x0A, count: 300)

  /// Shapes of rows in which the values of `u` and `a.b` are wanted, `v` as a whole.
  private static func shapes(_ rows: [String]) -> JSONShapes {
    let paths = ["u", "a.b", "v"].map { FieldPath($0) }
    var shapes = JSONShapes(JSONPathTree(paths), slots: paths.count)
    for row in rows {
      let bytes = Array(row.utf8) + [0x0A] + Self.padding
      func place(_ key: String, _ slot: Int) -> JSONShapes.Place? {
        let name = Array("\"\(key)\":".utf8)
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: name) }) else {
          return nil
        }
        let value = start + name.count
        guard bytes[value] == UInt8(ascii: "[") else {
          return JSONShapes.Place(slot: slot, start: value, end: nil)
        }
        let end = bytes[value...].firstIndex(of: UInt8(ascii: "]"))! + 1
        return JSONShapes.Place(slot: slot, start: value, end: end)
      }
      let places = [place("u", 0), place("b", 1), place("v", 2)].compactMap { $0 }
      shapes.learn(bytes.span, 0..<row.utf8.count, places)
    }
    return shapes
  }

  @Test func valuesByHand() {
    var shapes = Self.shapes([#"{"u":"x","a":{"b":1,"c":null},"v":[1,"z"]}"#])
    let row = #"{"u":"é \" \u00e9","a":{"b":-2.5e3,"c":true},"v":[17,""]}"#
    let bytes = Array((row + "\n" + row + "\r\n").utf8) + Self.padding
    shapes.begin(count: bytes.count)
    var values = [RawValue](repeating: .absent, count: 3)
    // Another line end is another text.
    #expect(shapes.read(bytes.span, from: 0) == (1, true))
    #expect(shapes.take(0, of: bytes.span, into: &values) == row.utf8.count + 1)
    #expect(values.map(\.shape) == [.escaped, .number, .container])
    let texts = values.map { String(decoding: bytes[$0.start..<$0.end], as: UTF8.self) }
    #expect(texts == [#"é \" \u00e9"#, "-2.5e3", #"[17,""]"#])
    let other = Array(#"{"u":null,"a":{"b":true,"c":0},"v":[-1,"z"]}"#.utf8)
    let more = other + Self.padding
    shapes.learn(more.span, 0..<other.count, [.init(slot: 0, start: 5, end: nil)])
    shapes.begin(count: more.count)
    #expect(shapes.read(more.span, from: 0) == (1, true))
    #expect(shapes.take(0, of: more.span, into: &values) == other.count + 1)
    #expect(values.map(\.shape) == [.absent, .absent, .absent])
  }

  /// What all versions read, of each row in a chunk.
  private func read(_ rows: [[UInt8]], _ reader: inout Reader, _ note: String = "") -> [Read] {
    let bytes = rows.flatMap { $0 + [0x0A] } + Self.padding
    var first: [Read] = []
    for version in ByteScanStructuralTests.versions {
      reader.begin(bytes)
      var start = 0
      let found = rows.map { row in
        defer { start += row.count + 1 }
        return reader.read(bytes, at: start, version: version)
      }
      if first.isEmpty { first = found }
      for (number, pair) in zip(first, found).enumerated() where pair.0 != pair.1 {
        let text = String(decoding: rows[number], as: UTF8.self).debugDescription
        Issue.record("\(note) version \(version), \(text): \(pair)")
      }
    }
    return first
  }

  /// Exactly those rows are taken that should be.
  private func check(
    _ rows: [[UInt8]], _ reader: inout Reader, isTaken: (_ row: Int) -> Bool
  ) {
    var start = 0
    for (number, found) in read(rows, &reader).enumerated() {
      let end = start + rows[number].count + 1
      if found.end != (isTaken(number) ? end : 0) {
        Issue.record("\(String(decoding: rows[number], as: UTF8.self).debugDescription): \(found)")
      }
      start = end
    }
  }

  private static func isValid(_ row: [UInt8]) -> Bool {
    if case .values(let values, let repairs) = JSONReference.read(row, isLenient: false) {
      return values.count == 1 && repairs.isEmpty
    }
    return false
  }

  @Test func everyScalarOfUpToFourBytes() {
    var reader = Reader(Self.shapes([#"{"u":1,"w":2}"#]))
    var scalars: [[UInt8]] = []
    for length in 0...(Thorough.isOn ? 5 : 3) {
      everyText(of: Array("-+.019eEt\" ".utf8), length) { scalars.append($0) }
    }
    scalars += ["true", "false", "null", "tru", "falsy", "nul", "True", "-true", "12345678"].map {
      Array($0.utf8)
    }
    scalars += ["123456789.25", "-0.00000000001", "1e+400", "0123456789", "1.e5", "12345678e"].map {
      Array($0.utf8)
    }
    let rows = scalars.map { Array(#"{"u":"#.utf8) + $0 + Array(#","w":0}"#.utf8) }
    // As long as a vector, and somewhat longer.
    for length in 1...20 {
      let digits = [UInt8](repeating: 0x37, count: length)
      for mark in Array(".0-/eE:x".utf8) {
        for place in 0...length {
          let scalar = digits[..<place] + [mark] + digits[place...]
          scalars += [Array(scalar), [0x2D] + scalar, scalar + Array(".5".utf8)]
        }
      }
    }
    // Blanks and strings are other texts.
    check(rows, &reader) { number in
      Self.isValid(rows[number]) && !scalars[number].contains { $0 == 0x20 || $0 == 0x22 }
    }
  }

  /// What cannot stand in a string as it is, at every place of two blocks, and of those that begin with
  /// an escape.
  @Test func stringsOfAllLengths() {
    let inserts: [[UInt8]] =
      ["\\\"", "\\\\", "\\u00e9", "\\n\\/", "é", "漢字", "😀", "\u{7F}"].map { Array($0.utf8) }
      + ["\\", "\\x", "\\u12", "\\u12g4", "\t", "\u{1}", "\\\\\\"].map { Array($0.utf8) }
      + [
        [0x80], [0xC3], [0xE6, 0xBC], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80], [0xC0, 0xAF],
        [0xF4, 0x90, 0x80, 0x80],
      ]
    var reader = Reader(Self.shapes([#"{"u":"x","w":2}"#]))
    for insert in inserts {
      for (lead, tail) in [("", 0), ("", 1), ("", 70), (#"\n"#, 0), (#"\\"#, 1), (#"\/"#, 70)] {
        let rows = (0...(Thorough.isOn ? 200 : 70)).map { length -> [UInt8] in
          Array((#"{"u":""# + lead).utf8) + [UInt8](repeating: 0x61, count: length) + insert
            + [UInt8](repeating: 0x62, count: tail) + Array(#"","w":0}"#.utf8)
        }
        check(rows, &reader) { Self.isValid(rows[$0]) }
      }
    }
  }

  /// Rows of known shapes, broken anywhere: none is taken that is not valid, and all versions agree.
  @Test func brokenRows() {
    var taken = 0
    for seed in 0..<UInt64(Thorough.cases(300)) {
      var generator = JSONGenerator(seed: seed &+ 300)
      (generator.repeats, generator.escapes) = (0, 0)
      generator.blanks = [0, 0, 20][Int(seed % 3)]
      var known: [[UInt8]] = []
      for _ in 0..<4 {
        let row = Array(generator.row(members: 10).utf8)
        if Self.isValid(row), JSONReference.isOneObject(row) { known.append(row) }
      }
      if known.isEmpty { continue }
      let shapes = Self.shapes(known.map { String(decoding: $0, as: UTF8.self) })
      var reader = Reader(shapes)
      let rows =
        known
        + (0..<30).map { _ in generator.mutated(known.randomElement(using: &generator.random)!) }
      let bytes: [UInt8] = rows.flatMap { $0 + [0x0A] }
      var start = 0
      for (row, found) in zip(rows, read(rows, &reader, "seed \(seed)")) {
        if found.end > 0 {
          taken += 1
          #expect(Self.isValid(Array(bytes[start..<found.end - 1])), "seed \(seed)")
        }
        start += row.count + 1
      }
    }
    #expect(taken > Thorough.cases(1500))
  }

  /// Keys that are data fill neither the memory nor the time: as many nodes as there may be, and as many
  /// in one another's place.
  @Test func keysThatAreData() {
    var shapes = JSONShapes(JSONPathTree([FieldPath("u")]), slots: 1)
    var nodesMax = 0
    for number in 0..<20_000 {
      let key = number % 3 == 0 ? "k\(number)" : "k"
      let row = Array(#"{"u":1,"\#(key)":{"a\#(number % 700)":[\#(number),2]}}"#.utf8)
      shapes.learn((row + Self.padding).span, 0..<row.count, [])
      nodesMax = max(nodesMax, shapes.nodes.count)
      var others = 0
      var node = shapes.nodes[Int(shapes.nodes[0].first)].first
      while node >= 0 {
        others += 1
        node = shapes.nodes[Int(node)].other
      }
      #expect(others <= 64)
    }
    #expect(nodesMax > 150 && nodesMax <= 4096)
    let long = String(repeating: "k", count: 100_000)
    #expect(Self.shapes(["{\"\(long)\":1}"]).nodes.count == 1)
    // Very short values are faster to scan.
    let numbers = (0..<100).map(String.init).joined(separator: ",")
    #expect(Self.shapes(["{\"w\":[\(numbers)]}"]).nodes.count == 1)
  }

  /// Long strings end where they end, wherever the bytes end whose signs are known, and whatever the
  /// signs behind them are, which are those of a chunk before.
  @Test func longStringsWhereSignsEnd() {
    // As long as a text of one node may be: what is read behind it is the farthest.
    let key = String(repeating: "k", count: 58)
    func row(_ length: Int) -> [UInt8] {
      Array(#"{"\#(key)":"\#(String(repeating: "s", count: length))","u":"x"}"#.utf8) + [0x0A]
    }
    let first = row(5)
    let shapes = Self.shapes([String(decoding: first.dropLast(), as: UTF8.self)])
    // Signs are looked for so far from the first row on.
    let known = 8192
    for length in stride(from: 40, to: 400, by: Thorough.isOn ? 1 : 13) {
      let long = row(length)
      for start in known - 400..<known + 8 {
        let bytes =
          first + [UInt8](repeating: 0x0A, count: start - first.count) + long + Self.padding
        let end = start + long.count
        let expected = Read(end: end, values: [[end - 4, end - 3, 0, Int(SHAPE_STRING)]])
        for version in ByteScanStructuralTests.versions {
          for stale in [0, .max] as [UInt64] {
            var reader = Reader(shapes)
            reader.begin(bytes, stale: stale)
            let read = (
              reader.read(bytes, at: 0, version: version),
              reader.read(bytes, at: start, version: version)
            )
            if read.0.end != first.count || read.1 != expected {
              Issue.record("version \(version), \(length) bytes at \(start), \(stale): \(read)")
              return
            }
          }
        }
      }
    }
  }

  /// One that is passed again and again comes to stand first.
  @Test func oftenPassedNodesAreFirst() {
    let rows = [#"{"u":"x"}"#, #"{"u":"x","w":2}"#, #"{"u":"x","z":2}"#]
    var reader = Reader(Self.shapes(rows))
    func first() -> shape_node { reader.nodes[Int(reader.nodes[Int(reader.nodes[0].first)].first)] }
    #expect(first().kind == SHAPE_SCALAR)
    let texts = [0, 2, 0, 1].map { Array(rows[$0].utf8) }
    for _ in 0..<16 { check(texts, &reader) { _ in true } }
    #expect(first().kind == SHAPE_END && first().length == 3)
  }

  /// A text as long as a node holds, before a number in one row and an object in the other.
  @Test func textsAsLongAsANode() {
    for length in 50...80 {
      let head = #"{"u":"x","\#(String(repeating: "k", count: length))":"#
      let rows = ["1}", "{\"a\":2}}", "[3]}", "\"y\"}", "[\"z\"]}", "{}}"].map { head + $0 }
      for order in [rows, rows.reversed()] {
        var reader = Reader(Self.shapes(order))
        check(rows.map { Array($0.utf8) }, &reader) { _ in true }
      }
    }
  }

  /// Where rows have no regularity, they are not looked up for a while.
  @Test func looksNoMoreWhereThatDoesNotPay() {
    var shapes = Self.shapes([#"{"u":1}"#])
    let bytes = Array(repeating: Array("{\"x\":1}\n".utf8), count: 600).flatMap { $0 }
    shapes.begin(count: bytes.count)
    for row in 0..<512 {
      #expect(shapes.isLooking)
      #expect(shapes.read(bytes.span, from: row * 8) == (0, true))
    }
    #expect(!shapes.isLooking)
    shapes.skip(8191)
    #expect(!shapes.isLooking)
    shapes.skip(2)
    #expect(shapes.isLooking)
  }
}
