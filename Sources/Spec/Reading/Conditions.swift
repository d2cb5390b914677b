import EventLog
package import Timelines
import Values

extension SpecValue {
  private enum Operator: String, CaseIterable {
    case eq, ne, `in`, gt, gte, lt, lte, exists, contains
    case notIn = "not_in"
    case startsWith = "starts_with"
    case endsWith = "ends_with"
  }

  /// `where`: a map of properties to a scalar (equals), a list (one of), or operators. All must
  /// hold.
  package func tests() -> [PropertyCondition] {
    guard let tests = namedValues("tests", max: SpecLimits.testsMax) else { return [] }
    var conditions: [PropertyCondition] = []
    for test in tests {
      let wanted: PropertyType = test.value.ordersNumbers ? .number : .text
      guard
        let property = context.property(test.name, at: test.mark, wanted: wanted, isTest: true)
      else { continue }
      conditions += test.value.tests(of: property)
    }
    return conditions
  }

  /// Whether the tests of a property are by the order of numbers.
  private var ordersNumbers: Bool {
    guard case .mapping(let entries) = node.content else { return false }
    return entries.contains { entry in
      guard case .scalar(let text, plain: true) = entry.value.content else { return false }
      return ["gt", "gte", "lt", "lte"].contains(entry.key) && ExactDecimal.parse(text) != nil
    }
  }

  private func tests(of property: SourceSpec.Property) -> [PropertyCondition] {
    func conditions(_ test: PropertyCondition.Test?) -> [PropertyCondition] {
      test.map { [PropertyCondition(property: property.name, test: $0)] } ?? []
    }
    switch node.content {
    case .nothing:
      error("to ask whether `\(property.name)` is absent, write {exists: false}")
      return []
    case .scalar: return conditions(operand(of: property).map { .equals($0) })
    case .list: return conditions(operands(of: property).map { .oneOf($0) })
    case .mapping(let entries):
      if entries.isEmpty { error("`\(property.name)` has no test") }
      return entries.prefix(Operator.allCases.count).flatMap { entry in
        guard let name = Operator(rawValue: entry.key) else {
          context.error(
            entry.keyMark,
            "unknown operator `\(entry.key)`"
              + NearestName.hint(for: entry.key, among: Operator.allCases.map(\.rawValue)))
          return conditions(nil)
        }
        return conditions(inner(entry.value, name: entry.key).test(name, of: property))
      }
    }
  }

  private func test(_ name: Operator, of property: SourceSpec.Property) -> PropertyCondition.Test? {
    if property.type == .boolean, [.gt, .gte, .lt, .lte].contains(name) {
      error("`\(name.rawValue)` needs an order, and `\(property.name)` is a boolean property")
      return nil
    }
    return switch name {
    case .eq: operand(of: property).map { .equals($0) }
    case .ne: operand(of: property).map { .notEquals($0) }
    case .in: operands(of: property).map { .oneOf($0) }
    case .notIn: operands(of: property).map { .notOneOf($0) }
    case .gt: operand(of: property).map { .greater($0) }
    case .gte: operand(of: property).map { .greaterOrEqual($0) }
    case .lt: operand(of: property).map { .less($0) }
    case .lte: operand(of: property).map { .lessOrEqual($0) }
    case .exists: boolean().map { .exists($0) }
    case .contains: part(of: property).map { .contains(LogText($0)) }
    case .startsWith: part(of: property).map { .startsWith(LogText($0)) }
    case .endsWith: part(of: property).map { .endsWith(LogText($0)) }
    }
  }

  private func operand(of property: SourceSpec.Property) -> PropertyValue? {
    switch property.type {
    case .number:
      guard case .scalar(let text, plain: true) = node.content,
        let number = ExactDecimal.parse(text)
      else {
        error(
          "`\(property.name)` is a number property: compare it with a number, "
            + "not \(node.described)")
        return nil
      }
      return .number(number)
    case .text:
      // Literal text: `NO`, `on` and `007` mean themselves.
      guard case .scalar(let text, _) = node.content else {
        error("compare `\(property.name)` with text, not \(node.described)")
        return nil
      }
      return .text(LogText(text))
    case .boolean, .date, .time:
      guard case .scalar(let text, _) = node.content,
        let value = SpelledValue(property.type, rules: TimeRules()).operand(text)
      else {
        error(
          "`\(property.name)` is a \(property.type.rawValue) property: compare it with "
            + "\(property.type.exampleOfOperand), not \(node.described)")
        return nil
      }
      return .text(LogText(value))
    }
  }

  private func operands(of property: SourceSpec.Property) -> [PropertyValue]? {
    guard let items = list(of: "values") else { return nil }
    guard !items.isEmpty else {
      error("the list for `\(property.name)` is empty")
      return nil
    }
    let values = items.compactMap { $0.operand(of: property) }
    return values.count == items.count ? values : nil
  }

  private func part(of property: SourceSpec.Property) -> String? {
    guard property.type == .text else {
      error(
        "`\(name)` looks into text, and `\(property.name)` is a \(property.type.rawValue) property")
      return nil
    }
    return text()
  }
}

extension PropertyType {
  fileprivate var exampleOfOperand: String {
    switch self {
    case .text: "a text"
    case .number: "a number"
    case .boolean: "true or false"
    case .date: "a day, such as 2024-01-31"
    case .time: "a time with its offset, such as 2024-01-31T09:00:00Z"
    }
  }
}
