/// How the rows of a source become events, beside where their fields are.
package struct RowRules: Sendable, Hashable {
  /// The events are the elements of this array; a field is looked up in the element, then in what
  /// encloses it.
  package var records: FieldPath?
  /// Text before the first `{` of a line is passed over.
  package var skipsPrefix = false
  /// Nothing is forgiven.
  package var isStrict = false
  /// Not empty: one row is one event for each of these whose time is there and whose conditions hold.
  package var each: [RowEvent] = []

  package init() {}
}

/// One event that a row may be.
package struct RowEvent: Sendable, Hashable {
  package var name: String
  package var time: [FieldPath]
  /// Each path's text must be one of these.
  package var conditions: [Condition]

  package struct Condition: Sendable, Hashable {
    package var path: FieldPath
    package var values: [String]

    package init(path: FieldPath, values: [String]) {
      self.path = path
      self.values = values
    }
  }

  package init(name: String, time: [FieldPath], conditions: [Condition] = []) {
    self.name = name
    self.time = time
    self.conditions = conditions
  }
}

/// What was forgiven in a row, which is an event all the same.
package enum Repair: UInt8, Sendable, CaseIterable {
  case notANumber, byteEscape, controlCharacter, loneSurrogate, duplicateKey, mark, trailingComma
  case invalidUTF8, shortRow

  /// As `run.json` names it.
  package var name: String {
    switch self {
    case .notANumber: "NaN or Infinity"
    case .byteEscape: "\\x escape"
    case .controlCharacter: "raw control character"
    case .loneSurrogate: "lone surrogate"
    case .duplicateKey: "duplicate key"
    case .mark: "byte order mark or NULs"
    case .trailingComma: "trailing comma"
    case .invalidUTF8: "invalid UTF-8"
    case .shortRow: "fewer columns than the header"
    }
  }

  /// What was made of it.
  package var meaning: String {
    switch self {
    case .notANumber: "absent"
    case .byteEscape: "read as the byte"
    case .controlCharacter: "kept"
    case .loneSurrogate: "read as U+FFFD"
    case .duplicateKey: "the last one counts"
    case .mark: "passed over"
    case .trailingComma: "passed over"
    case .invalidUTF8: "each bad byte became \\xHH"
    case .shortRow: "the last ones are absent"
    }
  }
}
