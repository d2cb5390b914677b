import Dispatch
import Synchronization
import System

extension Folder {
  /// As many at a time: a device that takes some milliseconds for one file takes hardly longer for
  /// four, and a set has a dozen.
  private static let syncsAtATime = 4

  /// Waits until the content of files of the set, which are closed, is on the device. Returns the first
  /// that failed.
  func syncSetFiles(_ names: [String]) -> (name: String, error: SystemError)? {
    let failures = Mutex<[Int: SystemError]>([:])
    let workers = min(Self.syncsAtATime, names.count)
    let group = DispatchGroup()
    for worker in 0..<workers {
      // A queue by itself has a thread by itself: these wait, and so need no core.
      DispatchQueue(label: "sync \(worker)").async(group: group) {
        for index in stride(from: worker, to: names.count, by: workers) {
          do throws(SystemError) {
            try self.syncSetFile(names[index])
          } catch {
            failures.withLock { $0[index] = error }
          }
        }
      }
    }
    group.wait()
    var failed = failures.withLock { $0 }
    for (index, error) in failed where SystemError.tooManyOpen.contains(error.code) {
      // One at a time there may be enough of them.
      do throws(SystemError) {
        try syncSetFile(names[index])
        failed[index] = nil
      } catch {
        failed[index] = error
      }
    }
    return names.indices.lazy.compactMap { index in failed[index].map { (names[index], $0) } }.first
  }

  private func syncSetFile(_ name: String) throws(SystemError) {
    guard let home = try home(of: Array(name.utf8)) else {
      throw SystemError(code: SystemError.notFound)
    }
    try home.folder.openFile(home.name).sync()
  }
}
