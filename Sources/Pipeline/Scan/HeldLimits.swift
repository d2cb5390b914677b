/// What no scratch file can take, and so is refused before it takes more than a run may: names of
/// events, and who is who.
///
/// A run has `--memory`, which timelines fill until they spill, and 100 MB beside it. Of these the
/// program itself needs about half.
struct HeldLimits: Sendable {
  /// Nil for no limit.
  private let memoryBytes: Int?
  private let threads: Int

  init(_ options: RunOptions) {
    memoryBytes = options.memoryBytesMax
    threads = options.threads
  }

  private static let besideBytes = 48 << 20

  /// - Parameter bytes: of one worker's names. All workers of a run meet about the same ones, and where
  ///   they are joined there is one list more; timelines fill `--memory` beside them.
  func checkNames(_ bytes: Int) throws {
    guard let memoryBytes else { return }
    let all = bytes * (threads + 1)
    if all > memoryBytes / 2 + Self.besideBytes / 2 {
      throw RunFailure(
        .badData,
        "the logs have more event names than --memory has room for (they take \(all) bytes, of "
          + "\(memoryBytes)): is the path of `event` one of ids, or of addresses with ids in them? Name "
          + "another, say `event: {value: NAME}`, or give more --memory; nothing was published")
    }
  }

  /// - Parameter bytes: of all workers' links. Joining them takes twice as much again, when timelines
  ///   have spilled, and a table that grows is there twice.
  func checkLinks(_ bytes: Int) throws {
    guard let memoryBytes else { return }
    let all = bytes * 7 / 2
    if all > memoryBytes + Self.besideBytes {
      throw RunFailure(
        .badData,
        "who is who takes \(all) bytes, more than --memory has room for (\(memoryBytes)): give `anonymous` "
          + "fewer ids, by an id that lasts longer than a visit, leave `identity` out, or give more "
          + "--memory; nothing was published")
    }
  }
}
