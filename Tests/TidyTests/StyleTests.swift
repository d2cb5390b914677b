import Foundation
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
    for file in SourceTree.sources + SourceTree.tests {
      for (number, line) in file.lines.enumerated() {
        guard let comment = line.range(of: "//") else { continue }
        // Of links, too, which stand between two of them.
        let text = line[comment.upperBound...].replacingOccurrences(of: "``", with: "`")
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
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

  /// A file of which no other says a word is dead; one that only makes a type conform, or gives it an
  /// initializer, is not.
  @Test func everyFileIsUsed() {
    let uses = DeclaredNames.uses(in: SourceTree.sources)
    for file in SourceTree.sources {
      let names = DeclaredNames(file)
      let own = DeclaredNames.uses(in: [file])
      let isUsed = names.all.contains { uses[$0, default: 0] > own[$0, default: 0] }
      #expect(isUsed || names.isUsedUnnamed, "nothing in \(file.path) is named anywhere else")
    }
  }

  /// What only tests call belongs to the tests.
  @Test func nothingIsForTestsAlone() {
    let uses = DeclaredNames.uses(in: SourceTree.sources)
    for file in SourceTree.sources
    where file.module != "Twinfunnel" && !House.beside.contains(file.module) {
      for name in DeclaredNames(file).typesAndFunctions {
        #expect(uses[name, default: 0] > 1, "\(file.path): nothing in Sources uses `\(name)`")
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
