/// The texts of values, decoded into a batch.
extension RowAssembler {
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
    case .escaped, .doubledQuotes:
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
      appendHalvingQuotes(chunk, value.start..<value.end, to: &bytes)
    }
    return ByteSlice(offset: start, count: bytes.count - start)
  }

  /// The inside of a quoted CSV field: each pair of quotes stands for one.
  private static func appendHalvingQuotes(
    _ chunk: Span<UInt8>, _ range: Range<Int>, to bytes: inout [UInt8]
  ) {
    var at = range.lowerBound
    while at < range.upperBound {
      let byte = chunk[at]
      bytes.append(byte)
      at += byte == UInt8(ascii: "\"") ? 2 : 1
    }
  }
}
