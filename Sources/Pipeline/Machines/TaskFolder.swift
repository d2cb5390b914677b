import System

/// The folder that a task makes: another one of that name is either the same task's, or in the way.
struct TaskFolder {
  private let path: FilePath
  /// Throws unless a folder is the same task's.
  private let check: (String) throws(RunFailure) -> Void

  init(_ path: String, check: @escaping (String) throws(RunFailure) -> Void) {
    self.path = FilePath(path)
    self.check = check
  }

  /// What there is to say where the same task is done already; nil where there is nothing yet.
  func existing() throws(RunFailure) -> RunNotices? {
    do {
      if try FileSystem.status(path) == nil { return nil }
    } catch {
      throw RunFailure(.cannotWrite, "cannot write \(path): \(error.reason)")
    }
    try check(path.description)
    return RunNotices(damages: [], lines: ["notice: \(path) is there already: nothing was read"])
  }

  /// The folder with what `fill` puts into a draft of it, on the device when it appears.
  func make(_ fill: (_ draft: FilePath) throws -> RunNotices) throws -> RunNotices {
    let draft = try begin()
    do {
      let notices = try fill(draft)
      return try finish(draft) ?? notices
    } catch {
      discard(draft)
      throw error
    }
  }

  private func begin() throws(RunFailure) -> FilePath {
    let draft = FilePath(path.description + ".draft-\(UInt64.random(in: 0 ... .max))")
    do {
      try FileSystem.makeDirectory(draft)
    } catch {
      throw RunFailure(.cannotWrite, "cannot write \(draft): \(error.reason)")
    }
    return draft
  }

  /// Gives the folder its name. Where a twin was faster, its folder stays.
  private func finish(_ draft: FilePath) throws(RunFailure) -> RunNotices? {
    let ((parent, name), (_, draftName)) = (path.split(), draft.split())
    do throws(SystemError) {
      try Folder.open(draft).sync()
      let folder = try Folder.open(parent)
      try folder.moveNew(draftName, to: folder, as: name)
      try folder.sync()
      return nil
    } catch {
      if let done = try existing() {
        discard(draft)
        return done
      }
      throw RunFailure(.cannotWrite, "cannot write \(path): \(error.reason)")
    }
  }

  private func discard(_ draft: FilePath) {
    guard let folder = try? Folder.open(draft), let names = try? folder.names() else { return }
    for name in names { try? folder.removeFile(name) }
    try? FileSystem.removeDirectory(draft)
  }
}
