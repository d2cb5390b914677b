import TestSupport

@testable import EventLog

/// What a parser makes of a chunk, row by row: enough to compare two of them.
struct JSONRows: Equatable {
  /// By line: the texts of its events' properties, one after another; nil for an absent one.
  var events: [Int: [[UInt8]?]] = [:]
  var rejects: [Reject] = []
  var rows = 0
  var blank = 0
  var duplicateKeys = 0
}

/// An extraction that takes every path as a text property, and nothing else but a time at `t`.
func jsonExtraction(_ paths: [String], isStrict: Bool = false) -> Extraction {
  var extraction = Extraction(
    format: .jsonl, event: .constant("e"),
    time: TimeField(paths: [FieldPath("t")], format: .seconds),
    texts: paths.map { PropertyField(name: $0, paths: [FieldPath($0)]) })
  extraction.rows.isStrict = isStrict
  return extraction
}

/// One parser for all chunks, as the reader of a file has it.
struct JSONSubject {
  var parser: JSONRowParser
  let paths: [String]

  init(_ paths: [String], isStrict: Bool = false) {
    self.paths = paths
    parser = JSONRowParser(
      extraction: jsonExtraction(paths, isStrict: isStrict), limits: ReadLimits(valueBytesMax: .max)
    )
  }

  mutating func rows(_ bytes: [UInt8]) -> JSONRows {
    var batch = EventBatch()
    var tally = RowTally()
    parser.parse(bytes.span, isFirstChunk: true, into: &batch, tally: &tally)
    var rows = JSONRows(
      rejects: tally.samples.sorted { $0.line < $1.line }, rows: tally.rows, blank: tally.blank,
      duplicateKeys: tally.duplicateKeys)
    for row in 0..<batch.count {
      rows.events[Int(batch.lines[row]), default: []] += paths.indices.map { property in
        let slice = batch.texts[row * paths.count + property]
        return slice.isAbsent ? nil : batch.array(slice)
      }
    }
    precondition(tally.events == batch.count && tally.lines <= tally.rows)
    precondition(tally.rows == tally.events + tally.blank + tally.rejectedTotal)
    return rows
  }
}

/// The same by the slow reference.
func jsonReferenceRows(_ bytes: [UInt8], _ paths: [String], isStrict: Bool = false) -> JSONRows {
  var rows = JSONRows()
  var start = 0
  var line = 0
  let keys = (paths + ["t"]).map { FieldPath($0).keys }
  while start < bytes.count {
    let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
    let row = Array(bytes[start..<end])
    // A CR before the line feed belongs to the line end.
    let shown = end < bytes.count && row.last == 0x0D ? row.dropLast() : row[...]
    func reject(_ reason: RejectReason) {
      rows.rejects.append(
        Reject(reason: reason, line: line, byte: start, prefix: Array(shown.prefix(200))))
    }
    switch JSONReference.read(row, isLenient: !isStrict) {
    case .blank:
      rows.blank += 1
      rows.rows += 1
    case .rejected(let found):
      reject(found)
      rows.rows += 1
    case .values(let values, let repairs):
      // The fast readers look for repeated keys only where values are wanted.
      let isPlain = values.count == 1 && JSONReference.isOneObject(row)
      if isPlain, !values[0].hidesPlaces(paths) {
        rows.duplicateKeys += values[0].objectsWithRepeats(keys)
      } else if repairs.contains(.duplicateKey) {
        rows.duplicateKeys += 1
      }
      for value in values {
        rows.rows += 1
        if let reason = jsonTimeReason(value) {
          reject(reason)
        } else {
          rows.events[line, default: []] += paths.map {
            value.value(of: $0, isLenient: !isStrict)?.text?.bytes
          }
        }
      }
    }
    line += 1
    start = end + 1
  }
  return rows
}

/// Why the row has no time. How times are spelled is tested elsewhere.
private func jsonTimeReason(_ value: JSONReference.Value) -> RejectReason? {
  guard let time = value.value(of: "t") else { return .noTime }
  guard let text = time.text else { return .noTime }
  let isNumber: Bool
  switch time {
  case .number: isNumber = true
  case .string: isNumber = false
  default: return .badTime
  }
  let parsed = TimeParser(.seconds).parse(
    text.bytes.span, 0..<text.bytes.count, isNumber: isNumber)
  guard let parsed else { return .badTime }
  return parsed.isZero ? .zeroTime : nil
}

/// JSON rows at random: a few shapes over and over, as logs have them, or no two alike.
struct JSONGenerator: SeededGenerator {
  var random: SplitMix64
  /// Chance in 100 of white space where it is allowed, of an escape in a string, of a repeated key.
  var blanks = 0
  var escapes = 5
  var repeats = 3

