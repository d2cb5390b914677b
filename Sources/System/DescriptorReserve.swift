import Synchronization

/// Descriptors that are held until they are needed, so that what was made can be removed by a process
/// that has come to the end of those it may have.
package final class DescriptorReserve: Sendable {
  private let held: Mutex<[Folder]>

  /// - Parameter folder: any that can be opened once more.
  package init(_ count: Int, in folder: Folder) throws(SystemError) {
    var folders: [Folder] = []
    for _ in 0..<count { folders.append(try folder.folder([UInt8(ascii: ".")])) }
    held = Mutex(folders)
  }

  package func release() {
    held.withLock { $0 = [] }
  }
}
