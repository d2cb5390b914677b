import EventLog
import Reports
import Spec
import System
import Timelines
import Values

/// Inputs that a store does not know, read into one new segment.
struct StoreIntake {
  /// The store's source: all of it is kept, whatever reports ask.
  var source: StoredSource
  /// Of the calendar: what dates without a time are days of.
  var timeZone: String
  var options: RunOptions
  var control: RunControl
  /// Sources whose inputs take the place of former ones.
  var snapshots: Set<Int> = []

  struct Result {
    var manifest: StoreManifest
    /// By key: what was read now, with samples of rejected rows.
    var taken: [String: TakenInput] = [:]
    /// One line each.
    var notices: [String] = []
    /// Inputs of which the store keeps nothing, though there is something to tell.
    var eventless: [TakenInput] = []
  }

  func read(
    _ files: [InputFile], into manifest: StoreManifest, of folder: borrowing StoreFolder
  ) throws -> Result {
    var result = Result(manifest: manifest)
    let recorded = Machine.now * 1000
    let places = files.map { Self.place($0, recorded: recorded) }
    let unknown = files.indices.filter { file in
      guard let place = places[file], !self.options.rereads else { return true }
      return !manifest.inputs.contains { input in
        input.state != .lost && input.places.contains { $0.isUnchanged(place) }
      }
    }
    for file in files.indices where !unknown.contains(file) {
      guard let place = places[file] else { continue }
      let input = manifest.inputs.first { $0.places.contains { $0.isUnchanged(place) } }
      if let input { result.notices += otherSource(files[file], input) }
    }
    if unknown.isEmpty { return result }
    let plan = try source.plan(timeZone: timeZone)
    var options = options
    // Rows later than now are kept: a later run may count them.
    options.limits.timeMax = .max
    let budget = MemoryBudget(limit: options.memoryBytesMax ?? .max)
    let inputs = unknown.map { files[$0] }
    let known = manifest.activeInputs.map { ($0.head, $0.content.length) }
    var scan = try LogScan(
      plan: plan, options: options, control: control, budget: budget,
      partitions: TimelineShards.partitions(inputs), placing: Placing(salt: source.salt),
      zoneQuestion: ZoneQuestion(plan: plan, calendarZone: timeZone),
      contentStarts: ContentStarts(known), storesLinks: source.links != nil
    ).read(inputs)
    let ranks = decide(scan.files.map(\.taken), places: unknown.map { places[$0] }, &result)
    if ranks.allSatisfy({ $0 == nil }) { return result }
    if result.taken.values.contains(where: hangsOnCalendar) {
      result.manifest.timeZone = timeZone
    }
    result.manifest.generation += 1
    var shards: [[TimelineShards]] = []
    swap(&shards, &scan.shards)
    result.manifest.segments.append(
      try Self.write(
        consume shards, source: source, inputs: Self.order(result.taken), fileRanks: ranks,
        rows: result.taken.values.reduce(0) { $0 + $1.tally.events },
        generation: result.manifest.generation, folder: folder, control: control))
    return result
  }

  /// Whether some times would be other instants in another zone of the calendar.
  private func hangsOnCalendar(_ taken: TakenInput) -> Bool {
    taken.tally.values.dates > 0
      || source.specs[taken.file.source].time.zone == nil
        && taken.tally.values.localTimes.count > 0
  }

  /// Which inputs are new: by file, its place in the order of the segment's inputs, or nil.
  private func decide(
    _ inputs: [TakenInput], places: [StoreManifest.Place?], _ result: inout Result
  ) -> [UInt32?] {
    var contentOf = [SegmentInput?](repeating: nil, count: inputs.count)
    for (file, taken) in inputs.enumerated() {
      guard let content = taken.source.content else { continue }
      let input = SegmentInput(digest: content.digest, length: content.length)
      result.manifest.inputs.removeAll { $0.state == .lost && $0.content == input }
      if let known = result.manifest.inputs.firstIndex(where: { $0.content == input }) {
        if !isBack(result.manifest.inputs[known], places[file], result.manifest) {
          result.notices += otherSource(taken.file, result.manifest.inputs[known])
          note(places[file], in: &result.manifest.inputs[known])
          if result.manifest.inputs[known].generation > result.manifest.generation {
            result.notices.append(
              "warning: \(taken.file.path) has the same content as "
                + "\(result.manifest.inputs[known].taken.file.path): it counts once")
          }
          continue
        }
        if result.manifest.segments.contains(where: {
          $0.inputs.contains(result.manifest.inputs[known].key)
        }) {
          // Its rows are there still.
          result.manifest.inputs[known].state = .active
          result.manifest.inputs[known].generation = result.manifest.generation + 1
          note(places[file], in: &result.manifest.inputs[known])
          continue
        }
        result.manifest.inputs.remove(at: known)
      }
      if taken.tally.events == 0 {
        if taken.isAllRejected(nobodys: 0) || !taken.source.damages.isEmpty,
          !result.eventless.contains(where: { $0.source.content == taken.source.content })
        {
          result.eventless.append(taken)
        }
        continue
      }
      for earlier in result.manifest.inputs.indices
      where result.manifest.inputs[earlier].state == .active
        && result.manifest.inputs[earlier].taken.file.source == taken.file.source
        && content.starts[result.manifest.inputs[earlier].content.length]
          == result.manifest.inputs[earlier].content.digest
      {
        result.manifest.inputs[earlier].state = .superseded
      }
      contentOf[file] = input
      var new = StoreManifest.Input(
        content: input, head: content.head, places: places[file].map { [$0] } ?? [],
        generation: result.manifest.generation + 1, taken: taken.kept)
      if source.hasNamedSources { new.checked = source.checkedNames }
      result.manifest.inputs.append(new)
      result.taken[new.key] = taken
    }
    for snapshot in snapshots { replace(snapshot, &result.manifest) }
    let order = Self.order(result.taken)
    return contentOf.map { input in
      input.flatMap { order.firstIndex(of: $0) }.map { UInt32($0) }
    }
  }

