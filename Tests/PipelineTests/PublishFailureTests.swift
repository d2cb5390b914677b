import Foundation
import Testing

@testable import Pipeline
@testable import System

/// Whatever goes wrong, the directory holds what it held, and nothing lies beside it.
@Suite struct PublishFailureTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  @Test func theTargetIsAFile() throws {
    try scratch.write("x", to: "out")
    let error = publishError { try publish([:], into: scratch["out"]) }
    #expect(error == .notADirectory(path: scratch["out"]))
    #expect(error?.exitCode == 73)
    #expect(tree(scratch.path) == ["out": "x"])
  }

  @Test func theTargetIsALinkToNothing() throws {
    try FileManager.default.createSymbolicLink(
      atPath: scratch["out"], withDestinationPath: "nowhere")
    let error = publishError { try publish([:], into: scratch["out"]) }
    #expect(error == .notADirectory(path: scratch["out"]))
    #expect(tree(scratch.path) == ["out": "-> nowhere"])
  }

  @Test func theTargetLiesBelowAFile() throws {
    try scratch.write("x", to: "file")
    for path in ["file/out", "file/deep/out"] {
      let error = publishError { try publish([:], into: scratch[path]) }
      #expect(error == .notADirectory(path: scratch[path]))
      #expect(tree(scratch.path) == ["file": "x"])
    }
  }

  @Test func theTargetHasNoName() {
    #expect(publishError { try publish([:], into: "") } == .notADirectory(path: ""))
    #expect(publishError { try publish([:], into: "a\0b") } == .notADirectory(path: "a\0b"))
  }

  @Test func theSystemTakesNoFiles() throws {
    let error = publishError { try publish(["a.csv": ""], into: "/proc/twinfunnel-test/out") }
    #expect(error?.exitCode == 73)
  }

  @Test(.enabled(if: geteuid() != 0, "nothing is forbidden to root"))
  func theTargetMayNotBeWritten() throws {
    try publish(["a.csv": "old"], into: scratch["out"])
    let before = tree(scratch.path)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: scratch["out"])
    let error = publishError { try publish(["a.csv": "new"], into: scratch["out"]) }
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch["out"])
    #expect(error == .cannotWrite(path: scratch["out"], errno: EACCES))
    #expect(tree(scratch.path) == before)
  }

  @Test(.enabled(if: geteuid() != 0, "nothing is forbidden to root"))
  func theParentMayNotBeWritten() throws {
    try publish(["a.csv": "old", "gone.csv": "old"], into: scratch["parent/out"])
    let parent = scratch["parent"]
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: parent)
    defer {
      try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: parent)
    }
    let publication = try publish(["a.csv": "new"], into: scratch["parent/out"])
    #expect(publication == Publication(method: .fileByFile, leftover: nil))
    #expect(tree(scratch["parent/out"]) == published(["a.csv": "new"]))
    let error = publishError { try publish(["a.csv": "new"], into: scratch["parent/other"]) }
    #expect(error == .cannotWrite(path: scratch["parent/other"], errno: EACCES))
  }

  @Test func aDirectoryByTheNameOfAFile() throws {
    try publish(["b.csv": "old"], into: scratch["out"])
    try scratch.makeDirectory("out/a.csv")
    try scratch.write("inside", to: "out/a.csv/x")
    let before = tree(scratch.path)
    let error = publishError {
      try publish(["a.csv": "new", "b.csv": "new"], into: scratch["out"])
    }
    #expect(error == .obstacle(path: scratch["out/a.csv"], what: "a folder"))
    #expect(tree(scratch.path) == before)
  }

  @Test(.enabled(if: SmallFileSystem.isAllowed, "mounting a small file system takes root"))
  func theDiskIsFull() throws {
    let disk = try #require(SmallFileSystem(at: scratch["disk"], options: "size=256k"))
    let out = disk.path + "/out"
    try publish(["a.csv": "old"], into: out)
    let before = tree(disk.path)
    let large = String(repeating: "x", count: 1 << 20)
    let error = publishError { try publish(["a.csv": "new", "b.csv": large], into: out) }
    #expect(error == .cannotWrite(path: out + "/b.csv", errno: ENOSPC))
    #expect(error?.exitCode == 73)
    #expect(error?.description == "cannot write \(out)/b.csv: No space left on device")
    #expect(tree(disk.path) == before)
  }

  /// A disk that takes n files more, for every n until the run succeeds: each thing that publishing
  /// creates is refused once.
  @Test(
    .enabled(if: SmallFileSystem.isAllowed, "mounting a small file system takes root"),
    arguments: [false, true])
  func theDiskTakesNoMoreFiles(inside: Bool) throws {
    let disk = try #require(SmallFileSystem(at: scratch["disk"], options: "size=1m,nr_inodes=64"))
    let out = disk.path + "/out"
    try publish(["a.csv": "old", "gone.csv": "old"], into: out)
    try scratch.write("mine", to: "disk/out/notes.txt")
    let before = tree(disk.path)
    var refusals = 0
    // The root, the directory and its four files are six.
    for limit in 6..<64 {
      #expect(SmallFileSystem.run("mount", "-o", "remount,nr_inodes=\(limit)", disk.path))
      let error = publishError {
        let set = try OutputSet.begin(directory: out, replace: false, inside: inside)
        try fill(set, ["a.csv": "new", "b.csv": "new"])
        _ = try set.commit()
      }
      guard let error else { break }
      guard case .cannotWrite(_, ENOSPC) = error else {
        Issue.record("\(error) with \(limit) files")
        return
      }
      refusals += 1
      #expect(tree(disk.path) == before, "with \(limit) files")
    }
    #expect(refusals >= 5)
    var expected = published(["a.csv": "new", "b.csv": "new"])
    expected["notes.txt"] = "mine"
    #expect(tree(out) == expected)
    #expect(tree(disk.path).count == expected.count + 1)
  }

  @Test(.enabled(if: SmallFileSystem.isAllowed, "mounting a small file system takes root"))
  func aMountPointTakesFilesOneByOne() throws {
    let disk = try #require(SmallFileSystem(at: scratch["out"], options: "size=1m"))
    #expect(
      try publish(["a.csv": "old", "gone.csv": "old"], into: disk.path).method == .fileByFile)
    try scratch.write("mine", to: "out/notes.txt")
    #expect(try publish(["a.csv": "new"], into: disk.path).method == .fileByFile)
    var expected = published(["a.csv": "new"])
    expected["notes.txt"] = "mine"
    #expect(tree(disk.path) == expected)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["out"])
  }
}
