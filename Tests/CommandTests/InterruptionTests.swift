import Foundation
import Testing

/// SIGINT and SIGTERM: nothing is published, nothing is left behind.
@Suite struct InterruptionTests {
  let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    try folder.prepare()
    try folder.makeFolder("scratch")
  }

  private static let signals: [(signal: Int32, code: Int32)] = [(SIGINT, 130), (SIGTERM, 143)]

  private func expectStopped(_ end: Program.End, code: Int32) {
    #expect(
      end
        == Program.End(
          code: code, stdout: "", stderr: "twinfunnel: interrupted: nothing was published\n"))
  }

  /// In the middle of its input, with timelines spilled.
  @Test(arguments: [false, true])
  func whileReading(isFirst: Bool) throws {
    if !isFirst {
      #expect(
        try Program.run(["run", "spec.yaml", "log.jsonl", "--out", "out"], in: folder).code == 0)
    }
    let before = folder.tree()
    for (signal, code) in Self.signals {
      let run = try Program(
        [
          "run", "spec.yaml", "-", "--out", isFirst ? "deep/out" : "out", "--memory", "0",
          "--scratch", "scratch",
        ], in: folder, input: .pipe)
      // What does not fit into a pipe has been taken, so the run is under way, and waits for more.
      try run.write(String(repeating: TestFolder.log(days: 200), count: 30))
      run.send(signal)
      expectStopped(try run.wait(), code: code)
      #expect(folder.tree() == before)
    }
  }

  /// A named pipe that a writer has opened and says nothing into.
  @Test func whileWaitingForTheFirstByte() throws {
    #expect(mkfifo(folder["log.pipe"], 0o600) == 0)
    let before = Set(folder.tree().keys)
    for (signal, code) in Self.signals {
      let run = try Program(["run", "spec.yaml", "log.pipe", "--out", "out"], in: folder)
      // Opening for writing waits for the reader.
      let writer = open(folder["log.pipe"], O_WRONLY)
      #expect(writer >= 0)
      run.send(signal)
      expectStopped(try run.wait(), code: code)
      close(writer)
      #expect(Set(folder.tree().keys) == before)
    }
  }

  @Test func aOneOffReport() throws {
    let run = try Program(
      [
        "activity", "-", "--format", "jsonl", "--user", "user", "--event", "event", "--time",
        "time", "--time-format", "iso8601", "--quiet",
      ], in: folder, input: .pipe)
    try run.write(String(repeating: TestFolder.log(days: 200), count: 30))
    run.send(SIGTERM)
    let end = try run.wait()
    #expect(end.code == 143 && end.stdout.isEmpty)
  }

  /// A writer that comes and goes before the run opens its pipe, and one that comes late.
  @Test func pipesAreReadToTheirEnd() throws {
    #expect(mkfifo(folder["log.pipe"], 0o600) == 0)
    let run = try Program(["run", "spec.yaml", "log.pipe", "--out", "out"], in: folder)
    let writer = try FileHandle(forWritingTo: URL(fileURLWithPath: folder["log.pipe"]))
    try writer.write(contentsOf: Data(TestFolder.log(days: 3).utf8))
    try writer.close()
    #expect(try run.wait().code == 0)
    #expect(try folder.text("out/run.json").contains("\"used\": 3"))
  }
}
