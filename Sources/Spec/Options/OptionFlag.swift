package import Values

/// A flag of a one-off command that stands for an option, or for an option inside one.
package struct OptionFlag: Sendable, Equatable {
  /// Without dashes in front.
  package var name: String
  /// A single letter for it.
  package var short: Character?
  /// Keys from the report down to the option.
  package var path: [String]
  package var shape: OptionShape
  package var doc: String
  package var isRequired: Bool
  package var standard: JSONValue

  /// One flag for each option, and for each option of an option: `--activation sign_up
  /// --activation-within 7d`. What must be given inside what may be left out may be left out.
  package static func flags(
    of outlines: [OptionOutline], below path: [String] = [], prefix: String = "",
    isRequired: Bool = true
  ) -> [OptionFlag] {
    outlines.flatMap { outline -> [OptionFlag] in
      let name = outline.flag ?? (prefix + outline.key).replacing("_", with: "-")
      let below = path + [outline.key]
      let flag = OptionFlag(
        name: name, short: outline.short, path: below, shape: outline.shape, doc: outline.doc,
        isRequired: isRequired && outline.isRequired, standard: outline.standard)
      func inner(_ inner: [OptionOutline]) -> [OptionFlag] {
        flags(of: inner, below: below, prefix: name + "-", isRequired: flag.isRequired)
      }
      return switch outline.shape {
      case .stage(let outlines): [flag] + inner(outlines)
      case .mapping(let outlines): inner(outlines)
      default: [flag]
      }
    }
  }

  /// Whether the flag may be given several times, or with several values.
  package var isList: Bool {
    switch shape {
    case .oneOrMore, .list, .tests: true
    default: false
    }
  }

  /// A value as the spec would have it: `{` and `[` begin flow YAML; where a list may stand, commas
  /// make one; anything else is itself, whatever YAML would read into it.
  func node(_ text: String, mark: SpecMark) throws(SpecError) -> SpecNode {
    if text.hasPrefix("{") || text.hasPrefix("[") {
      do throws(SpecError) {
        guard let node = try SpecNode.compose(yaml: text) else {
          throw SpecError(mark, "`\(text)` is empty")
        }
        return node.moved(to: mark)
      } catch {
        throw SpecError(mark, error.message)
      }
    }
    func scalar(_ text: some StringProtocol) -> SpecNode {
      SpecNode(mark: mark, content: .scalar(String(text), plain: true))
    }
    guard takesCommas, text.contains(",") else { return scalar(text) }
    let items = text.split(separator: ",", omittingEmptySubsequences: false)
    return SpecNode(
      mark: mark, content: .list(items.map { scalar($0.drop(while: { $0 == " " })) }))
  }

  private var takesCommas: Bool {
    switch shape {
    case .event, .stage, .oneOrMore, .list: true
    default: false
    }
  }

  /// All values of the flag as one.
  func node(_ texts: [String], mark: SpecMark) throws(SpecError) -> SpecNode {
    var nodes: [SpecNode] = []
    for text in texts { nodes.append(try node(text, mark: mark)) }
    switch shape {
    case .list(.stage, _):
      // Each value is an item: commas make alternatives. A list alone is all the items.
      if nodes.count == 1, texts[0].hasPrefix("[") { return nodes[0] }
      return SpecNode(mark: mark, content: .list(nodes))
    case .list, .oneOrMore:
      let items = nodes.flatMap { node -> [SpecNode] in
        if case .list(let items) = node.content { return items }
        return [node]
      }
      return SpecNode(mark: mark, content: .list(items))
    default: return nodes[nodes.count - 1]
    }
  }
}

extension SpecNode {
  fileprivate func moved(to mark: SpecMark) -> SpecNode {
    switch content {
    case .nothing, .scalar: return SpecNode(mark: mark, content: content)
    case .list(let items):
      return SpecNode(mark: mark, content: .list(items.map { $0.moved(to: mark) }))
    case .mapping(let entries):
      let moved = entries.map {
        Entry(key: $0.key, keyMark: mark, value: $0.value.moved(to: mark))
      }
      return SpecNode(mark: mark, content: .mapping(moved))
    }
  }
}
