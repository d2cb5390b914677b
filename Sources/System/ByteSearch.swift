#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Offset of the first `byte` in `bytes[start...]`, at the speed of `memchr`.
package func firstOffset(of byte: UInt8, in bytes: Span<UInt8>, from start: Int) -> Int? {
  precondition(start >= 0 && start <= bytes.count)
  return unsafe bytes.withUnsafeBufferPointer { buffer in
    // `start` is at most the count, and `memchr` looks at no more than what is left.
    guard let base = buffer.baseAddress,
      let found = unsafe memchr(base + start, Int32(byte), buffer.count - start)
    else { return nil }
    return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }
}
