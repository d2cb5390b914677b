import System
import Tables
import Values

/// A file of an output set on its way: buffered, counted and hashed.
///
/// Dropping it without `close` leaves a set that cannot be committed.
package struct FileSink: ~Copyable, Sendable, ByteSink {
  private let file: FileHandle
  private let path: FilePath
  private let name: String
  private let set: OutputSetState
  private var buffer: [UInt8] = []
  private var hash = SHA256()
  package private(set) var byteCount = 0

  init(name: String, in set: OutputSetState) throws(PublishError) {
    self.name = name
    self.set = set
    path = set.staging.files.child(name)
    do {
      file = try FileSystem.createFile(path)
    } catch {
      throw .cannotWrite(path: set.shown(name), errno: error.code)
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

  /// Takes in all of another file.
  mutating func copy(_ source: FilePath) throws(PublishError) {
    let shown = set.shown(name)
    do {
      let input = try InputDescriptor(path: source.description)
      var bytes = [UInt8](repeating: 0, count: copyBytes)
      while case let count = try input.read(into: &bytes, range: 0..<bytes.count).get(), count > 0 {
        try write(bytes.span.extracting(first: count))
      }
      try FileSystem.removeFile(source)
    } catch let error as PublishError {
      throw error
    } catch let error as SystemError {
      throw .cannotWrite(path: shown, errno: error.code)
    } catch {
      throw .cannotWrite(path: shown, errno: 0)
    }
  }

  /// Writes what is left, waits until it is on the device, and adds the file to its set.
  /// `rows` counts a table's rows without the header.
  @discardableResult
  package consuming func close(rows: Int? = nil) throws(PublishError) -> OutputFile {
    try flush()
    let shown = set.shown(name)
    let output = OutputFile(name: name, bytes: byteCount, sha256: hash.hexDigest(), rows: rows)
    let set = set
    do {
      try file.sync()
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
