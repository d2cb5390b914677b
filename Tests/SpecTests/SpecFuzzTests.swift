import TestSupport
import Testing

@testable import Reports
@testable import Spec

@Suite struct SpecFuzzTests {
  /// Whatever a spec is mangled into: it is read, or there are errors at places that exist.
  @Test func mutationsNeverCrash() {
    let tokens = [
      "{", "}", "[", "]", ":", ",", "\n", "  ", "- ", "&a ", "*a", "<<: ", "\"", "'", "#", "null",
      "~", "on", "-1", "99999999999999999999", "1e9", "0", "any", "é", "\t", "|", ">", "!!str ",
      "%", "---", "\u{0}", "\r\n", "type: ", "where: ", "steps: ", "event: ", "funnel",
      "2026-02-30",
    ]
    var outcomes = (read: 0, refused: 0)
    for seed in 0..<UInt64(Thorough.cases(2500)) {
      var generator = SpecGenerator(seed: seed)
      var yaml =
        seed % 2 == 0
        ? DesignExampleTests.example
        : SpecGenerator.head + (0..<2).map { "  r\($0): \(generator.report())\n" }.joined()
      for _ in 0..<Int.random(in: 1...4, using: &generator.random) {
        mutate(&yaml, tokens, &generator.random)
      }
      do throws(SpecErrors) {
        let spec = try AnalysisSpec.parse(yaml: yaml)
        _ = spec.planDescription
        outcomes.read += 1
      } catch {
        outcomes.refused += 1
        check(error, yaml, seed)
      }
    }
    #expect(outcomes.read > Thorough.cases(100))
    #expect(outcomes.refused > Thorough.cases(1000))
  }

  private func mutate(_ yaml: inout String, _ tokens: [String], _ random: inout SplitMix64) {
    var scalars = Array(yaml.unicodeScalars)
    let place = Int.random(in: 0...scalars.count, using: &random)
    let end = min(scalars.count, place + Int.random(in: 1...12, using: &random))
    switch Int.random(in: 0..<5, using: &random) {
    case 0: scalars.removeSubrange(place..<end)
    case 1:
      scalars.insert(
        contentsOf: scalars[place..<end], at: Int.random(in: 0...place, using: &random))
    case 2:
      scalars.replaceSubrange(
        place..<end, with: tokens.randomElement(using: &random)!.unicodeScalars)
    case 3:
      scalars.insert(contentsOf: tokens.randomElement(using: &random)!.unicodeScalars, at: place)
    default:
      // Whole lines change places.
      var lines = yaml.split(separator: "\n", omittingEmptySubsequences: false)
      lines.swapAt(
        Int.random(in: 0..<lines.count, using: &random),
        Int.random(in: 0..<lines.count, using: &random))
      yaml = lines.joined(separator: "\n")
      return
    }
    yaml = String(String.UnicodeScalarView(scalars))
  }

  private func check(_ errors: SpecErrors, _ yaml: String, _ seed: UInt64) {
    let lines = yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var sound = !errors.errors.isEmpty && errors.errors.count <= SpecErrors.countMax
    sound = sound && errors.errors.map(\.mark) == errors.errors.map(\.mark).sorted()
    for error in errors.errors {
      sound = sound && (1...lines.count).contains(error.line) && !error.message.isEmpty
      guard sound else { break }
      let length = lines[error.line - 1].unicodeScalars.count
      sound = (1...length + 1).contains(error.column)
    }
    if !sound { Issue.record("seed \(seed):\n\(yaml)\n\(errors)") }
  }

  /// Sizes and depths that a small file can claim.
  @Test func limits() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let deep = "source: " + String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
    let deeper = "source: " + String(repeating: "{a: ", count: 50_000)
    for yaml in [bomb, deep, deeper] {
      #expect(throws: SpecErrors.self) { try AnalysisSpec.parse(yaml: yaml) }
    }
    let many = "source: {preset: segment}\n" + (0..<100).map { "key\($0): 1\n" }.joined()
    #expect(throws: SpecErrors.self) { try AnalysisSpec.parse(yaml: many) }
    do throws(SpecErrors) {
      _ = try AnalysisSpec.parse(yaml: many)
    } catch {
      #expect(error.errors.count == SpecErrors.countMax)
    }
  }

  /// A spec written on another system: line ends, a byte order mark.
  @Test func lineEndsAndByteOrderMark() throws {
    let plain = try AnalysisSpec.parse(yaml: DesignExampleTests.example)
    let lines = DesignExampleTests.example.split(separator: "\n", omittingEmptySubsequences: false)
    for yaml in [lines.joined(separator: "\r\n"), "\u{FEFF}" + DesignExampleTests.example] {
      let spec = try AnalysisSpec.parse(yaml: yaml)
      #expect(spec.source == plain.source)
      #expect(spec.calendar == plain.calendar)
      #expect(spec.reports.map { json($0.definition) } == plain.reports.map { json($0.definition) })
    }
  }
}
