import EventLog
import Reports
import Spec
import System
import Timelines
import Values

/// Reads some inputs on one of many machines: their rows go into a folder, by partition, for `FoldRun`.
///
/// The folder appears whole, by rename. A task that is run twice, at once or after a failure, finds
/// the folder there and is done.
package struct MapRun: Sendable {
  package var specFile: SpecFile
  package var inputs: [String]
  /// The folder to make.
  package var out: String
  package var partitions: Int
  package var options: RunOptions
  package var control: RunControl

  package static let partitionsDefault = 256

  package init(
    specFile: SpecFile, inputs: [String], out: String, partitions: Int, options: RunOptions,
    control: RunControl
  ) {
    self.specFile = specFile
    self.inputs = inputs
    self.out = out
    self.partitions = partitions
    self.options = options
    self.control = control
  }

  package func run() throws(RunFailure) -> RunNotices {
    do {
      return try runThrowing()
    } catch {
      throw RunFailure(wrapping: error)
    }
  }

  private func runThrowing() throws -> RunNotices {
    try specFile.checkTimeZone()
    let spec = specFile.spec
    var options = options
    try spec.checkOneSource("a map task")
    let reading = try ReadingPlan(spec, options)
    guard IdentityPlan(spec, reading.plan) == nil else {
      throw RunFailure(
        .badSpec,
        "\(specFile.path): `identity` needs all links in one place, which steps on many machines do "
          + "not have yet: use `twinfunnel run`")
    }
    guard let now = reading.now else { throw RunFailure(.usage, "a map task needs --now") }
    let fingerprint = Fingerprint(
      spec, reading, now: now, lineBytesMax: options.limits.lineBytesMax, partitions: partitions)
    if let done = try MapFolder(out).existing(fingerprint) { return done }
    options.limits = reading.limits
    let found = try ReadableInputs(inputs, of: spec)
    var scan = try LogScan(
      plan: reading.plan, options: options, control: control,
      budget: MemoryBudget(limit: options.memoryBytesMax ?? .max), partitions: partitions,
      zoneQuestion: reading.question
    ).read(found.files)
    control.begin(.writing)
    let marks = found.files.map { InputMark.of($0) }
    var ledger = Ledger(
      fingerprint: fingerprint, parts: [], files: scan.files,
      marks: [:], names: [],
      unseen: Set(scan.unseenProperties.map(\.name)), warnings: found.warnings)
    var shards: [[TimelineShards]] = []
    swap(&shards, &scan.shards)
    let folder = MapFolder(out)
    let draft = try folder.begin()
    do {
      let rows = try WholeFile(path: draft.child(MapPart.rowsName).description)
      var part = MapPart(
        fingerprint: fingerprint,
        inputs: zip(ledger.files, marks).map { "\($0.file.path) \($1)" }, exports: [])
      while !shards.isEmpty {
        var workers = shards.removeFirst()
        var exports: [ShardExport] = []
        var names: [LogText: Int] = [:]
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
      let bytes = part.bytes
      guard let (_, id, _) = SealedLine.read(bytes) else {
        throw RunFailure(.internalError, "a part that cannot be read back, please report this")
      }
      let file = try WholeFile(path: draft.child(MapPart.partName).description)
      try file.write(bytes)
      try file.commit()
      ledger.name(marks, of: id)
      try ledger.write(to: draft.child(MapPart.ledgerName).description)
      return try folder.finish(draft, fingerprint) ?? RunNotices(damages: [], lines: found.warnings)
    } catch {
      folder.discard(draft)
      throw error
    }
  }
}

/// The folder of a map task: another one of that name is either the same task's, or in the way.
struct MapFolder {
  private let path: FilePath

  init(_ path: String) { self.path = FilePath(path) }

  /// What there is to say where the same task is done already; nil where there is nothing yet.
  func existing(_ fingerprint: Fingerprint) throws(RunFailure) -> RunNotices? {
    do {
      if try FileSystem.status(path) == nil { return nil }
    } catch {
      throw RunFailure(.cannotWrite, "cannot write \(path): \(error.reason)")
    }
    let (part, _) = try MapPart.load(path.description)
    let differences = part.fingerprint.differences(fingerprint, path.description, "this task")
    guard differences.isEmpty else {
      throw RunFailure(.badSpec, ["\(path) is of another run: name a new folder"] + differences)
    }
    return RunNotices(damages: [], lines: ["notice: \(path) is there already: nothing was read"])
  }

  func begin() throws(RunFailure) -> FilePath {
    let draft = FilePath(path.description + ".draft-\(UInt64.random(in: 0 ... .max))")
    do {
      try FileSystem.makeDirectory(draft)
    } catch {
      throw RunFailure(.cannotWrite, "cannot write \(draft): \(error.reason)")
    }
    return draft
  }

  /// Gives the folder its name. Where a twin was faster, its folder stays.
  func finish(_ draft: FilePath, _ fingerprint: Fingerprint) throws(RunFailure) -> RunNotices? {
    let ((parent, name), (_, draftName)) = (path.split(), draft.split())
    do throws(SystemError) {
      let folder = try Folder.open(parent)
      try folder.moveNew(draftName, to: folder, as: name)
      try folder.sync()
      return nil
    } catch {
      if let done = try existing(fingerprint) {
        discard(draft)
        return done
      }
      throw RunFailure(.cannotWrite, "cannot write \(path): \(error.reason)")
    }
  }

  func discard(_ draft: FilePath) {
    guard let folder = try? Folder.open(draft), let names = try? folder.names() else { return }
    for name in names { try? folder.removeFile(name) }
    try? FileSystem.removeDirectory(draft)
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
