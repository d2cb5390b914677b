import EventLog
import TestSupport
import Testing

@Suite struct PathPatternTests {
  @Test(arguments: [
    ("a.csv", "a.csv", true), ("*.csv", "a.csv", true), ("*.csv", "crm/a.csv", false),
    ("crm/*.csv", "crm/a.csv", true), ("crm/*.csv", "crm/b/a.csv", false),
    ("crm/**/*.csv", "crm/a.csv", true), ("crm/**/*.csv", "crm/b/c/a.csv", true),
    ("**/*.csv", "a.csv", true), ("**", "a.csv", true), ("**", "x/y/a.csv", true),
    ("crm/**", "crm/b/a.csv", true), ("crm/**", "crm", false), ("crm/**", "crm2/a", false),
    ("{a,b}/*.gz", "b/1.gz", true), ("{a,b}/*.gz", "c/1.gz", false), ("*", ".hidden", false),
    ("part-?.jsonl", "part-1.jsonl", true), ("part-?.jsonl", "part-12.jsonl", false),
    ("[ab]*", "b1", true), ("**/x/**/y", "x/y", true), ("**/x/**/y", "a/x/b/c/y", true),
    ("**/x/**/y", "a/b/y", false),
  ])
  func fits(_ pattern: String, _ path: String, _ expected: Bool) {
    #expect(PathPattern(pattern).matches(path) == expected)
  }

  /// Every way that `**` can be split, tried one after the other.
  @Test func asTheSlowWay() {
    var random = SplitMix64(seed: 7)
    func fits(_ parts: ArraySlice<String>, _ names: ArraySlice<String>) -> Bool {
      guard let part = parts.first else { return names.isEmpty }
      if part == "**" {
        if parts.count == 1 { return !names.isEmpty }
        return (0...names.count).contains { fits(parts.dropFirst(), names.dropFirst($0)) }
      }
      guard let name = names.first, part == "*" || part == name else { return false }
      return fits(parts.dropFirst(), names.dropFirst())
    }
    for _ in 0..<Thorough.cases(2_000) {
      let parts = (0...Int(random.next() % 4)).map { _ in
        ["a", "b", "*", "**"][Int(random.next() % 4)]
      }
      let names = (0...Int(random.next() % 4)).map { _ in ["a", "b"][Int(random.next() % 2)] }
      #expect(
        PathPattern(parts.joined(separator: "/")).matches(names.joined(separator: "/"))
          == fits(parts[...], names[...]), "\(parts) \(names)")
    }
  }

  /// Patterns that could be tried in very many ways take no time.
  @Test func manyStars() {
    let pattern = PathPattern(String(repeating: "**/", count: 200) + "x")
    let path = String(repeating: "a/", count: 200) + "y"
    #expect(!pattern.matches(path))
  }
}
