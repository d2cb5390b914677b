import System

/// The files of a set by their names in it: right in its folder, or in the one folder that a set can
/// have, `figures`. That one is opened like every other, by descriptor and never through a link.
extension Folder {
  static let figures = Array("figures".utf8)

  /// The folder that a file of a set lies in, and its name there; nil where there is no such folder.
  func home(of name: [UInt8]) throws(SystemError) -> (folder: Folder, name: [UInt8])? {
    guard let inner = Self.nameInFigures(name) else { return (self, name) }
    return try figuresFolder().map { ($0, inner) }
  }

  /// Nil where there is none, or something else by that name.
  func figuresFolder() throws(SystemError) -> Folder? {
    try status(Self.figures)?.kind == .folder ? folder(Self.figures) : nil
  }

  /// The folder of a file of a set, made if need be.
  func makeHome(of name: [UInt8]) throws(SystemError) -> (folder: Folder, name: [UInt8]) {
    if let home = try home(of: name) { return home }
    do throws(SystemError) {
      return (
        try makeFolder(Self.figures, mode: 0o777), Array(name.dropFirst(Self.figures.count + 1))
      )
    } catch {
      // Another thread was faster; anything else by that name is in the way.
      if error.code == SystemError.alreadyExists, let home = try home(of: name) { return home }
      throw error
    }
  }

  /// Of a file in `figures`, its name there.
  static func nameInFigures(_ name: [UInt8]) -> [UInt8]? {
    name.starts(with: figures + [slash]) ? Array(name.dropFirst(figures.count + 1)) : nil
  }

  func setStatus(_ name: [UInt8]) throws(SystemError) -> FileStatus? {
    guard let home = try home(of: name) else { return nil }
    return try home.folder.status(home.name)
  }

  func setObstacle(_ name: [UInt8]) throws(SystemError) -> Obstacle? {
    guard let home = try home(of: name) else { return nil }
    return try home.folder.obstacle(home.name)
  }

  func removeSetFile(_ name: [UInt8]) throws(SystemError) {
    guard let home = try home(of: name) else { return }
    try home.folder.removeFile(home.name)
  }

  /// Replaces what has the name there.
  func moveSetFile(_ name: [UInt8], to target: Folder) throws(SystemError) {
    guard let home = try home(of: name) else { throw SystemError(code: SystemError.notFound) }
    let place = try target.makeHome(of: name)
    try home.folder.move(home.name, to: place.folder, as: place.name)
  }

  /// A second name in another folder of a set.
  func linkSetFile(_ name: [UInt8], in target: Folder) throws(SystemError) {
    guard let home = try home(of: name) else { throw SystemError(code: SystemError.notFound) }
    let place = try target.makeHome(of: name)
    try home.folder.link(home.name, in: place.folder, as: place.name)
  }

  /// Every file of the folder, with those in `figures` if that is a folder of ours to look into.
  func setNames(lookingIntoFigures: Bool) throws(SystemError) -> [[UInt8]] {
    var names = try names()
    guard lookingIntoFigures, let inner = try figuresFolder() else { return names }
    names.removeAll { $0 == Self.figures }
    return try names + inner.names().map { Self.figures + [slash] + $0 }
  }

  /// Makes the names of a set last.
  func syncSet() throws(SystemError) {
    try figuresFolder()?.sync()
    try sync()
  }

  /// Takes `figures` away when nothing is in it.
  func removeEmptyFigures() { try? removeFolder(Self.figures) }
}

private let slash = UInt8(ascii: "/")
