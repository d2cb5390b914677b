package import Foundation

/// A folder of one test, removed with it.
package final class TemporaryFolder {
  package let url: URL

  /// - Parameter inMemory: in a file system without a device, where there is one: for tests that write
  ///   hundreds of files.
  package init(inMemory: Bool = false) throws {
    let memory = URL(fileURLWithPath: "/dev/shm")
    let isThere = FileManager.default.isWritableFile(atPath: memory.path)
    url = (inMemory && isThere ? memory : FileManager.default.temporaryDirectory)
      .appendingPathComponent("twinfunnel-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
