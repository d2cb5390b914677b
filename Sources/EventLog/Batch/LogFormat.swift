/// How rows are laid out in a file. A format of lines is a `LineFormat`; a case here is for what ends
/// rows in another way, or reads as fast as it inflates.
package enum LogFormat: Sendable, Hashable {
  /// One JSON object a line; several on a line are several rows.
  case jsonl
  /// JSON objects one after another, however laid out: pretty, concatenated, in an outer array.
  case json
  /// CSV, TSV and their relatives.
  case delimited(DelimitedFormat)
  /// Lines of named fields: access logs and their relatives.
  case lines(LineFormat)

  /// RFC 4180 with a header row.
  package static func csv(delimiter: UInt8 = UInt8(ascii: ",")) -> LogFormat {
    .delimited(DelimitedFormat(delimiter: delimiter))
  }

  /// Tab-separated with a header row, no quoting.
  package static let tsv = LogFormat.delimited(
    DelimitedFormat(delimiter: UInt8(ascii: "\t"), quote: nil))
}

/// How delimited text is written.
package struct DelimitedFormat: Sendable, Hashable {
  /// One ASCII byte.
  package var delimiter: UInt8
  /// Nil where every quote is text.
  package var quote: UInt8?
  /// Makes a quote or itself text inside quotes, and the delimiter or itself outside; nil where quotes
  /// are doubled, and nothing else. The same as the quote, it says no more than that.
  package var escape: UInt8?
  /// The names of the columns where the file has no header.
  package var columns: [String]?
  /// Lines before the header.
  package var skip: Int
  /// Lines that begin with it are no rows.
  package var comment: UInt8?

  package init(
    delimiter: UInt8, quote: UInt8? = UInt8(ascii: "\""), escape: UInt8? = nil,
    columns: [String]? = nil, skip: Int = 0, comment: UInt8? = nil
  ) {
    self.delimiter = delimiter
    self.quote = quote
    self.escape = escape
    self.columns = columns
    self.skip = skip
    self.comment = comment
  }

  /// The same with another delimiter, as a file may state it.
  func delimited(by delimiter: UInt8) -> DelimitedFormat {
    var format = self
    format.delimiter = delimiter
    return format
  }
}

/// A server's format string, compiled: variables and the text between them.
package struct ServerLogFormat: Sendable, Hashable {
  package enum Dialect: String, Sendable, CaseIterable {
    /// `log_format`: `$remote_addr`.
    case nginx
    /// `LogFormat`: `%{X-Forwarded-For}i`.
    case apache
  }

  package enum Part: Sendable, Hashable {
    case text([UInt8])
    /// Its names: as the string spells it, without its signs, and as `combined` calls it.
    case variable([String])
  }

  package let dialect: Dialect
  package let text: String
  package let parts: [Part]

  /// All names that a path may have.
  package var fields: [String] {
    parts.flatMap { if case .variable(let names) = $0 { names } else { [String]() } }
      + (has("request") ? ["method", "path", "protocol"] : [])
  }

  /// Whether a variable has this name.
  package func has(_ name: String) -> Bool {
    parts.contains { if case .variable(let names) = $0 { names.contains(name) } else { false } }
  }
}
