import System

/// Where a set is to go: the name of a folder in a folder. The one above is held by descriptor, so
/// that it stays the same whatever happens to its path.
struct OutputPlace: Sendable {
  let parent: Folder
  /// Empty for the root, which then is its own parent.
  let name: [UInt8]
  /// Absolute, without links: for messages, and to know whether this process stands in it.
  let path: FilePath

  /// The folder itself, nil when there is nothing yet.
  func folder() throws(SystemError) -> Folder? {
    if name.isEmpty { return parent }
    guard let status = try parent.status(name) else { return nil }
    if status.kind != .folder { throw SystemError(code: SystemError.notADirectory) }
    return try parent.folder(name)
  }

  /// The names of the publisher's own things beside the folder, and inside it.
  func besideName(_ role: String) -> [UInt8] {
    Array(".".utf8) + name + Array(".twinfunnel-\(role)".utf8)
  }

  static func insideName(_ role: String) -> [UInt8] { Array(".twinfunnel-\(role)".utf8) }

  func shown(beside name: [UInt8]) -> String { path.split().directory.child(name).description }

  func shown(_ name: [UInt8]) -> String { path.child(name).description }

  var holdsWorkingDirectory: Bool {
    guard let here = try? FileSystem.resolve(FilePath(".")) else { return false }
    return here.isInside(path)
  }
}

extension OutputPlace {
  /// The place that a path names. Makes the folders above it, and notes which.
  static func locate(
    _ path: FilePath, madeParents: inout [FilePath]
  ) throws(SystemError) -> OutputPlace {
    let resolved = try resolve(path, madeParents: &madeParents).path
    let (parent, name) = resolved.split()
    return OutputPlace(parent: try Folder.open(parent), name: name, path: resolved)
  }

  private static func resolve(
    _ path: FilePath, madeParents: inout [FilePath]
  ) throws(SystemError) -> (path: FilePath, exists: Bool) {
    do {
      return (try FileSystem.resolve(path), true)
    } catch {
      if error.code != SystemError.notFound { throw error }
      // A link that leads nowhere names no directory we could make.
      if try FileSystem.status(path)?.kind == .link {
        throw SystemError(code: SystemError.notADirectory)
      }
      let (parent, name) = path.split()
      let (resolved, exists) = try resolve(parent, madeParents: &madeParents)
      if !exists {
        do {
          try FileSystem.makeDirectory(resolved)
          madeParents.append(resolved)
        } catch {
          // Another run may make it at the same time.
          if error.code != SystemError.alreadyExists { throw error }
        }
      }
      return (resolved.child(name), false)
    }
  }
}
