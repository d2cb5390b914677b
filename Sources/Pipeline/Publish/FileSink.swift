import System
import Tables
import Values

/// A file of an output set on its way: buffered, counted and hashed.
///
/// Dropping it without `close` leaves a set that cannot be committed.
package struct FileSink: ~Copyable, Sendable, ByteSink {
  private let file: FileHandle
  private let name: String
  private let set: OutputSetState
  private var buffer: [UInt8] = []
  private var hash = SHA256()
  package private(set) var byteCount = 0

  init(name: String, in set: OutputSetState) throws(PublishError) {
    self.name = name
    self.set = set
    file = try naming(set.shown(name)) { () throws(SystemError) in
      let home = try set.staging.files.makeHome(of: Array(name.utf8))
      return try home.folder.createFile(home.name)
    }
  }

  package mutating func write(_ bytes: Span<UInt8>) throws(PublishError) {
    hash.update(bytes)
    byteCount += bytes.count
    if bytes.count >= bufferBytes {
      try flush()
      try put(bytes)
    } else {
      for index in bytes.indices { buffer.append(bytes[index]) }
      if buffer.count >= bufferBytes { try flush() }
    }
  }

  package mutating func write(_ bytes: [UInt8]) throws(PublishError) { try write(bytes.span) }

  /// Takes in all of another file, and removes it.
  mutating func move(_ other: [UInt8], from folder: Folder) throws(PublishError) {
    let input = try naming(set.shown(name)) { () throws(SystemError) in
      try folder.openFile(other)
    }
    while case let piece = try naming(
      set.shown(name), { () throws(SystemError) in try input.read(bytesMax: copyBytes) }),
      !piece.isEmpty
    {
      try write(piece)
    }
    try naming(set.shown(name)) { () throws(SystemError) in try folder.removeFile(other) }
  }

  /// Writes what is left, and adds the file to its set, which sees to it that all are on the device.
  /// `rows` counts a table's rows without the header.
  @discardableResult
  package consuming func close(rows: Int? = nil) throws(PublishError) -> OutputFile {
    try flush()
    let shown = set.shown(name)
    let output = OutputFile(name: name, bytes: byteCount, sha256: hash.hexDigest(), rows: rows)
    let set = set
    do {
      try file.close()
    } catch {
      throw .cannotWrite(path: shown, errno: error.code)
    }
    set.add(output)
    return output
  }

  private mutating func flush() throws(PublishError) {
    if buffer.isEmpty { return }
    var full: [UInt8] = []
    swap(&full, &buffer)
    try put(full.span)
    full.removeAll(keepingCapacity: true)
    swap(&full, &buffer)
  }

  private func put(_ bytes: Span<UInt8>) throws(PublishError) {
    do {
      try file.write(bytes)
    } catch {
      throw .cannotWrite(path: set.shown(name), errno: error.code)
    }
  }
}

private let bufferBytes = 64 * 1024
private let copyBytes = 256 * 1024
