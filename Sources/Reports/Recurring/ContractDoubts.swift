/// What the events of contracts say of days, where a number would be doubtful without a word.
struct ContractDoubts: FieldwiseState {
  /// Starts and changes with an amount, in a report with terms.
  var amounts = 0
  /// Those of them without the first day, or without the last.
  var undated = 0
  /// Those whose term is over before it can begin: its last day lies before its first, or before the
  /// event.
  var over = 0
  /// Days that cannot be read, of terms and of cancellations.
  var unreadable = 0
  /// One of them.
  var example = SmallestText()

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.amounts)
    fields.visit(\.undated)
    fields.visit(\.over)
    fields.visit(\.unreadable)
    fields.visit(\.example)
  }

  /// What to say of them.
  func warnings(_ report: String) -> [String] {
    var warnings: [String] = []
    if let text = example.value {
      let shown = String(decoding: text, as: UTF8.self)
      warnings.append(
        "report \(report): \(unreadable) days of contracts cannot be read, such as \"\(shown)\": a day "
          + "is written 2026-12-31 or as an ISO 8601 time")
    }
    if undated > 0 {
      warnings.append(
        "report \(report): \(undated) of the \(amounts) starts and changes with an amount have no first "
          + "or no last day that can be read: such an amount counts whole in each month, from the "
          + "first day or the event on, up to the last day, the next start or a cancellation")
    }
    if over > 0 {
      warnings.append(
        "report \(report): \(over) of the \(amounts) starts and changes with an amount count nowhere: "
          + "their last day lies before the first one, or before the event")
    }
    return warnings
  }
}

/// The smallest of some texts by their bytes: an example that does not depend on any order.
struct SmallestText: State, Equatable {
  private(set) var value: [UInt8]?

  static let zero = SmallestText()
  var isZero: Bool { value == nil }
  var heapBytes: Int { value?.count ?? 0 }

  /// Longer texts are cut: an example says enough with its beginning.
  mutating func take(_ text: [UInt8]) {
    let text = Array(text.prefix(40))
    if let value, !text.lexicographicallyPrecedes(value) { return }
    value = text
  }

  mutating func add(_ other: SmallestText) {
    if let text = other.value { take(text) }
  }

  func encode(to writer: inout StateWriter) {
    writer.append(count: value == nil ? 0 : 1)
    if let value { writer.append(text: value) }
  }

  init() {}

  init(from reader: inout StateReader) {
    if reader.unsigned() != 0 { take(reader.text()) }
  }
}
