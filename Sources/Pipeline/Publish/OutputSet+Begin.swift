import System

extension OutputSet {
  /// Takes the directory's lock, removes what a killed run left, and makes room for the set.
  ///
  /// The directory, and those above it, need not exist. A symbolic link to a directory stands for
  /// that directory.
  ///
  /// - Parameter replace: files that no run of ours wrote may be replaced as well.
  package static func begin(
    directory: String, replace: Bool = false
  ) throws(PublishError) -> OutputSet {
    try begin(directory: directory, replace: replace, inside: false)
  }

  /// - Parameter inside: staged inside the directory, whatever it is.
  static func begin(
    directory: String, replace: Bool, inside: Bool
  ) throws(PublishError) -> OutputSet {
    var madeParents: [FilePath] = []
    do {
      return try begin(directory, replace, inside: inside, madeParents: &madeParents)
    } catch {
      for parent in madeParents.reversed() { try? FileSystem.removeDirectory(parent) }
      throw error
    }
  }

  private static func begin(
    _ directory: String, _ replace: Bool, inside: Bool, madeParents: inout [FilePath]
  ) throws(PublishError) -> OutputSet {
    if directory.isEmpty || directory.utf8.contains(0) { throw .notADirectory(path: directory) }
    let place: OutputPlace
    do {
      place = try OutputPlace.locate(FilePath(directory), madeParents: &madeParents)
    } catch {
      if error.code == SystemError.notADirectory { throw .notADirectory(path: directory) }
      throw .cannotWrite(path: directory, errno: error.code)
    }
    return try begin(place, directory, replace, inside: inside, madeParents: madeParents)
  }

  /// At a place that is held already: nothing above it is looked up again.
  static func begin(
    place: OutputPlace, directory: String, replace: Bool
  ) throws(PublishError) -> OutputSet {
    try begin(place, directory, replace, inside: false, madeParents: [])
  }

  private static func begin(
    _ place: OutputPlace, _ directory: String, _ replace: Bool, inside: Bool,
    madeParents: [FilePath]
  ) throws(PublishError) -> OutputSet {
    guard let lock = try takeLock(place, directory) else { throw .locked(directory: directory) }
    // Only now: until we held the lock, another run may have made it.
    var target = try self.target(place, directory)
    let insideName = OutputPlace.insideName("staging")
    if let present = target {
      let left = try StagingHome.left(
        in: present, name: insideName, shown: place.shown(insideName))
      if let left { try StagingRecovery(place: place, home: left).tidyUp() }
    }
    let besideName = place.besideName("staging")
    do {
      let left = try StagingHome.left(
        in: place.parent, name: besideName, shown: place.shown(beside: besideName))
      if let left {
        try StagingRecovery(place: place, home: left).tidyUp()
        // It may have made the directory, or swapped it.
        target = try self.target(place, directory)
      }
    } catch {
      // Where we may not write beside the directory, it is not in our way.
      if target == nil || (try? place.parent.mayWrite()) != nil { throw error }
    }
    let staging = try Staging(place: place, target: target, inside: inside)
    return OutputSet(
      OutputSetState(
        staging: staging, directory: directory, previous: PreviousOutputs(in: target),
        replace: replace, lock: lock, madeParents: madeParents))
  }

  private static func target(
    _ place: OutputPlace, _ directory: String
  ) throws(PublishError) -> Folder? {
    do {
      guard let target = try place.folder() else { return nil }
      try target.mayWrite()
      return target
    } catch {
      if error.code == SystemError.notADirectory { throw .notADirectory(path: directory) }
      throw .cannotWrite(path: directory, errno: error.code)
    }
  }

  /// Beside the target, or inside it where we may not write beside it.
  static func takeLock(
    _ place: OutputPlace, _ directory: String
  ) throws(PublishError) -> DirectoryLock? {
    let name = place.besideName("lock")
    do throws(SystemError) {
      do throws(SystemError) {
        return try DirectoryLock.take(name, in: place.parent)
      } catch {
        let inside = OutputPlace.insideName("lock")
        guard SystemError.forbidden.contains(error.code), let target = try place.folder() else {
          throw error
        }
        return try DirectoryLock.take(inside, in: target)
      }
    } catch {
      switch error.code {
      case SystemError.isALink, SystemError.notRegular, SystemError.isADirectory:
        throw .foreign(path: place.shown(beside: name), why: "is no plain file")
      case SystemError.notADirectory: throw .notADirectory(path: directory)
      default: throw .cannotWrite(path: directory, errno: error.code)
      }
    }
  }
}
