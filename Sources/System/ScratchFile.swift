import CSystem
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file of the program alone that nobody else can see: it loses its name as soon as it is open, so
/// that the system frees it however the process ends. Every write goes to a range of its own.
package final class ScratchFile: Sendable {
  let descriptor: Int32
  private let directory: String
  private let end = Atomic<Int>(0)

  package init(directory: String) throws(ScratchError) {
    self.directory = directory
    // Where the system knows files without a name, there is no moment in which it could be left behind.
    var descriptor = unsafe FilePath(directory).withCString { unsafe twinfunnel_nameless_file($0) }
    if descriptor < 0, Self.mayNeedAName.contains(errno) {
      descriptor = Self.named(in: directory)
    }
    guard descriptor >= 0 else {
      throw ScratchError(
        path: directory, problem: .system(operation: "create a file", errno: errno))
    }
    self.descriptor = descriptor
  }

  /// A file that somebody wrote, to be read as if it were one of the program's own.
  package init(reading path: String) throws(ScratchError) {
    directory = path
    // Safe: the path is NUL-terminated and lives for the call.
    descriptor = unsafe FilePath(path).withCString { unsafe open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      throw ScratchError(path: path, problem: .system(operation: "open the file", errno: errno))
    }
    let size = lseek(descriptor, 0, SEEK_END)
    end.store(max(0, Int(size)), ordering: .relaxed)
  }

  /// What a file system says that has no nameless files; EISDIR comes from old kernels.
  private static let mayNeedAName: Set<Int32> = [ENOSYS, ENOTSUP, EINVAL, EISDIR]

  private static func named(in directory: String) -> Int32 {
    var template = Array((directory + "/twinfunnel-XXXXXX").utf8CString)
    // Safe: the template is NUL-terminated and stays in place during the calls; mkstemp puts the name
    // in its place.
    return unsafe template.withUnsafeMutableBufferPointer {
      let descriptor = unsafe mkstemp($0.baseAddress!)
      if descriptor >= 0 {
        unsafe unlink($0.baseAddress!)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      }
      return descriptor
    }
  }

  deinit { _ = close(descriptor) }

  /// Bytes written so far.
  package var byteCount: Int { end.load(ordering: .relaxed) }

  /// Writes at the end; returns where.
  package func append(_ bytes: [UInt8]) throws(ScratchError) -> Int {
    let offset = end.wrappingAdd(bytes.count, ordering: .relaxed).oldValue
    var written = 0
    while written < bytes.count {
      // Safe: the buffer is used only inside the closure, for the bytes that are left.
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(
          descriptor, buffer.baseAddress! + written, buffer.count - written,
          off_t(offset + written))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        // A write of nothing is a device without room.
        let code = count < 0 ? errno : ENOSPC
        throw ScratchError(path: directory, problem: .system(operation: "write", errno: code))
      }
      written += count
    }
    return offset
  }

  package func read(offset: Int, count: Int) throws(ScratchError) -> [UInt8] {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try readBytes(of: descriptor, at: offset, count: count)
    } catch {
      throw ScratchError(path: directory, problem: .system(operation: "read", errno: error.code))
    }
    if bytes.count < count {
      throw ScratchError(path: directory, problem: .damaged("it ends at \(offset + bytes.count)"))
    }
    return bytes
  }

  package func damaged(_ what: String) -> ScratchError {
    ScratchError(path: directory, problem: .damaged(what))
  }
}
