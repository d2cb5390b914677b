import Foundation

/// What a command left: `stdout`, `stderr`, `exit`, and `out/...`, each with its content.
struct Outcome: Equatable, Sendable {
  let files: [String: Data]

  init(files: [String: Data]) {
    self.files = files.filter { !$0.value.isEmpty || $0.key.hasPrefix("out/") }
  }

  /// Without what differs from run to run and from place to place:
  /// - the folder the command ran in is `$CASE`, the program `twinfunnel`;
  /// - in `run.json`, the values of `volatileMember` are `"<volatile>"`;
  /// - on stderr, the time in `in 0.12 s` is `<time>`;
  /// - on stdout, the library in `(inflate: zlib 1.2.13)` is `<volatile>`.
  func masked(place: String, program: String) -> Outcome {
    var files = files
    for (path, content) in files {
      guard var text = String(validating: content, as: UTF8.self) else { continue }
      text = text.replacingOccurrences(of: place, with: "$CASE")
        .replacingOccurrences(of: program, with: "twinfunnel")
      if path == "out/run.json" {
        text = text.replacing(Self.volatileMember) { "\($0.key)\"<volatile>\"" }
      }
      if path == "stdout" { text = text.replacing(Self.inflater) { "\($0.lead)<volatile>)" } }
      if path == "stderr" { text = text.replacing(Self.duration) { "\($0.lead)<time>" } }
      files[path] = Data(text.utf8)
    }
    return Outcome(files: files)
  }

  /// The tool's version and library, and what a run took: members of `run.json`, one per line.
  private static var volatileMember: Regex<(Substring, key: Substring)> {
    /(?<key>"(?:version|inflate|now|started_at|ended_at|wall_seconds|cpu_seconds|peak_memory_bytes)": )(?:"[^"]*"|[-+.0-9eE]+|null)/
  }

  private static var inflater: Regex<(Substring, lead: Substring)> {
    /(?<lead>\(inflate: )[^)\n]+\)/
  }

  private static var duration: Regex<(Substring, lead: Substring)> {
    /(?<lead>\bin )[0-9]+(?:\.[0-9]+)? (?:ms|s|min)\b/
  }

  /// What a reader of a failed test needs: each file that differs, and its first line that does.
  func differences(from expected: Outcome) -> [String] {
    Set(files.keys).union(expected.files.keys).sorted().compactMap { path in
      switch (expected.files[path], files[path]) {
      case (let expected, let actual) where expected == actual: nil
      case (nil, let actual?): "\(path) was not expected:\n\(Self.excerpt(actual))"
      case (let expected?, nil): "\(path) is missing:\n\(Self.excerpt(expected))"
      case (let expected, let actual):
        "\(path): " + Self.firstDifference(expected ?? Data(), actual ?? Data())
      }
    }
  }

  private static func excerpt(_ content: Data) -> String {
    String(decoding: content.prefix(600), as: UTF8.self)
  }

  private static func firstDifference(_ expected: Data, _ actual: Data) -> String {
    let lines = [expected, actual].map {
      String(decoding: $0, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }
    let index = zip(lines[0], lines[1]).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let at = index ?? min(lines[0].count, lines[1].count)
    let shown = lines.map { $0.indices.contains(at) ? $0[at].debugDescription : "(end)" }
    return "line \(at + 1)\n  expected \(shown[0])\n  actual   \(shown[1])"
  }
}
