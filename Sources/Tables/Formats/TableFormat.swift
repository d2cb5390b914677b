/// A form in which a run writes its tables: `--format`.
///
/// A file of this folder is a writer; a line in `all` makes it known to the command line, to
/// publishing and to `run.json`.
package struct TableFormat: Sendable {
  package enum Shape: Sendable {
    /// A file for each table, `NAME.` and the format's name.
    case files(@Sendable (TableHead, CSVWriter.Options) -> any TableWriter)
    /// One file for all tables of a run, `tables.` and the format's name, made in a scratch file at
    /// the path given.
    case book(@Sendable (_ path: String, _ facts: TableBookFacts) throws -> any TableBook)
  }

  /// As `--format` has it, and the ending of its files.
  package let name: String
  package let shape: Shape

  package init(name: String, shape: Shape) {
    self.name = name
    self.shape = shape
  }

  package static let all = [
    CSVWriter.format, TableJSONWriter.format, NDJSONWriter.format, Workbook.format,
    MarkdownWriter.format,
  ]

  package static let standard = [CSVWriter.format, TableJSONWriter.format]

  package static func named(_ name: String) -> TableFormat? { all.first { $0.name == name } }
}

/// One file for all tables of a run: each begins, gets its rows, and ends, one after another.
package protocol TableBook: AnyObject {
  func begin(_ head: TableHead) throws
  /// `row` has one cell for each column.
  func append(_ row: [Cell]) throws
  func end() throws
  /// Writes the file at the book's path; nothing may follow.
  func finish() throws
}

/// What a book says of the run it holds.
package struct TableBookFacts: Sendable {
  /// Name and value, in order: the spec, the end of observation, ...
  package var lines: [(name: String, value: String)]
  /// Local text by `zh`, else English.
  package var language: String

  package init(lines: [(name: String, value: String)], language: String = "en") {
    self.lines = lines
    self.language = language
  }
}

/// Why a book could not be made.
package struct TableBookError: Error, Sendable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }
}
