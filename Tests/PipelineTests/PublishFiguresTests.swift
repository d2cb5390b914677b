import Foundation
import TestSupport
import Testing

@testable import Pipeline
@testable import System
@testable import Values

/// Pictures of a set lie in a folder of their own, and are published, replaced and removed with it.
@Suite struct PublishFiguresTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  private static let ours = [
    "a.csv", "report.html", "figures/a.svg", "figures/b.svg", "figures/c.svg",
  ]
  private static let theirs = ["notes.txt", "figures/mine.svg", "figures/.hidden"]

  private static func hasFigures(_ files: [String: String]) -> Bool {
    files.keys.contains { $0.hasPrefix("figures/") }
  }

  /// What a directory holds with a set and what others keep there.
  private func expected(_ files: [String: String], _ others: [String: String]) -> [String: String?]
  {
    var tree = published(files)
    for (name, text) in others { tree[name] = .some(text) }
    if Self.hasFigures(files) || Self.hasFigures(others) { tree["figures"] = .some(nil) }
    return tree
  }

  /// Sets follow each other, others put files among them; a folder that others keep there forbids to
  /// swap, and then files go one by one.
  @Test(arguments: [false, true])
  func setsReplaceEachOther(oneByOne: Bool) throws {
    for seed in 0..<UInt64(Thorough.cases(200)) {
      var random = SplitMix64(seed: seed)
      let out = scratch["out\(seed)"]
      var others: [String: String] = [:]
      var before: [String: String] = [:]
      for night in 0..<6 {
        var files: [String: String] = [:]
        for name in Self.ours where Bool.random(using: &random) { files[name] = "\(name) \(night)" }
        let publication = try publish(files, into: out)
        #expect(publication.leftover == nil && publication.changed.isEmpty)
        // A folder of figures with nothing of ours in it is theirs, and like any other folder.
        let isOurs = Self.hasFigures(files) || Self.hasFigures(before)
        let forbidsSwap = oneByOne || Self.hasFigures(others) && !isOurs
        if night > 0 {
          #expect(publication.method == (forbidsSwap ? .fileByFile : .exchanged), "seed \(seed)")
        }
        var wanted = expected(files, others)
        if oneByOne, night > 0 { (wanted["charts"], wanted["charts/x"]) = (.some(nil), "x") }
        #expect(tree(out) == wanted, "seed \(seed), night \(night)")
        if oneByOne, night == 0 {
          try FileManager.default.createDirectory(
            atPath: out + "/charts", withIntermediateDirectories: false)
          try "x".write(toFile: out + "/charts/x", atomically: false, encoding: .utf8)
        }
        let name = Self.theirs[Int.random(in: 0..<Self.theirs.count, using: &random)]
        if name == "notes.txt" || Self.hasFigures(files) || Self.hasFigures(others) {
          others[name] = "theirs"
          try "theirs".write(toFile: out + "/" + name, atomically: false, encoding: .utf8)
        }
        before = files
      }
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        .allSatisfy { $0.hasPrefix("out") })
  }

  @Test func whatOthersKeepAmongThemStays() throws {
    let out = scratch["out"]
    try publish(["a.csv": "1", "figures/a.svg": "1"], into: out)
    try scratch.write("mine", to: "out/figures/mine.svg")
    var publication = try publish(["a.csv": "2", "figures/b.svg": "2"], into: out)
    #expect(publication.method == .exchanged)
    #expect(
      tree(out) == expected(["a.csv": "2", "figures/b.svg": "2"], ["figures/mine.svg": "mine"]))
    // No figures any more: ours go, theirs stay.
    publication = try publish(["a.csv": "3"], into: out)
    #expect(publication.method == .exchanged)
    #expect(tree(out) == expected(["a.csv": "3"], ["figures/mine.svg": "mine"]))
    // A folder in it cannot have a second name.
    try publish(["figures/a.svg": "4"], into: out)
    try scratch.makeDirectory("out/figures/deep")
    publication = try publish(["figures/a.svg": "5"], into: out)
    #expect(publication.method == .fileByFile)
    var last = expected(["figures/a.svg": "5"], ["figures/mine.svg": "mine"])
    last["figures/deep"] = .some(nil)
    #expect(tree(out) == last)
  }

  @Test func whatIsInTheWayIsNamed() throws {
    let out = scratch["out"]
    try publish(["a.csv": "1"], into: out)
    try scratch.makeDirectory("out/figures")
    try scratch.write("mine", to: "out/figures/a.svg")
    let before = tree(scratch.path)
    #expect(
      publishError { try publish(["figures/a.svg": "2"], into: out) }
        == .inTheWay(path: out + "/figures/a.svg"))
    #expect(tree(scratch.path) == before)
    // A link is never followed, also one that was put in the place of our own folder.
    for file in [false, true] {
      try FileManager.default.removeItem(atPath: out + "/figures")
      if file {
        try scratch.write("x", to: "out/figures")
      } else {
        try scratch.makeDirectory("elsewhere")
        try scratch.write("theirs", to: "elsewhere/a.svg")
        try FileManager.default.createSymbolicLink(
          atPath: out + "/figures", withDestinationPath: "../elsewhere")
      }
      let before = tree(scratch.path)
      #expect(
        publishError { try publish(["figures/a.svg": "2"], into: out) }
          == .obstacle(path: out + "/figures", what: "no folder"))
      #expect(tree(scratch.path) == before)
      try publish(["a.csv": "3"], into: out)
      #expect(tree(scratch.path)["out/figures"] == before["out/figures"])
    }
    #expect(tree(scratch["elsewhere"]) == ["a.svg": "theirs"])
    for name in [
      "figures", "figures/", "figures/.svg", "figures/a.csv", "figures/../a.svg", "x/a.svg",
    ] {
      #expect(!PreviousOutputs.isOurKind(name), "\(name)")
    }
  }

  /// Killed after so many of the files were moved, or before or after the swap.
  @Test func theNextRunEndsWhatAKilledOneBegan() throws {
    let old = ["a.csv": "old", "figures/a.svg": "old", "figures/gone.svg": "old"]
    let new = ["a.csv": "new", "figures/a.svg": "new", "figures/b.svg": "new"]
    let names = new.keys.sorted() + ["run.json"]
    for point in -3...names.count {
      let out = scratch["out\(point)"]
      try publish(old, into: out)
      try scratch.write("mine", to: "out\(point)/figures/mine.svg")
      var made: [FilePath] = []
      let place = try OutputPlace.locate(FilePath(out), madeParents: &made)
      let target = try #require(try place.folder())
      let staging = try Staging(place: place, target: target)
      for (name, text) in new.merging(["run.json": manifest(new)], uniquingKeysWith: { $1 }) {
        let home = try staging.files.makeHome(of: Array(name.utf8))
        try home.folder.createFile(home.name).write(Array(text.utf8).span)
      }
      let journal = PublishJournal(
        method: point < 0 ? .swap : .fileByFile, publish: names, obsolete: ["figures/gone.svg"])
      #expect(journal.hasFigures)
      if point < 0 {
        try target.linkSetFile(Array("figures/mine.svg".utf8), in: staging.files)
        if point > -3 { try journal.write(in: staging.home.folder) }
        if point == -1 {
          try staging.home.folder.exchange(StagingHome.new, with: place.parent, place.name)
        }
      } else {
        try journal.write(in: staging.home.folder)
        for name in names.prefix(point) {
          try staging.files.moveSetFile(Array(name.utf8), to: target)
        }
      }
      let set = try OutputSet.begin(directory: out)
      let isNew = point >= -1
      var expected = expected(isNew ? new : old, ["figures/mine.svg": "mine"])
      #expect(tree(out) == expected, "point \(point)")
      set.abandon()
      #expect(tree(out) == expected, "point \(point)")
      try publish(["figures/c.svg": "last"], into: out)
      expected = self.expected(["figures/c.svg": "last"], ["figures/mine.svg": "mine"])
      #expect(tree(out) == expected, "point \(point)")
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        .allSatisfy { $0.hasPrefix("out") })
  }

  @Test func oldVersionsGoWithTheirs() throws {
    for night in 1...3 {
      let versions = try SetVersions(
        directory: scratch["sets"], now: Int64(night) * 86_400_000_000)
      let set = try versions.beginSet(replace: false)
      try fill(set, ["figures/a.svg": "\(night)"])
      _ = try set.commit()
      try versions.point()
      #expect(versions.keep(1).isEmpty)
      #expect(
        tree(scratch["sets"]).keys.filter { $0.hasSuffix("figures") }.count == 1, "night \(night)")
    }
  }

  /// An interruption before `report` adds is heard, and one that comes later is not.
  @Test func interruptedAddition() throws {
    let set = try OutputSet.begin(directory: scratch["out"])
    try set.write(Array("{\"outputs\": []}".utf8), to: "run.json")
    _ = try set.commit()
    let before = tree(scratch["out"])
    let folder = PublishedFolder(path: scratch["out"])
    let control = RunControl()
    control.cancel()
    let failure = #expect(throws: RunFailure.self) {
      try folder.add([("report.html", "page")], control: control)
    }
    #expect(failure?.kind == .cancelled)
    #expect(tree(scratch["out"]) == before)
    let calm = RunControl()
    try folder.add([("report.html", "page")], control: calm)
    #expect(calm.isOver)
    #expect(tree(scratch["out"])["report.html"] == "page")
  }

  /// `report` puts a page and pictures into a set that is there: they are ours from then on.
  @Test func addedFilesAreListed() throws {
    let out = scratch["out"]
    let whole = "{\"tool\": {\"name\": \"twinfunnel\"}, \"seconds\": 0.125, \"outputs\": []}"
    let set = try OutputSet.begin(directory: out)
    try set.write(Array(whole.utf8), to: "run.json")
    _ = try set.commit()
    let addition = SetAddition(directory: out)
    func add(_ files: [String: String]) throws {
      try addition.add(files.sorted { $0.key < $1.key }.map { ($0.key, Array($0.value.utf8)) })
    }
    func listed() throws -> [String] {
      let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: out + "/run.json")))
      let json = try JSONReader.read(bytes)
      #expect(json["seconds"] == .digits("0.125"))
      return (json["outputs"]?.elements ?? []).compactMap { $0["path"]?.string }
    }
    try add(["report.html": "1", "figures/a.svg": "1", "figures/b.svg": "1"])
    #expect(try listed() == ["figures/a.svg", "figures/b.svg", "report.html"])
    try scratch.write("mine", to: "out/figures/mine.svg")
    try add(["report.html": "2", "figures/a.svg": "2"])
    #expect(try listed() == ["figures/a.svg", "report.html"])
    #expect(tree(out)["figures/b.svg"] == nil && tree(out)["figures/mine.svg"] == "mine")
    // A page alone leaves the pictures.
    try add(["report.html": "3"])
    #expect(try listed() == ["figures/a.svg", "report.html"])
    #expect(
      publishError { try add(["figures/mine.svg": "4"]) }
        == .inTheWay(path: out + "/figures/mine.svg"))
    #expect(tree(out)["figures/mine.svg"] == "mine")
    try publish(["report.html": "5"], into: out)
    #expect(tree(out) == expected(["report.html": "5"], ["figures/mine.svg": "mine"]))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["out"])
  }
}
