import Dispatch

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// SIGINT and SIGTERM as calls of a handler, on a queue of the system, for as long as this lives. They
/// end the process no more by themselves, and neither does a pipe without a reader.
package final class Signals {
  private let sources: [any DispatchSourceSignal]

  package init(handler: @escaping @Sendable (_ number: Int32) -> Void) {
    // A reader that closes its pipe early is handled where we write.
    signal(SIGPIPE, SIG_IGN)
    // A limit on the size of files shows as EFBIG where we write, and not as our end.
    signal(SIGXFSZ, SIG_IGN)
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { handler(number) }
      source.resume()
      return source
    }
  }

  /// Calls `body` after a while, on a queue of the system.
  package static func after(milliseconds: Int, _ body: @escaping @Sendable () -> Void) {
    DispatchQueue.global(qos: .userInteractive).asyncAfter(
      deadline: .now() + .milliseconds(milliseconds), execute: body)
  }
}
