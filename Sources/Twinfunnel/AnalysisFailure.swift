import Pipeline

/// Why an analysis made nothing.
public struct AnalysisFailure: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable {
    /// The inputs are not good enough for what was asked.
    case badData
    /// An input is missing or cannot be read.
    case noInput
    /// The folder or the scratch cannot be written.
    case cannotWrite
    /// Another run publishes to the folder.
    case locked
    case badSpec
    /// What was asked for cannot be done.
    case usage
    case cancelled
    /// A mistake of the library, which wants to be reported.
    case internalError
  }

  public let kind: Kind
  /// One line each: what was wrong, where, what to do.
  public let messages: [String]

  init(_ failure: RunFailure) {
    messages = failure.messages
    kind =
      switch failure.kind {
      case .usage: .usage
      case .badData: .badData
      case .noInput: .noInput
      case .internalError: .internalError
      case .cannotWrite: .cannotWrite
      case .locked: .locked
      case .badSpec: .badSpec
      case .cancelled: .cancelled
      }
  }

  public var description: String { messages.joined(separator: "\n") }
}
