import EventLog
package import Timelines
package import Values

/// A cursor over one mapping of the spec: typed getters by key, defaults, and at the end an error
/// for each key that nobody asked for. What a report definition reads itself from.
///
/// A key that is absent or null is not given: optional getters answer nil or the default,
/// `required...` getters note an error. Every getter goes on after an error, so that one reading
/// finds all mistakes; what it answers then is a stand-in that no run will see.
///
///     init(reading report: inout SpecMapping, options: ReportOptions) {
///       self.options = options
///       start = report.event("start", default: .any)     // the report's `where` is folded in
///       periods = report.integer("periods", in: 0...1_000_000, default: 8)
///       measure = report.mapping("measure", "a measure") { $0.numberProperty("sum") }
///     }
///
/// Ask for every key on every path, also where another option makes it useless: a key that was not
/// asked for counts as unknown.
package struct SpecMapping {
  private let entries: [SpecNode.Entry]
  /// As messages call it, with its article: "a funnel report".
  package let kind: String
  /// Where messages about the whole mapping point.
  package let mark: SpecMark
  package let context: SpecContext
  /// The report's `where`, folded into every event that is read.
  package var conditions: [PropertyCondition]
  /// Keys asked for, in order.
  private var known: [String] = []
  /// Keys whose values could not be read: their errors are noted.
  package var unreadable: Set<String> = []
  /// Keys that are needed and not there, and the key that may be meant for it.
  private var misspelt: [(key: String, written: String)] = []

  package init(
    _ entries: [SpecNode.Entry], kind: String, mark: SpecMark, context: SpecContext,
    conditions: [PropertyCondition] = []
  ) {
    self.entries = entries
    self.kind = kind
    self.mark = mark
    self.context = context
    self.conditions = conditions
  }

  /// The value of `key`, unread; nil when absent or null.
  package mutating func value(_ key: String) -> SpecValue? {
    if !known.contains(key) { known.append(key) }
    guard let entry = entries.first(where: { $0.key == key }), !entry.value.isNothing else {
      return nil
    }
    return SpecValue(
      entry.value, name: key, keyMark: entry.keyMark, context: context, conditions: conditions)
  }

  /// The value of `key`; an error when absent, and not only misspelt: then the key that nobody asked
  /// for is the one mistake.
  package mutating func required(_ key: String) -> SpecValue? {
    if let value = value(key) { return value }
    if !has(key),
      let written = entries.first(where: { NearestName.of($0.key, among: [key]) != nil })
    {
      misspelt.append((key, written.key))
    } else {
      context.error(mark, "\(kind) needs `\(key)`")
    }
    return nil
  }

  /// Whether `key` is given, even as null.
  package func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

  /// Whether `key` is given a value, and the value could be read.
  package func isRead(_ key: String) -> Bool {
    !unreadable.contains(key) && entries.contains { $0.key == key && !$0.value.isNothing }
  }

  /// Notes an error at the value of `key`, or at the mapping when it is not given.
  package func error(at key: String, _ message: @autoclosure () -> String) {
    let entry = entries.first { $0.key == key }
    context.error(entry.map { $0.value.isNothing ? $0.keyMark : $0.value.mark } ?? mark, message())
  }

  /// Notes an error for each key that was not asked for.
  package func finish() {
    for (key, written) in misspelt
    where known.contains(written) || NearestName.of(written, among: known) != key {
      context.error(mark, "\(kind) needs `\(key)`")
    }
    for entry in entries where !known.contains(entry.key) {
      context.error(
        entry.keyMark,
        "unknown key `\(entry.key)` in \(kind)\(NearestName.hint(for: entry.key, among: known))")
    }
  }
}

extension SpecMapping {
  package mutating func text(_ key: String) -> String? { value(key)?.text() }

  /// A list of texts, or one; empty when not given.
  package mutating func texts(_ key: String) -> [String] {
    value(key)?.items().compactMap { $0.text() } ?? []
  }

  package mutating func boolean(_ key: String, default standard: Bool) -> Bool {
    value(key)?.boolean() ?? standard
  }

  package mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
    value(key)?.integer(in: range)
  }

  package mutating func integer(_ key: String, in range: ClosedRange<Int>, default standard: Int)
    -> Int
  {
    value(key)?.integer(in: range) ?? standard
  }

  /// A list of whole numbers, or one; empty when not given.
  package mutating func integers(_ key: String, in range: ClosedRange<Int>) -> [Int] {
    value(key)?.items().compactMap { $0.integer(in: range) } ?? []
  }

  package mutating func decimal(_ key: String) -> ExactDecimal? { value(key)?.decimal() }

  /// Microseconds.
  package mutating func duration(_ key: String) -> Int64? { value(key)?.duration() }

  package mutating func date(_ key: String) -> CalendarDate? { value(key)?.date() }

  package mutating func choice<T: CaseIterable & RawRepresentable>(
    _ key: String, of type: T.Type = T.self
  )
    -> T?
  where T.RawValue == String {
    value(key)?.choice()
  }

  package mutating func choice<T: CaseIterable & RawRepresentable>(
    _ key: String, default standard: T
  ) -> T
  where T.RawValue == String {
    value(key)?.choice() ?? standard
  }

  /// A list of an enumeration's raw values, or one; empty when not given.
  package mutating func choices<T: CaseIterable & RawRepresentable>(
    _ key: String, of type: T.Type = T.self
  )
    -> [T]
  where T.RawValue == String {
    value(key)?.items().compactMap { $0.choice() } ?? []
  }

  /// A declared property of any type, read as text.
  package mutating func property(_ key: String) -> String? { value(key)?.property()?.name }

  /// A declared property of type number.
  package mutating func numberProperty(_ key: String) -> String? { value(key)?.numberProperty() }

  /// A nested mapping, read whole by `body`; `kind` is how messages call it: "an exclusion".
  package mutating func mapping<T>(_ key: String, _ kind: String, _ body: (inout SpecMapping) -> T)
    -> T?
  {
    value(key)?.mapping(kind, body)
  }
}
