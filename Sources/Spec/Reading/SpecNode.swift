/// A YAML document as a tree with positions. Scalars keep their literal text: what `on`, `NO` or
/// `1_000` mean is decided by the option that reads them, not by YAML 1.1's guesses.
package struct SpecNode: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    var key: String
    var keyMark: SpecMark
    var value: SpecNode
  }

  package enum Content: Sendable, Equatable {
    /// Empty, `~` or `null`, unquoted.
    case nothing
    /// `plain` is false for quoted and block scalars, which are always text.
    case scalar(String, plain: Bool)
    case list([SpecNode])
    /// In the order of the file; keys are distinct; merge keys are already merged.
    case mapping([Entry])
  }

  package var mark: SpecMark
  package var content: Content

  package var isNothing: Bool { content == .nothing }

  /// As an error message calls it.
  package var described: String {
    switch content {
    case .nothing: "nothing"
    case .scalar(let text, plain: true): "`\(text.prefix(60))`"
    case .scalar(let text, plain: false): "the text \"\(text.prefix(60))\""
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}
