import Foundation
import Testing

@testable import Pipeline
@testable import System

/// A run that was killed at each point of publishing, and the next run after it.
@Suite struct PublishRecoveryTests {
  let scratch: Scratch
  let target: FilePath
  let staging: Staging

  init() throws {
    scratch = try Scratch()
    target = FilePath(scratch["out"])
    staging = Staging(target: target, method: .swap)
    try publish(["a.csv": "old", "gone.csv": "old"], into: scratch["out"])
    try scratch.write("mine", to: "out/notes.txt")
    try scratch.makeDirectory("out/charts")
    try scratch.write("chart", to: "out/charts/one.svg")
  }

  /// What the next run must find and leave, whatever the killed one had done.
  private func expectNextRunToWork(_ comment: Comment) throws {
    try publish(["a.csv": "next"], into: scratch["out"])
    var expected = published(["a.csv": "next"])
    expected["notes.txt"] = "mine"
    expected["charts"] = .some(nil)
    expected["charts/one.svg"] = "chart"
    #expect(tree(scratch["out"]) == expected, comment)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["out"], comment)
  }

  private let newFiles = ["a.csv": "new", "b.csv": "new"]

  private func stage(_ staging: Staging) throws {
    try staging.create()
    for (name, text) in newFiles {
      try text.write(
        toFile: staging.files.child(name).description, atomically: false, encoding: .utf8)
    }
    try manifest(newFiles).write(
      toFile: staging.files.child("run.json").description, atomically: false, encoding: .utf8)
  }

  private let journal = PublishJournal(
    publish: ["a.csv", "b.csv", "run.json"], obsolete: ["gone.csv"])

  private func linkNotes() throws {
    try FileSystem.hardLink(
      target.child("notes.txt"), to: staging.files.child("notes.txt"))
  }

  @Test func beforeTheWorkingDirectoryWasFilled() throws {
    try FileSystem.makeDirectory(staging.home)
    try expectNextRunToWork("home only")
    try staging.create()
    try expectNextRunToWork("empty")
  }

  @Test func whileWriting() throws {
    try stage(staging)
    try expectNextRunToWork("staged")
  }

  @Test func whileLinking() throws {
    try stage(staging)
    try linkNotes()
    try expectNextRunToWork("linked")
  }

  @Test func whileTheJournalWasWritten() throws {
    try stage(staging)
    try linkNotes()
    try scratch.write("{\"publ", to: ".out.twinfunnel-staging/journal.json.draft")
    try expectNextRunToWork("draft")
  }

  @Test func beforeTheSwap() throws {
    try stage(staging)
    try linkNotes()
    try journal.write(staging.journal)
    try staging.tidyUp()
    #expect(tree(scratch["out"])["a.csv"] == "old")
    #expect(tree(scratch["out"])["b.csv"] == nil)
    try expectNextRunToWork("journal")
  }

  @Test func afterTheSwap() throws {
    try stage(staging)
    try linkNotes()
    try journal.write(staging.journal)
    do {
      try FileSystem.exchange(staging.files, target)
    } catch {
      return  // No exchange here: `betweenTwoRenames` and `afterTwoRenames` stand in.
    }
    #expect(tree(scratch["out"])["charts"] == nil)
    try staging.tidyUp()
    var expected = published(newFiles)
    expected["notes.txt"] = "mine"
    expected["charts"] = .some(nil)
    expected["charts/one.svg"] = "chart"
    #expect(tree(scratch["out"]) == expected)
    try expectNextRunToWork("swapped")
  }

  @Test func betweenTwoRenames() throws {
    try stage(staging)
    try linkNotes()
    try journal.write(staging.journal)
    try FileSystem.move(target, to: staging.retired)
    try expectNextRunToWork("one rename")
  }

  @Test func afterTwoRenames() throws {
    try stage(staging)
    try linkNotes()
    try journal.write(staging.journal)
    try staging.swapByTwoRenames()
    #expect(tree(scratch["out"])["b.csv"] == "new")
    #expect(tree(scratch["out"])["gone.csv"] == nil)
    try expectNextRunToWork("two renames")
  }

  @Test func twoRenamesThatFailGiveTheOldSetBack() throws {
    try FileSystem.makeDirectory(staging.home)
    let before = tree(scratch["out"])
    #expect(throws: SystemError(code: ENOENT)) { try staging.swapByTwoRenames() }
    #expect(tree(scratch["out"]) == before)
  }

  @Test func whileTidyingUp() throws {
    try stage(staging)
    try linkNotes()
    try journal.write(staging.journal)
    try staging.swapByTwoRenames()
    try FileSystem.removeFile(staging.retired.child("a.csv"))
    try FileSystem.move(staging.retired.child("charts"), to: target.child("charts"))
    try expectNextRunToWork("half tidied")
  }

  @Test func theDirectoryIsGoneButItsNeighboursAreNot() throws {
    try stage(staging)
    try journal.write(staging.journal)
    try staging.swapByTwoRenames()
    try FileManager.default.removeItem(atPath: scratch["out"])
    // The set that was swapped out is all there is now, with what others kept in it.
    try expectNextRunToWork("target removed")
  }

  @Test func aFileThatWasReplacedMeanwhileIsKeptTwice() throws {
    try stage(staging)
    try linkNotes()
    try journal.write(staging.journal)
    // An editor saves by renaming a new file over the old one, just before the swap.
    try scratch.write("mine, edited", to: "draft")
    try FileSystem.move(FilePath(scratch["draft"]), to: target.child("notes.txt"))
    try staging.swapByTwoRenames()
    try staging.tidyUp()
    #expect(tree(scratch["out"])["notes.txt"] == "mine")
    #expect(tree(scratch["out"])["notes.txt.recovered-1"] == "mine, edited")
  }

  @Test func fileByFileIsFinishedByTheNextRun() throws {
    let inside = Staging(target: target, method: .fileByFile)
    for moved in 0...3 {
      try stage(inside)
      try journal.write(inside.journal)
      for name in journal.publish.prefix(moved) {
        try FileSystem.move(inside.files.child(name), to: target.child(name))
      }
      try inside.tidyUp()
      var expected = published(newFiles)
      expected["notes.txt"] = "mine"
      expected["charts"] = .some(nil)
      expected["charts/one.svg"] = "chart"
      #expect(tree(scratch["out"]) == expected, "\(moved) files moved")
      try scratch.write("old", to: "out/gone.csv")
      try FileSystem.removeFile(target.child("b.csv"))
    }
  }

  @Test func fileByFileThatWasNotReadyIsUndone() throws {
    let inside = Staging(target: target, method: .fileByFile)
    try stage(inside)
    try expectNextRunToWork("staged inside")
  }

  @Test func theJournalReadsBack() throws {
    try FileSystem.makeDirectory(staging.home)
    try journal.write(staging.journal)
    #expect(PublishJournal.read(staging.journal) == journal)
    #expect(journal.disposable.count == 4)
    #expect(PublishJournal.read(staging.home.child("none")) == nil)
  }
}
