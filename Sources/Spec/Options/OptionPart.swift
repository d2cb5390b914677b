package import Values

/// One option of a mapping of the spec, said once: its key, where its value goes, what it may be,
/// and what it means. Reading, the JSON description, the schema, flags and the tables of the pages
/// follow from it.
///
/// `Owner` is what the mapping is read into. It starts out blank, with every default in place, and
/// the parts are read in order: each sees what those before it have read.
package struct OptionPart<Owner> {
  package let key: String
  /// Reads the key into the owner; notes errors and goes on.
  package let read: (inout Owner, inout SpecMapping) -> Void
  /// The value as the spec would say it.
  package let show: (Owner) -> JSONValue
  /// For schema, flags and pages, of a blank owner.
  package let outline: (Owner) -> OptionOutline

  /// A part that reads better written than declared.
  ///
  /// - Parameter read: must ask for `key`, on every path.
  package static func written(
    _ key: String, _ shape: OptionShape, _ doc: String, isRequired: Bool = false,
    read: @escaping (inout Owner, inout SpecMapping) -> Void,
    show: @escaping (Owner) -> JSONValue
  ) -> OptionPart {
    OptionPart(key: key, read: read, show: show) { blank in
      OptionOutline(
        key: key, shape: shape, doc: doc, isRequired: isRequired,
        standard: isRequired ? .null : show(blank))
    }
  }

  /// The same part with a flag of another name than its key.
  package func flag(_ name: String, short: Character? = nil) -> OptionPart {
    outlined {
      $0.flag = name
      $0.short = short
    }
  }

  /// The same part with a default that depends on other options: what it is, for people.
  package func standard(_ words: String) -> OptionPart {
    outlined { $0.standard = .text(words) }
  }

  private func outlined(_ change: @escaping (inout OptionOutline) -> Void) -> OptionPart {
    OptionPart(key: key, read: read, show: show) { blank in
      var outline = outline(blank)
      change(&outline)
      return outline
    }
  }
}

/// What can be said of an option without knowing what it is read into.
package struct OptionOutline: Sendable, Equatable {
  package var key: String
  package var shape: OptionShape
  /// A sentence.
  package var doc: String
  package var isRequired: Bool
  /// What holds when the key is not given, as the spec would say it; null for nothing.
  package var standard: JSONValue
  /// Without dashes in front; nil for the key's own.
  package var flag: String?
  /// A single letter for the flag.
  package var short: Character?

  package init(
    key: String, shape: OptionShape, doc: String, isRequired: Bool = false, standard: JSONValue
  ) {
    self.key = key
    self.shape = shape
    self.doc = doc
    self.isRequired = isRequired
    self.standard = standard
  }
}

/// The options of a mapping, in the order in which messages name them.
package struct Options<Owner>: ExpressibleByArrayLiteral {
  package var parts: [OptionPart<Owner>]

  package init(arrayLiteral parts: OptionPart<Owner>...) {
    self.parts = parts
  }

  package init(_ parts: [OptionPart<Owner>]) {
    self.parts = parts
  }

  package func read(into owner: inout Owner, from mapping: inout SpecMapping) {
    for part in parts { part.read(&owner, &mapping) }
  }

  /// Every option with its value, defaults filled in.
  package func shown(_ owner: Owner) -> [(key: String, value: JSONValue)] {
    parts.map { ($0.key, $0.show(owner)) }
  }

  package func outlines(blank: Owner) -> [OptionOutline] { parts.map { $0.outline(blank) } }
}
