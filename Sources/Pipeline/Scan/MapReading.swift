import EventLog
import Spec
import Timelines

/// What the spaces of a run's ids are, and what its maps say: read whole before the first event.
struct RunSpaces: Sendable {
  var accounts = IDSpaces()
  var users = IDSpaces()
  /// By map of the spec.
  var maps: [MapSums] = []
  /// For a store: all pairs.
  var stored = StoredMaps()

  subscript(kind: TimelineSchema.Entity) -> IDSpaces {
    kind == .account ? accounts : users
  }

  /// By source: what calls its ids as all sources do; nil where they are called so already.
  func translations(
    _ spec: [SourceSpaces], _ kind: TimelineSchema.Entity
  ) -> [SpaceTranslation?] {
    spec.map { spaces in
      spaces[kind].flatMap { self[kind].all[$0] }.map { SpaceTranslation($0) }
    }
  }
}

/// What became of the rows of a map.
struct MapSums: Sendable {
  struct File: Sendable, Equatable {
    var path: String
    var rows = 0
    var pairs = 0
    /// Rows without one of the two ids.
    var incomplete = 0
    var rejected = 0
    /// The first reject, with its line in the file.
    var firstReject: Reject?
    /// Hashes of its pairs, added up: of other pairs it is another number.
    var pairSum: UInt64 = 0
  }

  var map: MapSpec
  var files: [File] = []
}

/// Reads the files of `maps`, by the readers of events.
struct MapReading {
  var options: RunOptions
  var control: RunControl
  var budget: MemoryBudget

  /// Longer ids stand in no map.
  private static let idBytesMax = 1024
  private static let conflictsShown = 10

  /// Nil for a spec all of whose sources share one space of ids.
  ///
  /// - Parameter kept: of a store, what maps said before; where an input is there again, it holds.
  func read(
    _ spec: AnalysisSpec, _ inputs: [[InputFile]], kept: StoredMaps? = nil
  ) throws -> RunSpaces? {
    let spaces = spec.sources.map(\.spaces)
    guard spaces.contains(where: { $0 != SourceSpaces() }) else { return nil }
    let inputs = inputs.isEmpty ? spec.maps.map { _ in [] } : inputs
    var run = RunSpaces()
    var found: [TimelineSchema.Entity: [String: IDSpace]] = [:]
    var conflicts: [String] = []
    var paths: [String] = []
    for (map, files) in zip(spec.maps, inputs) {
      var sums = MapSums(map: map)
      var stored: [StoredMaps.File] = []
      var space =
        found[map.kind]?.removeValue(forKey: map.from.space) ?? IDSpace(name: map.from.space)
      for unit in ScanUnit.units(of: files).sorted(by: { $0.files[0] < $1.files[0] }) {
        let archive = try unit.stream.map { path throws(InputError) in
          try ArchiveStream(path: path, isCancelled: { [control] in control.isCancelled })
        }
        for index in unit.files {
          paths.append(files[index].path)
          var pairs: [(from: [UInt8], to: [UInt8])]? = kept == nil ? nil : []
          sums.files.append(
            try read(files[index], archive, map, into: &space, paths, &conflicts, &pairs))
          if let pairs {
            stored.append(StoredMaps.File(sums: sums.files[sums.files.count - 1], pairs: pairs))
          }
        }
      }
      found[map.kind, default: [:]][map.from.space] = space
      run.maps.append(sums)
      run.stored.maps.append(
        StoredMaps.Map(
          kind: map.kind, from: map.from.space, to: map.to.space, written: map.description,
          files: stored))
    }
    if let kept { add(kept, to: &run, &found, &paths) }
    if let empty = run.maps.first(where: { sums in
      !sums.map.isOptional && sums.files.allSatisfy { $0.pairs == 0 }
    }) {
      throw Self.empty(empty)
    }
    if !conflicts.isEmpty {
      let more = conflicts.count - Self.conflictsShown
      throw RunFailure(
        .badSpec,
        conflicts.prefix(Self.conflictsShown) + (more > 0 ? ["and \(more) more"] : []))
    }
    func all(_ kind: TimelineSchema.Entity) -> IDSpaces {
      IDSpaces(spaces.compactMap { $0[kind] }, maps: found[kind] ?? [:])
    }
    (run.accounts, run.users) = (all(.account), all(.user))
    budget.add(run.accounts.footprint + run.users.footprint)
    return run
  }

  /// Adds what files said that were not given this time: of an id of which something is known already,
  /// it does not count.
  private func add(
    _ kept: StoredMaps, to run: inout RunSpaces,
    _ found: inout [TimelineSchema.Entity: [String: IDSpace]], _ paths: inout [String]
  ) {
    for (number, map) in run.maps.map(\.map).enumerated() {
      let given = Set(run.maps[number].files.map(\.path))
      var old = (kept.files(of: map) ?? []).filter { !given.contains($0.sums.path) }
      for file in old.indices {
        paths.append(old[file].sums.path)
        // What is overruled once is forgotten, or it would come back with the next run.
        old[file].pairs.removeAll { pair in
          let claim = IDSpace.Claim(
            space: map.to.space, id: pair.to, file: paths.count - 1, line: 0)
          let earlier = found[map.kind]?[map.from.space]?.add(pair.from.span, leadsTo: claim)
          return earlier ?? nil != nil
        }
      }
      run.stored.maps[number].files = (run.stored.maps[number].files + old)
        .sorted { $0.sums.path < $1.sums.path }
      run.maps[number].files = run.stored.maps[number].files.map(\.sums)
    }
  }

