/// What a fold has counted: a value that adds up, over entities, over workers, over machines, and
/// over the breakdown values in `(other)`. Configuration and scratch are the fold's; a state holds
/// neither, so that it can be written down on one machine and added on another.
///
/// Adding is commutative and associative, and `zero` is its neutral element: the same bytes come out
/// whatever was added in which order (`StateTests` holds every report to it).
package protocol State: Sendable {
  static var zero: Self { get }
  mutating func add(_ other: Self)
  /// Whether it adds nothing.
  var isZero: Bool { get }
  /// In a canonical form: equal states have equal bytes.
  func encode(to writer: inout StateWriter)
  /// Never traps, whatever the bytes are: damage is noted in the reader, and what is returned then is
  /// a stand-in that nobody uses.
  init(from reader: inout StateReader)
  /// Bytes on the heap, about: what counts against the memory budget.
  var heapBytes: Int { get }
}

/// A state of counts: adding saturates, so that no bytes from elsewhere can make it trap.
extension Int: State {
  package static var zero: Int { 0 }
  package var isZero: Bool { self == 0 }
  package var heapBytes: Int { 0 }

  package mutating func add(_ other: Int) {
    let (sum, overflows) = addingReportingOverflow(other)
    self = overflows ? (other < 0 ? .min : .max) : sum
  }

  package func encode(to writer: inout StateWriter) { writer.append(signed: Int64(self)) }

  package init(from reader: inout StateReader) { self = reader.tally() }
}

/// The smallest of what was seen; `value` is `Int64.max` when nothing was.
struct Minimum: State, Equatable {
  var value = Int64.max

  static let zero = Minimum()
  var isZero: Bool { value == .max }
  var heapBytes: Int { 0 }

  mutating func take(_ other: Int64) { value = min(value, other) }

  mutating func add(_ other: Minimum) { take(other.value) }

  func encode(to writer: inout StateWriter) { writer.append(signed: value) }

  init() {}

  init(from reader: inout StateReader) { value = reader.smallest() }
}

/// The first instant at which something was seen, in microseconds since 1970; `Int64.max` when
/// nothing was. No earlier than the logs.
struct FirstInstant: State, Equatable {
  var value = Int64.max

  static let zero = FirstInstant()
  var isZero: Bool { value == .max }
  var heapBytes: Int { 0 }

  mutating func add(_ other: FirstInstant) { value = min(value, other.value) }

  func encode(to writer: inout StateWriter) { writer.append(signed: value) }

  init(_ value: Int64 = .max) { self.value = value }

  init(from reader: inout StateReader) {
    value = reader.smallest()
    if value != .max, !reader.observed.contains(value) {
      reader.note("an instant lies outside what was observed")
    }
  }
}

/// Adds up place by place; the longer one decides the length.
extension Array: State where Element: State {
  package static var zero: [Element] { [] }
  package var isZero: Bool { allSatisfy(\.isZero) }

  package var heapBytes: Int {
    capacity * MemoryLayout<Element>.stride + reduce(0) { $0 + $1.heapBytes }
  }

  package mutating func add(_ other: [Element]) {
    for (place, element) in other.enumerated() {
      if place < count { self[place].add(element) } else { append(element) }
    }
  }

  package func encode(to writer: inout StateWriter) {
    writer.append(count: count)
    for element in self { element.encode(to: &writer) }
  }

  package init(from reader: inout StateReader) {
    self = []
    for _ in 0..<reader.count() where !reader.isDamaged { append(Element(from: &reader)) }
  }
}
