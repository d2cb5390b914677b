import EventLog
import Reports
import System
import Timelines
import Values

/// Why a run published nothing.
package struct RunFailure: Error, Sendable, CustomStringConvertible {
  package enum Kind: Sendable {
    case usage
    case badData
    case noInput
    case internalError
    case cannotWrite
    case locked
    case badSpec
    /// By SIGINT or SIGTERM.
    case cancelled
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
  /// Any error of the layers below, by its kind.
  init(wrapping error: any Error) {
    switch error {
    case let failure as RunFailure: self = failure
    case let error as InputError: self.init(.noInput, "\(error.path): \(error.reason)")
    case let error as IdentityViolation:
      self.init(.internalError, "an identity does not hold, please report this: \(error)")
    case let error as TooManyRows: self.init(.badData, "\(error); nothing was published")
    case let error as TooManyCurrencies: self.init(.badData, "\(error); nothing was published")
    case let error as FoldTooLarge: self.init(.badData, "\(error); nothing was published")
    case let error as SegmentDamage: self.init(.badData, "\(error)")
    case let error as ScratchError: self.init(.cannotWrite, "\(error)")
    case let error as PublishError:
      switch error {
      case .locked: self.init(.locked, "\(error)")
      case .isInput: self.init(.usage, "\(error)")
      default: self.init(.cannotWrite, "\(error)")
      }
    case let error as ZoneError: self.init(.badSpec, "\(error)")
    default: self.init(.internalError, "unexpected: \(error)")
    }
  }
}
