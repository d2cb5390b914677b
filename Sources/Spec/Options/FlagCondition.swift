import Values

/// `--where`: a field, an operator, a value.
struct FlagCondition {
  var field: String
  /// As the spec names it.
  var test: String
  var operand: String
  /// Compared as a number: by order with a numeric value.
  var isNumeric: Bool

  /// The first operator counts, a longer one before a shorter at the same place: `>=` is not `>`,
  /// and the value may hold more of them.
  init(_ text: String, mark: SpecMark) throws(SpecError) {
    let signs = [
      ("!=", "ne"), (">=", "gte"), ("<=", "lte"), ("=", "eq"), (">", "gt"), ("<", "lt"),
    ]
    let found = signs.enumerated().compactMap { rank, sign in
      text.firstRange(of: sign.0).map { (rank: rank, name: sign.1, place: $0) }
    }
    guard
      let (_, name, place) = found.min(by: {
        ($0.place.lowerBound, $0.rank) < ($1.place.lowerBound, $1.rank)
      })
    else { throw SpecError(mark, "'\(text)': write FIELD=VALUE, or with != > >= < <=") }
    field = String(text[..<place.lowerBound]).trimmed
    guard !field.isEmpty else { throw SpecError(mark, "'\(text)' names no field") }
    operand = String(text[place.upperBound...]).trimmed
    test = name
    isNumeric = ExactDecimal.parse(operand) != nil && !["eq", "ne"].contains(name)
  }

  /// The property's tests, as the spec would have them.
  func node(_ mark: SpecMark) -> SpecNode {
    let operand = SpecNode(mark: mark, content: .scalar(operand, plain: true))
    let tests = SpecNode(
      mark: mark, content: .mapping([SpecNode.Entry(key: test, keyMark: mark, value: operand)]))
    return SpecNode(
      mark: mark, content: .mapping([SpecNode.Entry(key: field, keyMark: mark, value: tests)]))
  }
}
