import EventLog
import System

/// The first rows of a log, field by field: what guesses rest on.
struct RowSample: Sendable {
  struct Value: Sendable {
    var row: Int
    var text: String
    var kind: FieldReader.Kind
  }

  var layout: LogLayout
  /// Paths in the order they were first seen, also those without a value (a column).
  private(set) var paths: [String] = []
  /// By path: the values of the rows that have one, in order.
  private(set) var values: [String: [Value]] = [:]
  /// Paths that lead to arrays.
  private(set) var lists: Set<String> = []
  private(set) var rows = 0
  /// Rows that did not fit the format.
  private(set) var misfits = 0

  static let rowsMax = 2_000
  private static let bytesMax = 1 << 20
  private static let headBytes = 64 << 10
  private static let valueBytesMax = 200

  /// Of no rows.
  init(format: LogFormat) {
    layout = LogLayout(format: format)
  }

  /// Reads the start of a file. Of standard input, what was read comes again to who reads it next.
  ///
  /// - Throws: `InputError` when the file cannot be read.
  init(
    _ file: InputFile, format: LogFormat? = nil, encoding: String? = nil,
    rowsMax: Int = Self.rowsMax, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(InputError) {
    layout = LogLayout(format: format ?? .jsonl)
    // A chunk ends with a row, and what a row is depends on the format.
    var head = Chunk()
    try Self.eachChunk(of: file, as: layout.format, encoding, isCancelled) { chunk in
      head.bytes += chunk.bytes[..<chunk.count]
      head.holdsValues = chunk.holdsValues
      return head.bytes.count < Self.headBytes
    }
    head.count = head.bytes.count
    if head.count > 0 { layout = LogLayout(startOf: head, given: format) }
    try read(file, encoding, rowsMax: rowsMax, isCancelled)
    if let records = recordsPath {
      layout.rules.records = FieldPath(records)
      (paths, values, lists, rows, misfits) = ([], [:], [], 0, 0)
      try read(file, encoding, rowsMax: rowsMax, isCancelled)
    }
  }

  /// Until `body` returns false, or enough was read.
  private static func eachChunk(
    of file: InputFile, as format: LogFormat, _ encoding: String?,
    _ isCancelled: @escaping @Sendable () -> Bool,
    _ body: (borrowing Chunk) -> Bool
  ) throws(InputError) {
    var limits = ReadLimits()
    limits.chunkBytes = bytesMax
    let peek = file.isStandardInput ? InputPeek() : nil
    defer { peek?.end() }
    var source = try ChunkSource(
      file: file, format: format, encoding: encoding, limits: limits, isCancelled: isCancelled)
    var chunk = Chunk()
    var bytes = 0
    while bytes < bytesMax, try source.next(into: &chunk) {
      bytes += chunk.count
      if !body(chunk) { return }
    }
  }

  private mutating func read(
    _ file: InputFile, _ encoding: String?, rowsMax: Int,
    _ isCancelled: @escaping @Sendable () -> Bool
  ) throws(InputError) {
    var reader = FieldReader(format: layout.format, rules: layout.rules)
    var columns: [[Value]] = []
    var isSeen: [Bool] = []
    var isList: [Bool] = []
    var rows = 0
    try Self.eachChunk(of: file, as: layout.format, encoding, isCancelled) { chunk in
      reader.read(chunk) { paths, fields, text in
        guard rows < rowsMax else { return }
        while columns.count < paths.count {
          columns.append([])
          isSeen.append(false)
          isList.append(false)
        }
        for field in fields {
          isSeen[field.path] = true
          switch field.kind {
          case .list: isList[field.path] = true
          case .null: break
          case .text, .number, .boolean:
            let bytes = text[field.range].prefix(Self.valueBytesMax)
            if bytes.isEmpty { break }
            columns[field.path].append(
              Value(row: rows, text: String(decoding: bytes, as: UTF8.self), kind: field.kind))
          }
        }
        rows += 1
      }
      return rows < rowsMax
    }
    self.rows = rows
    misfits = reader.misfits
    for (index, path) in reader.paths.enumerated() where index < isSeen.count {
      if isList[index] { lists.insert(path) }
      // A column may have no value in any row.
      guard isSeen[index], !isList[index] || !columns[index].isEmpty else { continue }
      if values[path] == nil { paths.append(path) }
      values[path, default: []] += columns[index]
    }
    if rows == 0 { paths = reader.paths }
  }

  /// The array whose elements are the events: they have times and names or users, and outside of it
  /// there are no names of events.
  private var recordsPath: String? {
    guard layout.rules.records == nil, layout.format == .jsonl || layout.format == .json else {
      return nil
    }
    let roles = FieldRoles(sample: self)
    let (times, events, users) = (TimeGuess.named(in: self), roles.events, roles.users)
    return lists.sorted().first { list in
      let inside = list + "[0]."
      func isInside(_ path: String) -> Bool { path.hasPrefix(inside) }
      return !list.contains("[") && times.contains(where: isInside)
        && (events + users).contains(where: isInside) && events.allSatisfy(isInside)
    }
  }
}

extension RowSample {
  /// Rows that have a value there.
  func count(_ path: String) -> Int { values[path]?.count ?? 0 }

  func distinct(_ path: String) -> Int { Set((values[path] ?? []).lazy.map(\.text)).count }

  func has(_ path: FieldPath) -> Bool {
    path.parts.isEmpty
      ? paths.contains(path.description) : path.parts.contains { has($0) }
  }

  func isNumeric(_ path: String) -> Bool {
    guard let values = values[path], !values.isEmpty else { return false }
    return values.allSatisfy { $0.kind == .number }
  }

  /// By row: its text there.
  func byRow(_ path: String?) -> [Int: String] {
    guard let path else { return [:] }
    return Dictionary((values[path] ?? []).map { ($0.row, $0.text) }) { first, _ in first }
  }
}
