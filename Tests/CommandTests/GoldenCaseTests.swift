import Foundation
import Testing

/// Every folder of `fixtures/cases`, through the program as it was built.
@Suite struct GoldenCaseTests {
  @Test(arguments: GoldenCase.all)
  func goldenCase(_ goldenCase: GoldenCase) throws {
    let outcome = try goldenCase.run()
    if ProcessInfo.processInfo.environment["TWINFUNNEL_GOLDEN"] == "rewrite" {
      try goldenCase.rewrite(outcome)
    }
    let differences = outcome.differences(from: try goldenCase.expected)
    #expect(differences.isEmpty, "\(goldenCase.name)\n\(differences.joined(separator: "\n"))")
  }

  @Test func thereAreCases() {
    #expect(GoldenCase.all.map(\.name).contains("command/version"))
  }
}

@Suite struct OutcomeTests {
  private func outcome(_ files: [String: String]) -> Outcome {
    Outcome(files: files.mapValues { Data($0.utf8) })
  }

  @Test func masksOnlyWhatIsVolatile() {
    let raw = outcome([
      "stdout": "/x/case/out written in 3 s (inflate: zlib 1.2.13)\n", "exit": "0\n",
      "stderr": "/x/bin/tf: done in 0.12 s\n",
      "out/run.json": """
      {
        "version": "1.2.3", "inflate": "zlib 1.2.13",
        "wall_seconds": 0.25,
        "cpu_seconds": 1,
        "peak_memory_bytes": 1024,
        "median_seconds": 4,
        "spec": "/x/case/spec.yaml"
      }
      """, "out/a.csv": "\"version\": 1\n",
    ])
    #expect(
      raw.masked(place: "/x/case", program: "/x/bin/tf")
        == outcome([
          "stdout": "$CASE/out written in 3 s (inflate: <volatile>)\n", "exit": "0\n",
          "stderr": "twinfunnel: done in <time>\n",
          "out/run.json": """
          {
            "version": "<volatile>", "inflate": "<volatile>",
            "wall_seconds": "<volatile>",
            "cpu_seconds": "<volatile>",
            "peak_memory_bytes": "<volatile>",
            "median_seconds": 4,
            "spec": "$CASE/spec.yaml"
          }
          """, "out/a.csv": "\"version\": 1\n",
        ]))
  }

  @Test func differencesNameTheFirstLine() {
    let expected = outcome(["stdout": "a\nb\nc\n", "exit": "0\n", "out/gone.csv": "x\n"])
    let actual = outcome([
      "stdout": "a\nB\nc\n", "exit": "0\n", "stderr": "oops\n", "out/e.csv": "",
    ])
    #expect(
      actual.differences(from: expected) == [
        "out/e.csv was not expected:\n", "out/gone.csv is missing:\nx\n",
        "stderr was not expected:\noops\n", "stdout: line 2\n  expected \"b\"\n  actual   \"B\"",
      ])
    #expect(expected.differences(from: expected) == [])
    let longer = outcome(["stdout": "a\nb\nc\nd", "exit": "0\n", "out/gone.csv": "x\n"])
    #expect(
      longer.differences(from: expected) == ["stdout: line 4\n  expected \"\"\n  actual   \"d\""])
  }

  @Test func anEmptyStreamIsNoStream() {
    #expect(outcome(["stderr": ""]) == outcome([:]))
    #expect(outcome(["out/a.csv": ""]) != outcome([:]))
  }
}
