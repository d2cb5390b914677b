import Testing

/// House rules that neither the compiler nor the formatter checks.
@Suite struct StyleTests {
  @Test func linesAreShort() {
    for file in SourceTree.sources {
      // The formatter keeps code to 100; a comment may run over by a word, a literal as it must.
      for (number, line) in file.lines.enumerated() where line.count > 104 {
        #expect(line.contains("\""), "\(file.path):\(number + 1) has \(line.count) characters")
      }
    }
  }

  @Test func filesHoldOneConcept() {
    for file in SourceTree.sources {
      #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines")
    }
  }

  /// What a library may not do: print, end the process, force.
  @Test func forbiddenCalls() {
    let forbidden: [(call: String, instead: String)] = [
      ("print(", "the library never prints: return text, or write to a sink"),
      ("debugPrint(", "the library never prints"),
      ("fatalError(", "throw an error, or state an invariant with `preconditionFailure`"),
      ("try!", "throw, or handle the error"),
      ("as!", "a cast that can fail is no cast: `as?` with an answer"),
      ("import Foundation", "Foundation is 40 MB of binary: see Values and System"),
      ("Thread.sleep", "nothing here waits by the clock"),
    ]
    for file in SourceTree.sources where !House.beside.contains(file.module) {
      for (number, line) in file.code.enumerated() {
        for (call, instead) in forbidden where line.contains(call) {
          let before = line.prefix(upTo: line.range(of: call)!.lowerBound).last
          if call.hasSuffix("("), let before, before.isLetter || before == "_" { continue }
          Issue.record("\(file.path):\(number + 1): \(call): \(instead)")
        }
      }
    }
  }

  /// One module is the public face; between the others all is `package`.
  @Test func onlyTheFaceIsPublic() {
    for file in SourceTree.sources where file.module != "Twinfunnel" {
      for (number, line) in file.code.enumerated() {
        let words = line.split(separator: " ")
        #expect(!words.contains("public"), "\(file.path):\(number + 1) is public: say `package`")
      }
    }
  }

  /// Which C library there is, is known in one room only.
  @Test func systemsAreToldApartInOneRoom() {
    for file in SourceTree.sources where !["System", "TwinfunnelBench"].contains(file.module) {
      for (number, line) in file.code.enumerated() {
        let asks = line.contains("#if os(") || line.contains("#if canImport(")
        #expect(!asks, "\(file.path):\(number + 1): what differs by system belongs into System")
      }
    }
  }

  /// A comment that names a type which no longer exists misleads.
  @Test func commentsNameWhatExists() {
    var known: Set<Substring> = []
    for file in SourceTree.sources + SourceTree.tests { known.formUnion(file.words) }
    for file in SourceTree.sources {
      for (number, line) in file.lines.enumerated() {
        guard let comment = line.range(of: "//") else { continue }
        let parts = line[comment.upperBound...].split(
          separator: "`", omittingEmptySubsequences: false)
        for part in parts.enumerated() where part.offset % 2 == 1 {
          guard let name = part.element.split(separator: ".").first, Self.isTypeName(name) else {
            continue
          }
          #expect(
            known.contains(name), "\(file.path):\(number + 1) names `\(name)`, which is nowhere")
        }
      }
    }
  }

  /// Upper camel case with two capitals at least, letters and digits alone: `SpecValue`.
  private static func isTypeName(_ text: Substring) -> Bool {
    guard let first = text.first, first.isUppercase, text.contains(where: \.isLowercase) else {
      return false
    }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      && text.dropFirst().contains(where: \.isUppercase)
  }
}