  private func read(
    _ file: InputFile, _ archive: ArchiveStream?, _ map: MapSpec, into space: inout IDSpace,
    _ paths: [String], _ conflicts: inout [String],
    _ pairs: inout [(from: [UInt8], to: [UInt8])]?
  ) throws -> MapSums.File {
    var limits = options.limits
    (limits.timeMin, limits.timeMax) = (.min, .max)
    limits.valueBytesMax = Self.idBytesMax
    let extraction = map.extraction
    var source = try ChunkSource(
      file: file, format: map.format, encoding: map.encoding, limits: limits, archive: archive,
      isCancelled: { [control] in control.isCancelled })
    var parser = ChunkParser(extraction: extraction, limits: limits)
    var sums = MapSums.File(path: file.path)
    var chunk = Chunk()
    var batch = EventBatch()
    var lines = 0
    func checkProblem() throws(RunFailure) {
      if let problem = parser.problem { throw RunFailure(.noInput, "\(file.path): \(problem)") }
    }
    while try source.next(into: &chunk) {
      try control.checkCancelled()
      var tally = RowTally()
      batch.removeAll()
      parser.parse(chunk, into: &batch, tally: &tally)
      try checkProblem()
      let before = lines + chunk.droppedLines
      try take(
        batch, map, paths, linesBefore: before, into: &space, &sums, &conflicts, &pairs)
      sums.add(tally, linesBefore: before)
      lines = before + tally.lines
    }
    parser.finish(droppedRows: source.outcome.droppedRows)
    try checkProblem()
    try control.checkCancelled()
    sums.rejected += source.outcome.droppedRows
    sums.rows += source.outcome.droppedRows
    if !source.outcome.damages.isEmpty {
      throw RunFailure(
        .noInput, "\(file.path): the file is damaged, and a map is read whole or not at all")
    }
    return sums
  }

  /// Takes in a chunk's rows.
  private func take(
    _ batch: borrowing EventBatch, _ map: MapSpec, _ paths: [String], linesBefore: Int,
    into space: inout IDSpace, _ sums: inout MapSums.File, _ conflicts: inout [String],
    _ pairs: inout [(from: [UInt8], to: [UInt8])]?
  ) throws(RunFailure) {
    for row in 0..<batch.count {
      let (from, to) = (batch.users[row], batch.accounts[row])
      if from.isAbsent || to.isAbsent {
        sums.incomplete += 1
        continue
      }
      sums.pairs += 1
      let pair = batch.array(from) + [EntityKey.anonymousEnd] + batch.array(to)
      sums.pairSum &+= RunFormat.checksum(pair.span)
      pairs?.append((batch.array(from), batch.array(to)))
      let claim = IDSpace.Claim(
        space: map.to.space, id: batch.array(to), file: paths.count - 1,
        line: linesBefore + Int(batch.lines[row]) + 1)
      let earlier = space.add(batch.bytes.span.extracting(from.range), leadsTo: claim)
      if let earlier {
        conflicts.append(Self.conflict(batch.array(from), space, claim, earlier, paths))
      }
    }
    let limit = options.memoryBytesMax ?? .max
    if space.footprint > limit {
      throw RunFailure(
        .badData,
        "the map out of the space '\(space.name)' has more than \(space.count) ids by "
          + "\(paths.last ?? ""), which is all that --memory has room for; give more --memory")
    }
  }

  private static func conflict(
    _ id: [UInt8], _ space: IDSpace, _ claim: IDSpace.Claim, _ earlier: IDSpace.Claim,
    _ paths: [String]
  ) -> String {
    func shown(_ claim: IDSpace.Claim) -> String {
      let id = String(decoding: claim.id, as: UTF8.self)
      return "'\(id)'" + (claim.space.isEmpty ? "" : " of the space '\(claim.space)'")
    }
    return "\(paths[claim.file]):\(claim.line): '\(String(decoding: id, as: UTF8.self))' of the "
      + "space '\(space.name)' leads to \(shown(claim)), and in \(paths[earlier.file])"
      + ":\(earlier.line) to \(shown(earlier)); an id has one target"
  }

  private static func empty(_ sums: MapSums) -> RunFailure {
    let (from, to) = (sums.map.from.paths, sums.map.to.paths)
    if sums.files.isEmpty {
      return RunFailure(
        .noInput,
        "the store has not seen a file of the map that fits "
          + sums.map.files.joined(separator: ", ") + ": name it among the inputs")
    }
    let columns = [from, to].map { "'\($0.map(\.description).joined(separator: ", "))'" }
      .joined(separator: " and ")
    return RunFailure(
      .noInput,
      sums.files.map {
        "\($0.path): the map is empty: none of its \($0.rows) rows has both \(columns); "
          + "`optional: true` lets it be so"
      })
  }
}

extension MapSums.File {
  fileprivate mutating func add(_ tally: RowTally, linesBefore: Int) {
    rows += tally.rows - tally.blank
    let noID = tally.rejected[Int(RejectReason.noUser.rawValue)]
    incomplete += noID
    rejected += tally.rejectedTotal - noID
    if firstReject == nil, var first = tally.samples.first(where: { $0.reason != .noUser }) {
      first.line += linesBefore + 1
      firstReject = first
    }
  }
}
