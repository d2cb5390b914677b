import Testing
import Timelines
import Values

@testable import Reports
@testable import Spec

@Suite struct SourcesSpecTests {
  private func parse(_ sources: String, _ rest: String = "") throws(SpecErrors) -> AnalysisSpec {
    try AnalysisSpec.parse(
      yaml:
        "sources: \(sources)\n\(rest)reports: {r: {type: activity, event: {event: x, source: b}}}")
  }

  private func errors(_ yaml: String) -> String {
    do throws(SpecErrors) {
      _ = try AnalysisSpec.parse(yaml: yaml)
      return "none"
    } catch {
      return error.description
    }
  }

  private static let two =
    "[{name: a, files: a/*, preset: segment, properties: {p: p}}, "
    + "{name: b, files: [b/*, c/**], account: acc, event: e, time: t, passive: all, optional: true}]"

  @Test func whatTheySay() throws {
    let spec = try parse(Self.two, "ignore: [x, y]\ncalendar: {observed_by: [b, a]}\n")
    #expect(spec.sources.map(\.name) == ["a", "b"])
    #expect(spec.sources.map(\.files) == [["a/*"], ["b/*", "c/**"]])
    #expect(spec.sources.map(\.isOptional) == [false, true])
    #expect(spec.sources.map(\.passive) == [PassiveNames(["identify", "group", "alias"]), .all])
    #expect(spec.ignore == ["x", "y"] && spec.observedBy == [0, 1])
    let plan = ExtractionPlan(spec)
    #expect(plan.extractions.count == 2)
    #expect(plan.schemas[0].matchers == [.from("b", .named(["x"]))])
    #expect(plan.schemas[0].sources.map(\.name) == ["a", "b"])
    // A property that only one source has is read there.
    let p = try AnalysisSpec.parse(
      yaml: "sources: \(Self.two)\nreports: {r: {type: activity, breakdown: p}}")
    #expect(ExtractionPlan(p).extractions.map { $0.texts.map(\.name) } == [["p"], ["p"]])
    #expect(ExtractionPlan(p).extractions.map { $0.texts.map(\.paths.count) } == [[1], [0]])
  }

  @Test func mistakes() {
    let reports = "reports: {r: {type: activity}}"
    #expect(
      errors("source: {preset: segment}\nsources: \(Self.two)\n\(reports)")
        == "1:9: give either `source` or `sources`, not both")
    #expect(
      errors("sources: []\n\(reports)") == "1:10: `sources` needs at least one source")
    #expect(
      errors(
        """
        sources:
          - {name: a, files: x, preset: segment}
          - {name: a, files: y, event: e, time: t}
          - {preset: segment, properties: {n: {path: n, type: number}}}
          - {name: c, files: z, preset: segment, properties: {n: n}}
        calendar: {observed_by: aa}
        reports: {r: {type: activity, event: {event: x, source: d}}}
        """)
          == """
          3:5: the source `a` needs `user` or `account`
          3:12: another source is named `a`
          4:5: a source needs `name`
          4:5: a source needs `files`
          5:5: the property `n` is a text in the source `c`, and a number in one before it
          6:25: no source is named `aa`; did you mean `a`? Valid: `a`, `a`, ``, `c`
          7:57: no source is named `d`; did you mean `a`? Valid: `a`, `a`, ``, `c`
          """)
    #expect(
      errors(
        "source: {preset: segment}\nignore: x\ncalendar: {observed_by: a}\n\(reports)")
          == """
          2:9: `ignore` is for `sources`, which have `files`
          3:25: `observed_by` names sources, which only `sources` has
          """)
    #expect(
      errors(
        "source: {preset: segment}\nreports: {r: {type: activity, event: {event: x, source: a}}}"
      )
      .contains("unknown key `source` in an event"))
  }
}
