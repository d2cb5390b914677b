/// A state that is nothing but its fields, each a state: they are listed once, and adding, encoding,
/// decoding and measuring follow.
///
///     struct ActivityCell: FieldwiseState {
///       var events = 0
///       var active = 0
///
///       static func visit(_ fields: inout some FieldVisitor<Self>) {
///         fields.visit(\.events)
///         fields.visit(\.active)
///       }
///     }
///
/// The order of the list is part of the encoding.
package protocol FieldwiseState: State {
  init()
  static func visit(_ fields: inout some FieldVisitor<Self>)
}

package protocol FieldVisitor<Owner> {
  associatedtype Owner
  mutating func visit<Field: State>(_ field: WritableKeyPath<Owner, Field>)
}

extension FieldwiseState {
  package static var zero: Self { Self() }

  @inline(__always)
  package mutating func add(_ other: Self) {
    var adding = FieldAddition(sum: self, other: other)
    // The sum is the only holder of its arrays while it grows.
    self = Self()
    Self.visit(&adding)
    self = adding.sum
  }

  package var isZero: Bool {
    var test = FieldZeroTest(state: self)
    Self.visit(&test)
    return test.isZero
  }

  package func encode(to writer: inout StateWriter) {
    var encoding = FieldEncoding(state: self, writer: writer)
    writer = StateWriter()
    Self.visit(&encoding)
    writer = encoding.writer
  }

  package init(from reader: inout StateReader) {
    var decoding = FieldDecoding(state: Self(), reader: reader)
    Self.visit(&decoding)
    reader = decoding.reader
    self = decoding.state
  }

  package var heapBytes: Int {
    var measure = FieldMeasure(state: self)
    Self.visit(&measure)
    return measure.bytes
  }
}

private struct FieldAddition<Owner>: FieldVisitor {
  var sum: Owner
  let other: Owner

  @inline(__always)
  mutating func visit<Field: State>(_ field: WritableKeyPath<Owner, Field>) {
    sum[keyPath: field].add(other[keyPath: field])
  }
}

private struct FieldZeroTest<Owner>: FieldVisitor {
  let state: Owner
  var isZero = true

  mutating func visit<Field: State>(_ field: WritableKeyPath<Owner, Field>) {
    if isZero { isZero = state[keyPath: field].isZero }
  }
}

private struct FieldEncoding<Owner>: FieldVisitor {
  let state: Owner
  var writer: StateWriter

  mutating func visit<Field: State>(_ field: WritableKeyPath<Owner, Field>) {
    state[keyPath: field].encode(to: &writer)
  }
}

private struct FieldDecoding<Owner>: FieldVisitor {
  var state: Owner
  var reader: StateReader

  mutating func visit<Field: State>(_ field: WritableKeyPath<Owner, Field>) {
    state[keyPath: field] = Field(from: &reader)
  }
}

private struct FieldMeasure<Owner>: FieldVisitor {
  let state: Owner
  var bytes = 0

  mutating func visit<Field: State>(_ field: WritableKeyPath<Owner, Field>) {
    bytes += state[keyPath: field].heapBytes
  }
}
