package import System

/// The files that a command line's inputs stand for: files, folders with all they hold, patterns, and
/// `-` for standard input.
///
/// Files are sorted by the bytes of their paths, whatever the order of the arguments. No file is in
/// it twice, though several arguments or links may lead to it, because reading it twice would count
/// its events twice.
///
/// In folders, names that begin with `.` or `_` are left out (`_SUCCESS`, `.crc`, `_temporary`), and
/// so is what is neither a file nor a folder; and, in patterns too, what is still being written
/// (`.tmp`, `.part`, `.crdownload`), and what this tool has written (`OwnFolder`), with a notice. Links
/// are followed.
package struct InputExpansion: Sendable, Equatable {
  /// A path that leads to what another one does; it is not read again.
  package struct Duplicate: Sendable, Equatable {
    package var path: String
    package var original: String

    package init(path: String, original: String) {
      self.path = path
      self.original = original
    }
  }

  package private(set) var files: [InputFile] = []
  package private(set) var duplicates: [Duplicate] = []
  /// Everything that could not be found or read, not only the first.
  package private(set) var errors: [InputError] = []
  /// What was found and left out, in words.
  package private(set) var notices: [String] = []

  /// Where the output folder was come upon, and left out.
  package private(set) var outputPaths: [String] = []

  /// The duplicates, in words.
  package var warnings: [String] {
    duplicates.map { duplicate in
      duplicate.path == duplicate.original
        ? "\(duplicate.path): given more than once, read once"
        : "\(duplicate.path): the same as \(duplicate.original), read once"
    }
  }

  /// - Parameter output: a folder that folders and patterns do not lead into, since the run writes it.
  package init(_ arguments: [String], except output: FileStatus? = nil) {
    var walk = InputWalk()
    walk.output = output.map(FileIdentity.init)
    // Sorted, so that which of two equal paths is the duplicate does not depend on their order.
    for argument in arguments.sorted(by: inByteOrder) { walk.expand(argument) }
    errors = walk.errors
    notices = walk.outputPaths.map { "\($0): the folder of --out, not read" } + walk.notices
    duplicates = walk.duplicates
    outputPaths = walk.outputPaths

    var originals: [FileIdentity: String] = [:]
    for found in walk.found.sorted(by: { inByteOrder($0.file.path, $1.file.path) }) {
      if let original = originals[found.identity] {
        duplicates.append(Duplicate(path: found.file.path, original: original))
      } else {
        originals[found.identity] = found.file.path
        files.append(found.file)
      }
    }
  }
}

/// What tells whether two paths lead to one file.
private enum FileIdentity: Hashable {
  case standardInput
  case file(device: UInt64, inode: UInt64)

  init(_ status: FileStatus) {
    self = .file(device: status.device, inode: status.inode)
  }
}

private func inByteOrder(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}

/// Collects files argument by argument.
private struct InputWalk {
  /// The folder that the run writes, and the paths that would have led into it.
  var output: FileIdentity?
  var outputPaths: [String] = []
  var found: [(file: InputFile, identity: FileIdentity)] = []
  var duplicates: [InputExpansion.Duplicate] = []
  var errors: [InputError] = []
  private var reported: Set<String> = []
  var notices: [String] = []
  private var ownFolders = OwnFolders()
  /// Folders entered so far with their paths: a link that leads back into one ends there.
  private var folders: [FileIdentity: String] = [:]
  /// Paths that the current argument has led to: `**` may lead to one in several ways.
  private var pathsOfArgument: Set<String> = []

  mutating func expand(_ argument: String) {
    pathsOfArgument = []
    if argument == "-" {
      found.append((InputFile(path: "-", bytes: 0), .standardInput))
      return
    }
    do throws(SystemError) {
      // A file that is really called so comes before the pattern that its name could be.
      let status = try FileStatus(path: argument)
      let before = outcomes
      add(path: argument, status: status)
      if outcomes == before { report(argument, "the folder holds no files") }
    } catch {
      if let place = RemotePlace(argument) {
        report(argument, place.advice)
        return
      }
      let patterns = Glob.alternatives(argument)
      if patterns.count == 1 && !Glob.isPattern(argument) {
        report(argument, error.reason)
        return
      }
      let before = outcomes
      for pattern in patterns { match(Glob(pattern)) }
      if outcomes == before { report(argument, "no file fits this pattern") }
    }
  }

  /// Grows with everything that an argument leads to.
  private var outcomes: Int {
    found.count + duplicates.count + errors.count + notices.count + outputPaths.count
  }

  private mutating func report(_ path: String, _ reason: String) {
    // `**` may come upon the same folder in several ways.
    if reported.insert(path + "\0" + reason).inserted {
      errors.append(InputError(path: path, reason: reason))
    }
  }

  /// Adds what was named: a file of any kind, or a folder with what it holds.
  private mutating func add(path: String, status: FileStatus) {
    if status.kind == .folder {
      addFolder(path: path, status: status)
    } else {
      addFile(path: path, status: status)
    }
  }

