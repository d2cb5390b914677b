package import Timelines
package import Values

/// What the value of an option is: how it is read and shown, and what it may be.
package struct OptionKind<Value> {
  package let shape: OptionShape
  /// Nil after an error that it has noted.
  package let read: (SpecValue) -> Value?
  package let show: (Value) -> JSONValue
  /// A default under the report's `where`: events that it excludes are none.
  package var narrow: (Value, [PropertyCondition]) -> Value = { value, _ in value }

  package init(
    _ shape: OptionShape, read: @escaping (SpecValue) -> Value?,
    show: @escaping (Value) -> JSONValue
  ) {
    self.shape = shape
    self.read = read
    self.show = show
  }
}

extension OptionKind where Value == Bool {
  package static var boolean: Self {
    Self(.boolean, read: { $0.boolean() }, show: { .boolean($0) })
  }
}

extension OptionKind where Value == Int {
  package static func integer(in range: ClosedRange<Int>) -> Self {
    Self(.integer(range), read: { $0.integer(in: range) }, show: { .integer($0) })
  }
}

extension OptionKind where Value == Interval {
  package static var interval: Self {
    Self(
      .forms(Interval.allCases.map(\.rawValue) + ["N days", "N weeks"]), read: { $0.interval() },
      show: { .text($0.rawValue) })
  }
}

extension OptionKind where Value == Int {
  /// A stretch of so many months: `12 months`.
  package static func months(max: Int) -> Self {
    Self(
      .forms(["N months"]), read: { $0.months(max: max) },
      show: { .text($0 == 1 ? "1 month" : "\($0) months") })
  }
}

extension OptionKind where Value == [Int] {
  /// Whole numbers: one or a list.
  package static func integers(in range: ClosedRange<Int>, max: Int) -> Self {
    Self(
      .oneOrMore(.integer(range), max: max),
      read: { value in value.items(max: max).compactMap { $0.integer(in: range) } },
      show: { .list($0.map { .integer($0) }) })
  }
}

extension OptionKind where Value == Int64 {
  /// Microseconds, more than 0.
  package static var duration: Self {
    Self(.duration, read: { $0.duration() }, show: { .describing(duration: $0) })
  }
}

extension OptionKind where Value == ExactDecimal {
  package static var decimal: Self {
    Self(.decimal, read: { $0.decimal() }, show: { .digits($0.description) })
  }
}

extension OptionKind where Value == CalendarDate {
  package static var date: Self {
    Self(.date, read: { $0.date() }, show: { .text($0.text) })
  }
}

extension OptionKind where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of an enumeration's raw values.
  package static var choice: Self {
    Self(
      .choice(Value.allCases.map(\.rawValue)), read: { $0.choice() }, show: { .text($0.rawValue) })
  }
}

extension OptionKind {
  /// Some of an enumeration's raw values: one or a list, each once.
  package static func choices<Choice>() -> Self
  where
    Value == [Choice], Choice: CaseIterable & RawRepresentable & Equatable,
    Choice.RawValue == String
  {
    let all = Array(Choice.allCases)
    return Self(
      .oneOrMore(.choice(all.map(\.rawValue)), max: all.count),
      read: { value in
        value.items(max: all.count).compactMap { $0.choice() }
          .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
      },
      show: { .list($0.map { .text($0.rawValue) }) })
  }
}

extension OptionKind where Value == String {
  package static var text: Self {
    Self(.text, read: { $0.text() }, show: { .text($0) })
  }

  /// The name of a declared property of any type, read as text.
  package static var property: Self {
    Self(.property, read: { $0.property()?.name }, show: { .text($0) })
  }

  package static var numberProperty: Self {
    Self(.numberProperty, read: { $0.numberProperty() }, show: { .text($0) })
  }
}

extension OptionKind where Value == [String] {
  /// Names of declared properties: one or a list, each once.
  package static func properties(max: Int) -> Self {
    Self(
      .oneOrMore(.property, max: max), read: { $0.properties(max: max) },
      show: { .list($0.map { .text($0) }) })
  }

  /// Texts: one or a list.
  package static func texts(max: Int) -> Self {
    Self(
      .oneOrMore(.text, max: max),
      read: { value in value.items(max: max).compactMap { $0.text() } },
      show: { .list($0.map { .text($0) }) })
  }
}

extension OptionKind where Value == EventMatcher {
  /// An event reference, with the report's `where` folded in.
  package static var event: Self {
    var kind = Self(.event, read: { $0.event() }, show: { .describing($0) })
    kind.narrow = { $0.narrowed(by: $1) }
    return kind
  }
}
