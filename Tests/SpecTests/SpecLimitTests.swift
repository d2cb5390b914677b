import TestSupport
import Testing

@testable import Reports
@testable import Spec

/// Files that claim more than anybody wrote: each is refused, with the bound that it passes, after
/// work that does not grow with what it claims.
@Suite struct SpecLimitTests {
  private static let head = "source: {preset: segment}\n"

  private func errors(_ yaml: String) -> [String] {
    do throws(SpecErrors) {
      _ = try AnalysisSpec.parse(yaml: yaml)
      return []
    } catch {
      return error.errors.map(\.description)
    }
  }

  /// A key that is a list of aliases of lists of aliases: comparing two such keys takes ages.
  @Test func aliasesAsKeys() {
    func bomb(_ levels: Int) -> String {
      var yaml = "a0: &a0 [x, x]\n"
      for level in 1...levels { yaml += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
      return yaml
    }
    for (key, place) in [
      ("? *a40\n: 1\n", "42:1"), ("*a40 : 1\n", "42:1"), ("x: {*a40 : 1}\n", "42:5"),
      ("[*a40, y]: 1\n", "42:9"), ("x: [{y: *a40}: 1]\n", "42:13"), ("x: [? *a40, 1]\n", "42:5"),
      ("{*a40: 1}: 2\n", "42:2"), ("? [*a40]\n", "42:1"), ("x: {?*a40 : 1}\n", "42:5"),
    ] {
      #expect(
        errors(bomb(40) + key) == [
          "\(place): in a spec with aliases a key must be plain text, and this could be another one"
        ], "\(key)")
    }
    // Without such a key the bomb is one of values.
    #expect(errors(bomb(40)) == ["1:10: the spec is too large: more than 100000 values"])
    #expect(errors("? [a]\n: 1\n") == ["1:3: a key must be plain text, not a list or a mapping"])
    #expect(YAMLKeys.suspect(in: "a: &a [1]\nb: *a\nc: {<<: *a, d: [1, 2]}\n# why?\n") == nil)
  }

  @Test func eventsThatDouble() {
    var yaml = Self.head + "events:\n  e0: {event: a, where: {plan: x}}\n"
    for level in 1...40 {
      let one = "{event: e\(level - 1), where: {plan: a\(level)}}"
      yaml += "  e\(level): [\(one), {event: e\(level - 1), where: {plan: b\(level)}}]\n"
    }
    yaml += "reports: {r: {type: activity, event: e40}}\n"
    yaml = yaml.replacing(
      "{preset: segment}", with: "{preset: segment, properties: {plan: properties.plan}}")
    #expect(
      errors(yaml).contains {
        $0.hasSuffix("events refer to each other too often: more than 200000 names and tests")
      })
  }

  @Test func eventsInARow() {
    var yaml = Self.head + "events:\n"
    for level in 0..<5_000 { yaml += "  e\(level): e\(level + 1)\n" }
    yaml += "reports: {r: {type: activity}}\n"
    #expect(
      errors(yaml).first
        == "34:8: events that refer to each other too deeply: more than 32")
  }

  @Test func counts() {
    func many(_ count: Int, _ item: (Int) -> String) -> String {
      (0..<count).map(item).joined(separator: ", ")
    }
    let cases = [
      (
        "source: {preset: segment, properties: {\(many(1_001) { "p\($0): x" })}}\n"
          + "reports: {r: {type: activity}}",
        "1:39: `properties` has at most 1000 paths, not 1001"
      ),
      (
        Self.head + "reports: {\(many(1_001) { "r\($0): {type: activity}" })}",
        "2:10: `reports` has at most 1000 reports, not 1001"
      ),
      (
        Self.head + "reports: {r: {type: activity, event: [\(many(10_001) { "e\($0)" })]}}",
        "2:38: a list has at most 10000 items, not 10001"
      ),
      (
        Self.head + "events: {\(many(10_001) { "e\($0): x" })}",
        "2:9: a mapping has at most 10000 keys, not 10001"
      ),
      (
        Self.head + "reports: {r: {type: activity}}\ngoals: [\(many(1_001) { _ in "{}" })]",
        "3:8: `goals` has at most 1000 goals, not 1001"
      ),
      (
        Self.head + "reports: {r: {type: activity, where: {\(many(101) { "p\($0): x" })}}}",
        "2:38: `where` has at most 100 tests, not 101"
      ),
      (
        "source: {format: jsonl, user: u, event: e, time: t, each: [\(many(50) { "{event: e\($0), time: t}" })],"
          + " properties: {\(many(100) { "p\($0): x" })}}\nreports: {r: {type: activity}}",
        "1:1: `source` has at most 5000 paths, each entry of `each` with all of them, not 5200"
      ),
      (
        Self.head + "x: \(String(repeating: "a", count: 20_000))",
        "2:4: a text has at most 16384 bytes"
      ),
    ]
    for (yaml, message) in cases { #expect(errors(yaml).contains(message), "\(message)") }
  }

  /// Names that some system takes for something else, or that do not look like what they are.
  @Test func namesOfReports() {
    for name in [
      "CON", "con", "nul.x", "Aux", "LPT1", "com9.daily", "a.", "a ", " a", ".a", "-a", "a/b",
      "a\\b",
      "a:b", "a\u{202E}b", "a\u{200B}b", "a\u{2028}b", "a\u{FEFF}", "\u{1}", "", "..", "con .x",
      String(repeating: "a", count: 101),
    ] {
      #expect(!FileStem.isPlain(name), "\(name.debugDescription)")
    }
    for name in [
      "daily", "Funnel 2", "a.b", "console", "lpt", "com10", "日活", "Ärger", "x-1_y",
      String(repeating: "a", count: 100),
    ] {
      #expect(FileStem.isPlain(name), "\(name)")
    }
    #expect(
      errors(Self.head + "reports: {CON: {type: activity}}").contains {
        $0.contains("the report's name `CON` cannot name a file")
      })
  }

  /// Large files of every kind, each with as many mistakes as it has lines: read to the end, or
  /// refused for their size, and forty errors told.
  @Test func largeFiles() {
    for seed in 0..<UInt64(Thorough.cases(60)) {
      var random = SplitMix64(state: seed)
      let lines = 2_000
      var yaml = Self.head
      switch seed % 6 {
      case 0:
        for line in 0..<lines { yaml += "kye\(line): \(random.next() % 1000)\n" }
      case 1:
        yaml += "reports:\n"
        for line in 0..<lines / 4 { yaml += "  r\(line): {type: activity, where: {p\(line): 1}}\n" }
      case 2:
        yaml += "events:\n"
        for line in 0..<lines { yaml += "  e\(line): [e\(random.next() % 2_000), x]\n" }
      case 3:
        yaml += "reports:\n  r:\n    type: funnel\n    steps:\n"
        for line in 0..<lines { yaml += "      - {event: s\(line), optinal: true}\n" }
      case 4:
        yaml += "reports: {r: {type: activity}}\ngoals:\n"
        for line in 0..<lines / 4 { yaml += "  - {name: g\(line), table: q\(line), column: x}\n" }
      default:
        yaml += "a: &a [1, 2, 3]\nb:\n"
        for _ in 0..<lines { yaml += "  - [*a, *a, {<<: {a: 1}, b: 2}]\n" }
      }
      let found = errors(yaml)
      #expect(!found.isEmpty && found.count <= SpecErrors.countMax, "seed \(seed)")
    }
  }
}
