import EventLog
import Synchronization
import System

/// What the owner of an output set, its open files and a signal handler share.
///
/// The mutex orders the end of a set: it is committed or abandoned, whichever comes first, and the
/// other finds it so.
final class OutputSetState: Sendable {
  enum Phase { case open, committed, abandoned }

  struct Live: ~Copyable {
    var phase = Phase.open
    var lock: DirectoryLock?
    var opened: Set<String> = []
    var outputs: [OutputFile] = []
    /// What the run reads, and must therefore not replace.
    var inputs: [FileStatus] = []
    /// Directories above the target that we made, the deepest last.
    var madeParents: [FilePath]
  }

  let staging: Staging
  /// The directory as the user named it.
  let directory: String
  let previous: PreviousOutputs
  private let replace: Bool
  private let live: Mutex<Live>

  init(
    staging: Staging, directory: String, previous: PreviousOutputs, replace: Bool,
    lock: consuming DirectoryLock, madeParents: [FilePath]
  ) {
    self.staging = staging
    self.directory = directory
    self.previous = previous
    self.replace = replace
    live = Mutex(Live(lock: lock, madeParents: madeParents))
  }

  /// A file's path for messages.
  func shown(_ name: String) -> String { FilePath(directory).child(name).description }

  func protect(_ inputs: [FileStatus]) throws(PublishError) {
    live.withLock { $0.inputs += inputs }
    // A name that is no longer written goes, so it may not be one either.
    for name in previous.entries.keys.sorted() { try check(name, mayBeForeign: true, inputs) }
  }

  func check(_ name: String) throws(PublishError) {
    if let target = staging.target, Folder.nameInFigures(Array(name.utf8)) != nil {
      let figures = String(decoding: Folder.figures, as: UTF8.self)
      let present = try naming(shown(figures)) { () throws(SystemError) in
        try target.status(Folder.figures)
      }
      if let present, present.kind != .folder {
        throw .obstacle(path: shown(figures), what: "no folder")
      }
    }
    try check(name, mayBeForeign: replace, live.withLock { $0.inputs })
  }

  /// Whether a file of the set may have this name, with what has it now.
  private func check(
    _ name: String, mayBeForeign: Bool, _ inputs: [FileStatus]
  ) throws(PublishError) {
    guard let target = staging.target else { return }
    let present = try naming(shown(name)) { () throws(SystemError) in
      try target.setStatus(Array(name.utf8))
    }
    guard let present else { return }
    if inputs.contains(where: { $0.isSameFile(as: present) }) { throw .isInput(path: shown(name)) }
    if present.kind == .folder { throw .obstacle(path: shown(name), what: "a folder") }
    if !mayBeForeign, !previous.isOurs(name, present) { throw .inTheWay(path: shown(name)) }
  }

  func announce(_ name: String) throws(PublishError) {
    try live.withLock { (live) throws(PublishError) in
      guard live.phase == .open else { throw .abandoned }
      guard PreviousOutputs.isOurKind(name), live.opened.insert(name).inserted else {
        throw .badName(name)
      }
    }
    try check(name)
  }

  func add(_ output: OutputFile) {
    live.withLock { $0.outputs.append(output) }
  }

  /// Closed files, by name.
  var outputs: [OutputFile] {
    live.withLock { $0.outputs.sorted { $0.name < $1.name } }
  }

  func commit() throws(PublishError) -> Publication {
    try live.withLock { (live) throws(PublishError) in
      guard live.phase == .open else { throw .abandoned }
      precondition(live.outputs.count == live.opened.count, "every file of a set is closed")
      let names = live.outputs.map(\.name)
      let (obsolete, warnings) = try retired(by: Set(names))
      let method = try staging.publish(names, obsolete: obsolete)
      live.phase = .committed
      var leftover: String?
      do {
        try StagingRecovery(place: staging.place, home: staging.home).tidyUp()
      } catch {
        leftover = "\(staging.home.shown): \(error)"
      }
      live.lock = nil
      return Publication(method: method, changed: warnings, leftover: leftover)
    }
  }

  /// What the earlier run wrote and this one does not, to be removed, and a sentence for each of its
  /// files that somebody has changed since: one that goes away for good then stays.
  private func retired(
    by names: Set<String>
  ) throws(PublishError) -> (obsolete: [String], warnings: [String]) {
    guard let target = staging.target else { return ([], []) }
    var obsolete: [String] = []
    var warnings: [String] = []
    for name in previous.entries.keys.sorted() {
      let status = try naming(shown(name)) { () throws(SystemError) in
        try target.setStatus(Array(name.utf8))
      }
      guard let status, status.kind == .regular else { continue }
      let stays = !names.contains(name)
      let isChanged = try naming(shown(name)) { () throws(SystemError) in
        try previous.isChanged(name, in: target, thoroughly: stays)
      }
      switch (stays, isChanged) {
      case (true, true):
        warnings.append(
          "\(shown(name)) is no longer written, and stays since it was changed after the last run")
      case (true, false): obsolete.append(name)
      case (false, true): warnings.append("\(shown(name)) was changed after the last run: replaced")
      case (false, false): break
      }
    }
    return (obsolete, warnings)
  }

  func abandon() {
    live.withLock { live in
      guard live.phase == .open else { return }
      live.phase = .abandoned
      // What cannot be removed now, the next run removes. A journal stands for work to be finished.
      try? StagingRecovery(place: staging.place, home: staging.home).tidyUp()
      // The lock's file lies in the directories that we made, and they go only when empty.
      live.lock = nil
      for parent in live.madeParents.reversed() { try? FileSystem.removeDirectory(parent) }
    }
  }
}

/// Every set of the process that is neither committed nor abandoned.
private let liveSets = Mutex<[ObjectIdentifier: OutputSetState]>([:])

extension OutputSetState {
  func enroll() { liveSets.withLock { $0[ObjectIdentifier(self)] = self } }

  func withdraw() { liveSets.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(self)) } }

  static func abandonAll(where isConcerned: (OutputSetState) -> Bool = { _ in true }) {
    for set in liveSets.withLock({ Array($0.values) }) where isConcerned(set) { set.abandon() }
  }
}
