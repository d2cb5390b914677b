import System

/// The end of a publication, and its repetition after a run that was killed: undoes what was only
/// prepared, ends what was begun, and removes the working directory. Needs the target's lock.
struct StagingRecovery {
  let place: OutputPlace
  let home: StagingHome

  func tidyUp() throws(PublishError) {
    guard let journal = try home.journal() else { return try home.remove() }
    let target = try naming(place.path.description) { () throws(SystemError) in
      try place.folder()
    }
    let left = try naming(home.shown) { () throws(SystemError) in
      try home.folder.status(StagingHome.new) == nil ? nil : home.folder.folder(StagingHome.new)
    }
    switch journal.method {
    case .swap:
      if let left { try emptyOut(left, journal, into: target) }
    case .fileByFile:
      if let left, let target {
        for name in journal.publish.map({ Array($0.utf8) }) {
          try naming(place.shown(name)) { () throws(SystemError) in
            if try left.setStatus(name) != nil { try left.moveSetFile(name, to: target) }
          }
        }
        try Self.removeObsolete(journal, in: target, place)
      }
    }
    try home.remove()
  }

  static func removeObsolete(
    _ journal: PublishJournal, in target: Folder, _ place: OutputPlace
  ) throws(PublishError) {
    for name in journal.obsolete.map({ Array($0.utf8) }) {
      try naming(place.shown(name)) { () throws(SystemError) in
        if let status = try target.setStatus(name), status.kind != .folder {
          try target.removeSetFile(name)
        }
      }
    }
    if journal.hasFigures { target.removeEmptyFigures() }
    try naming(place.path.description) { () throws(SystemError) in try target.sync() }
  }

  /// Deletes what is disposable in `left`; everything else in it goes into the target.
  private func emptyOut(
    _ left: Folder, _ journal: PublishJournal, into target: Folder?
  ) throws(PublishError) {
    var target = target
    let disposable = journal.disposable
    let own = OutputPlace.insideName("lock")
    let names = try naming(home.shown) { () throws(SystemError) in
      try left.setNames(lookingIntoFigures: journal.hasFigures)
    }
    for name in names {
      try naming(home.shown + "/new/" + String(decoding: name, as: UTF8.self)) {
        () throws(SystemError) in
        guard let status = try left.setStatus(name) else { return }
        if disposable.contains(name) || (name == own && status.kind == .regular) {
          return try left.removeSetFile(name)
        }
        let place: Folder
        if let present = target {
          place = present
        } else {
          // Somebody removed the directory, but not what others kept in it.
          place = try self.place.parent.makeFolder(self.place.name, mode: 0o777)
          target = place
        }
        try bringBack(name, status, from: left, into: place)
      }
    }
    if journal.hasFigures { left.removeEmptyFigures() }
  }

  private func bringBack(
    _ name: [UInt8], _ status: FileStatus, from left: Folder, into target: Folder
  ) throws(SystemError) {
    var free = name
    var attempt = 0
    while let present = try target.setStatus(free) {
      if present.isSameFile(as: status) { return try left.removeSetFile(name) }
      // Somebody replaced the file while we published: keep both.
      attempt += 1
      free = name + Array(".recovered-\(attempt)".utf8)
    }
    guard let from = try left.home(of: name) else { return }
    let to = try target.makeHome(of: free)
    try from.folder.moveNew(from.name, to: to.folder, as: to.name)
  }
}
