extension NullWords {
  /// The number of the word that a value is, as a format found it. Values spelled with escapes are
  /// decoded only where they begin with a backslash, as `\\N` in JSON does.
  @inline(__always)
  func index(_ value: RawValue, in chunk: Span<UInt8>) -> Int? {
    switch value.shape {
    case .text, .number, .boolean: return index(chunk, value.start..<value.end)
    case .escaped where chunk[value.start] == UInt8(ascii: "\\"):
      var bytes: [UInt8] = []
      _ = JSONUnescape.append(chunk, value.start..<value.end, to: &bytes)
      return index(bytes.span, 0..<bytes.count)
    case .absent, .escaped, .escapedField, .container: return nil
    }
  }
}
