package import System
package import Tables

/// The files of one run on their way into a directory: all of them appear there at once, or none.
///
/// Files are written into a working directory beside the target. `commit` waits until all are on the
/// device, then swaps the two directories in one step (`renameat2` with
/// RENAME_EXCHANGE on Linux, `renameatx_np` with RENAME_SWAP on Darwin), so that a reader who opens
/// files by path finds the old set or the new one.
///
/// Where a swap could not keep everything, the directory takes its files one by one, each whole,
/// `run.json` last: when it has another owner or group, a set-group-id bit, extended attributes or an
/// access control list; when others keep folders in it, or files that we may not link; when it is a
/// mount point, its parent may not be written, this process stands in it (whoever stands in a
/// directory that is swapped away would find himself in a deleted one), or the file system cannot
/// swap. `Publication.method` tells which it was.
///
/// Of the target's content, a run replaces and removes what the last run's `run.json` lists under
/// `outputs`; everything else stays, and is in the way when it has an output's name. One run at a time
/// holds a directory's lock. What a run that was killed leaves behind, the next one removes. All work
/// goes by descriptors, so that nobody who may write beside the directory can lead it elsewhere.
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

  /// What the run reads: none of it may be replaced or removed.
  package borrowing func protect(_ inputs: [FileStatus]) throws(PublishError) {
    try state.protect(inputs)
  }

  /// Throws now what `open` would throw later, for a name that may be wanted.
  package borrowing func check(_ name: String) throws(PublishError) { try state.check(name) }

  /// The directory, nil when the set makes it.
  package borrowing func targetStatus() -> FileStatus? { try? state.staging.target?.status() }

  /// A new file of the set. `name` is a file name without a directory, none that starts with a
  /// dot, and has an ending that we write; or `figures/NAME.svg`. Can be called from several threads.
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
    let home = state.staging.home
    return (home.folder.ownPath ?? home.shown) + "/" + name
  }

  /// Copies a file that is complete, at a scratch path, into the set, and removes it.
  @discardableResult
  package borrowing func take(_ path: String, as name: String) throws(PublishError) -> OutputFile {
    var sink = try open(name)
    try sink.move(FilePath(path).split().name, from: state.staging.home.folder)
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
    /// For a moment there was a mixture.
    case fileByFile
  }

  package var method: Method
  /// Outputs of the last run that somebody has changed since, a sentence each.
  package var changed: [String] = []
  /// What could not be tidied up, and why: worth a warning. The next run tries again.
  package var leftover: String?

  /// What a reader of the directory may want to know of how it went, one sentence each.
  package var warnings: [String] {
    var warnings = changed
    if method == .fileByFile {
      warnings.append(
        "the output directory cannot be swapped as a whole and keep what it has: its files were "
          + "replaced one by one, run.json last")
    }
    if let leftover { warnings.append("could not tidy up \(leftover); the next run tries again") }
    return warnings
  }
}
