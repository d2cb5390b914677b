import Values

/// Properties whose values may be unreadable: numbers, and texts of one spelling.
extension RowAssembler {
  mutating func appendNumbers(
    _ values: [RawValue], of chunk: Span<UInt8>, line: Int, into batch: inout EventBatch,
    tally: inout ValueTally
  ) {
    prepareNumbers(&tally)
    for index in numbers.indices {
      let value = Self.present(layout.numbers[index], values)
      if value.shape == .absent || numberNulls.index(value, in: chunk) != nil {
        batch.numbers.append(.absent)
        continue
      }
      var isRounded = false
      let number = number(
        value, of: chunk, as: numbers[index], bytes: &batch.bytes, isRounded: &isRounded)
      tally.numbers[index].values += 1
      if number == nil {
        tally.numbers[index].unreadable.add(value.start..<value.end, of: chunk, line: line)
      } else if isRounded {
        tally.numbers[index].rounded.add(value.start..<value.end, of: chunk, line: line)
      }
      batch.numbers.append(number ?? .absent)
    }
  }

  @inline(__always)
  private func prepareNumbers(_ tally: inout ValueTally) {
    if tally.numbers.isEmpty {
      tally.numbers = [ValueTally.Numbers](
        repeating: ValueTally.Numbers(), count: numbers.count + spelled.count)
    }
  }

  /// Brings the last row's booleans, dates and times to their spelling; what is none is absent.
  @inline(never)
  func spellTexts(
    _ values: [RawValue], of chunk: Span<UInt8>, line: Int, in batch: inout EventBatch,
    tally: inout ValueTally
  ) {
    prepareNumbers(&tally)
    let first = batch.texts.count - layout.texts.count
    for (index, (column, value)) in spelled.enumerated() {
      let slice = batch.texts[first + column]
      if slice.isAbsent { continue }
      batch.texts[first + column] = .absent
      let reading = batch.withText(slice, of: chunk) { text, range in
        numberNulls.index(text, range) == nil ? value.reading(text, range) : .absent
      }
      if reading == .absent { continue }
      tally.numbers[numbers.count + index].values += 1
      guard case .value(let bytes) = reading else {
        let raw = text(layout.texts[column], values, of: chunk)
        tally.numbers[numbers.count + index].unreadable.add(
          raw.start..<raw.end, of: chunk, line: line)
        continue
      }
      batch.texts[first + column] = ByteSlice(offset: batch.end, count: bytes.count)
      batch.bytes += bytes
    }
  }

  @inline(__always)
  private func number(
    _ value: RawValue, of chunk: Span<UInt8>, as field: PropertyField, bytes: inout [UInt8],
    isRounded: inout Bool
  ) -> ExactDecimal? {
    func parse(_ bytes: Span<UInt8>, _ range: Range<Int>) -> ExactDecimal? {
      // A JSON number is written plainly, whatever the texts beside it look like.
      if let form = field.form, value.shape != .number {
        return form.parse(bytes, range, isRounded: &isRounded)
      }
      return ExactDecimal.parse(bytes, range, isRounded: &isRounded)
    }
    let number: ExactDecimal?
    switch value.shape {
    case .absent, .boolean, .container: number = nil
    case .text, .number: number = parse(chunk, value.start..<value.end)
    case .escaped, .escapedField: number = Self.decoded(value, of: chunk, in: &bytes, parse)
    }
    return field.shift == 0 ? number : number?.shifted(by: field.shift)
  }
}
