import EventLog
import System

/// Why a set of files was not published. The directory holds what it held before.
package enum PublishError: Error, Sendable, Equatable {
  /// Another run is publishing into the same directory.
  case locked(directory: String)
  /// The output path exists and is something else.
  case notADirectory(path: String)
  /// The system refused: no space, no permission, a read-only file system, ...
  case cannotWrite(path: String, errno: Int32)
  /// A file's name would leave the directory, or belongs to the publisher itself.
  case badName(String)
  /// The run was interrupted: `OutputSet.abandonAll` came first.
  case abandoned
}

extension PublishError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .locked(let directory): "another run is writing to \(directory)"
    case .notADirectory(let path): "\(path) is not a directory"
    case .cannotWrite(let path, let errno):
      "cannot write \(path): \(systemMessage(errno))"
    case .badName(let name): "\(name) cannot be the name of an output file"
    case .abandoned: "interrupted"
    }
  }
}
