package import Timelines

/// One value of the spec with what is needed to read it: each method gives the typed value, or
/// notes an error at its place and gives nil.
package struct SpecValue {
  package let node: SpecNode
  /// The option's name, for messages.
  package let name: String
  /// Where its key stands, if it has one of its own.
  package let keyMark: SpecMark?
  package let context: SpecContext
  /// The report's `where`, folded into every event that is read through `event()`.
  package let conditions: [PropertyCondition]

  package init(
    _ node: SpecNode, name: String, keyMark: SpecMark? = nil, context: SpecContext,
    conditions: [PropertyCondition] = []
  ) {
    self.node = node
    self.name = name
    self.keyMark = keyMark
    self.context = context
    self.conditions = conditions
  }

  package var mark: SpecMark { node.mark }

  package func error(_ message: @autoclosure () -> String) {
    context.error(node.mark, message())
  }

  /// Notes that something else was expected here.
  package func expected<T>(_ what: String) -> T? {
    error("`\(name)` must be \(what), not \(node.described)")
    return nil
  }

  /// A value inside this one, called by the same name in messages.
  package func inner(_ node: SpecNode, name: String? = nil, keyMark: SpecMark? = nil) -> SpecValue {
    SpecValue(
      node, name: name ?? self.name, keyMark: keyMark, context: context, conditions: conditions)
  }

  /// Where the value of a mapping's key stands.
  package func mark(of key: String) -> SpecMark? {
    guard case .mapping(let entries) = node.content else { return nil }
    return entries.first { $0.key == key }?.value.mark
  }

  /// Items of a list; a single value that is not a list is a list of one.
  package func items() -> [SpecValue] {
    if case .list(let nodes) = node.content { return nodes.map { inner($0) } }
    return node.isNothing ? [] : [self]
  }

  /// The same; an error for more than `max`.
  package func items(max: Int) -> [SpecValue] {
    let items = items()
    if items.count > max { error("`\(name)` has at most \(max) values, not \(items.count)") }
    return Array(items.prefix(max))
  }

  /// Items of what must be a list.
  package func list(of what: String) -> [SpecValue]? {
    guard case .list(let nodes) = node.content else { return expected("a list of \(what)") }
    return nodes.map { inner($0) }
  }

  /// Reads a mapping with `body` and then reports the keys that `body` did not ask for. `kind` is
  /// how messages call it, with its article: "a step".
  package func mapping<T>(_ kind: String, _ body: (inout SpecMapping) -> T) -> T? {
    guard case .mapping(let entries) = node.content else { return expected("a mapping") }
    var mapping = SpecMapping(
      entries, kind: kind, mark: keyMark ?? node.mark, context: context, conditions: conditions)
    let value = body(&mapping)
    mapping.finish()
    return value
  }

  /// Keys and values of a mapping whose keys are the user's own names, in the order of the file; an
  /// error for more than `max`.
  package func namedValues(
    _ what: String, max: Int = SpecLimits.itemsMax
  ) -> [(name: String, mark: SpecMark, value: SpecValue)]? {
    guard case .mapping(let entries) = node.content else {
      return expected("a mapping of names to \(what)")
    }
    if entries.count > max { error("`\(name)` has at most \(max) \(what), not \(entries.count)") }
    return entries.prefix(max).map {
      ($0.key, $0.keyMark, inner($0.value, name: $0.key, keyMark: $0.keyMark))
    }
  }
}
