#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Gives freed memory back to the system, where the allocator would keep it for later: many small
/// arrays were freed, and a few large ones come next, for which their places are too small.
package func returnFreedMemory() {
  // The name is looked up, since only some C libraries have it, and Swift's module of none does.
  // Safe: the name is a constant.
  guard let symbol = unsafe dlsym(nil, "malloc_trim") else { return }
  typealias Trim = @convention(c) (Int) -> Int32
  // Safe: this is the function's type wherever it exists, and it may be called at any time.
  let trim = unsafe unsafeBitCast(symbol, to: Trim.self)
  _ = trim(0)
}
