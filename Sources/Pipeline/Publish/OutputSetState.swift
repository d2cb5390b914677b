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
    /// Directories above the target that we made, the deepest last.
    var madeParents: [FilePath]
  }

  let staging: Staging
  /// The directory as the user named it.
  let directory: String
  private let live: Mutex<Live>

  init(
    staging: Staging, directory: String, lock: consuming DirectoryLock, madeParents: [FilePath]
  ) {
    self.staging = staging
    self.directory = directory
    live = Mutex(Live(lock: lock, madeParents: madeParents))
  }

  /// A file's path for messages.
  func shown(_ name: String) -> String { FilePath(directory).child(name).description }

  func announce(_ name: String) throws(PublishError) {
    try live.withLock { (live) throws(PublishError) in
      guard live.phase == .open else { throw .abandoned }
      guard PreviousOutputs.isPlainName(name), live.opened.insert(name).inserted else {
        throw .badName(name)
      }
    }
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
      let method: Publication.Method
      do throws(SystemError) {
        method = try staging.publish(live.outputs.map(\.name))
      } catch {
        throw .cannotWrite(path: directory, errno: error.code)
      }
      live.phase = .committed
      var leftover: String?
      do throws(SystemError) {
        try staging.tidyUp()
      } catch {
        leftover = "\(staging.home): \(systemMessage(error.code))"
      }
      live.lock = nil
      return Publication(method: method, leftover: leftover)
    }
  }

  func abandon() {
    live.withLock { live in
      guard live.phase == .open else { return }
      live.phase = .abandoned
      // What cannot be removed now, the next run removes.
      try? staging.tidyUp()
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