  /// Adds a file that a folder or a pattern led to.
  private mutating func addFound(path: String, status: FileStatus) {
    if InputName.isUnfinished(path) {
      note(InputName.notice(path))
    } else if let (folder, what) = ownFolders.owner(of: path) {
      note("\(folder): \(what), not read")
    } else {
      addFile(path: path, status: status)
    }
  }

  private mutating func note(_ notice: String) {
    if !notices.contains(notice) { notices.append(notice) }
  }

  /// The folder that was given, or that a pattern led to, while what it holds is added.
  private var base: String?

  private mutating func addFile(path: String, status: FileStatus) {
    guard pathsOfArgument.insert(path).inserted else { return }
    guard isReadable(path: path) else {
      report(path, SystemError.noPermission.reason)
      return
    }
    let bytes = status.kind == .regular ? status.bytes : 0
    let name = base.map { String(path.dropFirst(joined($0, "").count)) }
    found.append((InputFile(path: path, bytes: bytes, name: name), FileIdentity(status)))
  }

  private mutating func addFolder(path: String, status: FileStatus) {
    guard pathsOfArgument.insert(path).inserted else { return }
    if isOutput(path, status) { return }
    if let original = folders[FileIdentity(status)] {
      duplicates.append(InputExpansion.Duplicate(path: path, original: original))
      return
    }
    folders[FileIdentity(status)] = path
    let isOutermost = base == nil
    if isOutermost { base = path }
    defer { if isOutermost { base = nil } }
    for name in names(in: path) {
      if name.utf8.first == UInt8(ascii: ".") || name.utf8.first == UInt8(ascii: "_") { continue }
      let inner = joined(path, name)
      do throws(SystemError) {
        let status = try FileStatus(path: inner)
        switch status.kind {
        case .regular: addFound(path: inner, status: status)
        case .folder: addFolder(path: inner, status: status)
        case .link, .other: break
        }
      } catch {
        report(inner, error.reason)
      }
    }
  }

  private mutating func isOutput(_ path: String, _ status: FileStatus) -> Bool {
    guard FileIdentity(status) == output else { return false }
    if !outputPaths.contains(path) { outputPaths.append(path) }
    return true
  }

  /// The names in a folder in byte order; one that cannot be listed is an error.
  private mutating func names(in path: String) -> [String] {
    do throws(SystemError) {
      let names = try namesInFolder(path: path)
      if names.contains(nil) {
        report(path, "it holds a name that is not UTF-8")
      }
      return names.compactMap { $0 }.sorted(by: inByteOrder)
    } catch {
      report(path, error.reason)
      return []
    }
  }

  // MARK: Patterns

  private mutating func match(_ glob: Glob) {
    match(glob.parts[...], at: glob.isAbsolute ? "/" : "", ancestors: [])
  }

  /// Follows a pattern's remaining parts from the folder `path` (empty: the current one).
  /// `ancestors`: the folders that `**` went through to get here.
  private mutating func match(
    _ parts: ArraySlice<Glob.Part>, at path: String, ancestors: [FileIdentity]
  ) {
    guard let part = parts.first else {
      guard let status = try? FileStatus(path: path) else { return }
      if status.kind == .folder {
        addFolder(path: path, status: status)
      } else {
        addFound(path: path, status: status)
      }
      return
    }
    let rest = parts.dropFirst()
    switch part {
    case .name(let name):
      let inner = joined(path, name)
      if (try? FileStatus(path: inner)) != nil { match(rest, at: inner, ancestors: ancestors) }
    case .pattern(let pattern):
      guard isFolder(path) else { return }
      for name in names(in: path.isEmpty ? "." : path) where Glob.matches(name, pattern: pattern) {
        match(rest, at: joined(path, name), ancestors: ancestors)
      }
    case .anyFolders:
      guard let status = try? FileStatus(path: path.isEmpty ? "." : path), status.kind == .folder
      else { return }
      let identity = FileIdentity(status)
      if isOutput(path, status) { return }
      // A link to a folder above: all that is below has been seen from there.
      if ancestors.contains(identity) { return }
      // No folder: what follows is looked for right here. As the last part, everything here is meant.
      match(rest.isEmpty ? [.pattern([UInt8(ascii: "*")])] : rest, at: path, ancestors: ancestors)
      for name in names(in: path.isEmpty ? "." : path)
      where name.utf8.first != UInt8(ascii: ".") && isFolder(joined(path, name)) {
        match(parts, at: joined(path, name), ancestors: ancestors + [identity])
      }
    }
  }

  private func isFolder(_ path: String) -> Bool {
    (try? FileStatus(path: path.isEmpty ? "." : path))?.kind == .folder
  }
}

private func joined(_ folder: String, _ name: String) -> String {
  if folder.isEmpty { return name }
  return folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
}
