import EventLog
import Spec

/// How the rows of a file are laid out, by its first lines.
struct LogLayout: Sendable, Hashable {
  var format: LogFormat
  var rules = RowRules()
  /// A preset whose format can be told by its lines alone.
  var preset: String?

  private static let linesMax = 200
  /// Of 100 lines, so many have to fit.
  private static let linesFit = 50

  init(format: LogFormat) {
    self.format = format
  }

  /// - Parameter given: what the caller knows.
  init(startOf chunk: borrowing Chunk, given: LogFormat?) {
    if let given {
      format = given
      return
    }
    if chunk.holdsValues {
      format = .json
      return
    }
    let lines = chunk.bytes[..<chunk.count].prefix(256 << 10)
      .split(separator: UInt8(ascii: "\n")).lazy.filter { !$0.allSatisfy { $0 <= 0x20 } }
      .prefix(Self.linesMax).map { Array($0) }
    let all = Array(lines)
    format = .jsonl
    guard let first = all.first?.drop(while: { $0 <= 0x20 || $0 >= 0xEF }).first else { return }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") && Self.hold(all, "{") {
      // Values over several lines, however their lines end.
      if !Self.fits(.jsonl, all), Self.fits(.json, all) { format = .json }
      return
    }
    if let lines = Self.lines(all) {
      format = .lines(lines)
    } else if let alb = SourcePreset.named("alb")?.source(), Self.fits(alb.format, all) {
      format = alb.format
      preset = "alb"
    } else if Self.hasPrefixes(all) {
      rules.skipsPrefix = true
    } else {
      format = Self.delimited(all)
      if let snowplow = SourcePreset.named("snowplow")?.source(),
        case .delimited(let known) = snowplow.format, let columns = known.columns,
        all[0].count(where: { $0 == UInt8(ascii: "\t") }) == columns.count - 1,
        !all[0].starts(with: columns[0].utf8)
      {
        format = snowplow.format
        preset = "snowplow"
      }
    }
  }

  /// The format of lines that some line is a sign of, else that most of them fit.
  private static func lines(_ all: [[UInt8]]) -> LineFormat? {
    LineFormat.all.first { format in
      guard let sign = format.sign else { return false }
      return all.contains { $0.starts(with: sign.utf8) }
    } ?? LineFormat.all.first { $0.sign == nil && fits(.lines($0), all) }
  }

  private static func hold(_ lines: [[UInt8]], _ text: String) -> Bool {
    lines.allSatisfy { $0.contains(text.utf8.first ?? 0) }
  }

  private static func fits(_ format: LogFormat, _ lines: [[UInt8]]) -> Bool {
    let text = lines.joined(separator: [UInt8(ascii: "\n")])
    var chunk = Chunk()
    chunk.bytes = Array(text)
    chunk.count = chunk.bytes.count
    var reader = FieldReader(format: format)
    reader.read(chunk) { _, _, _ in }
    return reader.rows * 100 >= (reader.rows + reader.misfits) * linesFit && reader.rows > 0
  }

  /// JSON behind a timestamp or the like: what stands before it has no delimiters.
  private static func hasPrefixes(_ lines: [[UInt8]]) -> Bool {
    let fitting = lines.count { line in
      guard let brace = line.firstIndex(of: UInt8(ascii: "{")) else { return false }
      let end = line.last { $0 > 0x20 }
      return end == UInt8(ascii: "}") && !line[..<brace].contains { ",;\t\"".utf8.contains($0) }
    }
    return fitting * 100 >= lines.count * linesFit
  }

  /// By the delimiter that occurs most, and as often in the following rows.
  private static func delimited(_ lines: [[UInt8]]) -> LogFormat {
    let delimiters = ",\t;|".utf8.map { $0 }
    func count(_ delimiter: UInt8, in line: [UInt8]) -> Int { line.count { $0 == delimiter } }
    let scores = delimiters.map { delimiter in
      let columns = count(delimiter, in: lines[0])
      let alike = lines.dropFirst().prefix(20).count { count(delimiter, in: $0) == columns }
      return columns == 0 ? (0, 0) : (alike, columns)
    }
    let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
    let delimiter = scores[best].1 > 0 ? delimiters[best] : UInt8(ascii: ",")
    let isTabbed = delimiter == UInt8(ascii: "\t")
    return isTabbed ? .tsv : .csv(delimiter: delimiter)
  }

  /// `csv with ';'`, as people say it.
  var name: String {
    guard case .delimited(let delimited) = format, delimited.quote != nil,
      delimited.delimiter != UInt8(ascii: ",")
    else { return format.name }
    return "csv with '\(Character(UnicodeScalar(delimited.delimiter)))'"
  }
}
