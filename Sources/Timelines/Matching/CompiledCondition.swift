import EventLog
import Values

/// A `PropertyCondition` with its column found and its values as bytes or decimals.
///
/// The property's declared type decides how values compare. Against a text property a number counts
/// as its plain decimal digits; against a number property a text counts as the number it spells,
/// and as no number at all when it spells none. `contains`, `startsWith` and `endsWith` look at a
/// number's plain decimal digits.
struct CompiledCondition: Sendable {
  enum Column: Sendable {
    case text(Int)
    case number(Int)
  }

  enum Test: Sendable {
    case exists(Bool)
    /// In the list, or not in it when `negated` (which absent values pass).
    case text(oneOf: [[UInt8]], negated: Bool)
    case number(oneOf: [ExactDecimal], negated: Bool)
    case textOrder(Order, [UInt8])
    case numberOrder(Order, ExactDecimal)
    case contains([UInt8])
    case startsWith([UInt8])
    case endsWith([UInt8])
    case never
  }

  enum Order: Sendable {
    case greater, greaterOrEqual, less, lessOrEqual
  }

  let column: Column
  let test: Test

  init(_ condition: PropertyCondition, textColumns: [String], numberColumns: [String]) {
    // A number property that some report breaks down by is extracted as text as well, and still
    // compares as a number.
    if let number = numberColumns.firstIndex(of: condition.property) {
      column = .number(number)
      test = Self.numberTest(condition.test)
    } else if let text = textColumns.firstIndex(of: condition.property) {
      column = .text(text)
      test = Self.textTest(condition.test)
    } else {
      preconditionFailure("a condition on \(condition.property), which no column holds")
    }
  }

  private static func textTest(_ test: PropertyCondition.Test) -> Test {
    func bytes(_ value: PropertyValue) -> [UInt8] {
      switch value {
      case .text(let text): Array(text.utf8)
      case .number(let number): Array(number.description.utf8)
      }
    }
    return switch test {
    case .equals(let value): .text(oneOf: [bytes(value)], negated: false)
    case .notEquals(let value): .text(oneOf: [bytes(value)], negated: true)
    case .oneOf(let values): .text(oneOf: values.map(bytes), negated: false)
    case .notOneOf(let values): .text(oneOf: values.map(bytes), negated: true)
    case .greater(let value): .textOrder(.greater, bytes(value))
    case .greaterOrEqual(let value): .textOrder(.greaterOrEqual, bytes(value))
    case .less(let value): .textOrder(.less, bytes(value))
    case .lessOrEqual(let value): .textOrder(.lessOrEqual, bytes(value))
    case .exists(let expected): .exists(expected)
    case .contains(let text): .contains(Array(text.utf8))
    case .startsWith(let text): .startsWith(Array(text.utf8))
    case .endsWith(let text): .endsWith(Array(text.utf8))
    }
  }

  private static func numberTest(_ test: PropertyCondition.Test) -> Test {
    func number(_ value: PropertyValue) -> ExactDecimal? {
      switch value {
      case .text(let text): plainDecimal(text.string)
      case .number(let number): number.isAbsent ? nil : number
      }
    }
    func order(_ order: Order, _ value: PropertyValue) -> Test {
      number(value).map { .numberOrder(order, $0) } ?? .never
    }
    return switch test {
    case .equals(let value): .number(oneOf: [value].compactMap(number), negated: false)
    case .notEquals(let value): .number(oneOf: [value].compactMap(number), negated: true)
    case .oneOf(let values): .number(oneOf: values.compactMap(number), negated: false)
    case .notOneOf(let values): .number(oneOf: values.compactMap(number), negated: true)
    case .greater(let value): order(.greater, value)
    case .greaterOrEqual(let value): order(.greaterOrEqual, value)
    case .less(let value): order(.less, value)
    case .lessOrEqual(let value): order(.lessOrEqual, value)
    case .exists(let expected): .exists(expected)
    case .contains(let text): .contains(Array(text.utf8))
    case .startsWith(let text): .startsWith(Array(text.utf8))
    case .endsWith(let text): .endsWith(Array(text.utf8))
    }
  }

  /// Digits with an optional sign and point; anything else is no number.
  static func plainDecimal(_ text: String) -> ExactDecimal? {
    let isPlain = text.utf8.allSatisfy {
      $0 &- UInt8(ascii: "0") <= 9 || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
    }
    guard isPlain, text.first != ".", !text.hasPrefix("-."), text.last != "." else { return nil }
    return ExactDecimal.parse(text)
  }

  /// Empty bytes are an absent value.
  func passes(text bytes: borrowing Span<UInt8>) -> Bool {
    let absent = bytes.count == 0
    switch test {
    case .exists(let expected): return absent != expected
    case .text(let list, let negated):
      if absent { return negated }
      for candidate in list where equalBytes(candidate.span, bytes) { return !negated }
      return negated
    case .textOrder(let order, let value):
      if absent { return false }
      let comparison = compareBytes(bytes, value.span)
      return Self.holds(order, comparison)
    case .contains(let part): return !absent && Self.contains(bytes, part)
    case .startsWith(let part):
      return !absent && part.count <= bytes.count
        && equalBytes(bytes.extracting(0..<part.count), part.span)
    case .endsWith(let part):
      let count = bytes.count
      return !absent && part.count <= count
        && equalBytes(bytes.extracting(count - part.count..<count), part.span)
    case .number, .numberOrder, .never: return false
    }
  }

  func passes(number: ExactDecimal) -> Bool {
    switch test {
    case .exists(let expected): return number.isAbsent != expected
    case .number(let list, let negated):
      if number.isAbsent { return negated }
      return list.contains(number) != negated
    case .numberOrder(let order, let value):
      if number.isAbsent { return false }
      return Self.holds(order, number == value ? 0 : number < value ? -1 : 1)
    case .contains, .startsWith, .endsWith:
      return passes(text: Array(number.description.utf8).span)
    case .text, .textOrder, .never: return false
    }
  }

  private static func holds(_ order: Order, _ comparison: Int) -> Bool {
    switch order {
    case .greater: comparison > 0
    case .greaterOrEqual: comparison >= 0
    case .less: comparison < 0
    case .lessOrEqual: comparison <= 0
    }
  }

  private static func contains(_ bytes: borrowing Span<UInt8>, _ part: [UInt8]) -> Bool {
    if part.isEmpty { return true }
    var at = 0
    while at + part.count <= bytes.count {
      if equalBytes(bytes.extracting(at..<at + part.count), part.span) { return true }
      at += 1
    }
    return false
  }
}

/// Below, at or above 0, as `a` comes before, with or after `b` in byte order.
func compareBytes(_ a: borrowing Span<UInt8>, _ b: borrowing Span<UInt8>) -> Int {
  for at in 0..<min(a.count, b.count) where a[at] != b[at] {
    return a[at] < b[at] ? -1 : 1
  }
  return a.count - b.count
}
