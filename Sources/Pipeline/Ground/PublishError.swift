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
  /// Something that cannot be replaced has the name of an output: a folder, a mount point, ...
  case obstacle(path: String, what: String)
  /// A file that no run of ours wrote has the name of an output.
  case inTheWay(path: String)
  /// An output would replace or remove what the run reads.
  case isInput(path: String)
  /// What has the publisher's own name was not made by this user's runs.
  case foreign(path: String, why: String)
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
    case .obstacle(let path, let what): "cannot replace \(path): it is \(what)"
    case .inTheWay(let path):
      "\(path) is in the way and was not written by twinfunnel: move it, name another --out, or let "
        + "--replace overwrite it"
    case .isInput(let path): "\(path) is an input of this run: name another --out"
    case .foreign(let path, let why):
      "\(path) \(why), so it was not left by a run of yours: look at it and remove it"
    case .badName(let name): "\(name) cannot be the name of an output file"
    case .abandoned: "interrupted"
    }
  }
}

/// Makes system calls on something, which is named when they are refused.
func naming<Result: ~Copyable>(
  _ path: @autoclosure () -> String, _ calls: () throws(SystemError) -> Result
) throws(PublishError) -> Result {
  do {
    return try calls()
  } catch {
    throw .cannotWrite(path: path(), errno: error.code)
  }
}
