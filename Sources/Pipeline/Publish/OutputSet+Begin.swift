import System

extension OutputSet {
  /// Takes the directory's lock, removes what a killed run left, and makes room for the set.
  ///
  /// The directory, and those above it, need not exist. A symbolic link to a directory stands for
  /// that directory.
  package static func begin(directory: String) throws(PublishError) -> OutputSet {
    var madeParents: [FilePath] = []
    do {
      return try begin(directory: directory, madeParents: &madeParents)
    } catch {
      for parent in madeParents.reversed() { try? FileSystem.removeDirectory(parent) }
      throw error
    }
  }

  private static func begin(
    directory: String, madeParents: inout [FilePath]
  ) throws(PublishError) -> OutputSet {
    if directory.isEmpty || directory.utf8.contains(0) { throw .notADirectory(path: directory) }
    do throws(SystemError) {
      let target = try locate(FilePath(directory), madeParents: &madeParents).target
      guard let lock = try takeLock(target) else {
        throw SystemError(code: SystemError.wouldBlock)
      }
      // Only now: until we held the lock, another run may have made it.
      let status = try FileSystem.status(target)
      let exists = status != nil
      if let status {
        if status.kind != .folder { throw SystemError(code: SystemError.notADirectory) }
        try FileSystem.mayWrite(target)
      }
      if exists { try Staging(target: target, method: .fileByFile).tidyUp() }
      var method = Staging.Method.swap
      if exists, try !canBeSwapped(target) { method = .fileByFile }
      do {
        try Staging(target: target, method: .swap).tidyUp()
      } catch {
        // Inside the target it is not in our way, and perhaps not ours to touch.
        if method == .swap { throw error }
      }
      let staging = Staging(target: target, method: method)
      do {
        try staging.create()
      } catch {
        try? staging.remove()
        throw error
      }
      return OutputSet(
        OutputSetState(
          staging: staging, directory: directory, lock: lock, madeParents: madeParents))
    } catch {
      switch error.code {
      case SystemError.wouldBlock: throw .locked(directory: directory)
      case SystemError.notADirectory: throw .notADirectory(path: directory)
      default: throw .cannotWrite(path: directory, errno: error.code)
      }
    }
  }

  /// The absolute path without links, and whether there is something. Makes the directories above.
  private static func locate(
    _ path: FilePath, madeParents: inout [FilePath]
  ) throws(SystemError) -> (target: FilePath, exists: Bool) {
    do {
      return (try FileSystem.resolve(path), true)
    } catch {
      if error.code != SystemError.notFound { throw error }
      // A link that leads nowhere names no directory we could make.
      if try FileSystem.status(path)?.kind == .link {
        throw SystemError(code: SystemError.notADirectory)
      }
      let (parent, name) = path.split()
      let (resolved, exists) = try locate(parent, madeParents: &madeParents)
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

  /// Beside the target, or inside it where we may not write beside it.
  private static func takeLock(_ target: FilePath) throws(SystemError) -> DirectoryLock? {
    let (parent, name) = target.split()
    do {
      return try DirectoryLock.take(parent.child(Staging.siblingName(name, "lock")))
    } catch {
      guard SystemError.forbidden.contains(error.code),
        try FileSystem.status(target)?.kind == .folder
      else { throw error }
      return try DirectoryLock.take(target.child(Staging.insideLock))
    }
  }

  private static func canBeSwapped(_ target: FilePath) throws(SystemError) -> Bool {
    let (parent, name) = target.split()
    if name.isEmpty { return false }
    do {
      try FileSystem.mayWrite(parent)
    } catch {
      return false
    }
    if try FileSystem.status(target)?.device != FileSystem.status(parent)?.device { return false }
    guard let workingDirectory = try? FileSystem.resolve(FilePath(".")) else { return true }
    return !workingDirectory.isInside(target)
  }
}