  /// Whether a snapshot's former content is there once more, in place of a later one.
  private func isBack(
    _ input: StoreManifest.Input, _ place: StoreManifest.Place?, _ manifest: StoreManifest
  ) -> Bool {
    guard input.state == .superseded, snapshots.contains(input.taken.file.source), let place
    else { return false }
    let isKnown = input.places.contains { $0.path == place.path }
    return !isKnown
      || manifest.inputs.contains { other in
        other.generation > input.generation
          && other.taken.file.source == input.taken.file.source
          && other.places.contains { $0.path == place.path }
      }
  }

  /// All inputs that a run brings of a snapshot take the place of the former ones.
  private func replace(_ source: Int, _ manifest: inout StoreManifest) {
    let own = manifest.inputs.indices.filter {
      manifest.inputs[$0].state == .active && manifest.inputs[$0].taken.file.source == source
    }
    guard own.contains(where: { manifest.inputs[$0].generation > manifest.generation }) else {
      return
    }
    for input in own where manifest.inputs[input].generation <= manifest.generation {
      manifest.inputs[input].state = .superseded
    }
  }

  /// An input that has become another source's by the names of files.
  private func otherSource(_ file: InputFile, _ input: StoreManifest.Input) -> [String] {
    let was = input.taken.file.source
    if was == file.source || input.state != .active { return [] }
    return [
      "warning: \(file.path) was read as the source '\(source.specs[was].name)', and is now one of "
        + "'\(source.specs[file.source].name)': it stays what it was; `store drop` takes it out, so that "
        + "it can be read anew"
    ]
  }

  private func note(_ place: StoreManifest.Place?, in input: inout StoreManifest.Input) {
    guard let place else { return }
    input.places.removeAll { $0.path == place.path }
    input.places.append(place)
  }

  /// Contents of a segment, ascending by digest.
  private static func order(_ inputs: [String: TakenInput]) -> [SegmentInput] {
    inputs.sorted { $0.key < $1.key }.compactMap { _, taken in
      taken.source.content.map { SegmentInput(digest: $0.digest, length: $0.length) }
    }
  }

  private static func place(_ file: InputFile, recorded: Int64) -> StoreManifest.Place? {
    guard !file.isStandardInput, let status = try? FileStatus(path: file.filePath),
      status.kind == .regular
    else { return nil }
    return StoreManifest.Place(
      path: file.path, inode: status.inode, bytes: status.bytes, modified: status.modified,
      changed: status.changed, recorded: recorded)
  }

  /// Of a file of a store, which never changes.
  static func name(_ kind: String, _ generation: Int, _ ending: String) -> String {
    var digits = String(generation)
    while digits.utf8.count < 6 { digits = "0" + digits }
    return "\(kind)-\(digits).\(ending)"
  }

  /// Writes shards that keep rows as a segment.
  ///
  /// - Parameters:
  ///   - shards: by schema of the storing plan, then by worker.
  ///   - rows: how many of them are kept.
  static func write(
    _ shards: consuming [[TimelineShards]], source: StoredSource, inputs: [SegmentInput],
    fileRanks: [UInt32?], rows: Int, generation: Int, folder: borrowing StoreFolder,
    control: RunControl
  ) throws -> StoreManifest.Segment {
    control.begin(.folding)
    let columns = source.columns(source.plan)
    var rest = consume shards
    var merges: [TimelineMerge] = []
    while !rest.isEmpty {
      merges.append(try TimelineMerge(rest.removeFirst(), fileRanks: fileRanks))
    }
    let name = name("segment", generation, "twf")
    let sink = try folder.createSegment(name)
    do {
      var writer = SegmentWriter(
        columns: columns, inputs: inputs, rows: rows, salt: source.salt, write: sink.write)
      for merge in merges { try writer.append(merge) { try control.checkCancelled() } }
      let count = try writer.finish().rows
      return StoreManifest.Segment(
        name: name, bytes: try sink.finish(), rows: count, generation: generation,
        inputs: inputs.map { hexadecimal($0.digest) })
    } catch {
      sink.remove()
      throw error
    }
  }
}
