import Foundation
import TestSupport
import Testing

@testable import EventLog

@Suite struct InputExpansionTests {
  private let folder = TemporaryFolder()

  private func link(_ name: String, to target: String) {
    try! FileManager.default.createSymbolicLink(
      atPath: folder.path + "/" + name, withDestinationPath: target)
  }

  /// Paths below the folder, without its own.
  private func names(_ expansion: InputExpansion) -> [String] {
    expansion.files.map { below($0.path) }
  }

  private func below(_ path: String) -> String {
    path.hasPrefix(folder.path + "/") ? String(path.dropFirst(folder.path.count + 1)) : path
  }

  private func expand(_ arguments: String...) -> InputExpansion {
    InputExpansion(arguments.map { $0 == "-" ? $0 : folder.path + "/" + $0 })
  }

  private func errors(_ expansion: InputExpansion) -> [String] {
    expansion.errors.map { below($0.path) + ": " + $0.reason }
  }

  @Test func filesAndStandardInput() {
    folder.write([1, 2, 3], to: "b")
    folder.write([], to: "a")
    folder.write([1], to: ".named")
    let expansion = expand("b", "-", "a", ".named")
    #expect(names(expansion) == ["-", ".named", "a", "b"])
    #expect(expansion.files.map(\.bytes) == [0, 1, 0, 3])
    #expect(expansion.files[0].isStandardInput)
    #expect(expansion.errors == [] && expansion.duplicates == [])
  }

