import ArgumentParser
import CZlib
import Dispatch
import Synchronization

#if ISAL
  import CIgzip
#endif

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension Bench {
  /// The floor: what it costs to inflate the files with the library's own gzip mode, checks
  /// included, and to do nothing with what comes out.
  struct Inflate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Inflate gzip files, largest first, and drop the bytes: the floor of every run."
    )

    @Argument(help: "gzip files.") var files: [String]
    @Option(help: "Files inflated at a time.") var threads = 2

    func run() throws {
      let next = Atomic<Int>(0)
      let total = Atomic<Int>(0)
      let failure = Mutex<String?>(nil)
      let queue = files.sorted { Self.size($0) > Self.size($1) }
      DispatchQueue.concurrentPerform(iterations: threads) { _ in
        while true {
          let place = next.add(1, ordering: .relaxed).oldValue
          guard place < queue.count else { return }
          guard let bytes = Self.inflate(queue[place]) else {
            failure.withLock { $0 = "\(queue[place]): cannot be read or is not whole gzip" }
            return
          }
          total.add(bytes, ordering: .relaxed)
        }
      }
      if let problem = failure.withLock({ $0 }) { throw ValidationError(problem) }
      print(total.load(ordering: .relaxed))
    }

    private static func size(_ path: String) -> Int {
      var status = stat()
      // The path is only read during the call.
      return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Inflated bytes, nil on failure.
    private static func inflate(_ path: String) -> Int? {
      // The path is only read during the call.
      let descriptor = unsafe open(path, O_RDONLY)
      guard descriptor >= 0 else { return nil }
      defer { close(descriptor) }
      let inputBytes = 256 << 10
      let outputBytes = 256 << 10
      // Both buffers live until the end of the function; the library keeps no pointer past a call.
      let input = UnsafeMutablePointer<UInt8>.allocate(capacity: inputBytes)
      let output = UnsafeMutablePointer<UInt8>.allocate(capacity: outputBytes)
      defer {
        unsafe input.deallocate()
        unsafe output.deallocate()
      }
      #if ISAL
        return unsafe igzip(descriptor, input, inputBytes, output, outputBytes)
      #else
        return unsafe zlib(descriptor, input, inputBytes, output, outputBytes)
      #endif
    }

    #if ISAL
      private static func igzip(
        _ descriptor: Int32, _ input: UnsafeMutablePointer<UInt8>, _ inputBytes: Int,
        _ output: UnsafeMutablePointer<UInt8>, _ outputBytes: Int
      ) -> Int? {
        let state = UnsafeMutablePointer<inflate_state>.allocate(capacity: 1)
        defer { unsafe state.deallocate() }
        unsafe isal_inflate_init(state)
        unsafe state.pointee.crc_flag = UInt32(ISAL_GZIP)
        var total = 0
        var ended = true
        while true {
          let count = unsafe read(descriptor, input, inputBytes)
          if count <= 0 { return count == 0 && ended ? total : nil }
          unsafe state.pointee.next_in = input
          unsafe state.pointee.avail_in = UInt32(count)
          repeat {
            ended = false
            unsafe state.pointee.next_out = output
            unsafe state.pointee.avail_out = UInt32(outputBytes)
            guard unsafe isal_inflate(state) == ISAL_DECOMP_OK else { return nil }
            total += unsafe outputBytes - Int(state.pointee.avail_out)
            if unsafe state.pointee.block_state == ISAL_BLOCK_FINISH {
              ended = true
              guard unsafe state.pointee.avail_in > 0 else { break }
              unsafe isal_inflate_reset(state)
              unsafe state.pointee.crc_flag = UInt32(ISAL_GZIP)
            }
          } while unsafe state.pointee.avail_in > 0 || state.pointee.avail_out == 0
          if ended { unsafe isal_inflate_reset(state) }
          if ended { unsafe state.pointee.crc_flag = UInt32(ISAL_GZIP) }
        }
      }
    #else
      private static func zlib(
        _ descriptor: Int32, _ input: UnsafeMutablePointer<UInt8>, _ inputBytes: Int,
        _ output: UnsafeMutablePointer<UInt8>, _ outputBytes: Int
      ) -> Int? {
        // On the heap: zlib keeps the stream's address.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        defer {
          unsafe inflateEnd(stream)
          unsafe stream.deallocate()
        }
        guard unsafe czlib_inflate_init(stream, 15 + 16) == Z_OK else { return nil }
        var total = 0
        var ended = true
        while true {
          let count = unsafe read(descriptor, input, inputBytes)
          if count <= 0 { return count == 0 && ended ? total : nil }
          unsafe stream.pointee.next_in = input
          unsafe stream.pointee.avail_in = UInt32(count)
          repeat {
            ended = false
            unsafe stream.pointee.next_out = output
            unsafe stream.pointee.avail_out = UInt32(outputBytes)
            let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
            total += unsafe outputBytes - Int(stream.pointee.avail_out)
            if status == Z_STREAM_END {
              ended = true
              guard unsafe inflateReset(stream) == Z_OK else { return nil }
            } else if status != Z_OK, status != Z_BUF_ERROR {
              return nil
            }
          } while unsafe stream.pointee.avail_in > 0 || (stream.pointee.avail_out == 0 && !ended)
        }
      }
    #endif
  }
}
