import EventLog
import Reports
import System
import Timelines
import Values

/// Why a run published nothing, with the exit code that says so.
package struct RunFailure: Error, Sendable, CustomStringConvertible {
  package enum Kind: Int32, Sendable {
    case usage = 64
    case badData = 65
    case noInput = 66
    case internalError = 70
    case cannotWrite = 73
    case locked = 75
    case badSpec = 78
    /// By SIGINT or SIGTERM; the caller exits as the signal asks.
    case cancelled = 130
  }

  package var kind: Kind
  /// One line each: what was wrong, where, what to do.
  package var messages: [String]

  package init(_ kind: Kind, _ messages: [String]) {
    self.kind = kind
    self.messages = messages
  }

  package init(_ kind: Kind, _ message: String) {
    self.init(kind, [message])
  }

  package var description: String { messages.joined(separator: "\n") }
}

extension RunFailure {
  /// Any error of the layers below, with the exit code that its kind has.
  init(wrapping error: any Error) {
    switch error {
    case let failure as RunFailure: self = failure
    case let error as InputError: self.init(.noInput, "\(error.path): \(error.reason)")
    case let error as IdentityViolation:
      self.init(.internalError, "an identity does not hold, please report this: \(error)")
    case let error as SegmentDamage: self.init(.badData, "\(error)")
    case let error as ScratchError: self.init(.cannotWrite, "\(error)")
    case let error as PublishError:
      self.init(error.exitCode == 75 ? .locked : .cannotWrite, "\(error)")
    case let error as ZoneError: self.init(.badSpec, "\(error)")
    default: self.init(.internalError, "unexpected: \(error)")
    }
  }
}
