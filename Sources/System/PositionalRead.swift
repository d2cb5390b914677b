#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `count` bytes of an open file from `offset` on, or as many as there are.
func readBytes(of descriptor: Int32, at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
  var failure: Int32 = 0
  // Only as many bytes are declared initialized as were read.
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
    while initialized < count {
      let got = unsafe pread(
        descriptor, buffer.baseAddress! + initialized, count - initialized,
        off_t(offset + initialized))
      if got < 0 && errno == EINTR { continue }
      if got < 0 { failure = errno }
      if got <= 0 { return }
      initialized += got
    }
  }
  if failure != 0 { throw SystemError(code: failure) }
  return bytes
}
