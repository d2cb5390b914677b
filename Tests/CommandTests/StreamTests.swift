import Foundation
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Terminals, and readers that go away.
@Suite struct StreamTests {
  let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    try folder.prepare()
  }

  private let activity = [
    "stickiness", "log.jsonl", "--user", "user", "--event", "event", "--time", "time", "--quiet",
  ]

  /// A pipe that nobody reads from any more.
  private func brokenPipe() throws -> FileHandle {
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    return pipe.fileHandleForWriting
  }

  @Test func aBrokenPipeOnStdoutIsQuiet() throws {
    let pipe = try brokenPipe()
    let end = try Program(activity, in: folder, stdout: .handle(pipe)).wait()
    #expect(end == Program.End(code: 0, stdout: "", stderr: ""))
  }

  @Test func aBrokenPipeOnStderrEndsNothing() throws {
    try folder.write(TestFolder.log(days: 2) + "x\n", to: "log.jsonl")
    let pipe = try brokenPipe()
    let end = try Program(
      ["run", "spec.yaml", "log.jsonl", "--out", "out", "--progress", "plain"], in: folder,
      stderr: .handle(pipe)
    ).wait()
    #expect(end.code == 0)
    #expect(try folder.text("out/run.json").contains("\"rejected\": 1"))
  }

  @Test func colorIsForTerminalsThatWantIt() throws {
    let escape = "\u{1B}["
    #expect(!(try Program.run(activity, in: folder).stdout.contains(escape)))
    #expect(try inTerminal(activity).contains(escape))
    let plain = try inTerminal(activity, environment: ["NO_COLOR": "1"])
    #expect(!plain.contains(escape))
    #expect(plain.contains("intervals") && !plain.contains("intervals,exactly"))
    #expect(try inTerminal(activity + ["--csv"]).hasPrefix("intervals,exactly"))
    #expect(try inTerminal(activity, environment: ["NO_COLOR": ""]).contains(escape))
  }

  @Test func progressIsForTerminals() throws {
    let run = ["run", "spec.yaml", "log.jsonl", "--out", "out"]
    #expect(try Program.run(run, in: folder).stderr == "")
    // The line is cleared at the end if it was drawn by then; what was done follows.
    let told = try inTerminal(run, stream: .stderr)
    let last = told.split(separator: "\u{1B}[K").last
    #expect(last?.hasPrefix("twinfunnel: 1 files, 2 events, 0 rejected") == true, "\(told)")
    #expect(try inTerminal(run + ["--progress", "none"], stream: .stderr) == "")
    #expect(try inTerminal(run + ["--quiet"], stream: .stderr) == "")
  }

  private enum Stream { case stdout, stderr }

  /// What the program writes to a terminal of ours.
  private func inTerminal(
    _ arguments: [String], environment: [String: String] = [:], stream: Stream = .stdout
  ) throws -> String {
    var (master, slave): (Int32, Int32) = (-1, -1)
    #expect(openpty(&master, &slave, nil, nil, nil) == 0)
    _ = fcntl(master, F_SETFD, FD_CLOEXEC)
    let terminal = Program.Output.handle(FileHandle(fileDescriptor: slave, closeOnDealloc: false))
    let program = try Program(
      arguments, in: folder, environment: environment,
      stdout: stream == .stdout ? terminal : .captured,
      stderr: stream == .stderr ? terminal : .captured)
    close(slave)
    // Few bytes, which the terminal keeps until they are read; then its other side is closed.
    #expect(try program.wait().code == 0)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(master, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    close(master)
    return String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
  }
}
