import Foundation
import Testing

/// `run --versioned`: a folder for each set, and a link to the last.
@Suite struct VersionedTests {
  private let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    try folder.prepare()
  }

  private func run(_ now: String, _ more: String...) throws -> Program.End {
    try Program.run(
      [
        "run", "spec.yaml", "log.jsonl", "--out", "out", "--versioned", "--format", "csv",
        "--progress", "none", "--now", now,
      ] + more, in: folder)
  }

  private var sets: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder["out/sets"])) ?? []).sorted()
  }

  private var current: String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: folder["out/current"])
  }

  @Test func theLinkMovesOn() throws {
    #expect(try run("2024-01-03T02:15:00+08:00") == Program.End(code: 0, stdout: "", stderr: ""))
    #expect(sets == ["20240102T181500Z"])
    #expect(current == "sets/20240102T181500Z")
    let first = try folder.text("out/current/hourly.csv")
    try folder.write(TestFolder.log(days: 3), to: "log.jsonl")
    #expect(try run("2024-01-04T00:00:00Z").code == 0)
    #expect(try run("2024-01-04T00:00:00Z").code == 0)
    #expect(sets == ["20240102T181500Z", "20240104T000000Z", "20240104T000000Z-2"])
    #expect(current == "sets/20240104T000000Z-2")
    // Who stays in a set keeps it.
    #expect(try folder.text("out/sets/20240102T181500Z/hourly.csv") == first)
    #expect(try folder.text("out/current/hourly.csv") != first)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder["out"])
    #expect(names.sorted() == ["current", "sets"])
    // A set is like any other folder.
    let diff = try Program.run(
      ["diff", "out/sets/20240102T181500Z", "out/current", "--exit-code"], in: folder)
    #expect(diff.code == 2)
    let same = try Program.run(
      ["diff", "out/sets/20240104T000000Z", "out/current", "--exit-code"], in: folder)
    #expect(same.code == 0)
  }

  @Test func oldSetsGo() throws {
    for day in 3...6 { #expect(try run("2024-01-0\(day)", "--keep", "2").code == 0) }
    #expect(sets == ["20240105T000000Z", "20240106T000000Z"])
    // What somebody put there stays, with its set.
    try folder.write("mine", to: "out/sets/20240105T000000Z/notes.txt")
    try folder.makeFolder("out/sets/20231231T000000Z-1")
    let end = try run("2024-01-07", "--keep", "1")
    #expect(end.code == 0)
    #expect(end.stderr.contains("out/sets/20240105T000000Z stays: "))
    #expect(sets == ["20231231T000000Z-1", "20240105T000000Z", "20240107T000000Z"])
    #expect(try folder.text("out/sets/20240105T000000Z/notes.txt") == "mine")
    // The second of an instant is the later one, and ten come after nine.
    for _ in 0..<10 { #expect(try run("2024-01-08", "--keep", "3").code == 0) }
    #expect(
      sets.filter { $0.hasPrefix("20240108") } == [
        "20240108T000000Z-10", "20240108T000000Z-8", "20240108T000000Z-9",
      ])
    #expect(current == "sets/20240108T000000Z-10")
  }

  @Test func checksCompareWithTheLastSet() throws {
    try folder.write(
      try folder.text("spec.yaml") + """
        checks:
          - {name: stands, table: hourly, column: events, row: {interval: each_complete}, drop: {at_most: 0%, from: replaced}}

        """, to: "spec.yaml")
    let log = try folder.text("log.jsonl")
    let more = #"{"user": "x", "event": "visit", "time": "2024-01-01T10:30:00Z"}"# + "\n"
    try folder.write(log + more, to: "log.jsonl")
    #expect(try run("2024-01-03").code == 0)
    try folder.write(log, to: "log.jsonl")
    let failure =
      "twinfunnel: check 'stands' failed: hourly.events at interval = 2024-01-01T10:00:00 is 1, "
      + "50.0% less than 2 in the set that is replaced: at most 0% less is allowed\n"
    #expect(
      try run("2024-01-04", "--checks-gate")
        == Program.End(
          code: 65, stdout: "",
          stderr: failure + "twinfunnel: --checks-gate: nothing was published\n"))
    #expect(sets == ["20240103T000000Z"])
    #expect(try run("2024-01-04") == Program.End(code: 2, stdout: "", stderr: failure))
    #expect(current == "sets/20240104T000000Z")
    // Now it is the last set that has one.
    #expect(try run("2024-01-05") == Program.End(code: 0, stdout: "", stderr: ""))
  }

  /// Others who may write in the folder cannot lead a run elsewhere.
  @Test func plantedThings() throws {
    try folder.makeFolder("theirs")
    try folder.makeFolder("out")
    try FileManager.default.createSymbolicLink(
      atPath: folder["out/sets"], withDestinationPath: folder["theirs"])
    #expect(try run("2024-01-03").code == 73)
    #expect(folder.tree("theirs").isEmpty)
    try FileManager.default.removeItem(atPath: folder["out/sets"])
    try folder.makeFolder("out/current")
    let end = try run("2024-01-03")
    #expect(end.code == 73)
    #expect(
      end.stderr
        == "twinfunnel: cannot replace out/current: it is no link of --versioned\n")
    try FileManager.default.removeItem(atPath: folder["out/current"])
    // A link of theirs in its place is replaced, and not followed.
    try FileManager.default.createSymbolicLink(
      atPath: folder["out/current"], withDestinationPath: folder["theirs"])
    #expect(try run("2024-01-03").code == 0)
    #expect(folder.tree("theirs").isEmpty)
    #expect(current == "sets/20240103T000000Z")
  }

  /// What a killed run left goes; what looks like it and is not ours stops the run.
  @Test func leftovers() throws {
    #expect(try run("2024-01-03").code == 0)
    let staging = "out/sets/.20240102T000000Z.twinfunnel-staging"
    try folder.makeFolder(staging + "/new")
    try folder.write("half", to: staging + "/new/hourly.csv")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o700], ofItemAtPath: folder[staging])
    try FileManager.default.createSymbolicLink(
      atPath: folder["out/.current.twinfunnel-new"], withDestinationPath: "sets/x")
    #expect(try run("2024-01-04").code == 0)
    #expect(sets == ["20240103T000000Z", "20240104T000000Z"])
    #expect(current == "sets/20240104T000000Z")
    try folder.makeFolder(staging)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o777], ofItemAtPath: folder[staging])
    let end = try run("2024-01-05")
    #expect(end.code == 73)
    #expect(end.stderr.contains("is open to others"))
    #expect(current == "sets/20240104T000000Z")
  }

  @Test func whatBelongsTogether() throws {
    #expect(try run("2024-01-03", "--keep", "0").code == 64)
    let alone = try Program.run(
      ["run", "spec.yaml", "log.jsonl", "--out", "out", "--keep", "3"], in: folder)
    #expect(alone.code == 64)
    // The sets are no logs.
    #expect(try run("2024-01-03").code == 0)
    let end = try Program.run(
      ["run", "spec.yaml", ".", "--out", "out", "--versioned", "--progress", "none"], in: folder)
    #expect(!end.stderr.contains("hourly.csv"))
  }
}
