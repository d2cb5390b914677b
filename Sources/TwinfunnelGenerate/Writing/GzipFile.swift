import CZlib

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Why a log could not be written.
struct WriteError: Error, CustomStringConvertible {
  var description: String

  init(description: String) {
    self.description = description
  }

  /// - Parameter code: an `errno`.
  init(path: String, code: Int32) {
    // The C library's text is copied before anything else can overwrite it.
    description = "\(path): \(unsafe String(cString: strerror(code)))"
  }
}

/// A log file being written, gzip-compressed or plain. One owner, one thread.
///
/// Safe to use: the stream's pointer never leaves it, and lives exactly as long as it.
@safe struct GzipFile: ~Copyable {
  private let path: String
  private let descriptor: Int32
  /// On the heap, because zlib keeps the stream's address; nil for a plain file.
  private let stream: UnsafeMutablePointer<z_stream>?
  private var output = [UInt8](repeating: 0, count: 256 << 10)

  /// - Parameter level: 1 to 9, or 0 for a plain file.
  init(path: String, level: Int) throws(WriteError) {
    self.path = path
    // The path is only read during the call.
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw WriteError(path: path, code: errno)
    }
    guard level > 0 else {
      unsafe stream = nil
      return
    }
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe czlib_deflate_init(stream, Int32(level), 15 + 16) == Z_OK else {
      throw WriteError(description: "\(path): zlib could not start")
    }
    unsafe self.stream = stream
  }

  deinit {
    if let stream = unsafe stream {
      unsafe deflateEnd(stream)
      unsafe stream.deallocate()
    }
    close(descriptor)
  }

  mutating func append(_ bytes: [UInt8]) throws(WriteError) { try push(bytes, flush: Z_NO_FLUSH) }

  /// Ends the gzip member; nothing may be appended afterwards.
  mutating func finish() throws(WriteError) { try push([], flush: Z_FINISH) }

  private mutating func push(_ bytes: [UInt8], flush: Int32) throws(WriteError) {
    guard let stream = unsafe stream else { return try write(bytes, count: bytes.count) }
    var bytes = bytes
    var ended = false
    let inputCount = bytes.count
    var consumed = 0
    repeat {
      // Both arrays outlive the call, and zlib keeps neither pointer past it.
      let (status, made, used) = unsafe bytes.withUnsafeMutableBufferPointer { input in
        unsafe output.withUnsafeMutableBufferPointer { output in
          unsafe stream.pointee.next_in = input.baseAddress.map { unsafe $0 + consumed }
          unsafe stream.pointee.avail_in = UInt32(inputCount - consumed)
          unsafe stream.pointee.next_out = output.baseAddress
          unsafe stream.pointee.avail_out = UInt32(output.count)
          let status = unsafe deflate(stream, flush)
          return unsafe (
            status, output.count - Int(stream.pointee.avail_out),
            inputCount - consumed - Int(stream.pointee.avail_in)
          )
        }
      }
      guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
        throw WriteError(description: "\(path): zlib failed with \(status)")
      }
      consumed += used
      try write(output, count: made)
      ended =
        status == Z_STREAM_END
        || (flush == Z_NO_FLUSH && consumed == inputCount)
          && made < output.count
    } while !ended
  }

  private func write(_ bytes: [UInt8], count: Int) throws(WriteError) {
    var done = 0
    while done < count {
      let wrote = unsafe bytes.withUnsafeBytes { buffer in
        #if canImport(Darwin)
          unsafe Darwin.write(descriptor, buffer.baseAddress! + done, count - done)
        #elseif canImport(Musl)
          unsafe Musl.write(descriptor, buffer.baseAddress! + done, count - done)
        #else
          unsafe Glibc.write(descriptor, buffer.baseAddress! + done, count - done)
        #endif
      }
      if wrote < 0, errno == EINTR { continue }
      guard wrote >= 0 else {
        throw WriteError(path: path, code: errno)
      }
      done += wrote
    }
  }
}
