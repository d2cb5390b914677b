import System
import Values

/// `--versioned`: every set in a folder of its own, and a link to the last one.
///
///     DIR/sets/20261125T021500Z    a set, by `now` in UTC; with -2, -3 where one is there already
///     DIR/current                  a link to the last, renamed over the one before
///
/// A reader who opens `DIR/current` and stays in it keeps a whole set. One run at a time works on DIR.
/// All work goes by descriptors: `sets` may be no link, and nothing in it is followed.
final class SetVersions: Sendable {
  private let root: Folder
  private let sets: Folder
  /// Absolute, without links.
  private let path: FilePath
  /// As the user named it.
  private let directory: String
  /// Of the set that this run makes.
  let name: String
  private let lock: DirectoryLock

  static let link = Array("current".utf8)
  private static let linkDraft = Array(".current.twinfunnel-new".utf8)
  private static let folder = Array("sets".utf8)

  /// Takes the folder's lock, makes what is not there, and removes what a killed run left.
  ///
  /// - Parameter now: microseconds since 1970.
  init(directory: String, now: Int64) throws(PublishError) {
    if directory.isEmpty || directory.utf8.contains(0) { throw .notADirectory(path: directory) }
    let (root, path) = try Self.open(directory)
    guard
      let lock = try naming(
        directory,
        { () throws(SystemError) in
          try DirectoryLock.take(OutputPlace.insideName("lock"), in: root)
        })
    else { throw .locked(directory: directory) }
    let shown = FilePath(directory).child(Self.folder)
    let sets = try naming(shown.description) { () throws(SystemError) in
      // No link is followed.
      if try root.status(Self.folder) != nil { return try root.folder(Self.folder) }
      return try root.makeFolder(Self.folder, mode: 0o777)
    }
    let present = try naming(directory) { () throws(SystemError) in try root.status(Self.link) }
    if let present, present.kind != .link {
      throw .obstacle(path: Self.current(in: directory), what: "no link of --versioned")
    }
    name = try Self.freeName(now, in: sets, shown: shown.description)
    self.directory = directory
    (self.root, self.sets, self.path) = (root, sets, path)
    self.lock = lock
    try tidyUp(shown)
  }

  /// The folder and its path without links; made where there is none.
  private static func open(_ directory: String) throws(PublishError) -> (Folder, FilePath) {
    do throws(SystemError) {
      var madeParents: [FilePath] = []
      let place = try OutputPlace.locate(FilePath(directory), madeParents: &madeParents)
      if let present = try place.folder() { return (present, place.path) }
      return (try place.parent.makeFolder(place.name, mode: 0o777), place.path)
    } catch {
      if error.code == SystemError.notADirectory { throw .notADirectory(path: directory) }
      throw .cannotWrite(path: directory, errno: error.code)
    }
  }

  /// Of the folder, which inputs are not looked for in.
  var status: FileStatus? { try? root.status() }

  /// The path of the last set, for who reads it.
  static func current(in directory: String) -> String {
    FilePath(directory).child(link).description
  }

  /// Begins the set of this run.
  func beginSet(replace: Bool) throws(PublishError) -> OutputSet {
    let bytes = Array(name.utf8)
    let place = OutputPlace(
      parent: sets, name: bytes, path: path.child(Self.folder).child(bytes))
    return try OutputSet.begin(
      place: place, directory: FilePath(directory).child(Self.folder).child(bytes).description,
      replace: replace)
  }

  /// Lets `current` mean the set of this run, which is published.
  func point() throws(PublishError) {
    try naming(Self.current(in: directory)) { () throws(SystemError) in
      try root.makeLink(Self.linkDraft, to: Self.folder + Array("/\(name)".utf8))
      try root.move(Self.linkDraft, to: root, as: Self.link)
      try root.sync()
    }
  }

  /// Removes all sets but the latest so many; what somebody else put into one keeps it. Returns what
  /// there is to say, one line each.
  func keep(_ count: Int) -> [String] {
    guard let names = try? sets.names().map({ String(decoding: $0, as: UTF8.self) }) else {
      return ["cannot look for old sets in \(directory)/sets"]
    }
    let found = names.compactMap { name in SetName(name).map { ($0, name) } }
      .sorted { $0.0 < $1.0 }.map(\.1)
    let current = root.linkTarget(Self.link).map { String(decoding: $0, as: UTF8.self) }
    return found.dropLast(count).compactMap { name in
      if name == self.name || current == "sets/\(name)" { return nil }
      do throws(SystemError) {
        try remove(Array(name.utf8))
        return nil
      } catch {
        return "\(directory)/sets/\(name) stays: \(error.reason)"
      }
    }
  }

