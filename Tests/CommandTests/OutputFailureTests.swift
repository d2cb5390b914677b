import Foundation
import Testing

/// Output that cannot be written: exit 73, and what was there is there, byte for byte.
@Suite struct OutputFailureTests {
  let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    try folder.prepare()
  }

  private func run(out: String, _ more: String...) throws -> Program.End {
    try Program.run(["run", "spec.yaml", "log.jsonl", "--out", out] + more, in: folder)
  }

  @Test(.enabled(if: SmallDisk.isAllowed, "mounting a small file system takes root"))
  func theDiskIsFull() throws {
    let disk = try #require(SmallDisk(folder["disk"], size: "256k"))
    #expect(try run(out: "disk/out").code == 0)
    let before = folder.tree("disk")
    #expect(before.keys.contains("out/hourly.csv"))
    // An hour after the other for five months is more than the disk holds.
    try folder.prepare(days: 150)
    let end = try run(out: "disk/out")
    #expect(end.code == 73)
    #expect(end.stderr.contains("disk/out/hourly.") && end.stderr.contains("No space left"))
    #expect(folder.tree("disk") == before)
    _ = disk
  }

  @Test(.enabled(if: SmallDisk.isAllowed, "mounting a small file system takes root"))
  func theDiskIsReadOnly() throws {
    let disk = try #require(SmallDisk(folder["disk"], size: "256k"))
    #expect(try run(out: "disk/out").code == 0)
    let before = folder.tree("disk")
    #expect(disk.makeReadOnly())
    for out in ["disk/out", "disk/new"] {
      let end = try run(out: out)
      #expect(end.code == 73)
      #expect(end.stderr.contains("Read-only file system"))
    }
    #expect(folder.tree("disk") == before)
  }

  @Test(.enabled(if: SmallDisk.isAllowed, "mounting a small file system takes root"))
  func theScratchDiskIsFull() throws {
    #expect(try run(out: "out").code == 0)
    let before = folder.tree("out")
    let disk = try #require(SmallDisk(folder["scratch"], size: "4k"))
    try folder.prepare(days: 250)
    let end = try run(out: "out", "--memory", "0", "--scratch", "scratch")
    #expect(end.code == 73)
    #expect(end.stderr.contains("scratch") && end.stderr.contains("No space left"))
    #expect(folder.tree("out") == before)
    #expect(folder.tree("scratch").isEmpty)
    _ = disk
  }

  @Test func thereIsNoScratchFolder() throws {
    let end = try run(out: "out", "--memory", "0", "--scratch", "missing")
    #expect(end.code == 64)
    #expect(
      end.stderr.contains("--scratch missing is no folder that can be opened: make it first."))
    #expect(folder.tree().keys.sorted() == ["log.jsonl", "spec.yaml"])
  }

  @Test(.enabled(if: geteuid() != 0, "nothing is forbidden to root"))
  func theFolderMayNotBeWritten() throws {
    try folder.makeFolder("locked")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o555], ofItemAtPath: folder["locked"])
    let end = try run(out: "locked/out")
    #expect(end.code == 73)
    #expect(folder.tree("locked").isEmpty)
  }

  @Test(.enabled(if: geteuid() != 0, "nothing is forbidden to root"))
  func aFileMayNotBeRead() throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: 0], ofItemAtPath: folder["log.jsonl"])
    let end = try run(out: "out")
    #expect(end.code == 66)
    #expect(end.stderr.contains("log.jsonl: Permission denied"))
  }

  /// A writer that has taken several pipes full of input has the lock.
  @Test func anotherRunHoldsTheLock() throws {
    let first = try Program(
      ["run", "spec.yaml", "-", "--out", "out"], in: folder, input: .pipe)
    try first.write(String(repeating: TestFolder.log(days: 200), count: 30))
    let second = try run(out: "out")
    #expect(second.code == 75)
    #expect(second.stderr == "twinfunnel: another run is writing to out\n")
    // A link to the folder's parent is no way around the lock.
    try FileManager.default.createSymbolicLink(
      atPath: folder["link"], withDestinationPath: folder.url.path)
    #expect(try run(out: "link/out").code == 75)
    #expect(try run(out: "other").code == 0)
    try first.closeInput()
    #expect(try first.wait().code == 0)
    #expect(try run(out: "out").code == 0)
  }
}
