import Dispatch
import Pipeline
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// SIGINT and SIGTERM ask the run to stop and publish nothing; a second one ends the process at once,
/// and removes what was not published yet.
final class Interruption {
  private let sources: [any DispatchSourceSignal]
  /// The signal that came, 0 for none.
  private let received: SignalNumber

  /// Outside the class, so that handlers hold it without holding the owner.
  private final class SignalNumber: Sendable {
    let value = Atomic<Int32>(0)
  }

  init(control: RunControl) {
    let received = SignalNumber()
    self.received = received
    // A reader that closes its pipe early is handled where we write.
    signal(SIGPIPE, SIG_IGN)
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        control.cancel()
        if received.value.exchange(number, ordering: .relaxed) != 0 {
          OutputSet.abandonAll()
          _exit(128 + number)
        }
      }
      source.resume()
      return source
    }
  }

  /// 130 or 143 after a signal.
  var exitCode: Int32? {
    let number = received.value.load(ordering: .relaxed)
    return number == 0 ? nil : 128 + number
  }
}
