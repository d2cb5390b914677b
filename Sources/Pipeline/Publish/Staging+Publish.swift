import System

extension Staging {
  /// Makes the set the target's content. On an error the target is what it was, except that files that
  /// could neither go on nor back stay as they are: the next run then finishes the work.
  ///
  /// - Parameters:
  ///   - names: the set's files, all plain names.
  ///   - obsolete: files of an earlier set that go with it.
  func publish(
    _ names: [String], obsolete: [String]
  ) throws(PublishError) -> Publication.Method {
    // All is written: what follows opens a folder or two at a time.
    home.reserve?.release()
    if let failed = files.syncSetFiles(names) {
      throw .cannotWrite(path: place.shown(Array(failed.name.utf8)), errno: failed.error.code)
    }
    try naming(home.shown) { () throws(SystemError) in try files.syncSet() }
    guard let target else {
      try naming(place.path.description) { () throws(SystemError) in
        try home.folder.moveNew(StagingHome.new, to: place.parent, as: place.name)
        try place.parent.sync()
      }
      return .created
    }
    let manifest = PreviousOutputs.manifestName
    var journal = PublishJournal(
      method: .swap,
      publish: names.sorted { ($0 == manifest ? 1 : 0, $0) < ($1 == manifest ? 1 : 0, $1) },
      obsolete: obsolete.sorted())
    for name in journal.publish + journal.obsolete {
      let bytes = Array(name.utf8)
      if let obstacle = try naming(
        place.shown(bytes), { () throws(SystemError) in try target.setObstacle(bytes) })
      {
        throw .obstacle(path: place.shown(bytes), what: obstacle.rawValue)
      }
    }
    if isBeside, !place.holdsWorkingDirectory, try swap(target, journal) { return .exchanged }
    journal.method = .fileByFile
    try moveUp(target, journal)
    return .fileByFile
  }

  /// False when the file system cannot, or when something that others keep in the target could not stay
  /// in its place all the time; then everything is as before.
  private func swap(_ target: Folder, _ journal: PublishJournal) throws(PublishError) -> Bool {
    var isJournaled = false
    do throws(SystemError) {
      if journal.hasFigures, try target.figuresFolder()?.hasIdentity(in: target) ?? false {
        return false
      }
      let others = try target.setNames(lookingIntoFigures: journal.hasFigures)
        .filter { !journal.disposable.contains($0) }
      do throws(SystemError) {
        for name in others where name != OutputPlace.insideName("lock") {
          // A second name in the new set, so that it is there at every moment. A folder has none.
          try target.linkSetFile(name, in: files)
        }
        try copyModes(from: target)
        try files.syncSet()
        try journal.write(in: home.folder)
        isJournaled = true
        try home.folder.exchange(StagingHome.new, with: place.parent, place.name)
      } catch {
        if isJournaled { try home.folder.removeFile(PublishJournal.name) }
        for name in others where try files.setStatus(name) != nil { try files.removeSetFile(name) }
        try? home.folder.removeFile(PublishJournal.draftName)
        return false
      }
      try? place.parent.sync()
      return true
    } catch {
      throw .cannotWrite(path: place.path.description, errno: error.code)
    }
  }

  /// The set's folders get the permissions of the target's.
  private func copyModes(from target: Folder) throws(SystemError) {
    try files.copyMode(of: target.status())
    guard let old = try target.figuresFolder(), let new = try files.figuresFolder() else { return }
    try new.copyMode(of: old.status())
  }

  /// Moves the files one by one, the manifest last. What stands in their place gets a second name
  /// first, so that all goes back when one cannot be moved.
  private func moveUp(_ target: Folder, _ journal: PublishJournal) throws(PublishError) {
    let old: Folder
    do throws(SystemError) {
      old = try home.folder.makeFolder(StagingHome.old, mode: 0o700)
      try journal.write(in: home.folder)
    } catch {
      throw .cannotWrite(path: home.shown, errno: error.code)
    }
    var wayBack: [(name: [UInt8], wasThere: Bool)] = []
    var canGoBack = true
    let hadFigures = (try? target.status(Folder.figures)) != nil
    for name in journal.publish.map({ Array($0.utf8) }) {
      do throws(SystemError) {
        let wasThere = try target.setStatus(name) != nil
        if wasThere, (try? target.linkSetFile(name, in: old)) == nil { canGoBack = false }
        try files.moveSetFile(name, to: target)
        wayBack.append((name, wasThere))
      } catch {
        if canGoBack, goBack(wayBack, target, old) {
          try? home.folder.removeFile(PublishJournal.name)
          if !hadFigures { target.removeEmptyFigures() }
        }
        throw .cannotWrite(path: place.shown(name), errno: error.code)
      }
    }
    try StagingRecovery.removeObsolete(journal, in: target, place)
  }

  private func goBack(
    _ moved: [(name: [UInt8], wasThere: Bool)], _ target: Folder, _ old: Folder
  ) -> Bool {
    for (name, wasThere) in moved.reversed() {
      do throws(SystemError) {
        if wasThere {
          try old.moveSetFile(name, to: target)
        } else {
          try target.removeSetFile(name)
        }
      } catch {
        return false
      }
    }
    return true
  }
}
