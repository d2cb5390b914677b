import CZlib
import System

/// Why a log could not be written.
struct WriteError: Error, CustomStringConvertible {
  var description: String

  init(description: String) {
    self.description = description
  }

  init(path: String, _ error: SystemError) {
    description = "\(path): \(error.reason)"
  }
}

/// A log file being written, gzip-compressed or plain. One owner, one thread.
///
/// Safe to use: the stream's pointer never leaves it, and lives exactly as long as it.
@safe struct GzipFile: ~Copyable {
  private let path: String
  private let file: FileHandle
  /// On the heap, because zlib keeps the stream's address; nil for a plain file.
  private let stream: UnsafeMutablePointer<z_stream>?
  private var output = [UInt8](repeating: 0, count: 256 << 10)

  /// - Parameter level: 1 to 9, or 0 for a plain file.
  init(path: String, level: Int) throws(WriteError) {
    let opened = try Self.open(path)
    let started = try unsafe Self.makeStream(path, level: level)
    self.path = path
    file = opened
    unsafe stream = started
  }

  private static func open(_ path: String) throws(WriteError) -> FileHandle {
    do throws(SystemError) {
      return try FileSystem.overwriteFile(FilePath(path))
    } catch {
      throw WriteError(path: path, error)
    }
  }

  private static func makeStream(
    _ path: String, level: Int
  ) throws(WriteError) -> UnsafeMutablePointer<z_stream>? {
    guard level > 0 else { return nil }
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe czlib_deflate_init(stream, Int32(level), 15 + 16) == Z_OK else {
      unsafe stream.deallocate()
      throw WriteError(description: "\(path): zlib could not start")
    }
    return unsafe stream
  }

  deinit {
    if let stream = unsafe stream {
      unsafe deflateEnd(stream)
      unsafe stream.deallocate()
    }
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
    do throws(SystemError) {
      try file.write(bytes.span.extracting(..<count))
    } catch {
      throw WriteError(path: path, error)
    }
  }
}
