import Timelines

/// What no scratch file can take, and so is refused before it takes more than a run may: names of
/// events, aliases, and who is who where that is asked for as a whole.
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

  /// Joining links takes twice as much as they do, when timelines have spilled, and a table that grows
  /// is there twice.
  private static func joined(_ bytes: Int) -> Int { bytes * 7 / 2 }

  /// Bytes of all workers' links that may stay in memory where others can spill. The budget counts them
  /// twice, for tables that grow, and their way to the file takes a part of them once more.
  var linkBytesMax: Int {
    guard let memoryBytes else { return .max }
    return min(memoryBytes / 4, (memoryBytes + Self.besideBytes) / 7 * 2)
  }

  /// Whether links have room to be joined. Those in the keys of rows are looked at one by one only
  /// where it is not plain.
  func fitLinks(_ links: [IdentityLinks], with rows: [LinkedRows]) -> Bool {
    links.footprint + rows.footprintBound <= linkBytesMax
      || links.footprint + rows.footprint <= linkBytesMax
  }

  /// What all workers hold that cannot spill.
  func checkHeld(_ budget: MemoryBudget, linksSpill: Bool) throws {
    if linksSpill {
      try checkAliases(budget.aliasBytes)
    } else {
      try checkLinks(budget.linkBytes + budget.aliasBytes)
    }
  }

  func checkLinks(_ links: [IdentityLinks], with rows: [LinkedRows]) throws {
    if !fitLinks(links, with: rows) { try checkLinks(links.footprint + rows.footprint) }
  }

  /// - Parameter bytes: of all workers' links, where they cannot spill.
  private func checkLinks(_ bytes: Int) throws {
    try checkJoined(
      bytes, "who is who takes",
      "give `anonymous` fewer ids, by an id that lasts longer than a visit, leave `identity` out")
  }

  /// - Parameter bytes: of all workers' aliases, which never spill.
  func checkAliases(_ bytes: Int) throws {
    try checkJoined(bytes, "ids that are another one's by `alias` take", "leave `alias` out")
  }

  private func checkJoined(_ bytes: Int, _ what: String, _ wayOut: String) throws {
    guard let memoryBytes, Self.joined(bytes) > memoryBytes + Self.besideBytes else { return }
    throw RunFailure(
      .badData,
      "\(what) \(Self.joined(bytes)) bytes, more than --memory has room for (\(memoryBytes)): "
        + "\(wayOut), or give more --memory; nothing was published")
  }
}
