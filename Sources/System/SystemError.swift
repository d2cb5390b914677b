#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A system call that failed, by its `errno`, with its text for people.
package struct SystemError: Error, Sendable, Hashable {
  package var code: Int32

  package init(code: Int32) {
    self.code = code
  }

  package var reason: String { systemMessage(code) }
}

extension SystemError {
  package static let noPermission = SystemError(code: EACCES)

  /// Whoever read our output has gone.
  package static let brokenPipe = SystemError(code: EPIPE)

  package static let notFound = ENOENT
  package static let alreadyExists = EEXIST
  package static let notADirectory = ENOTDIR
  package static let isADirectory = EISDIR
  /// We may not, whatever the file.
  package static let forbidden: Set<Int32> = [EACCES, EPERM, EROFS]
  /// A link where none may be.
  package static let isALink = ELOOP
  package static let notRegular = EINVAL
  /// No more descriptors.
  package static let tooManyOpen: Set<Int32> = [EMFILE, ENFILE]
  /// The system or the file system knows no such call.
  package static let unsupported: Set<Int32> = [ENOSYS, EINVAL, ENOTSUP]
}

/// What the system says of an error number.
package func systemMessage(_ code: Int32) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  // Safe: the C library returns a string that outlives the call, and it is copied at once.
  return unsafe String(cString: text)
}
