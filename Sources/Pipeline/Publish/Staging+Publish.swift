import System

extension Staging {
  /// Makes the set the target's content. On an error the target is what it was, except that
  /// `fileByFile` may stop halfway: the next run then finishes the work.
  func publish(_ names: [String]) throws(SystemError) -> Publication.Method {
    try FileSystem.syncDirectory(files)
    guard let status = try FileSystem.status(target) else {
      try FileSystem.move(files, to: target)
      try FileSystem.syncDirectory(target.split().directory)
      return .created
    }
    let earlier = PreviousOutputs.names(in: target)
    let journal = PublishJournal(
      publish: names.sorted { ($0 == manifest ? 1 : 0, $0) < ($1 == manifest ? 1 : 0, $1) },
      obsolete: earlier.map { String(decoding: $0, as: UTF8.self) }
        .filter { !names.contains($0) }.sorted())
    for name in names where try FileSystem.status(target.child(name))?.kind == .folder {
      // A directory by a file's name is not ours to replace.
      throw SystemError(code: SystemError.isADirectory)
    }
    switch method {
    case .swap:
      try keepOthersFiles(disposable: journal.disposable)
      try FileSystem.copyOwnership(of: status, to: files)
      try FileSystem.syncDirectory(files)
      try journal.write(self.journal)
      return try swap()
    case .fileByFile:
      try journal.write(self.journal)
      do {
        try moveUp(journal)
      } catch {
        // As long as nothing was moved, nothing needs to be finished.
        if let first = journal.publish.first,
          (try? FileSystem.status(files.child(first))) != nil
        {
          try? FileSystem.removeFile(self.journal)
        }
        throw error
      }
      return .fileByFile
    }
  }

  /// Gives what other people keep in the target a second name in the new set, so that it is there
  /// at every moment. What cannot have one, directories above all, follows after the swap.
  private func keepOthersFiles(disposable: Set<[UInt8]>) throws(SystemError) {
    for name in try FileSystem.names(in: target)
    where !disposable.contains(name) && !Self.ownNames.contains(name) {
      let path = target.child(name)
      guard let status = try FileSystem.status(path), status.kind != .folder else { continue }
      do {
        try FileSystem.hardLink(path, to: files.child(name))
      } catch {
        // No hard links here, or too many: `dispose` moves it.
        if error.code == SystemError.noSpace { throw error }
      }
    }
  }

  private func swap() throws(SystemError) -> Publication.Method {
    do {
      try FileSystem.exchange(files, target)
      try? FileSystem.syncDirectory(target.split().directory)
      return .exchanged
    } catch {
      if !SystemError.unsupported.contains(error.code) { throw error }
      try swapByTwoRenames()
      return .twoRenames
    }
  }

  /// For a moment between the two there is no target, and never a mixture.
  func swapByTwoRenames() throws(SystemError) {
    try FileSystem.move(target, to: retired)
    do {
      try FileSystem.move(files, to: target)
    } catch {
      try FileSystem.move(retired, to: target)
      throw error
    }
    try? FileSystem.syncDirectory(target.split().directory)
  }

  /// The end of `fileByFile`, and its repetition after a crash.
  private func moveUp(_ journal: PublishJournal) throws(SystemError) {
    for name in journal.publish where try FileSystem.status(files.child(name)) != nil {
      try FileSystem.move(files.child(name), to: target.child(name))
    }
    for name in journal.obsolete {
      let path = target.child(name)
      if let status = try FileSystem.status(path), status.kind != .folder {
        try FileSystem.removeFile(path)
      }
    }
    try FileSystem.syncDirectory(target)
  }

  private var manifest: String { PreviousOutputs.manifestName }

  /// After a swap, and after a run that ended without tidying up: undoes what was begun, or ends
  /// what was published, and removes the working directory. Needs the target's lock.
  func tidyUp() throws(SystemError) {
    guard try FileSystem.status(home) != nil else { return }
    guard let journal = PublishJournal.read(self.journal) else { return try remove() }
    if method == .fileByFile {
      try moveUp(journal)
      return try remove()
    }
    if try FileSystem.status(target) == nil, try FileSystem.status(retired) != nil {
      // The run ended between two renames: the old set comes back.
      try FileSystem.move(retired, to: target)
    }
    for directory in [files, retired] where try FileSystem.status(directory) != nil {
      try dispose(directory, journal.disposable)
    }
    try remove()
  }

  /// Deletes a directory of disposable files, after everything else in it went into the target.
  private func dispose(_ directory: FilePath, _ disposable: Set<[UInt8]>) throws(SystemError) {
    for name in try FileSystem.names(in: directory) where !Self.ownNames.contains(name) {
      let path = directory.child(name)
      guard let status = try FileSystem.status(path) else { continue }
      if disposable.contains(name) {
        try FileSystem.removeFile(path)
      } else {
        try bringBack(path, name, status)
      }
    }
    for name in Self.ownNames {
      if try FileSystem.status(directory.child(name))?.kind == .regular {
        try FileSystem.removeFile(directory.child(name))
      }
    }
    try FileSystem.removeDirectory(directory)
  }

  private func bringBack(
    _ path: FilePath, _ name: [UInt8], _ status: FileStatus
  ) throws(SystemError) {
    if try FileSystem.status(target) == nil { try FileSystem.makeDirectory(target) }
    var place = target.child(name)
    var attempt = 0
    while let present = try FileSystem.status(place) {
      if present.isSameFile(as: status) { return try FileSystem.removeFile(path) }
      // Somebody replaced the file while we published: keep both.
      attempt += 1
      place = target.child(name + Array(".recovered-\(attempt)".utf8))
    }
    try FileSystem.move(path, to: place)
  }
}
