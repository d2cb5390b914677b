/// A format whose rows are lines of named fields: all that readers, specs, flags, the schema and
/// guesses know of it. A new one is one file in `Formats`, with its parser and this value, and its
/// line in `LineFormat.all`.
///
/// Its parser is asked for once a file, so that a format costs the rows of others nothing.
package struct LineFormat: Sendable {
  /// As specs and flags name it.
  package let name: String
  /// As messages call it.
  package let called: String
  /// What else tells two formats of one name apart: a server's format string.
  package let pattern: String
  /// The fields that its rows have; nil where every file has its own.
  package let fields: [String]?
  /// Where the time stands, for specs that do not say it.
  package let time: TimeField?
  /// How a line begins that only files of this format have, for guesses; nil where they try the lines.
  package let sign: String?
  let makeParser: @Sendable (Extraction, ReadLimits) -> any LineParser

  init(
    _ name: String, called: String, pattern: String = "", fields: [String]? = nil,
    time: TimeField? = nil, sign: String? = nil,
    makeParser: @escaping @Sendable (Extraction, ReadLimits) -> any LineParser
  ) {
    self.name = name
    self.called = called
    self.pattern = pattern
    self.fields = fields
    self.time = time
    self.sign = sign
    self.makeParser = makeParser
  }
}

extension LineFormat: Hashable {
  package static func == (left: LineFormat, right: LineFormat) -> Bool {
    left.name == right.name && left.pattern == right.pattern
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(pattern)
  }
}
