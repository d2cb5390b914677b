/// The texts of values, decoded into a batch.
extension RowAssembler {
  /// Where the text of a value stands in a batch, which takes it in unless the chunk has it as it is.
  @inline(__always)
  static func append(
    _ value: RawValue, of chunk: Span<UInt8>, to batch: inout EventBatch,
    _ loneSurrogates: inout Int
  ) -> ByteSlice {
    switch value.shape {
    case .text, .number, .boolean, .container:
      if batch.refersToChunk {
        return ByteSlice(offset: value.start, count: value.end - value.start)
      }
    case .absent, .escaped, .escapedField: break
    }
    return appendCopy(value, of: chunk, to: &batch, &loneSurrogates)
  }

  /// The same for what other bytes will follow.
  @inline(never)
  static func appendCopy(
    _ value: RawValue, of chunk: Span<UInt8>, to batch: inout EventBatch,
    _ loneSurrogates: inout Int
  ) -> ByteSlice {
    let slice = append(value, of: chunk, to: &batch.bytes, &loneSurrogates)
    return ByteSlice(offset: batch.base + Int(slice.offset), count: Int(slice.count))
  }

  /// Appends the decoded text of a value; `loneSurrogates` grows by those that became U+FFFD.
  @inline(__always)
  static func append(
    _ value: RawValue, of chunk: Span<UInt8>, to bytes: inout [UInt8], _ loneSurrogates: inout Int
  ) -> ByteSlice {
    let start = bytes.count
    switch value.shape {
    case .absent:
      return .absent
    case .text, .number, .boolean, .container:
      // The buffer is read before this statement ends, while the span that it came from is alive.
      unsafe chunk.extracting(value.start..<value.end).withUnsafeBufferPointer {
        unsafe bytes.append(contentsOf: $0)
      }
      return ByteSlice(offset: start, count: value.end - value.start)
    case .escaped, .escapedField:
      return appendDecoded(value, of: chunk, to: &bytes, &loneSurrogates)
    }
  }

  @inline(never)
  private static func appendDecoded(
    _ value: RawValue, of chunk: Span<UInt8>, to bytes: inout [UInt8], _ loneSurrogates: inout Int
  ) -> ByteSlice {
    let start = bytes.count
    if value.shape == .escaped {
      loneSurrogates += JSONUnescape.append(chunk, value.start..<value.end, to: &bytes)
    } else {
      append(field: value, of: chunk, to: &bytes)
    }
    return ByteSlice(offset: start, count: bytes.count - start)
  }

  /// The inside of a CSV field: two signs are one, and an escape goes before a sign or an escape that
  /// means itself. Before anything else it is text.
  private static func append(
    field: RawValue, of chunk: Span<UInt8>, to bytes: inout [UInt8]
  ) {
    var at = field.start
    while at < field.end {
      if chunk[at] == field.escape || chunk[at] == field.sign, at + 1 < field.end,
        chunk[at + 1] == field.sign || chunk[at + 1] == field.escape
      {
        at += 1
      }
      bytes.append(chunk[at])
      at += 1
    }
  }
}
