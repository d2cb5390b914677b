package import Values

extension DecimalSum: State {
  package var heapBytes: Int { 0 }

  /// As decimal digits, which say the same for every way in which a sum can be held.
  package func encode(to writer: inout StateWriter) {
    writer.append(text: isZero ? [] : Array(description.utf8))
  }

  package init(from reader: inout StateReader) {
    let text = reader.text()
    guard text.count <= 4096,
      let sum = text.isEmpty ? .zero : DecimalSum(String(decoding: text, as: UTF8.self))
    else {
      reader.note("a sum is no decimal")
      self = .zero
      return
    }
    self = sum
  }
}
