import System

/// A new file of a store, written in order and known to nobody until a manifest names it.
final class SegmentSink: Sendable {
  private let file: FileHandle
  private let path: FilePath

  init(_ path: String) throws(RunFailure) {
    self.path = FilePath(path)
    do {
      file = try FileSystem.createFile(self.path)
    } catch {
      throw RunFailure(.cannotWrite, "cannot write \(path): \(error.reason)")
    }
  }

  func write(_ bytes: [UInt8]) throws(RunFailure) {
    do {
      try file.write(bytes.span)
    } catch {
      throw RunFailure(.cannotWrite, "cannot write \(path): \(error.reason)")
    }
  }

  /// Waits until all of it is on the device; returns its length.
  func finish() throws(RunFailure) -> Int {
    do {
      try file.sync()
      return try file.status().bytes
    } catch {
      throw RunFailure(.cannotWrite, "cannot write \(path): \(error.reason)")
    }
  }

  func remove() { try? FileSystem.removeFile(path) }
}
