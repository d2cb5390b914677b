/// A decoder of one raw deflate stream (RFC 1951) after another: the part of reading gzip that a
/// library does. The framing around it is `GzipDecoder`'s, and the same for every library.
protocol RawInflater: ~Copyable {
  /// The library and its version, such as `zlib 1.2.13`.
  static var name: String { get }

  init()

  /// Forgets the stream, ready for the next.
  mutating func reset()

  /// Decodes from `input` to `output[range]`, as far as either lasts. The range must not be empty.
  /// With an empty input it hands out what it has decoded and not delivered.
  mutating func inflate(
    _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, range: Range<Int>
  ) -> InflateStep
}

/// How far one call of `RawInflater.inflate` came.
struct InflateStep {
  enum Status {
    /// It ran out of input or output.
    case more
    /// The stream's last byte is consumed and all of its content delivered.
    case finished
    /// Not a deflate stream from here on. All that came before it was delivered.
    case corrupt
  }

  /// Bytes of input consumed. A decoder may look ahead, and give back at the end of the stream what
  /// was not part of it: as few as `-RawInflaterLookahead.bytesMax`, for bytes of earlier calls.
  var consumed: Int
  /// Bytes of output written.
  var produced: Int
  var status: Status
}

enum RawInflaterLookahead {
  /// Bytes that a decoder may give back at the end of a stream.
  static let bytesMax = 8
}

#if ISAL
  typealias DefaultInflater = IgzipInflater
#else
  typealias DefaultInflater = ZlibInflater
#endif

/// The library that inflates in this build, for `--version` and `run.json`.
package enum InflateBackend {
  package static let name: String = DefaultInflater.name
}
