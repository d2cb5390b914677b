/// The distinct (event name, matchers that match) pairs of a run. Kinds ascend with name bytes, so
/// that comparing kinds compares names.
package struct EventKinds: Sendable {
  /// Name by kind.
  package let names: [String]
  let matchers: [EventMatcher]
  /// By kind: numbers of the matchers that match, ascending.
  let matched: [[Int]]

  package init(matchers: [EventMatcher], kinds: [(name: String, matched: [Int])]) {
    self.matchers = matchers
    names = kinds.map(\.name)
    matched = kinds.map(\.matched)
  }

  package var count: Int { names.count }

  /// By kind, whether its events match `matcher`, which must be one of the schema's.
  package func matching(_ matcher: EventMatcher) -> [Bool] {
    guard let number = matchers.firstIndex(of: matcher) else {
      preconditionFailure("a report asks for a matcher that it did not announce: \(matcher)")
    }
    return matched.map { $0.contains(number) }
  }
}
