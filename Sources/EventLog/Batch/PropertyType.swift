/// What the values of a property are.
package enum PropertyType: String, Sendable, CaseIterable {
  case text, number, boolean, date, time

  /// Whether values have one spelling each, which readers bring them to.
  package var isSpelled: Bool { self != .text && self != .number }

  /// Several values, in a sentence.
  package var plural: String { rawValue + "s" }
}
