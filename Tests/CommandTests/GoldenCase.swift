import Dispatch
import Foundation
import Testing

/// A folder of `fixtures/cases/TOPIC/NAME`: a command, its input, and everything that comes out.
///
///     cmd                what runs, by `sh`, in a copy of the folder; $TWINFUNNEL is the program
///     ...                input files, for the command to name
///     expected/stdout    may be missing when it is empty, as stderr may
///     expected/stderr
///     expected/exit      the exit code and a line feed
///     expected/out/...   every file below `out` afterwards, when there is one
///
/// `scripts/golden` writes the expectations; a person reviews the difference.
struct GoldenCase: Sendable, CustomTestStringConvertible {
  /// `TOPIC/NAME`.
  let name: String

  var folder: URL { Self.root.appendingPathComponent(name) }
  var testDescription: String { name }

  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("fixtures/cases")

  static let all: [GoldenCase] = {
    let topics = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    return topics.sorted().flatMap { topic in
      let names = try? FileManager.default.contentsOfDirectory(
        atPath: root.appendingPathComponent(topic).path)
      return (names ?? []).sorted().map { GoldenCase(name: "\(topic)/\($0)") }
        .filter {
          FileManager.default.fileExists(atPath: $0.folder.appendingPathComponent("cmd").path)
        }
    }
  }()

  /// By path below `expected`; a file that is empty is as good as none.
  var expected: Outcome {
    get throws { Outcome(files: try Self.files(below: folder.appendingPathComponent("expected"))) }
  }

  /// Runs the command in a copy of the folder.
  func run() throws -> Outcome {
    let manager = FileManager.default
    let place = manager.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("twinfunnel-case-\(UUID().uuidString)")
    defer { try? manager.removeItem(at: place) }
    let work = place.appendingPathComponent("case")
    try manager.createDirectory(at: place, withIntermediateDirectories: true)
    try manager.copyItem(at: folder, to: work)
    try? manager.removeItem(at: work.appendingPathComponent("expected"))

    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["cmd"]
    process.currentDirectoryURL = work
    // Nothing of the machine it runs on shows in what comes out.
    process.environment = [
      "TWINFUNNEL": try Self.program.path, "PATH": "/usr/local/bin:/usr/bin:/bin",
      "HOME": place.path, "TMPDIR": place.path, "LC_ALL": "C", "TZ": "UTC", "COLUMNS": "80",
    ]
    process.standardInput = FileHandle.nullDevice
    for (stream, name) in [
      (\Process.standardOutput, "stdout"), (\Process.standardError, "stderr"),
    ] {
      let file = place.appendingPathComponent(name)
      _ = manager.createFile(atPath: file.path, contents: nil)
      process[keyPath: stream] = try FileHandle(forWritingTo: file)
    }
    let hasEnded = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in hasEnded.signal() }
    try process.run()
    if hasEnded.wait(timeout: .now() + secondsMax) == .timedOut {
      process.terminate()
      throw GoldenFailure("\(name): no end after \(Int(secondsMax)) seconds")
    }

    var files: [String: Data] = [:]
    for stream in ["stdout", "stderr"] {
      files[stream] = try Data(contentsOf: place.appendingPathComponent(stream))
    }
    let signal = process.terminationReason == .uncaughtSignal ? "signal " : ""
    files["exit"] = Data("\(signal)\(process.terminationStatus)\n".utf8)
    for (path, content) in try Self.files(below: work.appendingPathComponent("out")) {
      files["out/\(path)"] = content
    }
    return Outcome(files: files).masked(place: work.path, program: try Self.program.path)
  }

  /// Replaces the expectations.
  func rewrite(_ outcome: Outcome) throws {
    let expected = folder.appendingPathComponent("expected")
    try? FileManager.default.removeItem(at: expected)
    for (path, content) in outcome.files {
      let file = expected.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try content.write(to: file)
    }
  }

  private static func files(below folder: URL) throws -> [String: Data] {
    guard let paths = try? FileManager.default.subpathsOfDirectory(atPath: folder.path) else {
      return [:]
    }
    var files: [String: Data] = [:]
    for path in paths {
      let file = folder.appendingPathComponent(path)
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isDirectory)
      if !isDirectory.boolValue { files[path] = try Data(contentsOf: file) }
    }
    return files
  }

  /// The program that was built with these tests: beside them.
  static var program: URL {
    get throws {
      let places =
        [URL(fileURLWithPath: CommandLine.arguments[0])]
        + Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
      for place in places {
        let program = place.deletingLastPathComponent().appendingPathComponent("twinfunnel")
        if FileManager.default.isExecutableFile(atPath: program.path) { return program }
      }
      throw GoldenFailure("no program twinfunnel beside \(places.map(\.path))")
    }
  }
}

struct GoldenFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Longer than any case takes on a slow machine, shorter than anyone's patience.
private let secondsMax = 120.0