  /// What its run wrote, then the folder if nothing else is in it.
  private func remove(_ name: [UInt8]) throws(SystemError) {
    let folder = try sets.folder(name)
    let outputs = PreviousOutputs(in: folder)
    let manifest = Array(PreviousOutputs.manifestName.utf8)
    for output in outputs.entries.keys.sorted() + ["report.html"] {
      let bytes = Array(output.utf8)
      if try folder.setStatus(bytes)?.kind == .regular { try folder.removeSetFile(bytes) }
    }
    if outputs.entries.keys.contains(where: { Folder.nameInFigures(Array($0.utf8)) != nil }) {
      folder.removeEmptyFigures()
    }
    // The manifest goes last: without it nobody would know what is ours.
    let rest = try folder.names()
    if outputs.hasManifest, rest == [manifest] { try folder.removeFile(manifest) }
    try sets.removeFolder(name)
  }

  private func tidyUp(_ shown: FilePath) throws(PublishError) {
    try naming(directory) { () throws(SystemError) in
      if try root.status(Self.linkDraft) != nil { try root.removeFile(Self.linkDraft) }
    }
    // Each set has a name of its own, so nobody else would come upon what a killed run left.
    let (head, tail) = (Array(".".utf8), Array(".twinfunnel-staging".utf8))
    for staging in try naming(shown.description, { () throws(SystemError) in try sets.names() })
    where staging.starts(with: head) && staging.reversed().starts(with: tail.reversed()) {
      let name = Array(staging.dropFirst(head.count).dropLast(tail.count))
      let place = OutputPlace(
        parent: sets, name: name, path: path.child(Self.folder).child(name))
      let left = try StagingHome.left(
        in: sets, name: staging, shown: shown.child(staging).description)
      if let left { try StagingRecovery(place: place, home: left).tidyUp() }
    }
  }

  /// Behind all of the same instant, also where some of them are gone.
  private static func freeName(
    _ now: Int64, in sets: Folder, shown: String
  ) throws(PublishError) -> String {
    let stem = SetName.text(now)
    let names = try naming(shown) { () throws(SystemError) in try sets.names() }
    let last = names.compactMap { SetName(String(decoding: $0, as: UTF8.self))?.number(of: stem) }
      .max()
    return last.map { "\(stem)-\($0 + 1)" } ?? stem
  }
}

/// `20261125T021500Z`, or with a number behind: sets in the order in which they were made.
struct SetName: Comparable {
  private let instant: String
  private let number: Int

  /// Nil for what is no such name.
  init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let bytes = Array(parts[0].utf8)
    guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else {
      return nil
    }
    func areDigits(_ bytes: some Collection<UInt8>) -> Bool {
      bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    guard areDigits(bytes[..<8]), areDigits(bytes[9..<15]) else { return nil }
    instant = String(parts[0])
    if parts.count == 1 {
      number = 1
    } else {
      guard areDigits(parts[1].utf8), let count = Int(parts[1]),
        (2..<1_000_000_000).contains(count),
        String(count) == parts[1]
      else { return nil }
      number = count
    }
  }

  /// Nil for one of another instant.
  func number(of stem: String) -> Int? { instant == stem ? number : nil }

  static func < (left: SetName, right: SetName) -> Bool {
    (left.instant, left.number) < (right.instant, right.number)
  }

  /// - Parameter now: microseconds since 1970.
  static func text(_ now: Int64) -> String {
    let seconds = floorDivide(now, Microseconds.second)
    let day = floorDivide(seconds, 86_400)
    let date = CalendarDate(daysSince1970: Int(day))
    let rest = Int(seconds - day * 86_400)
    return "\(padded(date.year, 4))\(padded(date.month, 2))\(padded(date.day, 2))T"
      + "\(padded(rest / 3600, 2))\(padded(rest / 60 % 60, 2))\(padded(rest % 60, 2))Z"
  }
}