  static let keys = [
    "u", "a", "b", "c", "", "id", "event", "messageId", "timestamp", "a longer key, with: {[",
    "schlüssel", "键", "exactly8", "exactly16bytes!!", "seventeen bytes!!",
    "a key so long that no check of eight bytes after another will want to reach back so far, really",
  ]

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func row(members: Int = 8) -> String {
    var time = "1700000000"
    if chance(2) {
      time = ["null", "\"\"", "\"x\"", "{}", "true", "\"17\\u0030\""].randomElement(using: &random)!
    }
    let object = object(members: Int.random(in: 0...members, using: &random), depth: 1)
    if chance(2) { return "\(blank())[\(chance(50) ? "1," : "")\(object)]\(blank())" }
    let inside = object.dropFirst()
    let head = "\(blank())\"t\"\(blank()):\(blank())\(time)\(blank())"
    if inside.drop(while: { " \t\r".contains($0) }) == "}" {
      return "\(blank()){\(head)}\(blank())"
    }
    return "\(blank()){\(head),\(inside)\(blank())"
  }

  mutating func object(members: Int, depth: Int) -> String {
    var parts: [String] = []
    var used: [String] = []
    for _ in 0..<members {
      var key = Self.keys.randomElement(using: &random)!
      if used.contains(key), !chance(repeats) { continue }
      if chance(repeats), let again = used.randomElement(using: &random) { key = again }
      used.append(key)
      parts.append("\(blank())\(string(key))\(blank()):\(blank())\(value(depth: depth))\(blank())")
    }
    return parts.isEmpty ? "{\(blank())}" : "{" + parts.joined(separator: ",") + "}"
  }

  mutating func value(depth: Int) -> String {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return "null"
    case 1: return chance(50) ? "true" : "false"
    case 2, 3: return number()
    case 4,
      5 where depth < 5:
      return object(members: Int.random(in: 0...5, using: &random), depth: depth + 1)
    case 6 where depth < 5:
      let count = Int.random(in: 0...4, using: &random)
      if count == 0 { return "[\(blank())]" }
      let items = (0..<count).map { _ in "\(blank())\(value(depth: depth + 1))\(blank())" }
      return "[" + items.joined(separator: ",") + "]"
    default:
      let texts = [
        "", "x", "page_view", "0b5c2f1e-9f0e-4d6a-8b7e-3c2d1a0f9e8d", "a,b:{c}[d]", "Zürich", "上海市",
        "😀 and more", "tab\tquote\"slash/back\\slash", "line\nend",
        "\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}",
        String(repeating: "long ", count: 30),
      ]
      return string(texts.randomElement(using: &random)!)
    }
  }

  mutating func number() -> String {
    let numbers = [
      "0", "-0", "7", "-12", "1234567890123456789012", "0.5", "-0.001", "1e5", "1E+5", "2e-7",
      "12.25e10", "3.0E-0",
    ]
    return numbers.randomElement(using: &random)!
  }

  mutating func string(_ text: String) -> String {
    var spelled = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": spelled += chance(50) ? "\\\"" : "\\u0022"
      case "\\": spelled += chance(50) ? "\\\\" : "\\u005c"
      case "\n": spelled += "\\n"
      case "\t": spelled += chance(50) ? "\\t" : "\\u0009"
      case "/" where chance(30): spelled += "\\/"
      default:
        if chance(escapes) {
          for unit in String(scalar).utf16 {
            let digits = String(unit, radix: 16, uppercase: chance(50))
            spelled += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
          }
        } else {
          spelled.unicodeScalars.append(scalar)
        }
      }
    }
    if chance(escapes) {
      spelled += ["\\ud83d", "\\uDC00", "\\u0000", "\\b\\f\\r"].randomElement(using: &random)!
    }
    return spelled + "\""
  }

  mutating func blank() -> String {
    chance(blanks) ? [" ", "  ", "\t", "\r", " \t "].randomElement(using: &random)! : ""
  }

  /// One to three bytes changed, added or taken away; bytes that mean something come often.
  mutating func mutated(_ row: [UInt8]) -> [UInt8] {
    var row = row
    let meaningful =
      Array("{}[]:,\"\\ \t\r\ntfn0-+.eEu1x/".utf8) + [
        0x00, 0x1F, 0x7F, 0x80, 0xC3, 0xE2, 0xED, 0xF0, 0xFF,
      ]
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let byte =
        chance(80)
        ? meaningful.randomElement(using: &random)! : UInt8.random(in: 0...255, using: &random)
      let place = Int.random(in: 0...row.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0 where place < row.count: row[place] = byte
      case 1 where place < row.count: row.remove(at: place)
      case 2 where place < row.count:
        let other = Int.random(in: 0..<row.count, using: &random)
        row.swapAt(place, other)
      default: row.insert(byte, at: place)
      }
    }
    return row
  }
}
