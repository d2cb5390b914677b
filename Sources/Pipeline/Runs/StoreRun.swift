import EventLog
import Reports
import Spec
import System
import Timelines
package import Values

/// What is done to a store beside folding it: each one commit, or nothing.
package struct StoreRun: Sendable {
  package var path: String
  package var options: RunOptions
  package var control: RunControl

  package init(path: String, options: RunOptions, control: RunControl) {
    self.path = path
    self.options = options
    self.control = control
  }

  /// What the store holds, as its manifest and the footers of its segments say.
  package func info() throws(RunFailure) -> StoreInfo {
    try wrapped { () throws in
      let session = try StoreSession(path: path, spec: nil, writes: false)
      return StoreInfo(session.manifest, try session.contents(latest: .max))
    }
  }

  /// Reads every block and checks all sums.
  package func verify() throws(RunFailure) -> StoreInfo {
    try wrapped { () throws in
      let session = try StoreSession(path: path, spec: nil, writes: false)
      let contents = try session.contents(latest: .max)
      do {
        for segment in contents.segments {
          try SegmentCheck(segment).run { () throws in try control.checkCancelled() }
        }
      } catch {
        throw session.explained(error)
      }
      return StoreInfo(session.manifest, contents)
    }
  }

  /// What of these inputs is in the store, a line each, after a look at all of it.
  ///
  /// - Parameter timeZone: of the calendar, for times that name none.
  /// - Returns: also whether all of them are.
  package func verify(
    against inputs: [String], timeZone: String
  ) throws(RunFailure) -> (isWhole: Bool, lines: [String]) {
    _ = try verify()
    return try wrapped { () throws in
      let session = try StoreSession(path: path, spec: nil, writes: false)
      let files =
        session.kept.hasNamedSources
        ? try ReadableInputs(inputs, of: session.allSources(), cover: .stored).files
        : try ReadableInputs(inputs, source: session.kept.specs[0]).files
      let findings = try StoreComparison(
        source: session.kept, timeZone: timeZone, options: options, control: control
      ).run(files, session.manifest, session.contents(latest: .max))
      return (findings.allSatisfy(\.isThere), findings.map(\.line))
    }
  }

  /// All segments into one.
  package func compact() throws(RunFailure) -> [String] {
    try wrapped { () throws in
      let session = try writing()
      let before = session.manifest.segments
      let isMasked = before.contains { segment in
        !Set(segment.inputs).isSubset(of: session.manifest.activeInputs.map(\.key))
      }
      if before.count < 2, !isMasked {
        return ["the store has \(before.isEmpty ? "no segment" : "1 segment"): nothing to do"]
      }
      try rewrite(all: session, filter: SegmentFilter())
      let after = session.manifest.segments
      return [
        "\(before.count) segments of \(before.reduce(0) { $0 + $1.bytes }) bytes are now "
          + "\(after.count) of \(after.reduce(0) { $0 + $1.bytes })"
      ]
    }
  }

  /// Erases entities: their rows, and their ids in the rows of others, from all bytes of the store.
  package func forget(_ ids: [String]) throws(RunFailure) -> [String] {
    try wrapped { () throws in
      let session = try writing()
      var filter = SegmentFilter()
      filter.erased = Set(ids.map { Array($0.utf8) })
      var asked = filter.erased
      let spaces = try session.spaceErasure(&asked, options, control)
      if spaces != nil {
        filter.erased = []
      } else if session.kept.links != nil {
        filter.persons = try session.erased(&filter.erased, options, control)
      }
      let (erased, blanked) = try rewrite(all: session, filter: filter, erasure: spaces).gone
      if erased == 0, blanked == 0 {
        throw RunFailure(
          .noInput,
          "no event in the store is of "
            + (ids.count == 1 ? "'\(ids[0])'" : "any of the \(ids.count) ids")
            + ": nothing was erased; are ids written as in the logs, byte for byte?"
            + (spaces == nil ? "" : " One of a source's own `ids` is named SPACE:ID"))
      }
      let count = spaces == nil ? filter.erased.count : asked.count
      var lines = ["\(erased) events of \(count) ids were erased from the store"]
      lines.append(
        "inputs were not touched, and the same ids in later inputs count anew"
          + (session.manifest.lastOut.map {
            "; tables in \($0) still count them until the next run"
          }
            ?? ""))
      return lines
    }
  }

  /// Takes out all events before an instant, in microseconds since 1970, but those of some names.
  package func expire(before instant: Int64, keeping names: [String]) throws(RunFailure) -> [String]
  {
    try wrapped { () throws in
      let session = try writing()
      var filter = SegmentFilter()
      filter.earliest = instant
      filter.namesKept = Set(names.map { LogText($0) })
      let expired = try rewrite(all: session, filter: filter) { manifest in
        manifest.expiredBefore = max(instant, manifest.expiredBefore ?? .min)
        manifest.namesKept = filter.namesKept.sorted()
      }.expired
      return ["\(expired) events were taken out of the store"]
    }
  }

  /// Takes in what other stores of the same source hold.
  package func add(_ others: [String]) throws(RunFailure) -> [String] {
    try wrapped { () throws in
      let session = try writing()
      return try others.flatMap { path in
        let other = try StoreSession(path: path, spec: nil, writes: false)
        let added = try StoreAddition(session: session, options: options, control: control)
          .add(other)
        try session.commit(session.manifest)
        return ["\(added.events) events of \(added.inputs) inputs were added from \(path)"]
          + other.manifest.eventless.flatMap { InputNotices.damages(of: $0) }.map {
            "warning: \($0)"
          }
      }
    }
  }

  /// Takes the events of an input out again: by its path, or the start of its SHA-256.
  package func drop(_ name: String) throws(RunFailure) -> [String] {
    try wrapped { () throws in
      let session = try writing()
      let found = session.manifest.inputs.indices.filter { index in
        let input = session.manifest.inputs[index]
        return input.state == .active
          && (input.taken.file.path == name || input.places.contains { $0.path == name }
            || name.utf8.count >= 8 && input.key.hasPrefix(name))
      }
      guard found.count == 1, let index = found.first else {
        let paths = session.manifest.activeInputs.map(\.taken.file.path)
        let hint = NearestName.of(name, among: paths).map { "; did you mean \($0)?" } ?? ""
        throw RunFailure(
          .noInput,
          found.isEmpty
            ? "the store has no input \(name)\(hint)"
            : "\(found.count) inputs of the store are called \(name): name one by its SHA-256")
      }
      let events = session.manifest.inputs[index].taken.tally.events
      try rewrite(all: session, filter: SegmentFilter()) { $0.inputs[index].state = .dropped }
      return ["\(events) events of \(name) were taken out of the store"]
    }
  }

  private func writing() throws(RunFailure) -> StoreSession {
    try StoreSession(
      path: path, spec: nil, writes: true, allowsNetwork: options.networkStore)
  }

  /// - Parameter change: of the manifest, before rows are read.
  @discardableResult
  private func rewrite(
    all session: StoreSession, filter: SegmentFilter, erasure: SpaceErasure? = nil,
    _ change: (inout StoreManifest) -> Void = { _ in }
  ) throws -> (gone: (erased: Int, blanked: Int), expired: Int) {
    var manifest = session.manifest
    change(&manifest)
    let result = try session.rewrite(
      manifest, filter: filter, erasure: erasure, options: options, control: control)
    manifest.segments = result.segment.map { [$0] } ?? []
    for index in manifest.inputs.indices {
      manifest.inputs[index].erased += result.erased[manifest.inputs[index].content] ?? 0
      manifest.inputs[index].expired += result.expired[manifest.inputs[index].content] ?? 0
    }
    if let erasure {
      let maps = session.withMaps { $0.map(erasure.forgotten) ?? StoredMaps() }
      try session.commit(manifest, maps: maps)
    } else {
      try session.commit(manifest, keepsReplaced: filter.erased.isEmpty)
    }
    return (
      (result.erased.values.reduce(0, +), result.blanked), result.expired.values.reduce(0, +)
    )
  }

  private func wrapped<Result>(_ body: () throws -> Result) throws(RunFailure) -> Result {
    do {
      return try body()
    } catch {
      throw RunFailure(wrapping: error)
    }
  }
}