  /// What a run published, and a store, are no logs; a log that is only called so is one.
  @Test func ownFolders() {
    func manifest(_ tool: String, _ outputs: [String]) -> [UInt8] {
      let listed = outputs.map { #"{"path": "\#($0)"}"# }.joined(separator: ", ")
      return Array(#"{"tool": {"name": "\#(tool)"}, "outputs": [\#(listed)]}"#.utf8)
    }
    for name in [
      "logs/a", "logs/t.csv", "logs/figures/t.svg", "logs/figures/mine.svg", "logs/old/x.csv",
      "store/store.json", "store/segment-1.twf", "others/t.csv", "broken/t.csv",
    ] {
      folder.write([1], to: name)
    }
    folder.write(manifest("twinfunnel", ["t.csv", "figures/t.svg", "a/../a"]), to: "logs/run.json")
    folder.write(Array(#"{"format": "twinfunnel store"}"#.utf8), to: "store/store.json")
    folder.write(manifest("another", ["t.csv"]), to: "others/run.json")
    folder.write(Array(#"{"tool": {"name": "twinfunnel"}, "#.utf8), to: "broken/run.json")
    let logs = ["logs/a", "logs/figures/mine.svg", "logs/old/x.csv"]
    let rest = ["broken/run.json", "broken/t.csv"]
    let others = ["others/run.json", "others/t.csv"]
    for expansion in [InputExpansion([folder.path]), expand("**"), expand("**/*")] {
      #expect(names(expansion) == rest + logs + others)
      #expect(
        expansion.notices.map(below) == [
          "logs: tables that a run published, not read", "store: a store of timelines, not read",
        ])
      #expect(errors(expansion) == [])
    }
    // What is named is read.
    #expect(names(expand("logs/t.csv", "logs/run.json")) == ["logs/run.json", "logs/t.csv"])
  }

  @Test func folders() {
    for name in [
      "b/2.gz", "b/1", "a", "b.txt", "c/d/e/f", ".hidden", "_SUCCESS", "_tmp/x", ".git/x",
    ] {
      folder.write([1], to: name)
    }
    mkfifo(folder.path + "/pipe", 0o600)
    let expansion = InputExpansion([folder.path])
    #expect(names(expansion) == ["a", "b.txt", "b/1", "b/2.gz", "c/d/e/f"])
    #expect(InputExpansion([folder.path + "/"]).files == expansion.files)
    // What is named is read, whatever its name.
    #expect(names(expand("_tmp", ".hidden")) == [".hidden", "_tmp/x"])
  }

  @Test func linksAndLoops() {
    folder.write([1], to: "real/file")
    link("real/loop", to: "..")
    link("other", to: "real")
    link("hard", to: "real/file")
    let expansion = InputExpansion([folder.path])
    #expect(names(expansion) == ["hard"])
    // In byte order: the file under its first name, and each folder where it was first met.
    #expect(
      expansion.duplicates.map { below($0.path) + " = " + below($0.original) } == [
        "other/loop = " + folder.path, "real = other", "other/file = hard",
      ])
    #expect(expansion.errors == [])
    link("dangling", to: "nowhere")
    #expect(errors(InputExpansion([folder.path])) == ["dangling: No such file or directory"])
  }

  @Test func duplicates() {
    folder.write([1], to: "d/a")
    folder.write([1], to: "d/b")
    let twice = expand("d/b", "d/a", "d/a", "d", "d//b")
    #expect(names(twice) == ["d/a", "d//b"].sorted())
    #expect(twice.duplicates.count == 4)
    #expect(twice.duplicates.filter { below($0.original) == "d/a" }.count == 2)
    #expect(expand("-", "-").files.count == 1)
    #expect(expand("-", "-").duplicates == [.init(path: "-", original: "-")])
    // Equal content is not the same file.
    #expect(expand("d/a", "d/b").duplicates == [])
    // The order of arguments changes nothing.
    #expect(expand("d", "d/a", "d/b", "d//b", "d/a") == twice)
  }

  @Test func patterns() {
    for name in [
      "a1.gz", "a2.gz", "b1.gz", ".a.gz", "x/a3.gz", "x/y/a4.gz", "x/.h/a5.gz", "s[1].gz",
    ] {
      folder.write([1], to: name)
    }
    #expect(names(expand("a*.gz")) == ["a1.gz", "a2.gz"])
    #expect(names(expand("?[!1].gz")) == ["a2.gz"])
    #expect(names(expand("[a-b]1.gz")) == ["a1.gz", "b1.gz"])
    #expect(names(expand("*/a*")) == ["x/a3.gz"])
    #expect(names(expand("**/a*.gz")) == ["a1.gz", "a2.gz", "x/a3.gz", "x/y/a4.gz"])
    #expect(names(expand("x/**")) == ["x/a3.gz", "x/y/a4.gz"])
    #expect(names(expand("x/**/a4.gz")) == ["x/y/a4.gz"])
    #expect(expand("x/**", "**/a*.gz").duplicates.count == 2)
    #expect(expand("x/**").duplicates == [])
    // A folder that fits stands for what it holds.
    #expect(names(expand("?")) == ["x/a3.gz", "x/y/a4.gz"])
    // A name that exists is that file, and escapes work.
    #expect(names(expand("s[1].gz")) == ["s[1].gz"])
    #expect(names(expand("s\\[*.gz")) == ["s[1].gz"])
    #expect(names(expand(".*.gz")) == [".a.gz"])
  }

  @Test func patternsWithLoops() {
    folder.write([1], to: "d/a")
    link("d/up", to: "..")
    let expansion = expand("**/a")
    #expect(names(expansion) == ["d/a"])
    #expect(expansion.errors == [])
  }

  @Test func everyErrorIsReported() {
    folder.write([1], to: "here")
    try! FileManager.default.createDirectory(
      atPath: folder.path + "/empty", withIntermediateDirectories: true)
    let expansion = expand("gone", "here", "z*", "empty", "here/inside")
    #expect(names(expansion) == ["here"])
    #expect(
      errors(expansion) == [
        "empty: the folder holds no files", "gone: No such file or directory",
        "here/inside: Not a directory", "z*: no file fits this pattern",
      ])
    #expect(InputExpansion([]).files.isEmpty)
  }

  @Test func whatMayNotBeRead() {
    folder.write([1], to: "f/secret")
    folder.write([1], to: "locked/x")
    chmod(folder.path + "/f/secret", 0)
    chmod(folder.path + "/locked", 0)
    defer { chmod(folder.path + "/locked", 0o700) }
    let expansion = InputExpansion([folder.path])
    if geteuid() == 0 {
      // Nothing is closed to root.
      #expect(names(expansion) == ["f/secret", "locked/x"])
    } else {
      #expect(
        errors(expansion) == ["f/secret: Permission denied", "locked: Permission denied"])
    }
  }

  @Test func matching() {
    let cases: [(String, String, Bool)] = [
      ("abc", "*", true), ("abc", "a*c", true), ("abc", "a?c", true), ("abc", "a*b", false),
      ("", "*", true), ("aaa", "*a*a*", true), ("ab", "[ab][!ab]", false), ("a]", "a[]]", true),
      ("a-", "a[x-]", true), ("é.gz", "?.gz", true), ("a[", "a[", true), ("axbxc", "a*x?", true),
      ("*", "\\*", true), ("b", "\\*", false), ("^", "[a^]", true), ("b", "[^a]", true),
      (".a", "*", false), (".a", ".*", true), (".a", "?a", false), (".a", "[.]a", false),
    ]
    for (name, pattern, expected) in cases {
      #expect(
        Glob.matches(name, pattern: Array(pattern.utf8)) == expected, "\(name) \(pattern)")
    }
  }
}
