#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Whether this process may read the file.
package func isReadable(path: String) -> Bool {
  // The path is NUL-terminated for the call.
  unsafe access(path, R_OK) == 0
}

/// The names in a folder without `.` and `..`, in the system's order; nil for a name that is not UTF-8.
package func namesInFolder(path: String) throws(SystemError) -> [String?] {
  // The stream is closed on every way out, and used by nobody else.
  guard let folder = unsafe opendir(path) else { throw SystemError(code: errno) }
  defer { unsafe closedir(folder) }
  var names: [String?] = []
  while true {
    errno = 0
    guard let entry = unsafe readdir(folder) else {
      if errno != 0 { throw SystemError(code: errno) }
      return names
    }
    // The entry stays valid until the next `readdir` of this stream; its name ends in NUL.
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      unsafe String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name == "." || name == ".." { continue }
    names.append(name)
  }
}
