import System

/// A new file of a store, written in order and known to nobody until a manifest names it.
final class SegmentSink: Sendable {
  private let file: FileHandle
  private let folder: Folder
  private let name: [UInt8]
  private let path: String

  /// - Parameter path: as messages call it.
  init(_ name: String, in folder: Folder, path: String) throws(RunFailure) {
    self.name = Array(name.utf8)
    self.folder = folder
    self.path = path
    do {
      file = try folder.createFile(self.name)
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

  func remove() { try? folder.removeFile(name) }
}
