import EventLog
import Reports
package import Spec
import Synchronization
import System
import Timelines
import Values

/// One run's dealing with a store: opened, perhaps added to, read, and committed at the end.
///
///     begin ── (intake) ── contents ── StoreScan ... commit
///
/// Until `commit` nothing of what was added is part of the store.
package final class StoreSession: Sendable {
  private let folder: StoreFolder
  let path: String
  /// All that the store keeps, with sources that the spec brings.
  let kept: StoredSource
  /// By number of the spec's source: its number in the store.
  private let storeNumbers: [Int]
  /// Of the spec, or of the store where there is none.
  private let names: [String]
  /// Numbers of the store: sources each of whose runs replaces the former ones.
  private let snapshots: Set<Int>
  /// The spec's section, if it has one.
  private let identity: JSONValue?
  private let state: Mutex<State>

  private struct State {
    var manifest: StoreManifest
    /// As the store is: found, or committed since.
    var committed: StoreManifest?
    /// By key: what this run has read.
    var fresh: [String: TakenInput] = [:]
    var eventless: [TakenInput] = []
    /// What maps say, as this run knows it; nil where no run had any.
    var maps: StoredMaps?
  }

  /// - Parameters:
  ///   - spec: what the run is for; nil where the store's own source says all.
  ///   - writes: takes the store's lock, and makes a store where there is none.
  ///   - allowsNetwork: also where other machines may not see the lock.
  ///   - salt: of a store that is made (`StoreManifest`).
  /// - Throws: `RunFailure`: 66 without a store, 75 when another run writes, 78 when the store was
  ///   made with another source.
  package init(
    path: String, spec: AnalysisSpec?, writes: Bool, allowsNetwork: Bool = false,
    salt: UInt64? = nil
  ) throws(RunFailure) {
    self.path = path
    folder =
      writes
      ? try StoreFolder(writing: path, allowsNetwork: allowsNetwork) : StoreFolder(reading: path)
    let found = try folder.manifest()
    if writes { folder.removeOrphans(found) }
    identity = spec?.identity?.description
    if let found {
      var kept = try StoredSource(found, path: path)
      var manifest = found
      if let spec {
        let new = try StoredSourceCheck(
          spec: spec, kept: kept, manifest: found, path: path
        ).newSources()
        for (source, written) in new {
          kept.add(source)
          manifest.source = .list((manifest.source.elements ?? []) + [written])
        }
        manifest.links = kept.links?.json
        try kept.check(spec.identity, path: path)
        try Self.check(spec.calendar.timeZone, found, path: path)
      }
      self.kept = kept
      var state = State(manifest: manifest, committed: found)
      if let name = found.maps { state.maps = try Self.maps(try folder.read(name), name, path) }
      self.state = Mutex(state)
    } else if let spec, writes {
      var kept = try StoredSource(of: spec)
      // Fewer than 2^53: JSON by whatever program leaves them as they are.
      kept.salt = salt ?? UInt64.random(in: 1..<1 << 53)
      var manifest = StoreManifest(source: spec.sourceWritten)
      manifest.salt = kept.salt
      manifest.links = kept.links?.json
      self.kept = kept
      state = Mutex(State(manifest: manifest))
    } else {
      throw RunFailure(.noInput, "\(path) is no store: it has no \(StoreFolder.manifestName)")
    }
    names = spec?.sources.map(\.name) ?? kept.specs.map(\.name)
    storeNumbers = names.map { [kept] name in kept.specs.firstIndex { $0.name == name } ?? 0 }
    snapshots = Set(
      (spec?.sources ?? []).indices.filter { spec?.sources[$0].isSnapshot ?? false }
        .map { [storeNumbers] in storeNumbers[$0] })
  }

  /// What was written for a commit that did not come goes with the session; of a killed one, with the
  /// next.
  deinit {
    folder.removeOrphans(state.withLock { $0.committed })
  }

  private static func maps(
    _ bytes: [UInt8], _ name: String, _ path: String
  ) throws(RunFailure) -> StoredMaps {
    if let maps = StoredMaps(bytes) { return maps }
    throw RunFailure(
      .badData,
      "\(FilePath(path).child(name)) is damaged: name the files of all maps among the inputs of a new "
        + "store, or restore it from a backup")
  }

  /// Of every source, each once.
  package var properties: [SourceSpec.Property] { kept.properties }

  /// Of the store's sources: the spec's number, or nil for one that it does not list.
  var specNumbers: [Int?] {
    kept.specs.map { source in names.firstIndex(of: source.name) }
  }

  /// Inputs that this run has read, of which the store keeps nothing.
  var takenWithoutEvents: [TakenInput] { state.withLock { $0.eventless } }

  var manifest: StoreManifest { state.withLock { $0.manifest } }

  /// Times that were read by a calendar are not others' for a report in another zone.
  static func check(
    _ timeZone: String, _ manifest: StoreManifest, path: String
  ) throws(RunFailure) {
    guard let kept = manifest.timeZone, kept != timeZone else { return }
    throw RunFailure(
      .badSpec,
      [
        "the store \(path) has read times without an offset, or without a clock, by the calendar of "
          + "\(kept), and this is \(timeZone): they would be other instants",
        "keep the zone, or read all logs into a new store: twinfunnel run SPEC INPUT... "
          + "--store NEW --out DIR",
      ])
  }
}

