import EventLog
import Foundation
import Tables
import Testing

@testable import Pipeline
@testable import System
@testable import Values

@Suite struct PublishTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  @Test func aNewDirectoryAppearsWithItsParents() throws {
    let publication = try publish(["a.csv": "1\n"], into: scratch["x/y/out"])
    #expect(publication == Publication(method: .created, leftover: nil))
    #expect(tree(scratch["x/y/out"]) == published(["a.csv": "1\n"]))
    #expect(
      Set(tree(scratch.path).keys) == [
        "x", "x/y", "x/y/out", "x/y/out/a.csv", "x/y/out/run.json",
      ])
  }

  @Test func outputsAreCountedAndHashed() throws {
    let set = try OutputSet.begin(directory: scratch["out"])
    let columns = [Column("n", .integer, "")]
    try set.write([[.integer(1)], [.integer(2)]], as: CSVWriter(columns: columns), to: "b.csv")
    try set.write(Array("abc".utf8), to: "a.json")
    #expect(
      set.outputs == [
        OutputFile(
          name: "a.json", bytes: 3,
          sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", rows: nil),
        OutputFile(
          name: "b.csv", bytes: 6, sha256: SHA256.hexDigest(of: Array("n\n1\n2\n".utf8)), rows: 2),
      ])
    #expect(
      String(decoding: JSONWriter.compact(set.outputs[1].json), as: UTF8.self)
        == "{\"path\": \"b.csv\", \"bytes\": 6, \"sha256\": \"\(set.outputs[1].sha256)\", \"rows\": 2}"
    )
    _ = try set.commit()
    #expect(tree(scratch["out"]) == ["a.json": "abc", "b.csv": "n\n1\n2\n"])
  }

  @Test func largeFilesStreamInPiecesOfAnySize() throws {
    let set = try OutputSet.begin(directory: scratch["out"])
    var sink = try set.open("a.csv")
    var whole: [UInt8] = []
    for size in [0, 1, 7, 65_535, 65_536, 65_537, 3, 200_000, 1] {
      let piece = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 31 + size) }
      try sink.write(piece)
      whole += piece
    }
    #expect(sink.byteCount == whole.count)
    let output = try sink.close()
    #expect(output.bytes == whole.count)
    #expect(output.sha256 == SHA256.hexDigest(of: whole))
    _ = try set.commit()
    #expect(try Data(contentsOf: URL(fileURLWithPath: scratch["out/a.csv"])) == Data(whole))
  }

  @Test func theNextRunReplacesWhatTheLastOneWrote() throws {
    try publish(["a.csv": "old", "gone.csv": "old"], into: scratch["out"])
    let publication = try publish(["a.csv": "new", "b.csv": "new"], into: scratch["out"])
    #expect(publication.method == .exchanged)
    #expect(publication.leftover == nil)
    #expect(tree(scratch["out"]) == published(["a.csv": "new", "b.csv": "new"]))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["out"])
  }

  @Test func whatOthersKeepInTheDirectoryStays() throws {
    try publish(["a.csv": "old", "gone.csv": "old"], into: scratch["out"])
    try scratch.write("mine", to: "out/notes.txt")
    try scratch.write("hidden", to: "out/.hidden")
    try scratch.makeDirectory("out/charts/deep")
    try scratch.write("chart", to: "out/charts/deep/one.svg")
    try FileManager.default.createSymbolicLink(
      atPath: scratch["out/latest"], withDestinationPath: "nowhere")
    #expect(SmallFileSystem.run("mkfifo", scratch["out/pipe"]))
    let inode = try inode(of: "out/notes.txt")

    let publication = try publish(["a.csv": "new"], into: scratch["out"])
    #expect(publication.leftover == nil)
    var expected = published(["a.csv": "new"])
    expected["notes.txt"] = "mine"
    expected[".hidden"] = "hidden"
    expected["charts"] = .some(nil)
    expected["charts/deep"] = .some(nil)
    expected["charts/deep/one.svg"] = "chart"
    expected["latest"] = "-> nowhere"
    try FileManager.default.removeItem(atPath: scratch["out/pipe"])
    #expect(tree(scratch["out"]) == expected)
    #expect(try self.inode(of: "out/notes.txt") == inode)
  }

  private func inode(of name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: scratch[name])[.systemFileNumber] as? Int
  }

  @Test(.enabled(if: isLinux, "other systems take names in UTF-8 only"))
  func aNameThatIsNotUTF8Stays() throws {
    try scratch.makeDirectory("out")
    let name: [UInt8] = [0xFF, 0x61]
    let folder = try Folder.open(FilePath(scratch["out"]))
    try folder.createFile(name).close()
    try publish(["a.csv": "1"], into: scratch["out"])
    try publish(["a.csv": "2"], into: scratch["out"])
    let after = try Folder.open(FilePath(scratch["out"]))
    #expect(try after.status(name)?.kind == .regular)
    #expect(try after.names().count == 3)
  }

  @Test func withoutAManifestNothingIsOurs() throws {
    try scratch.makeDirectory("out")
    try scratch.write("theirs", to: "out/a.csv")
    try scratch.write("theirs", to: "out/b.csv")
    let before = tree(scratch.path)
    #expect(
      publishError { try publish(["a.csv": "ours"], into: scratch["out"]) }
        == .inTheWay(path: scratch["out/a.csv"]))
    #expect(tree(scratch.path) == before)
    let set = try OutputSet.begin(directory: scratch["out"], replace: true)
    try fill(set, ["a.csv": "ours"])
    _ = try set.commit()
    var expected = published(["a.csv": "ours"])
    expected["b.csv"] = "theirs"
    #expect(tree(scratch["out"]) == expected)
  }

  /// What a manifest lists is ours only as a plain name with an ending that we write, and only a
  /// manifest of this tool counts.
  @Test(arguments: [
    #"{"tool": {"name": "twinfunnel"}, "outputs": [{"path": "../outside.csv"}, {"path": ".."}, "#
      + #"{"path": ""}, {"path": 1}, 2, {"path": "thesis.docx"}, {"path": ".hidden.csv"}]}"#,
    #"{"tool": {"name": "other"}, "outputs": [{"path": "theirs.csv"}]}"#,
    #"{"outputs": [{"path": "theirs.csv"}]}"#, "not a manifest", "[[[[",
  ])
  func aManifestCannotNameWhatIsNotOurs(manifest: String) throws {
    try scratch.makeDirectory("out")
    for name in ["outside.csv", "out/thesis.docx", "out/.hidden.csv", "out/theirs.csv"] {
      try scratch.write("precious", to: name)
    }
    try scratch.write(manifest, to: "out/run.json")
    let set = try OutputSet.begin(directory: scratch["out"], replace: true)
    try fill(set, ["a.csv": "1"])
    _ = try set.commit()
    var expected = published(["a.csv": "1"])
    for name in ["thesis.docx", ".hidden.csv", "theirs.csv"] { expected[name] = "precious" }
    #expect(tree(scratch["out"]) == expected)
    #expect(tree(scratch.path)["outside.csv"] == "precious")
  }

  @Test func abandoningAndDroppingLeaveNothing() throws {
    try publish(["a.csv": "old"], into: scratch["out"])
    let before = tree(scratch.path)
    for directory in ["out", "x/y/other"] {
      let abandoned = try OutputSet.begin(directory: scratch[directory])
      try abandoned.write(Array("new".utf8), to: "a.csv")
      abandoned.abandon()
      #expect(tree(scratch.path) == before)

      do {
        let dropped = try OutputSet.begin(directory: scratch[directory])
        var sink = try dropped.open("a.csv")
        try sink.write(Array("unfinished".utf8))
      }
      #expect(tree(scratch.path) == before)
    }
  }

  @Test func allSetsCanBeAbandonedFromOutside() throws {
    try publish(["a.csv": "old"], into: scratch["out"])
    let before = tree(scratch.path)
    let set = try OutputSet.begin(directory: scratch["out"])
    try set.write(Array("new".utf8), to: "a.csv")
    var open = try set.open("b.csv")
    // Only the sets of this test: others run beside it.
    let path = scratch.path
    OutputSetState.abandonAll { $0.directory.hasPrefix(path) }
    #expect(tree(scratch.path) == before)
    try open.write(Array("to nobody".utf8))
    _ = try open.close()
    #expect(publishError { _ = try set.open("c.csv") } == .abandoned)
    do throws(PublishError) {
      _ = try set.commit()
      Issue.record("an abandoned set was published")
    } catch {
      #expect(error == .abandoned)
    }
    #expect(tree(scratch.path) == before)
    try publish(["a.csv": "new"], into: scratch["out"])
    #expect(tree(scratch["out"]) == published(["a.csv": "new"]))
  }

  @Test func oneRunAtATime() throws {
    let out = scratch["out"]
    for method in ["new", "existing"] {
      let first = try OutputSet.begin(directory: out)
      let error = publishError { _ = try OutputSet.begin(directory: out + "/") }
      #expect(error == .locked(directory: out + "/"), "\(method)")
      #expect(error?.exitCode == 75)
      try fill(first, ["a.csv": method])
      _ = try first.commit()
      #expect(tree(out) == published(["a.csv": method]))
    }
  }

  @Test func aStaleLockFileLocksNobodyOut() throws {
    try scratch.write("", to: ".out.twinfunnel-lock")
    try publish(["a.csv": "1"], into: scratch["out"])
    #expect(Set(tree(scratch.path).keys) == ["out", "out/a.csv", "out/run.json"])
  }

  @Test func aLinkToADirectoryStandsForIt() throws {
    try scratch.makeDirectory("real")
    try FileManager.default.createSymbolicLink(
      atPath: scratch["link"], withDestinationPath: "real")
    try publish(["a.csv": "1"], into: scratch["link"])
    #expect(tree(scratch["real"]) == published(["a.csv": "1"]))
    #expect(tree(scratch.path)["link"] == "-> real")
  }

  @Test func permissionsOfTheDirectoryStay() throws {
    try publish(["a.csv": "1"], into: scratch["out"])
    try FileManager.default.setAttributes([.posixPermissions: 0o2751], ofItemAtPath: scratch["out"])
    try publish(["a.csv": "2"], into: scratch["out"])
    let attributes = try FileManager.default.attributesOfItem(atPath: scratch["out"])
    #expect(attributes[.posixPermissions] as? Int == 0o2751)
  }

  @Test(arguments: [
    "", ".", "..", ".hidden.csv", "a/b.csv", "/a.csv", "../a.csv", "a\0b.csv", "a.docx",
    String(repeating: "a", count: 252) + ".csv",
  ])
  func namesThatWouldLeaveTheDirectory(name: String) throws {
    let set = try OutputSet.begin(directory: scratch["out"])
    #expect(publishError { _ = try set.open(name) } == .badName(name))
  }

  @Test func aNameIsTakenOnce() throws {
    let set = try OutputSet.begin(directory: scratch["out"])
    try set.write([], to: "a.csv")
    #expect(publishError { try set.write([], to: "a.csv") } == .badName("a.csv"))
  }
}

let isLinux: Bool = {
  #if os(Linux)
    true
  #else
    false
  #endif
}()
