import Foundation
import Testing

/// What completions offer: they come from the flags themselves, and zones from the machine.
@Suite struct CompletionTests {
  /// What bash offers behind some words, the last of which is being typed.
  private func offered(_ words: String...) throws -> Set<String> {
    let folder = try TestFolder()
    for name in ["growth.yaml", "notes.txt"] {
      try Data().write(to: folder.url.appendingPathComponent(name))
    }
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("logs"), withIntermediateDirectories: false)
    let script = try Program(["completions", "bash"], in: folder).wait()
    #expect(script.code == 0)
    let file = folder.url.appendingPathComponent("completions")
    try
      (script.stdout + """
        COMP_WORDS=(\(words.map { "'\($0)'" }.joined(separator: " ")))
        COMP_CWORD=\(words.count - 1)
        COMP_LINE="${COMP_WORDS[*]}"
        COMP_POINT=${#COMP_LINE}
        _twinfunnel twinfunnel "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\\n' "${COMPREPLY[@]}"

        """).write(to: file, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["--norc", file.path]
    process.currentDirectoryURL = folder.url
    let programs = try GoldenCase.program.deletingLastPathComponent().path
    process.environment = ["PATH": "\(programs):/usr/bin:/bin", "LC_ALL": "C"]
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Set(String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init))
  }

  @Test func commands() throws {
    #expect(try offered("twinfunnel", "").isSuperset(of: ["run", "inspect", "retention", "store"]))
  }

  @Test func filesAndFolders() throws {
    #expect(try offered("twinfunnel", "check", "") == ["growth.yaml", "logs"])
    #expect(try offered("twinfunnel", "report", "") == ["logs"])
  }

  @Test func namesAndZones() throws {
    #expect(try offered("twinfunnel", "template", "b2") == ["b2b", "b2c"])
    #expect(
      try offered("twinfunnel", "retention", "--time-zone", "Asia/Sh").contains("Asia/Shanghai"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func everyShellKnowsEveryCommand(shell: String) throws {
    let folder = try TestFolder()
    let script = try Program.run(["completions", shell], in: folder)
    for name in ["inspect", "double-funnel", "completions", "--observed-until"] {
      #expect(script.stdout.contains(name.replacing("--", with: "")), "\(shell): \(name)")
    }
  }
}
