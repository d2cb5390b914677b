import EventLog
import Tables
import Values

/// The first rows of a log, flattened: what the field guess and `inspect` look at. Read the slow,
/// obvious way; a few hundred rows only.
struct RowSample {
  var format: LogFormat
  /// Paths in the order they were first seen.
  var paths: [String] = []
  /// By path: values of the rows that have it, as text.
  var values: [String: [String]] = [:]
  /// Paths whose values were all JSON numbers.
  var numeric: Set<String> = []
  var rows = 0

  static let rowsMax = 500
  private static let bytesMax = 1 << 20

  /// Of no rows.
  init(format: LogFormat) {
    self.format = format
  }

  /// - Throws: `InputError` when the file cannot be read.
  init(
    _ file: InputFile, format wanted: LogFormat?,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(InputError) {
    var limits = ReadLimits()
    limits.chunkBytes = Self.bytesMax
    var source = try ChunkSource(
      file: file, format: .jsonl, limits: limits, isCancelled: isCancelled)
    var chunk = Chunk()
    guard try source.next(into: &chunk) else {
      format = wanted ?? .jsonl
      return
    }
    let text = String(decoding: chunk.bytes[..<chunk.count], as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).prefix(Self.rowsMax + 1).map(String.init)
    format = wanted ?? Self.format(of: lines)
    switch format {
    case .jsonl, .json: addJSON(lines)
    case .delimited(let format):
      addDelimited(lines, delimiter: format.delimiter, quotes: format.quote != nil)
    case .combined, .server, .w3c: rows = lines.count
    }
  }

  private static func format(of lines: [String]) -> LogFormat {
    guard let first = lines.first else { return .jsonl }
    if first.drop(while: \.isWhitespace).first == "{" { return .jsonl }
    if first.contains("] \""), first.contains(" ["), first.hasSuffix("\"") || first.last!.isNumber {
      return .combined
    }
    let delimiters: [UInt8] = [",", "\t", ";", "|"].map { Character($0).asciiValue! }
    let counts = delimiters.map { delimiter in first.utf8.count { $0 == delimiter } }
    let best = counts.indices.max { counts[$0] < counts[$1] }!
    return delimiters[best] == UInt8(ascii: "\t") && counts[best] > 0
      ? .tsv : .csv(delimiter: counts[best] > 0 ? delimiters[best] : UInt8(ascii: ","))
  }

  private mutating func add(_ path: String, _ value: String, isNumber: Bool) {
    if values[path] == nil {
      paths.append(path)
      if isNumber { numeric.insert(path) }
    }
    if !isNumber { numeric.remove(path) }
    values[path, default: []].append(value)
  }

  private mutating func addJSON(_ lines: [String]) {
    for line in lines {
      guard let value = try? JSONReader.read(Array(line.utf8)) else { continue }
      rows += 1
      flatten(value, under: "")
    }
  }

  private mutating func flatten(_ value: JSONValue, under path: String) {
    switch value {
    case .object(let members):
      for (key, member) in members {
        // A dot inside a key is escaped, as paths in a spec escape it.
        let step = key.split(separator: ".", omittingEmptySubsequences: false)
          .joined(separator: "\\.")
        flatten(member, under: path.isEmpty ? step : path + "." + step)
      }
    case .text(let text): if !text.isEmpty { add(path, text, isNumber: false) }
    case .integer(let number): add(path, String(number), isNumber: true)
    case .digits(let digits): add(path, digits, isNumber: true)
    case .number(let number): add(path, String(number), isNumber: true)
    case .boolean(let flag): add(path, String(flag), isNumber: false)
    case .null, .list: break
    }
  }

  private mutating func addDelimited(_ lines: [String], delimiter: UInt8, quotes: Bool) {
    guard let first = lines.first else { return }
    let header = Self.split(first, delimiter: delimiter, quotes: quotes)
    for line in lines.dropFirst() {
      let fields = Self.split(line, delimiter: delimiter, quotes: quotes)
      guard fields.count == header.count else { continue }
      rows += 1
      for (name, field) in zip(header, fields) where !field.isEmpty {
        add(name, field, isNumber: false)
      }
    }
    for name in header where values[name] == nil {
      paths.append(name)
      values[name] = []
    }
  }

  private static func split(_ line: String, delimiter: UInt8, quotes: Bool) -> [String] {
    var fields: [[UInt8]] = [[]]
    var quoted = false
    for byte in line.utf8 {
      if quotes, byte == UInt8(ascii: "\"") {
        quoted.toggle()
      } else if byte == delimiter, !quoted {
        fields.append([])
      } else {
        fields[fields.count - 1].append(byte)
      }
    }
    return fields.map { String(decoding: $0, as: UTF8.self) }
  }
}
