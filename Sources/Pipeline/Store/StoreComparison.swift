import EventLog
import Reports
import Spec
import System
import Timelines
import Values

/// What of some inputs is in a store: by their content, then row by row. For a person who wants to
/// delete logs.
struct StoreComparison {
  var source: StoredSource
  var timeZone: String
  var options: RunOptions
  var control: RunControl

  struct Finding {
    var path: String
    /// All of it that is not erased or expired.
    var isThere: Bool
    var text: String

    var line: String { "\(path): \(text)" }
  }

  /// - Parameter contents: of the store, with every row.
  func run(
    _ files: [InputFile], _ manifest: StoreManifest, _ contents: StoreScan.Contents
  ) throws -> [Finding] {
    let stored = try sums(of: contents)
    let plan = try source.plan(timeZone: timeZone)
    var options = options
    options.limits.timeMax = .max
    var scan = try LogScan(
      plan: plan, options: options, control: control,
      budget: MemoryBudget(limit: options.memoryBytesMax ?? .max),
      partitions: TimelineShards.partitions(files),
      zoneQuestion: ZoneQuestion(plan: plan, calendarZone: timeZone),
      contentStarts: ContentStarts(), storesLinks: source.links != nil
    ).read(files)
    control.begin(.folding)
    var found = RowSums(inputs: files.count)
    while !scan.shards.isEmpty {
      try found.add(TimelineMerge(scan.shards.removeFirst())) { try control.checkCancelled() }
    }
    return scan.files.indices.map { file in
      finding(scan.files[file], found.sums[file], manifest, stored)
    }
  }

  private func sums(of contents: StoreScan.Contents) throws -> [SegmentInput: RowSums.Sum] {
    var all: [SegmentInput: RowSums.Sum] = [:]
    for segment in contents.segments {
      var rows = SegmentRows(
        textNames: segment.columns.texts, numberNames: segment.columns.numbers,
        wantsIDs: segment.columns.hasIDs)
      var sums = RowSums(inputs: segment.inputs.count)
      for block in 0..<segment.blockCount {
        try control.checkCancelled()
        try rows.read(block, of: segment, filter: SegmentFilter())
        sums.add(rows, of: segment)
      }
      for (input, sum) in zip(segment.inputs, sums.sums) {
        all[input, default: RowSums.Sum()].add(sum)
      }
    }
    return all
  }

  private func finding(
    _ reading: FileReading, _ sum: RowSums.Sum, _ manifest: StoreManifest,
    _ stored: [SegmentInput: RowSums.Sum]
  ) -> Finding {
    func finding(_ isThere: Bool, _ text: String) -> Finding {
      Finding(path: reading.file.path, isThere: isThere, text: text)
    }
    if sum.rows == 0 { return finding(true, "no event, nothing to keep") }
    let input = reading.source.content.map { SegmentInput(digest: $0.digest, length: $0.length) }
    guard let input, let known = manifest.inputs.first(where: { $0.content == input }) else {
      return finding(false, "not in the store")
    }
    switch known.state {
    case .superseded: return finding(true, "in the store as a longer input that begins with it")
    case .dropped: return finding(false, "not in the store: `store drop` took it out")
    case .lost: return finding(false, "not in the store: it was lost with a damaged segment")
    case .active: break
    }
    let held = stored[input] ?? RowSums.Sum()
    if held == sum { return finding(true, "all \(sum.rows) events are in the store") }
    let gone = known.erased + known.expired
    if gone > 0, held.rows + gone == sum.rows {
      return finding(
        true,
        "\(held.rows) of \(sum.rows) events are in the store; \(known.erased) were erased, "
          + "\(known.expired) expired")
    }
    return finding(
      false,
      "the store has \(held.rows) events of it, which are not the \(sum.rows) that are read now")
  }
}
