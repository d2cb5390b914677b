/// The first row of a CSV or TSV file: which column holds which wanted path.
struct DelimitedHeader {
  /// The wanted columns, or why the file cannot be read.
  enum Match {
    case columns(Columns)
    /// `hint` is a phrase behind a semicolon that says what may help, or nothing.
    case problem(String, hint: String)
  }

  /// Where wanted values stand.
  struct Columns: Sendable {
    /// In ascending order of `index`.
    var walked: [DelimitedRowWalker.Column] = []
    /// Slots whose column holds JSON, and the way on in it.
    var held: [(slot: Int, path: FieldPath)] = []
    /// Fields that a row must have.
    var needed = 0
    /// Properties of which there is no column.
    var missing: [String] = []
  }

  /// More names than this are no header, and would take more memory than the rows.
  static let columnsMax = 1 << 20
  static let tooMany = "the header has more than \(columnsMax) columns"
  static let tooManyCells = tooMany + ": is `delimiter` in the spec the right one?"

  let names: [String]
  /// Nil where the spec names the columns.
  private let delimiter: UInt8?

  /// The names in a row that the walker has found to have as many `fields`, without blanks around them.
  init(_ bytes: Span<UInt8>, _ row: Range<Int>, fields: Int, _ walker: DelimitedRowWalker) {
    var walker = walker
    let fields = min(fields, Self.columnsMax)
    walker.columns = (0..<fields).map { DelimitedRowWalker.Column(index: $0, slot: $0) }
    walker.leave()
    let bytes = bytes.extracting(0..<row.upperBound)
    var values = [RawValue](repeating: .absent, count: fields)
    _ = walker.next(in: bytes, from: row.lowerBound, values: &values)
    var names: [String] = []
    var name: [UInt8] = []
    var lone = 0
    for value in values {
      name.removeAll(keepingCapacity: true)
      _ = RowAssembler.append(value, of: bytes, to: &name, &lone)
      let (start, end) = DelimitedRowWalker.trim(name.span, 0, name.count)
      names.append(String(decoding: name[start..<end], as: UTF8.self))
    }
    self.names = names
    delimiter = walker.delimiter
  }

  /// A row that names its columns otherwise.
  init(names: [String]) { (self.names, delimiter) = (names, nil) }

  /// Names are compared byte by byte; a wanted one must occur once.
  ///
  /// Of the slots that a field shares, one must be found; a property may be missing. A name that no
  /// column has may lead into JSON: `properties.plan` into a column `properties`.
  func match(_ committer: borrowing RowCommitter) -> Match {
    var found = Columns()
    var missing: [Int] = []
    for (slot, path) in committer.paths.enumerated() where path.parts.isEmpty {
      var indices = columns(named: Array(path.description.utf8))
      var held: FieldPath?
      if indices.isEmpty {
        for count in (1...max(1, path.keys.count)).reversed() where count < path.steps.count {
          indices = columns(named: Array(path.keys.prefix(count).joined(separator: [0x2E])))
          if !indices.isEmpty {
            held = FieldPath(path, dropping: count)
            break
          }
        }
      }
      guard let index = indices.first else {
        missing.append(slot)
        continue
      }
      guard indices.count == 1 else {
        return .problem("\(indices.count) columns are named \"\(path)\"", hint: "")
      }
      found.walked.append(DelimitedRowWalker.Column(index: index, slot: slot))
      if let held { found.held.append((slot, held)) }
      if !committer.properties.contains(slot) { found.needed = max(found.needed, index + 1) }
    }
    for group in committer.required {
      let slots = group.filter { committer.paths[$0].parts.isEmpty }
      if slots.count == group.count, let first = slots.first, slots.allSatisfy(missing.contains) {
        return self.missing(committer.paths[first], isEventID: committer.eventIDs.contains(first))
      }
    }
    for slot in missing
    where !committer.optional.contains(slot)
      && !committer.required.contains(where: { $0.contains(slot) })
    {
      if !committer.properties.contains(slot) {
        return self.missing(committer.paths[slot], isEventID: false)
      }
      found.missing.append(committer.paths[slot].description)
    }
    found.walked.sort { ($0.index, $0.slot) < ($1.index, $1.slot) }
    return .columns(found)
  }

  private func missing(_ path: FieldPath, isEventID: Bool) -> Match {
    .problem(
      "no column named \"\(path)\"; the header has: \(shortList)",
      hint: HeaderHint.text(
        names, wanted: path.description, delimiter: delimiter, isEventID: isEventID))
  }

  private func columns(named name: [UInt8]) -> [Int] {
    names.indices.filter { names[$0].utf8.elementsEqual(name) }
  }

  private var shortList: String {
    let shown = names.prefix(40).joined(separator: ", ")
    return names.count > 40 ? shown + ", and \(names.count - 40) more" : shown
  }
}