extension StoreSession {
  /// Reads the inputs that the store does not know. Returns what there is to say.
  func take(
    _ inputs: [InputFile], timeZone: String, options: RunOptions, control: RunControl
  ) throws -> StoreIntake.Result {
    let intake = StoreIntake(
      source: kept, timeZone: timeZone, options: options, control: control,
      snapshots: snapshots)
    let inputs = inputs.map { input in
      var input = input
      input.source = storeNumbers[input.source]
      return input
    }
    let result = try intake.read(inputs, into: manifest, of: folder)
    state.withLock {
      $0.manifest = result.manifest
      $0.fresh.merge(result.taken) { _, new in new }
      $0.eventless += result.eventless
    }
    return result
  }

  /// All that a fold may see, as the manifest in hand has it.
  func contents(latest: Int64) throws -> StoreScan.Contents {
    let (manifest, fresh) = state.withLock { ($0.manifest, $0.fresh) }
    let numbers = specNumbers
    let inputs = manifest.activeInputs
      .filter { numbers[$0.taken.file.source] != nil }
      .sorted { ($0.taken.file.path, $0.key) < ($1.taken.file.path, $1.key) }
    let files = inputs.map { input in
      var taken = fresh[input.key] ?? input.taken
      taken.file.source = numbers[input.taken.file.source] ?? 0
      return taken
    }
    let checked = kept.checkedNames
    var filter = SegmentFilter()
    filter.latest = latest
    filter.earliest = manifest.expiredBefore ?? .min
    filter.namesKept = Set(manifest.namesKept)
    return StoreScan.Contents(
      segments: try manifest.segments.map(open),
      files: files, inputs: inputs.map(\.content),
      gone: inputs.map { $0.erased + $0.expired },
      fresh: inputs.indices.filter { fresh[inputs[$0].key] != nil },
      checked: inputs.map { $0.checked ?? checked }, filter: filter)
  }

  /// Reads the maps that are given, and takes of the others what was read last.
  func spaces(_ spec: AnalysisSpec, _ inputs: [[InputFile]], _ reading: MapReading) throws
    -> RunSpaces?
  {
    let known = state.withLock { $0.maps } ?? StoredMaps()
    guard let spaces = try reading.read(spec, inputs, kept: known) else { return nil }
    if spaces.stored != known { state.withLock { $0.maps = spaces.stored } }
    return spaces
  }

