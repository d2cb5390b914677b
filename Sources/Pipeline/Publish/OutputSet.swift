import System
package import Tables

/// The files of one run on their way into a directory: all of them appear there at once, or none.
///
/// Files are written into a working directory beside the target, each synced to the device when it
/// is closed. `commit` then swaps the two directories in one step (`renameat2` with
/// RENAME_EXCHANGE on Linux, `renamex_np` with RENAME_SWAP on Darwin), so that a reader who opens
/// files by path finds the old set or the new one. Where the file system cannot swap, two renames
/// do, and for a moment between them there is no directory.
///
/// A directory that cannot be renamed takes its files one by one, each whole, `run.json` last:
/// a mount point, one whose parent we may not write, and one that this process stands in (whoever
/// stands in a directory that is swapped away would find himself in a deleted one).
/// `Publication.method` tells which it was.
///
/// Of the target's content, a run replaces what the last run's `run.json` lists under `outputs`
/// and files by the names of its own; everything else stays. One run at a time holds a directory's
/// lock. What a run that was killed leaves behind, the next one removes.
package struct OutputSet: ~Copyable, Sendable {
  private let state: OutputSetState

  init(_ state: OutputSetState) {
    self.state = state
    state.enroll()
  }

  deinit {
    state.abandon()
    state.withdraw()
  }

  /// A new file of the set. `name` is a file name without a directory, and none that starts with a
  /// dot. Can be called from several threads.
  package borrowing func open(_ name: String) throws(PublishError) -> FileSink {
    try state.announce(name)
    return try FileSink(name: name, in: state)
  }

  /// Writes a small file whole.
  @discardableResult
  package borrowing func write(
    _ bytes: [UInt8], to name: String, rows: Int? = nil
  ) throws(PublishError) -> OutputFile {
    var sink = try open(name)
    try sink.write(bytes)
    return try sink.close(rows: rows)
  }

  /// A path beside the set's files, for what must be made in a file of its own; it goes with the set.
  package borrowing func scratchPath(_ name: String) -> String {
    state.staging.home.child(name).description
  }

  /// Copies a file that is complete, at a scratch path, into the set, and removes it.
  @discardableResult
  package borrowing func take(_ path: String, as name: String) throws(PublishError) -> OutputFile {
    var sink = try open(name)
    try sink.copy(FilePath(path))
    return try sink.close()
  }

  /// Writes a table that is in memory whole.
  @discardableResult
  package borrowing func write(
    _ rows: [[Cell]], as writer: some TableWriter, to name: String
  ) throws(PublishError) -> OutputFile {
    var sink = try open(name)
    try writer.write(rows, to: &sink)
    return try sink.close(rows: rows.count)
  }

  /// The files closed so far, by name.
  package var outputs: [OutputFile] { state.outputs }

  /// Publishes the set. All its files must be closed. On an error the directory holds what it held,
  /// and the set is gone.
  package consuming func commit() throws(PublishError) -> Publication {
    try state.commit()
  }

  /// Removes what was written; the directory stays as it is. So does dropping the set.
  package consuming func abandon() {
    state.abandon()
  }

  /// Abandons every set of the process: for the end by a signal. Waits for a commit that is under
  /// way. Takes locks and makes system calls, so it is for a dispatch source, not for a handler
  /// that runs inside the signal.
  package static func abandonAll() {
    OutputSetState.abandonAll()
  }
}

/// How a set came into its directory.
package struct Publication: Sendable, Equatable {
  package enum Method: Sendable, Equatable {
    /// The directory is new.
    case created
    /// In one step: readers see the old set or the new one.
    case exchanged
    /// For a moment there was no directory.
    case twoRenames
    /// For a moment there was a mixture.
    case fileByFile
  }

  package var method: Method
  /// What could not be tidied up, and why: worth a warning. The next run tries again.
  package var leftover: String?

  /// What a reader of the directory may want to know of how it went, one sentence each.
  package var warnings: [String] {
    var warnings: [String] = []
    if method == .fileByFile {
      warnings.append(
        "the output directory cannot be swapped as a whole, since it is a mount point, its parent "
          + "may not be written, or this command runs inside it: its files were replaced one by one"
      )
    }
    if let leftover { warnings.append("could not tidy up \(leftover); the next run tries again") }
    return warnings
  }
}
