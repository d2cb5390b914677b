/// What an option may be, bounds included: what schema, flags and pages need to know of it.
package indirect enum OptionShape: Sendable, Equatable {
  case boolean
  case integer(ClosedRange<Int>)
  case decimal
  case duration
  case date
  case text
  /// Text in one of several forms, as people write them: `step N`.
  case forms([String])
  case choice([String])
  /// A declared property of any type.
  case property
  case numberProperty
  case event
  /// Tests on properties: `where`.
  case tests
  /// A list, or one value that stands for a list of one.
  case oneOrMore(OptionShape, max: Int)
  /// What must be a list.
  case list(OptionShape, max: Int)
  /// The user's own names, each with a value.
  case names(OptionShape, max: Int)
  case mapping([OptionOutline])
  /// An event that may carry options of its own beside `event`, `any` and `where`.
  case stage([OptionOutline])
}