/// What `store info` tells.
package struct StoreInfo: Sendable {
  private let manifest: StoreManifest
  package let events: Int
  package let bytes: Int
  private let range: (Int64, Int64)?

  init(_ manifest: StoreManifest, _ contents: StoreScan.Contents) {
    self.manifest = manifest
    events = contents.segments.reduce(0) { $0 + $1.rowCount }
    bytes = contents.segments.reduce(0) { $0 + $1.byteCount }
    let ranges = contents.segments.compactMap(\.timeRange)
    if let first = ranges.map(\.lowerBound).min(), let last = ranges.map(\.upperBound).max() {
      range = (first, last)
    } else {
      range = nil
    }
  }

  package var json: JSONValue {
    .object([
      ("generation", .integer(manifest.generation)), ("source", manifest.source),
      ("events", .integer(events)), ("bytes", .integer(bytes)),
      ("earliest_event", range.map { .integer(Int($0.0)) } ?? .null),
      ("latest_event", range.map { .integer(Int($0.1)) } ?? .null),
      ("segments", .list(manifest.segments.map(\.json))),
      ("inputs", .list(manifest.inputs.map(\.json))),
    ])
  }

  package var lines: [String] {
    let active = manifest.activeInputs.count
    let events = max(1, events)
    return [
      "generation  \(manifest.generation)",
      "inputs      \(active), \(manifest.inputs.count - active) superseded or dropped",
      "events      \(self.events)",
      "segments    \(manifest.segments.count)",
      "bytes       \(bytes), \(bytes * 100 / events / 100).\(String(bytes * 100 / events % 100 + 100).dropFirst()) an event",
      "range       "
        + (range.map { "\(Self.text($0.0)) to \(Self.text($0.1))" } ?? "no events"),
    ]
  }

  private static func text(_ instant: Int64) -> String {
    CalendarDate(daysSince1970: Int(floorDivide(instant, 86_400_000_000))).text
  }
}