  /// For commands without a spec: the store's sources, and its maps by their spaces alone, of which
  /// this session then knows what they say.
  func allSources() -> AnalysisSpec {
    var spec = AnalysisSpec(source: kept.specs[0], calendar: CalendarSpec(), reports: [])
    spec.others = Array(kept.specs.dropFirst())
    state.withLock { state in
      guard let bare = state.maps?.bare else { return }
      (spec.maps, state.maps) = (bare.specs, bare.maps)
    }
    return spec
  }

  /// What another store's addition makes of the manifest in hand.
  ///
  /// - Parameters:
  ///   - fresh: by key, inputs as whoever read them found them.
  ///   - eventless: inputs of which the other store, a part, keeps nothing.
  func take(_ manifest: StoreManifest, fresh: [String: TakenInput], eventless: [TakenInput]) {
    state.withLock {
      $0.manifest = manifest
      $0.fresh.merge(fresh) { _, new in new }
      $0.eventless += eventless
    }
  }

  /// Changes the manifest in hand, not the store.
  func change(_ body: (inout StoreManifest) throws -> Void) rethrows {
    var manifest = manifest
    try body(&manifest)
    state.withLock { $0.manifest = manifest }
  }

  func open(_ segment: StoreManifest.Segment) throws -> SegmentReader {
    let path = folder.segmentPath(segment.name)
    do {
      let reader = try SegmentReader(path: path)
      guard reader.byteCount == segment.bytes else {
        throw SegmentDamage(
          path: path, what: "it has \(reader.byteCount) bytes, not \(segment.bytes)")
      }
      guard reader.salt == kept.salt else {
        throw SegmentDamage(path: path, what: "it was written for another store")
      }
      return reader
    } catch {
      throw damaged(segment, error)
    }
  }

