import Foundation

/// The Swift sources of the package, as text, for rules that the compiler does not know.
struct SourceTree {
  struct File {
    /// Relative to the root of the package: `Sources/Spec/Reading/SpecValue.swift`.
    var path: String
    var lines: [Substring]
    /// The text without comments and string literals, line by line.
    var code: [String]

    /// `Spec`.
    var module: String { String(path.split(separator: "/")[1]) }

    /// The room below the module, empty for files that lie in the module's own folder.
    var room: String {
      let parts = path.split(separator: "/")
      return parts.count > 3 ? String(parts[2]) : ""
    }

    /// Words of the code, each once.
    var words: Set<Substring> {
      var words: Set<Substring> = []
      for line in code {
        for word in line.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }) {
          words.insert(Substring(String(word)))
        }
      }
      return words
    }
  }

  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let sources = files(below: "Sources")
  static let tests = files(below: "Tests")

  private static func files(below folder: String) -> [File] {
    let start = root.appendingPathComponent(folder)
    guard let walk = FileManager.default.enumerator(atPath: start.path) else { return [] }
    var files: [File] = []
    while let name = walk.nextObject() as? String {
      guard name.hasSuffix(".swift"),
        let text = try? String(contentsOf: start.appendingPathComponent(name), encoding: .utf8)
      else { continue }
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      files.append(File(path: folder + "/" + name, lines: lines, code: CodeText.of(lines)))
    }
    return files.sorted { $0.path < $1.path }
  }
}

/// Swift text without what a program does not see.
enum CodeText {
  /// Comments and the content of string literals go; interpolations go with them.
  static func of(_ lines: [Substring]) -> [String] {
    var isInText = false
    return lines.map { line in
      if isInText {
        guard let end = line.range(of: "\"\"\"") else { return "" }
        isInText = false
        return String(line[end.upperBound...])
      }
      var code = ""
      var rest = line[...]
      while let character = rest.first {
        if rest.hasPrefix("//") { break }
        if rest.hasPrefix("\"\"\"") {
          isInText = true
          break
        }
        rest = rest.dropFirst()
        guard character == "\"" else {
          code.append(character)
          continue
        }
        while let inner = rest.first, inner != "\"" {
          rest = rest.dropFirst(inner == "\\" ? 2 : 1)
        }
        rest = rest.dropFirst()
        code += "\"\""
      }
      return code
    }
  }
}
