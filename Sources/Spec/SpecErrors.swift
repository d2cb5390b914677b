/// A place in a spec file.
package struct SpecMark: Sendable, Hashable, Comparable {
  /// 1-based.
  package var line: Int
  /// 1-based, in Unicode scalars.
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// No place in it.
  package static let wholeFile = SpecMark(line: 0, column: 0)

  package static func < (left: SpecMark, right: SpecMark) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

extension SpecError {
  package init(_ mark: SpecMark, _ message: String) {
    self.init(line: mark.line, column: mark.column, message: message)
  }

  package var mark: SpecMark { SpecMark(line: line, column: column) }
}

/// Everything that is wrong with a spec, in the order of the file: exit 78.
package struct SpecErrors: Error, Sendable, Equatable, CustomStringConvertible {
  /// Never empty; at most `countMax`.
  package var errors: [SpecError]

  /// A spec with more mistakes than this is reported in parts: nobody reads a longer list.
  package static let countMax = 40

  /// Sorts, and drops repetitions: an anchor that is used twice is read twice.
  package init(_ errors: [SpecError]) {
    precondition(!errors.isEmpty)
    var kept: [SpecError] = []
    let sorted = errors.enumerated().sorted {
      ($0.element.mark, $0.offset) < ($1.element.mark, $1.offset)
    }
    for (_, error) in sorted where !kept.contains(error) && kept.count < Self.countMax {
      kept.append(error)
    }
    self.errors = kept
  }

  /// One error a line.
  package var description: String { errors.map(\.description).joined(separator: "\n") }
}
