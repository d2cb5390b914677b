#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What the system says of an error number.
func systemMessage(_ errno: Int32) -> String {
  guard let message = unsafe strerror(errno) else { return "error \(errno)" }
  // Safe: strerror gives a NUL-terminated string, which is copied here.
  return unsafe String(cString: message)
}
