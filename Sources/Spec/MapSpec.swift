package import EventLog
package import Timelines

/// One of the spec's `maps`: rows without a time, each of which says what an id of one space is in
/// another.
package struct MapSpec: Sendable, Equatable {
  /// Where an id stands, and of which space it is; "" is the space that all sources share.
  package struct End: Sendable, Equatable {
    package var paths: [FieldPath] = []
    package var space = ""
  }

  /// Patterns of its inputs.
  package var files: [String] = []
  /// Whether it may have no input, or no pair of ids.
  package var isOptional = false
  package var format: LogFormat
  /// Of the files' text, as iconv(3) names it; nil for UTF-8.
  package var encoding: String?
  package var nulls = NullRule()
  /// Whose ids.
  package var kind = TimelineSchema.Entity.account
  package var from = End()
  package var to = End()

  package init(format: LogFormat = .csv()) {
    self.format = format
  }

  /// What is read of its rows: the former id as user, the other one as account.
  package var extraction: Extraction {
    var extraction = Extraction(
      format: format, encoding: encoding, user: from.paths, account: to.paths,
      event: .constant(""), time: TimeField(paths: [], format: .auto), nulls: nulls)
    extraction.time.isNone = true
    return extraction
  }
}

/// The spaces of a source's ids, where they are its own; nil for the one that all share.
package struct SourceSpaces: Sendable, Equatable {
  package var account: String?
  package var user: String?

  package init(account: String? = nil, user: String? = nil) {
    self.account = account
    self.user = user
  }

  package subscript(kind: TimelineSchema.Entity) -> String? {
    kind == .account ? account : user
  }
}
