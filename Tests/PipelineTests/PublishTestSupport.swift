import Foundation

@testable import Pipeline
@testable import System
@testable import Values

/// A directory of its own for one test, gone with it.
final class Scratch: Sendable {
  let path: String

  init() throws {
    // Resolved, since a temporary directory may be reached by a link.
    path =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("twinfunnel-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of something in the directory.
  subscript(name: String) -> String { path + "/" + name }

  func write(_ text: String, to name: String) throws {
    try text.write(toFile: self[name], atomically: false, encoding: .utf8)
  }

  func makeDirectory(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: self[name], withIntermediateDirectories: true)
  }
}

/// Everything below a directory: files with their content, directories with nil, links with `->`.
func tree(_ path: String) -> [String: String?] {
  var found: [String: String?] = [:]
  for name in (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? [] {
    let full = path + "/" + name
    if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: full) {
      found[name] = .some("-> " + target)
    } else {
      found[name] = .some(try? String(contentsOfFile: full, encoding: .utf8))
    }
  }
  return found
}

/// A set of files with the text given, and the manifest that lists them.
func fill(_ set: borrowing OutputSet, _ files: [String: String]) throws {
  for (name, text) in files.sorted(by: { $0.key < $1.key }) {
    try set.write(Array(text.utf8), to: name)
  }
  try set.write(Array(manifest(files).utf8), to: "run.json")
}

func manifest(_ files: [String: String]) -> String {
  let outputs = files.sorted { $0.key < $1.key }.map {
    "{\"path\": \"\($0)\", \"bytes\": \($1.utf8.count), \"sha256\": \""
      + SHA256.hexDigest(of: Array($1.utf8)) + "\"}"
  }.joined(separator: ", ")
  return "{\"tool\": {\"name\": \"twinfunnel\"}, \"outputs\": [\(outputs)]}"
}

@discardableResult
func publish(_ files: [String: String], into directory: String) throws -> Publication {
  let set = try OutputSet.begin(directory: directory)
  try fill(set, files)
  return try set.commit()
}

/// What a directory holds after `files` were published into it.
func published(_ files: [String: String]) -> [String: String?] {
  var tree: [String: String?] = files.mapValues { .some($0) }
  tree["run.json"] = manifest(files)
  return tree
}

/// The error that a body throws, as a publish error.
func publishError(_ body: () throws -> Void) -> PublishError? {
  do {
    try body()
    return nil
  } catch {
    return error as? PublishError
  }
}

/// A small file system of its own, mounted on a directory; unmounted when it goes.
final class SmallFileSystem {
  let path: String

  /// Nil where mounting is not allowed.
  init?(at path: String, options: String) {
    self.path = path
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard Self.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path) else { return nil }
  }

  deinit {
    _ = Self.run("umount", path)
  }

  static let isAllowed: Bool = {
    guard geteuid() == 0, let scratch = try? Scratch() else { return false }
    return SmallFileSystem(at: scratch["mounted"], options: "size=64k") != nil
  }()

  static func run(_ command: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

extension PublishError {
  /// What the program exits with for it.
  var exitCode: Int32 {
    if case .locked = self { 75 } else { 73 }
  }
}
