import System
import Values

/// Files added to a set that is published already: each whole or not at all, and `run.json`, which
/// from then on lists them as ours, last. Pictures of an earlier addition that are no longer made go.
struct SetAddition {
  /// As the user named it.
  let directory: String

  func add(_ files: [(name: String, bytes: [UInt8])]) throws(PublishError) {
    let (place, folder) = try naming(directory) { () throws(SystemError) in
      var madeParents: [FilePath] = []
      let place = try OutputPlace.locate(FilePath(directory), madeParents: &madeParents)
      guard let folder = try place.folder() else { throw SystemError(code: SystemError.notFound) }
      return (place, folder)
    }
    guard let lock = try OutputSet.takeLock(place, directory) else {
      throw .locked(directory: directory)
    }
    let previous = PreviousOutputs(in: folder)
    for (name, _) in files {
      let present = try naming(shown(name)) { () throws(SystemError) in
        try folder.setStatus(Array(name.utf8))
      }
      // A page is what is asked for by name; pictures may come upon somebody else's.
      if let present, Folder.nameInFigures(Array(name.utf8)) != nil,
        !previous.isOurs(name, present)
      {
        throw .inTheWay(path: shown(name))
      }
    }
    for (name, bytes) in files { try write(bytes, to: name, in: folder) }
    let stale = try removeStale(previous, keeping: Set(files.map(\.name)), in: folder)
    try list(files, without: stale, in: folder)
    _ = consume lock
  }

  private func shown(_ name: String) -> String { FilePath(directory).child(name).description }

  private func write(
    _ bytes: [UInt8], to name: String, in folder: Folder
  ) throws(PublishError) {
    try naming(shown(name)) { () throws(SystemError) in
      let home = try folder.makeHome(of: Array(name.utf8))
      let draft = Array(".".utf8) + home.name + Array(".draft".utf8)
      // What an earlier attempt left.
      if try home.folder.status(draft) != nil { try home.folder.removeFile(draft) }
      let file = try home.folder.createFile(draft)
      try file.write(bytes.span)
      try file.sync()
      try file.close()
      try home.folder.move(draft, to: home.folder, as: home.name)
    }
  }

  /// Only where pictures are made at all.
  private func removeStale(
    _ previous: PreviousOutputs, keeping names: Set<String>, in folder: Folder
  ) throws(PublishError) -> Set<String> {
    func isPicture(_ name: String) -> Bool { Folder.nameInFigures(Array(name.utf8)) != nil }
    guard names.contains(where: isPicture) else { return [] }
    var stale: Set<String> = []
    for name in previous.entries.keys where isPicture(name) && !names.contains(name) {
      try naming(shown(name)) { () throws(SystemError) in
        if try folder.setStatus(Array(name.utf8))?.kind == .regular,
          try !previous.isChanged(name, in: folder, thoroughly: true)
        {
          try folder.removeSetFile(Array(name.utf8))
        }
      }
      stale.insert(name)
    }
    return stale
  }

  /// Nothing is listed where there is no manifest of ours: what is ours, nobody would know.
  private func list(
    _ files: [(name: String, bytes: [UInt8])], without stale: Set<String>, in folder: Folder
  ) throws(PublishError) {
    let name = PreviousOutputs.manifestName
    let old = try? folder.openFile(Array(name.utf8)).readAll(
      limit: PreviousOutputs.manifestBytesMax)
    guard let old, case .object(var members) = try? JSONReader.read(old),
      let place = members.firstIndex(where: { $0.key == "outputs" }),
      let outputs = members[place].value.elements
    else { return }
    let gone = stale.union(files.map(\.name))
    let made = files.map { file in
      OutputFile(
        name: file.name, bytes: file.bytes.count, sha256: SHA256.hexDigest(of: file.bytes),
        rows: nil
      ).json
    }
    let all = outputs.filter { !gone.contains($0["path"]?.string ?? "") } + made
    members[place].value = .list(
      all.sorted { ($0["path"]?.string ?? "") < ($1["path"]?.string ?? "") })
    let new = JSONWriter.pretty(.object(members))
    if new != old { try write(new, to: name, in: folder) }
  }
}
