import Foundation
import Testing

@testable import Pipeline
@testable import System

/// A run that was killed at each point of publishing, and the next run after it.
@Suite struct PublishRecoveryTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try publish(["a.csv": "old", "gone.csv": "old"], into: scratch["out"])
    try scratch.write("mine", to: "out/notes.txt")
  }

  private var place: OutputPlace {
    get throws {
      var made: [FilePath] = []
      return try OutputPlace.locate(FilePath(scratch["out"]), madeParents: &made)
    }
  }

  private let newFiles = ["a.csv": "new", "b.csv": "new"]

  private func stage(inside: Bool = false) throws -> Staging {
    let place = try place
    let staging = try Staging(place: place, target: try place.folder(), inside: inside)
    for (name, text) in newFiles {
      try staging.files.createFile(Array(name.utf8)).write(Array(text.utf8).span)
    }
    try staging.files.createFile(Array("run.json".utf8)).write(Array(manifest(newFiles).utf8).span)
    return staging
  }

  private func journal(_ method: PublishJournal.Method) -> PublishJournal {
    PublishJournal(
      method: method, publish: ["a.csv", "b.csv", "run.json"], obsolete: ["gone.csv"])
  }

  private func linkNotes(_ staging: Staging) throws {
    let name = Array("notes.txt".utf8)
    try #require(staging.target).link(name, in: staging.files, as: name)
  }

  /// What the next run must find and leave, whatever the killed one had done.
  private func expectNextRunToWork(_ comment: Comment) throws {
    try publish(["a.csv": "next"], into: scratch["out"])
    var expected = published(["a.csv": "next"])
    expected["notes.txt"] = "mine"
    #expect(tree(scratch["out"]) == expected, comment)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["out"], comment)
  }

  private func expectNew() {
    var expected = published(newFiles)
    expected["notes.txt"] = "mine"
    #expect(tree(scratch["out"]) == expected)
  }

  @Test func beforeTheWorkingDirectoryWasFilled() throws {
    _ = try place.parent.makeFolder(try place.besideName("staging"), mode: 0o700)
    try expectNextRunToWork("home only")
    let place = try place
    _ = try Staging(place: place, target: try place.folder())
    try expectNextRunToWork("empty")
  }

  @Test(arguments: [false, true])
  func whileWriting(inside: Bool) throws {
    _ = try stage(inside: inside)
    try expectNextRunToWork("staged")
  }

  @Test func whileLinking() throws {
    try linkNotes(stage())
    try expectNextRunToWork("linked")
  }

  @Test func whileTheJournalWasWritten() throws {
    try linkNotes(stage())
    try scratch.write("{\"publ", to: ".out.twinfunnel-staging/journal.json.draft")
    try expectNextRunToWork("draft")
  }

  @Test func beforeTheSwap() throws {
    let staging = try stage()
    try linkNotes(staging)
    try journal(.swap).write(in: staging.home.folder)
    try StagingRecovery(place: place, home: staging.home).tidyUp()
    #expect(tree(scratch["out"])["a.csv"] == "old")
    #expect(tree(scratch["out"])["b.csv"] == nil)
    try expectNextRunToWork("journal")
  }

  private func swapped() throws -> Staging {
    let staging = try stage()
    try linkNotes(staging)
    try journal(.swap).write(in: staging.home.folder)
    try staging.home.folder.exchange(StagingHome.new, with: place.parent, Array("out".utf8))
    return staging
  }

  @Test func afterTheSwap() throws {
    let staging = try swapped()
    expectNew()
    try StagingRecovery(place: place, home: staging.home).tidyUp()
    expectNew()
    try expectNextRunToWork("swapped")
  }

  @Test func whileTidyingUp() throws {
    let staging = try swapped()
    try staging.home.folder.folder(StagingHome.new).removeFile(Array("a.csv".utf8))
    try expectNextRunToWork("half tidied")
  }

  @Test func theDirectoryIsGoneButItsNeighboursAreNot() throws {
    _ = try swapped()
    try FileManager.default.removeItem(atPath: scratch["out"])
    // The set that was swapped out is all there is now, with what others kept in it.
    try expectNextRunToWork("target removed")
  }

  @Test func aFileThatWasReplacedMeanwhileIsKeptTwice() throws {
    let staging = try stage()
    try linkNotes(staging)
    try journal(.swap).write(in: staging.home.folder)
    // An editor saves by renaming a new file over the old one, just before the swap.
    try scratch.write("mine, edited", to: "draft")
    try place.parent.move(
      Array("draft".utf8), to: #require(staging.target), as: Array("notes.txt".utf8))
    try staging.home.folder.exchange(StagingHome.new, with: place.parent, Array("out".utf8))
    try StagingRecovery(place: place, home: staging.home).tidyUp()
    #expect(tree(scratch["out"])["notes.txt"] == "mine")
    #expect(tree(scratch["out"])["notes.txt.recovered-1"] == "mine, edited")
  }

  @Test(arguments: [false, true])
  func fileByFileIsFinishedByTheNextRun(inside: Bool) throws {
    for moved in 0...3 {
      let staging = try stage(inside: inside)
      let journal = journal(.fileByFile)
      try journal.write(in: staging.home.folder)
      for name in journal.publish.prefix(moved).map({ Array($0.utf8) }) {
        try staging.files.move(name, to: #require(staging.target), as: name)
      }
      try StagingRecovery(place: place, home: staging.home).tidyUp()
      expectNew()
      try scratch.write("old", to: "out/gone.csv")
      try FileManager.default.removeItem(atPath: scratch["out/b.csv"])
    }
  }

  @Test func theJournalReadsBack() throws {
    let folder = try Folder.open(FilePath(scratch.path))
    for method in [PublishJournal.Method.swap, .fileByFile] {
      try journal(method).write(in: folder)
      #expect(try PublishJournal.read(in: folder) == journal(method))
    }
    #expect(journal(.swap).disposable.count == 4)
    try folder.removeFile(PublishJournal.name)
    #expect(try PublishJournal.read(in: folder) == nil)
  }

  /// Cut anywhere, or with a name that is not ours, it is no journal, and nothing is done by it.
  @Test func aJournalThatCannotBeReadIsRefused() throws {
    let folder = try Folder.open(FilePath(scratch.path))
    try journal(.swap).write(in: folder)
    let whole = try folder.openFile(PublishJournal.name).readAll(limit: 1 << 20)
    let text = String(decoding: whole, as: UTF8.self)
    let broken =
      (0..<whole.count - 1).map { String(decoding: whole[..<$0], as: UTF8.self) }
      + ["../a.csv", "thesis.docx", ".a.csv", "x/a.csv", ""].map {
        text.replacingOccurrences(of: "gone.csv", with: $0)
      }
    for text in broken {
      try scratch.write(text, to: "journal.json")
      #expect(throws: SystemError.self, "\(text)") { try PublishJournal.read(in: folder) }
    }
  }
}