  /// With the inputs that have rows in it: what a person has to read again.
  private func damaged(_ segment: StoreManifest.Segment, _ error: any Error) -> RunFailure {
    let keys = Set(segment.inputs)
    let names = manifest.inputs.filter { keys.contains($0.key) }.map(\.taken.file.path)
    let list = names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", ..." : "")
    return RunFailure(
      .badData,
      [
        reason(segment, error), "it holds rows of \(names.count) inputs: \(list)",
        "the store was not read; give these inputs with --accept-missing, and they are read anew, or "
          + "count without them so",
      ])
  }

  /// What is wrong with a segment.
  func reason(_ segment: StoreManifest.Segment, _ error: any Error) -> String {
    switch error {
    case let failure as RunFailure: return failure.messages.first ?? ""
    case let damage as SegmentDamage: return damage.description
    case let error as SystemError: return "\(folder.segmentPath(segment.name)): \(error.reason)"
    default: return "\(folder.segmentPath(segment.name)): \(error)"
    }
  }

  /// Names the inputs behind a damage that was found while reading.
  func explained(_ error: any Error) -> any Error {
    guard let damage = error as? SegmentDamage,
      let segment = manifest.segments.first(where: { folder.segmentPath($0.name) == damage.path })
    else { return error }
    return damaged(segment, damage)
  }

  /// Makes what was taken in part of the store.
  package func commit(out: String?) throws(RunFailure) {
    var manifest = manifest
    manifest.lastOut = out ?? manifest.lastOut
    manifest.identity = identity
    try keepMaps(in: &manifest)
    try commit(manifest)
  }

  /// Writes what maps say, where that has changed, into a file that the manifest then names.
  private func keepMaps(in manifest: inout StoreManifest) throws(RunFailure) {
    let (maps, committed) = state.withLock { ($0.maps, $0.committed) }
    guard let maps, !maps.maps.isEmpty else { return }
    let old = try committed?.maps.map { name throws(RunFailure) in try folder.read(name) }
    let bytes = maps.bytes
    if old == bytes { return }
    manifest.maps = StoreIntake.name("maps", nextGeneration, "json")
    let sink = try folder.createSegment(manifest.maps ?? "")
    try sink.write(bytes)
    _ = try sink.finish()
  }

  /// What maps say, and nothing of it changed: a body may look at it by spaces alone (`allSources`).
  func withMaps<Result>(_ body: (StoredMaps?) throws -> Result) rethrows -> Result {
    let maps = state.withLock { $0.maps }
    defer { state.withLock { $0.maps = maps } }
    return try body(maps)
  }

  /// - Parameter maps: what they say from then on.
  func commit(_ manifest: StoreManifest, maps: StoredMaps) throws(RunFailure) {
    var manifest = manifest
    state.withLock { $0.maps = maps }
    try keepMaps(in: &manifest)
    try commit(manifest, keepsReplaced: false)
  }

  /// - Parameter keepsReplaced: for one more generation; not what was erased.
  func commit(_ manifest: StoreManifest, keepsReplaced: Bool = true) throws(RunFailure) {
    let found = state.withLock { $0.committed }
    if let found, found.bytes == manifest.bytes { return }
    var manifest = manifest
    let kept = Set(manifest.segments.map(\.name))
    // Each segment that came into it is named by a generation of its own.
    manifest.generation = max(manifest.generation, (found?.generation ?? 0) + 1)
    let replaced =
      (found?.segments.map(\.name).filter { !kept.contains($0) } ?? [])
      + [found?.maps].compactMap { $0 == manifest.maps ? nil : $0 }
    manifest.replaced = keepsReplaced ? replaced : []
    try folder.commit(manifest, removing: (found?.replaced ?? []) + replaced)
    state.withLock { ($0.manifest, $0.committed) = (manifest, manifest) }
  }

  /// The rows of a manifest's active inputs in one new segment, as far as they pass.
  func rewrite(
    _ manifest: StoreManifest, filter: SegmentFilter, erasure: SpaceErasure? = nil,
    options: RunOptions, control: RunControl
  ) throws -> StoreRewrite.Result {
    var filter = filter
    filter.idProperties = []
    do {
      return try StoreRewrite(
        source: kept, options: options, control: control, erasure: erasure
      ).run(
        try manifest.segments.map(open), inputs: manifest.activeInputs.map(\.content),
        filter: filter, generation: nextGeneration, folder: folder)
    } catch {
      throw explained(error)
    }
  }

  /// The rows of some of another store's inputs in one new segment of this one.
  func take(
    _ inputs: [SegmentInput], of other: StoreSession, generation: Int, _ options: RunOptions,
    _ control: RunControl
  ) throws -> StoreRewrite.Result {
    do {
      return try StoreRewrite(source: kept, options: options, control: control).run(
        try other.manifest.segments.map(other.open), inputs: inputs, filter: SegmentFilter(),
        generation: generation, folder: folder)
    } catch {
      throw other.explained(error)
    }
  }

  private var nextGeneration: Int { state.withLock { ($0.committed?.generation ?? 0) + 1 } }

  /// Puts segments of like size together, so that a store of many nights has few of them: each merge
  /// is a commit of its own, after which the store is as before, in fewer files.
  func compact(options: RunOptions, control: RunControl) throws {
    let manifest = manifest
    let fresh = state.withLock { Set($0.fresh.keys) }
    var room = StoreTiers.room(
      newRows: manifest.inputs.filter { fresh.contains($0.key) }
        .reduce(0) { $0 + $1.taken.tally.events },
      allRows: manifest.segments.reduce(0) { $0 + $1.rows })
    while true {
      var manifest = self.manifest
      let chosen = StoreTiers.choice(manifest.segments.map(\.rows), room: room)
      if chosen.isEmpty { return }
      var part = manifest
      part.segments = chosen.map { manifest.segments[$0] }
      room -= part.segments.reduce(0) { $0 + $1.rows }
      let merged = try rewrite(
        part, filter: SegmentFilter(), options: options, control: control
      ).segment
      let rest = manifest.segments.indices.filter { !chosen.contains($0) }
      manifest.segments = rest.map { manifest.segments[$0] } + (merged.map { [$0] } ?? [])
      try commit(manifest)
    }
  }
}
