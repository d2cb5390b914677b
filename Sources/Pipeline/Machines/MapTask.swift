import EventLog
import Reports
import Spec
import System
import Timelines
import Values

/// What one of many machines reads: its share of the first half of a run, or of what a store takes in.
///
/// The folder appears whole, by rename. A task that is run twice, at once or after a failure, finds
/// the folder there and is done.
package struct MapTask: Sendable {
  package var specFile: SpecFile
  package var inputs: [String]
  /// The folder to make.
  package var out: String
  package var options: RunOptions
  package var control: RunControl

  package static let partitionsDefault = 256

  package init(
    specFile: SpecFile, inputs: [String], out: String, options: RunOptions, control: RunControl
  ) {
    self.specFile = specFile
    self.inputs = inputs
    self.out = out
    self.options = options
    self.control = control
  }

  /// Makes a folder of rows, by partition, for `ShareTask`.
  package func map(partitions: Int) throws(RunFailure) -> RunNotices {
    do {
      return try mapThrowing(partitions)
    } catch {
      throw RunFailure(wrapping: error)
    }
  }

  private func mapThrowing(_ partitions: Int) throws -> RunNotices {
    try specFile.checkTimeZone()
    let spec = specFile.spec
    var options = options
    let reading = try ReadingPlan(spec, options)
    guard let now = reading.now else { throw RunFailure(.usage, "a map task needs --now") }
    let fingerprint = Fingerprint(
      spec, reading, now: now, limits: options.limits, partitions: partitions)
    let folder = TaskFolder(out) { path throws(RunFailure) in
      let (part, _) = try MapPart.load(path)
      let differences = part.fingerprint.differences(fingerprint, path, "this task")
      guard differences.isEmpty else {
        throw RunFailure(.badSpec, ["\(path) is of another run: name a new folder"] + differences)
      }
    }
    if let done = try folder.existing() { return done }
    options.limits = reading.limits
    let found = try ReadableInputs(inputs, of: spec, cover: .part)
    let budget = MemoryBudget(limit: options.memoryBytesMax ?? .max)
    let spaces = try MapReading(options: options, control: control, budget: budget)
      .read(spec, found.maps)
    var scan = try LogScan(
      plan: reading.plan, options: options, control: control, budget: budget,
      partitions: partitions, placing: fingerprint.placing, zoneQuestion: reading.question,
      identity: IdentityPlan(spec, reading.plan), spaces: spaces
    ).read(found.files)
    control.begin(.writing)
    let marks = found.files.map { InputMark.of($0) }
    var ledger = Ledger(
      fingerprint: fingerprint, parts: [], files: scan.files,
      marks: [:], names: [],
      unseen: Set(scan.unseenProperties.map(\.name)), warnings: found.warnings,
      spaces: LedgerSpaces(scan.spaces, sources: spec.sources.count))
    var shards: [[TimelineShards]] = []
    swap(&shards, &scan.shards)
    return try folder.make { draft in
      let rows = try WholeFile(path: draft.child(MapPart.rowsName).description, isInDraft: true)
      var part = MapPart(
        fingerprint: fingerprint,
        inputs: zip(ledger.files, marks).map { "\($0.file.path) \($1)" }, exports: [])
      while !shards.isEmpty {
        var (workers, exports, names) = (shards.removeFirst(), [ShardExport](), [LogText: Int]())
        while !workers.isEmpty {
          var worker = workers.removeLast()
          let export = try worker.export { bytes in
            try control.checkCancelled()
            try rows.write(bytes)
          }
          for (name, rows) in zip(export.names, export.nameRows) {
            names[LogText(String(decoding: name, as: UTF8.self)), default: 0] += rows
          }
          exports.append(export)
        }
        part.exports.append(exports)
        ledger.names.append(names)
      }
      try rows.commit()
      if !scan.links.isEmpty {
        let file = try WholeFile(
          path: draft.child(MapPart.linksName).description, isInDraft: true)
        for links in scan.links {
          part.links.append(
            try links.export { bytes in
              try control.checkCancelled()
              try file.write(bytes)
            })
        }
        try file.commit()
      }
      let bytes = part.bytes
      guard let (_, id, _) = SealedLine.read(bytes) else {
        throw RunFailure(.internalError, "a part that cannot be read back, please report this")
      }
      try WholeFile.write(bytes, to: draft.child(MapPart.partName))
      ledger.name(marks, of: id)
      try WholeFile.write(ledger.bytes, to: draft.child(MapPart.ledgerName))
      return RunNotices(damages: [], lines: found.warnings)
    }
  }
}

/// What tells whether two files are one: size, and how they begin and end. The end of a gzip file holds
/// the checksum of its content.
enum InputMark {
  private static let endBytes = 64 << 10

  /// Empty for what cannot be told: standard input, members of archives, empty files.
  static func of(_ input: InputFile) -> String {
    guard !input.isStandardInput, input.member == nil, input.bytes > 0,
      let file = try? FileSystem.readFile(FilePath(input.path)),
      let head = try? file.read(at: 0, count: endBytes),
      let end = try? file.read(at: max(0, input.bytes - endBytes), count: endBytes)
    else { return "" }
    return "\(input.bytes)-" + SHA256.hexDigest(of: head + end).prefix(32)
  }
}
