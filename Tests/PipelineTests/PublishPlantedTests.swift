import Foundation
import TestSupport
import Testing

@testable import Pipeline
@testable import System

/// Others may write in and beside the output folder: whatever they put there, nothing outside what the
/// run made is read, moved, changed or deleted.
@Suite struct PublishPlantedTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.makeDirectory("victim/new")
    try scratch.write("precious", to: "victim/new/a.csv")
    try scratch.write("precious", to: "victim/a.csv")
    try scratch.write("precious", to: "victim/run.json")
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: scratch[name], withDestinationPath: scratch[target])
  }

  private static let beside = ".out.twinfunnel-staging"
  private static let inside = "out/.twinfunnel-staging"

  /// Refused with the name of what lies there, and all is as it was.
  private func expectRefused(_ name: String, _ comment: Comment) {
    let before = tree(scratch.path)
    let error = publishError { try publish(["a.csv": "new"], into: scratch["out"]) }
    #expect(error?.exitCode == 73, comment)
    #expect(error?.description.contains(scratch[name]) == true, "\(comment): \(error as Any)")
    #expect(tree(scratch.path) == before, comment)
  }

  @Test(arguments: [beside, inside])
  func stagingThatIsNotOurs(name: String) throws {
    try publish(["a.csv": "old"], into: scratch["out"])
    func attempt(_ comment: Comment, _ plant: () throws -> Void) throws {
      try plant()
      expectRefused(name, comment)
      try FileManager.default.removeItem(atPath: scratch[name])
    }
    try attempt("a link to a folder") { try link(name, to: "victim") }
    try attempt("a link to nothing") { try link(name, to: "nowhere") }
    try attempt("a file") { try scratch.write("x", to: name) }
    try attempt("a folder that others may write") {
      try scratch.makeDirectory(name)
      #expect(chmod(scratch[name], 0o777) == 0)
    }
    func makePrivate() throws {
      try scratch.makeDirectory(name)
      #expect(chmod(scratch[name], 0o700) == 0)
    }
    try attempt("a folder with something else") {
      try makePrivate()
      try scratch.write("x", to: name + "/letters")
    }
    try attempt("a journal that names what is not ours") {
      try makePrivate()
      try scratch.makeDirectory(name + "/new")
      try scratch.write(
        #"{"method": "swap", "publish": ["a.csv"], "obsolete": ["thesis.docx"]}"#,
        to: name + "/journal.json")
    }
    try attempt("a journal that is a link") {
      try makePrivate()
      try link(name + "/journal.json", to: "victim/run.json")
    }
    if geteuid() == 0 {
      try attempt("another user's") {
        try makePrivate()
        #expect(chown(scratch[name], 65534, 65534) == 0)
      }
    }
    try publish(["a.csv": "new"], into: scratch["out"])
    #expect(tree(scratch["out"]) == published(["a.csv": "new"]))
    #expect(tree(scratch["victim"])["new/a.csv"] == "precious")
  }

  /// Links in our own staging folder are names to be removed, never ways to follow.
  @Test func linksInsideStaging() throws {
    try publish(["a.csv": "old"], into: scratch["out"])
    try scratch.makeDirectory(Self.beside)
    #expect(chmod(scratch[Self.beside], 0o700) == 0)
    try link(Self.beside + "/new", to: "victim/new")
    _ = publishError { try publish(["a.csv": "new"], into: scratch["out"]) }
    #expect(tree(scratch["victim"])["new/a.csv"] == "precious")
  }

  @Test func locksThatAreNoFiles() throws {
    let name = ".out.twinfunnel-lock"
    try link(name, to: "victim/a.csv")
    expectRefused(name, "a link")
    try FileManager.default.removeItem(atPath: scratch[name])
    #expect(mkfifo(scratch[name], 0o666) == 0)
    let error = publishError { try publish(["a.csv": "new"], into: scratch["out"]) }
    #expect(error?.exitCode == 73)
    #expect(unlink(scratch[name]) == 0)
    try publish(["a.csv": "new"], into: scratch["out"])
    #expect(tree(scratch["victim"])["a.csv"] == "precious")
  }

  @Test func outputsThatAreLinks() throws {
    try publish(["a.csv": "old"], into: scratch["out"])
    try FileManager.default.removeItem(atPath: scratch["out/a.csv"])
    try link("out/a.csv", to: "victim/a.csv")
    expectRefused("out/a.csv", "a link is not what we wrote")
    #expect(tree(scratch["victim"])["a.csv"] == "precious")
  }

  /// Nobody else can look at tables before they are published.
  @Test func stagingIsPrivateFromTheStart() throws {
    for inside in [false, true] {
      try publish(["a.csv": "old"], into: scratch["out"])
      let set = try OutputSet.begin(directory: scratch["out"], replace: false, inside: inside)
      let name = inside ? Self.inside : Self.beside
      let attributes = try FileManager.default.attributesOfItem(atPath: scratch[name])
      #expect(attributes[.posixPermissions] as? Int == 0o700)
      set.abandon()
    }
  }

  @Test func whatSomebodyChangedIsReplacedWithAWarning() throws {
    try publish(["a.csv": "old", "b.csv": "old", "gone.csv": "old"], into: scratch["out"])
    try scratch.write("edited", to: "out/a.csv")
    try scratch.write("OLD", to: "out/gone.csv")
    let publication = try publish(["a.csv": "new", "b.csv": "new"], into: scratch["out"])
    #expect(
      publication.changed == [
        scratch["out/a.csv"] + " was changed after the last run: replaced",
        scratch["out/gone.csv"]
          + " is no longer written, and stays since it was changed after the last run",
      ])
    var expected = published(["a.csv": "new", "b.csv": "new"])
    expected["gone.csv"] = "OLD"
    #expect(tree(scratch["out"]) == expected)
  }

  @Test func anInputIsNeverAnOutput() throws {
    try publish(["a.csv": "old", "gone.csv": "old"], into: scratch["out"])
    let before = tree(scratch.path)
    for (input, message) in [("out/a.csv", "a"), ("out/gone.csv", "gone")] {
      let error = publishError {
        let set = try OutputSet.begin(directory: scratch["out"], replace: true)
        try set.protect([FileStatus(path: scratch[input])])
        try fill(set, ["a.csv": "new"])
        _ = try set.commit()
      }
      #expect(error == .isInput(path: scratch[input]), "\(message)")
      #expect(error.map { RunFailure(wrapping: $0).kind } == .usage)
      #expect(tree(scratch.path) == before)
    }
  }

  @Test(.enabled(if: SmallFileSystem.isAllowed, "these take root"))
  func theFolderKeepsItsIdentity() throws {
    let out = scratch["out"]
    try publish(["a.csv": "old"], into: out)
    #expect(chown(out, 65534, 65534) == 0 && chmod(out, 0o2770) == 0)
    var before = stat()
    #expect(stat(out, &before) == 0)
    #expect(try publish(["a.csv": "new"], into: out).method == .fileByFile)
    var after = stat()
    #expect(stat(out, &after) == 0)
    #expect(before.st_ino == after.st_ino && before.st_mode == after.st_mode)
    #expect(after.st_uid == 65534 && after.st_gid == 65534)
    // New files are the group's.
    var file = stat()
    #expect(stat(out + "/a.csv", &file) == 0)
    #expect(file.st_gid == 65534)
    #expect(tree(out) == published(["a.csv": "new"]))
  }

  @Test(.enabled(if: SmallFileSystem.isAllowed, "these take root"))
  func aMountedFileIsNamed() throws {
    try publish(["a.csv": "old"], into: scratch["out"])
    try scratch.write("mounted", to: "other")
    guard SmallFileSystem.run("mount", "--bind", scratch["other"], scratch["out/a.csv"]) else {
      return
    }
    let error = publishError { try publish(["a.csv": "new"], into: scratch["out"]) }
    #expect(SmallFileSystem.run("umount", scratch["out/a.csv"]))
    #expect(error == .obstacle(path: scratch["out/a.csv"], what: "a mount point"))
    try publish(["a.csv": "new"], into: scratch["out"])
    #expect(tree(scratch["out"]) == published(["a.csv": "new"]))
  }

  /// Any planting, in any combination: what is not ours stays as it is.
  @Test func anyPlanting() throws {
    var random = SplitMix64(seed: 10)
    for round in 0..<60 {
      let world = try Scratch()
      try world.makeDirectory("victim/new")
      try world.write("precious", to: "victim/new/a.csv")
      try world.write("precious", to: "victim/letter.docx")
      if Bool.random(using: &random) { try publish(["a.csv": "old"], into: world["out"]) }
      let names = [
        ".out.twinfunnel-staging", ".out.twinfunnel-lock", "out", "out/a.csv", "out/run.json",
        "out/.twinfunnel-staging", "out/.twinfunnel-lock", ".out.twinfunnel-staging/new",
        ".out.twinfunnel-staging/journal.json", ".out.twinfunnel-staging/old",
      ]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        guard let name = names.randomElement(using: &random) else { continue }
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
          try? FileManager.default.createSymbolicLink(
            atPath: world[name], withDestinationPath: world["victim"])
        case 1: try? world.makeDirectory(name)
        case 2:
          let text = #"{"method": "swap", "publish": ["a.csv"], "obsolete": ["letter.csv"]}"#
          if !FileManager.default.fileExists(atPath: world[name]) {
            try? world.write(text, to: name)
          }
        default: _ = chmod(world[name], 0o700)
        }
      }
      let victim = tree(world["victim"])
      _ = publishError { try publish(["a.csv": "new"], into: world["out"]) }
      var after = tree(world["victim"])
      // A link by the name of the folder stands for the folder: then its set goes there.
      for name in ["a.csv", "run.json"] { after[name] = nil }
      #expect(after == victim, "round \(round)")
    }
  }
}
