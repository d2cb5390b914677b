import System

/// A file that appears whole or not at all, whatever becomes of the program; the last of several that
/// write it has it.
final class WholeFile {
  private let folder: Folder
  private let name: [UInt8]
  private let draft: [UInt8]
  private let path: String
  private let file: FileHandle

  /// - Parameter isInDraft: the folder itself appears by rename, so that the file needs none.
  init(path: String, isInDraft: Bool = false) throws(RunFailure) {
    self.path = path
    let (directory, name) = FilePath(path).split()
    self.name = name
    draft = isInDraft ? name : name + Array(".draft-\(UInt64.random(in: 0 ... .max))".utf8)
    folder = try Self.opened(directory, path)
    file = try Self.made(draft, in: folder, path)
  }

  private static func opened(
    _ directory: FilePath, _ path: String
  ) throws(RunFailure) -> Folder {
    do {
      return try Folder.open(directory)
    } catch {
      throw RunFailure(.cannotWrite, "cannot write \(path): \(error.reason)")
    }
  }

  private static func made(
    _ name: [UInt8], in folder: Folder, _ path: String
  ) throws(RunFailure) -> FileHandle {
    do {
      return try folder.createFile(name)
    } catch {
      throw RunFailure(.cannotWrite, "cannot write \(path): \(error.reason)")
    }
  }

  /// A file of a `TaskFolder` that is being made, whole.
  static func write(_ bytes: [UInt8], to path: FilePath) throws(RunFailure) {
    let file = try WholeFile(path: path.description, isInDraft: true)
    try file.write(bytes)
    try file.commit()
  }

  func write(_ bytes: [UInt8]) throws(RunFailure) {
    do {
      try file.write(bytes.span)
    } catch {
      discardDraft()
      throw RunFailure(.cannotWrite, "cannot write \(path): \(error.reason)")
    }
  }

  func commit() throws(RunFailure) {
    do throws(SystemError) {
      try file.sync()
      if draft == name { return }
      try folder.move(draft, to: folder, as: name)
      try folder.sync()
    } catch {
      discardDraft()
      throw RunFailure(.cannotWrite, "cannot write \(path): \(error.reason)")
    }
  }

  func discardDraft() { try? folder.removeFile(draft) }
}
