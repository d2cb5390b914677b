/// Choosing a value among the paths of a field.
extension RowAssembler {
  /// The value, or none if it is longer than values may be, which is counted.
  @inline(__always)
  func kept(
    _ value: RawValue, of chunk: Span<UInt8>, _ line: Int, _ tally: inout ValueTally
  ) -> RawValue {
    if value.end - value.start <= valueBytesMax { return value }
    return dropped(value, of: chunk, line, &tally)
  }

  @inline(never)
  private func dropped(
    _ value: RawValue, of chunk: Span<UInt8>, _ line: Int, _ tally: inout ValueTally
  ) -> RawValue {
    tally.tooLong.add(value.start..<value.end, of: chunk, line: line)
    return .absent
  }

  /// The first value that is present and not empty.
  @inline(__always)
  static func present(_ slots: Range<Int>, _ values: [RawValue]) -> RawValue {
    for slot in slots {
      let value = values[slot]
      if value.shape != .absent, value.end > value.start { return value }
    }
    return .absent
  }

  /// The first value of a text that is present and no word for an absent one.
  @inline(__always)
  func text(_ slots: Range<Int>, _ values: [RawValue], of chunk: Span<UInt8>) -> RawValue {
    if textNulls.isEmpty { return Self.present(slots, values) }
    for slot in slots {
      let value = values[slot]
      if value.shape != .absent, value.end > value.start, textNulls.index(value, in: chunk) == nil {
        return value
      }
    }
    return .absent
  }

  /// The first value that is somebody's id.
  @inline(__always)
  mutating func id(
    _ slots: Range<Int>, _ values: [RawValue], of chunk: Span<UInt8>, line: Int,
    tally: inout ValueTally
  ) -> RawValue {
    if let slot = slots.first {
      // Nearly always: a text in the first place that cannot be a word for nobody.
      let value = values[slot]
      if value.shape == .text, value.end > value.start, value.end - value.start <= valueBytesMax,
        idNulls.rulesOut(chunk, value.start..<value.end)
      {
        return value
      }
    }
    return anyID(slots, values, of: chunk, line: line, tally: &tally)
  }

  @inline(never)
  private mutating func anyID(
    _ slots: Range<Int>, _ values: [RawValue], of chunk: Span<UInt8>, line: Int,
    tally: inout ValueTally
  ) -> RawValue {
    for slot in slots {
      let value = values[slot]
      if value.shape == .absent || value.end <= value.start { continue }
      if value.shape == .container {
        tally.containerIDs.add(value.start..<value.end, of: chunk, line: line)
        continue
      }
      guard let word = idNulls.index(value, in: chunk) else {
        return kept(value, of: chunk, line, &tally)
      }
      tally.addNull(
        word, of: idNulls.words.count, value.start..<value.end, in: chunk, line: line)
    }
    return .absent
  }

  /// The first value that is present, not empty, and no object or array: a name.
  @inline(__always)
  static func scalar(_ slots: Range<Int>, _ values: [RawValue]) -> RawValue {
    for slot in slots {
      let value = values[slot]
      if value.shape != .absent, value.shape != .container, value.end > value.start {
        return value
      }
    }
    return .absent
  }
}
