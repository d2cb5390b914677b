import TestSupport
import Testing

@testable import EventLog

/// A batch that takes over a chunk's bytes says the same as one that copies values.
@Suite struct TakenChunkTests {
  /// Everything that a row may be asked for.
  static func extraction(_ format: LogFormat, random: inout SplitMix64) -> Extraction {
    var extraction = Extraction(
      format: format, user: [FieldPath("u")], account: [FieldPath("a")],
      event: random.chance(80) ? .paths([FieldPath("e")]) : .constant("seen"),
      time: TimeField(paths: [FieldPath("t"), FieldPath("c")], format: .auto),
      id: [FieldPath("i")],
      texts: [
        PropertyField(name: "x", paths: [FieldPath("x")]),
        PropertyField(name: "b", paths: [FieldPath("b")], type: .boolean),
        PropertyField(name: "d", paths: [FieldPath("d")], type: .date, formats: [.auto]),
        PropertyField(name: "k", paths: [FieldPath("none")], constant: "always"),
      ],
      numbers: [PropertyField(name: "n", paths: [FieldPath("n")])])
    extraction.identity.anonymous = [FieldPath("v"), FieldPath("w")]
    extraction.identity.userAlias = AliasField(names: ["alias"], from: [FieldPath("f")])
    extraction.identity.accountAlias = AliasField(
      names: ["merge"], from: [FieldPath("f")], to: [FieldPath("a")])
    extraction.identity.isKept = random.chance(50)
    extraction.identity.linksAreKeys = random.chance(50)
    if random.chance(20) { extraction.texts[0].paths[0].form = .lower }
    return extraction
  }

  static let fields = ["u", "a", "e", "t", "c", "i", "x", "b", "d", "n", "v", "w", "f"]

  static func value(_ field: String, random: inout SplitMix64) -> String {
    switch field {
    case "e": ["seen", "alias", "merge", "a\"b", ""].randomElement(using: &random)!
    case "t":
      ["2026-01-02T03:04:05Z", "2026-01-02", "1767323045", "no"].randomElement(using: &random)!
    case "c": ["10:11:12", ""].randomElement(using: &random)!
    case "b": ["true", "yes", "0", "perhaps"].randomElement(using: &random)!
    case "d": ["2026-05-06", "06.05.2026", "1767323045", "never"].randomElement(using: &random)!
    case "n": ["1.50", "-3", "1e3", "12x", "null"].randomElement(using: &random)!
    default: random.text("ab\"\\é,/ \n", 0...5)
    }
  }

  static func json(_ text: String, random: inout SplitMix64) -> String {
    if random.chance(5) { return "{\"k\":[1]}" }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      default:
        quoted +=
          random.chance(10)
          ? "\\u00" + String(UInt8(truncatingIfNeeded: scalar.value | 0x20), radix: 16)
          : String(scalar)
      }
    }
    return quoted + "\""
  }

  static func file(json isJSON: Bool, random: inout SplitMix64) -> [UInt8] {
    var text = isJSON ? "" : fields.joined(separator: ",") + "\n"
    for _ in 0..<Int.random(in: 1...20, using: &random) {
      let values = fields.map { value($0, random: &random) }
      if isJSON {
        let members = zip(fields, values).filter { _ in random.chance(80) }
        text +=
          "{" + members.map { "\"\($0)\":\(json($1, random: &random))" }.joined(separator: ",")
          + (random.chance(5) ? "" : "}") + "\n"
      } else {
        text +=
          values.map { value in
            random.chance(40) || value.contains { ",\"\n".contains($0) }
              ? "\"\(value.replacing("\"", with: "\"\""))\"" : value
          }.joined(separator: ",") + "\n"
      }
    }
    return Array(text.utf8)
  }

  /// All that the rows of a batch say.
  static func rows(_ batch: EventBatch) -> [[String]] {
    func texts(_ column: [ByteSlice]) -> [String] {
      column.map { $0.isAbsent ? "-" : "\(batch.array($0))" }
    }
    return [
      batch.times.map { "\($0)" }, texts(batch.names), texts(batch.users), texts(batch.accounts),
      texts(batch.ids), texts(batch.links), texts(batch.keys), texts(batch.aliases),
      texts(batch.accountAliases), texts(batch.texts), batch.numbers.map { "\($0)" },
      batch.lines.map { "\($0)" }, ["\(batch.count)"],
    ]
  }

  @Test func saysTheSame() throws {
    var random = SplitMix64(seed: 27)
    var (events, decoded) = (0, 0)
    for round in 0..<Thorough.cases(1500) {
      let isJSON = random.chance(60)
      let extraction = Self.extraction(isJSON ? .jsonl : .csv(), random: &random)
      var reading = BothWays(extraction, ReadLimits(valueBytesMax: 12))
      for _ in 0..<3 {
        let file = Self.file(json: isJSON, random: &random)
        // What lies behind the rows is not defined.
        let bytes = file + [UInt8](repeating: 0x22, count: Int.random(in: 0...9, using: &random))
        let (taken, copied) = try reading.read(bytes, count: file.count, "round \(round)")
        #expect(taken.events == copied.events && taken.rejected == copied.rejected)
        #expect(reading.kept.bytes.starts(with: bytes))
        events += copied.events
        decoded += reading.kept.bytes.count - bytes.count
        let returned = reading.giveBack()
        #expect(returned == bytes && reading.kept.count == 0 && reading.kept.bytes.isEmpty)
      }
    }
    #expect(events > Thorough.cases(3000) && decoded > Thorough.cases(3000))
  }
}

/// Chunks of a file, read by a batch that takes them over and by one that copies values.
struct BothWays {
  private var copying: ChunkParser
  private var taking: ChunkParser
  private var chunk = Chunk()
  private var index = 0
  /// What was taken over last.
  private(set) var kept = EventBatch()

  init(_ extraction: Extraction, _ limits: ReadLimits) {
    copying = ChunkParser(extraction: extraction, limits: limits)
    taking = copying
  }

  /// Reads the next chunk, of which both ways must say the same rows.
  mutating func read(
    _ bytes: [UInt8], count: Int, _ name: String
  ) throws -> (taken: RowTally, copied: RowTally) {
    chunk.bytes = bytes
    chunk.count = count
    chunk.index = index
    index += 1
    var (batch, copied, taken) = (EventBatch(), RowTally(), RowTally())
    copying.parse(chunk, into: &batch, tally: &copied)
    taking.parse(taking: &chunk, into: &kept, tally: &taken)
    try #require(
      TakenChunkTests.rows(kept) == TakenChunkTests.rows(batch),
      "\(name), \(String(decoding: bytes, as: UTF8.self))")
    return (taken, copied)
  }

  /// The chunk's bytes, given back.
  mutating func giveBack() -> [UInt8] {
    kept.giveBack(&chunk.bytes)
    return chunk.bytes
  }
}
