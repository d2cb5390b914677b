import CZlib

/// `RawInflater` on zlib.
///
/// Safe to use although it holds a pointer: the stream belongs to this value alone, is initialised
/// with it and freed with it, and zlib is given buffers only for the length of a call.
@safe
struct ZlibInflater: RawInflater, ~Copyable {
  /// On the heap, because zlib's own state points back to it.
  private let stream: UnsafeMutablePointer<z_stream>

  static var name: String {
    // A constant string of the library.
    unsafe "zlib \(String(cString: zlibVersion()))"
  }

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // Negative window bits: raw deflate, with the largest window. The stream is zeroed, which asks
    // for the default allocator.
    let result = unsafe czlib_inflate_init(stream, -15)
    precondition(result == Z_OK, "zlib cannot allocate its state")
  }

  deinit {
    // Initialised in `init`, and ended only here.
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  mutating func reset() {
    // The stream was initialised in `init`.
    unsafe inflateReset(stream)
  }

  mutating func inflate(
    _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, range: Range<Int>
  ) -> InflateStep {
    let inputCount = min(input.count, Int(UInt32.max))
    let outputCount = min(range.count, Int(UInt32.max))
    precondition(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= output.count)
    // zlib reads and writes only inside the two buffers, which outlive the call; it takes its input
    // as mutable for historical reasons and does not write to it. An empty input has no address,
    // which zlib accepts with a count of zero.
    let result: Int32 = unsafe input.withUnsafeBufferPointer { from in
      unsafe output.withUnsafeMutableBufferPointer { into in
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: from.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(inputCount)
        unsafe stream.pointee.next_out = into.baseAddress! + range.lowerBound
        unsafe stream.pointee.avail_out = UInt32(outputCount)
        return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
      }
    }
    let status: InflateStep.Status
    switch result {
    case Z_STREAM_END: status = .finished
    // Z_BUF_ERROR only says that neither input nor output was left to go on with.
    case Z_OK, Z_BUF_ERROR: status = .more
    case Z_MEM_ERROR: preconditionFailure("zlib cannot allocate its window")
    default: status = .corrupt
    }
    return unsafe InflateStep(
      consumed: inputCount - Int(stream.pointee.avail_in),
      produced: outputCount - Int(stream.pointee.avail_out), status: status)
  }
}
