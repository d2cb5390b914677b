import Dispatch
import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A run of the program that a test watches: with its own environment, streams and end.
final class Program {
  struct End: Equatable {
    /// The exit code, or -1 less the signal that ended it.
    var code: Int32
    var stdout: String
    var stderr: String
  }

  private let process = Process()
  private let hasEnded = DispatchSemaphore(value: 0)
  private let place: URL
  /// The write end of the program's standard input, when it was asked for.
  private(set) var input: FileHandle?

  enum Input {
    case nothing
    /// Stays open until `closeInput`.
    case pipe
  }

  enum Output {
    case captured
    case handle(FileHandle)
  }

  /// - Parameters:
  ///   - folder: the current folder of the program.
  ///   - environment: added to an otherwise empty one.
  init(
    _ arguments: [String], in folder: TestFolder, environment: [String: String] = [:],
    input: Input = .nothing, stdout: Output = .captured, stderr: Output = .captured
  ) throws {
    place = folder.url
    process.executableURL = try GoldenCase.program
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    var variables = ["PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "TMPDIR": "/tmp"]
    variables.merge(environment) { $1 }
    process.environment = variables
    process.standardInput = FileHandle.nullDevice
    if case .pipe = input {
      let pipe = Pipe()
      process.standardInput = pipe
      self.input = pipe.fileHandleForWriting
    }
    process.standardOutput = try handle(stdout, "stdout")
    process.standardError = try handle(stderr, "stderr")
    process.terminationHandler = { [hasEnded] _ in hasEnded.signal() }
    try process.run()
  }

  private func handle(_ output: Output, _ name: String) throws -> FileHandle {
    if case .handle(let handle) = output { return handle }
    let file = captureFile(name)
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    return try FileHandle(forWritingTo: file)
  }

  private func captureFile(_ name: String) -> URL {
    URL(fileURLWithPath: place.path + ".\(ObjectIdentifier(self).hashValue).\(name)")
  }

  /// Writes all of it; returns when the program has taken all but what a pipe holds.
  func write(_ text: String) throws {
    try input?.write(contentsOf: Data(text.utf8))
  }

  func closeInput() throws {
    try input?.close()
    input = nil
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  func wait() throws -> End {
    if hasEnded.wait(timeout: .now() + 120) == .timedOut {
      process.terminate()
      throw GoldenFailure("no end after two minutes")
    }
    var texts: [String] = []
    for name in ["stdout", "stderr"] {
      let file = captureFile(name)
      texts.append(String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self))
      try? FileManager.default.removeItem(at: file)
    }
    let code = process.terminationStatus
    return End(
      code: process.terminationReason == .uncaughtSignal ? -1 - code : code, stdout: texts[0],
      stderr: texts[1])
  }

  /// Runs to the end.
  static func run(
    _ arguments: [String], in folder: TestFolder, environment: [String: String] = [:]
  ) throws -> End {
    try Program(arguments, in: folder, environment: environment).wait()
  }
}

/// A folder of one test, gone with it.
final class TestFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("twinfunnel-command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  subscript(name: String) -> String { url.path + "/" + name }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: self[name]))
  }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: self[name], withIntermediateDirectories: true)
  }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: self[name])), as: UTF8.self)
  }

  /// Every path below a folder, with the content of files.
  func tree(_ name: String = "") -> [String: Data?] {
    let folder = name.isEmpty ? url.path : self[name]
    var found: [String: Data?] = [:]
    for path in (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [] {
      found[path] = .some(FileManager.default.contents(atPath: folder + "/" + path))
    }
    return found
  }

  /// A spec, and a log of `days` days with an event each.
  func prepare(days: Int = 2) throws {
    try write(
      """
      source: {format: jsonl, user: user, event: event, time: time}
      reports:
        hourly: {type: activity, interval: hour}
        users: {type: lifecycle, interval: day, list: true}

      """, to: "spec.yaml")
    try write(Self.log(days: days), to: "log.jsonl")
  }

  static func log(days: Int) -> String {
    (0..<days).map { day in
      let date = "2024-0\(1 + day / 28)-" + (day % 28 < 9 ? "0" : "") + "\(1 + day % 28)"
      return #"{"user": "u\#(day % 7)", "event": "visit", "time": "\#(date)T10:00:00Z"}"# + "\n"
    }.joined()
  }
}

/// A small file system of its own, mounted on a folder; unmounted when it goes.
final class SmallDisk {
  let path: String

  /// Nil where mounting is not allowed.
  init?(_ path: String, size: String) {
    self.path = path
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard Self.run("mount", "-t", "tmpfs", "-o", "size=\(size)", "tmpfs", path) else { return nil }
  }

  deinit { _ = Self.run("umount", "-l", path) }

  func makeReadOnly() -> Bool { Self.run("mount", "-o", "remount,ro", path) }

  static let isAllowed: Bool = {
    guard geteuid() == 0, let folder = try? TestFolder() else { return false }
    return SmallDisk(folder["disk"], size: "64k") != nil
  }()

  private static func run(_ command: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
