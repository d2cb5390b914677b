import EventLog
import Testing
import Timelines

@testable import Reports
@testable import Spec

@Suite struct MapsSpecTests {
  private func parse(_ maps: String) throws(SpecErrors) -> AnalysisSpec {
    try AnalysisSpec.parse(
      yaml: """
        sources:
          - {name: a, files: a/*, account: org, user: u, event: e, time: t}
          - {name: b, files: b/*, account: acc, event: e, time: t, ids: {account: billing}}
          - {name: c, files: c/*, user: acc, event: e, time: t, ids: {user: crm}}
        maps: \(maps)
        reports: {r: {type: activity}}
        """)
  }

  private func errors(_ maps: String) -> String {
    do throws(SpecErrors) {
      _ = try parse(maps)
      return "none"
    } catch {
      return error.description
    }
  }

  @Test func whatTheySay() throws {
    let spec = try parse(
      """

        - {files: [m.csv, n.csv.gz], from: {column: [x, y], space: billing}, to: {column: z}}
        - {files: m.jsonl.gz, kind: user, from: {column: x.y, space: crm}, to: {column: z}, optional: true}
        - {files: m, kind: user, from: {column: {path: x, as: lower}, space: crm}, to: {column: z, space: crm2}, format: csv, delimiter: ";", encoding: windows-1252}
        - {files: n.tsv, kind: user, from: {column: x, space: crm2}, to: {column: z}, null: ["?"]}
      """)
    #expect(spec.sources.map(\.spaces.account) == [nil, "billing", nil])
    #expect(spec.sources.map(\.spaces.user) == [nil, nil, "crm"])
    #expect(spec.maps.map(\.kind) == [.account, .user, .user, .user])
    #expect(spec.maps.map(\.format.name) == ["csv", "jsonl", "csv", "tsv"])
    #expect(spec.maps.map(\.from.space) == ["billing", "crm", "crm", "crm2"])
    #expect(spec.maps.map(\.to.space) == ["", "", "crm2", ""])
    #expect(spec.maps.map(\.isOptional) == [false, true, false, false])
    #expect(spec.maps[0].from.paths == [FieldPath("x"), FieldPath("y")])
    #expect(spec.maps[2].encoding == "windows-1252")
    #expect(ExtractionPlan(spec).spaces == spec.sources.map(\.spaces))
    #expect(ExtractionPlan(spec).schemas.map(\.hasSpaces) == [true])
    let plan = spec.planDescription
    #expect(plan["maps"]?.elements?.count == 4)
    #expect(plan["sources"]?.elements?[1]["ids"]?["account"]?.string == "billing")
  }

  @Test func mistakes() {
    #expect(
      errors("[{from: {column: x, space: billing}, to: {column: z}}]")
        == "5:8: a map needs `files`")
    #expect(
      errors("[{files: m, from: {column: x}, to: {space: billing}}]") == """
        5:19: `from` of a map needs `space`
        5:38: `to` of a map needs `column`
        """)
    #expect(
      errors("[{files: m, from: {column: x, space: biling}, to: {column: z}}]")
        == "5:44: no source has account ids of the space `biling`: say `ids: {account: biling}` in one"
        + "; did you mean `billing`?")
    #expect(
      errors("[{files: m, kind: user, from: {column: x, space: billing}, to: {column: z}}]")
        .contains("no source has user ids of the space `billing`"))
    #expect(
      errors(
        """

          - {files: m, from: {column: x, space: billing}, to: {column: z, space: other}}
          - {files: n, from: {column: x, space: other}, to: {column: z, space: billing}}
        """)
          == """
          6:41: the maps lead from the space `billing` back to itself
          7:41: the maps lead from the space `other` back to itself
          """)
    #expect(
      errors("[{files: m, format: combined, from: {column: x, space: billing}, to: {column: z}}]")
        .contains("a map's `format` is jsonl, json, csv or tsv"))
    #expect(
      errors("[{files: m, from: {column: x, space: \"a:b\"}, to: {column: z}}]")
        .contains("a space's name has 1 to 100 bytes, and no blank and no colon among them"))
    do throws(SpecErrors) {
      _ = try AnalysisSpec.parse(
        yaml:
          "source: {preset: segment, ids: {account: x}}\nmaps: []\nreports: {r: {type: activity}}")
    } catch {
      #expect(
        error.description == """
          1:27: unknown key `ids` in `source`; did you mean `id`?
          2:7: `maps` is for `sources`, which have `ids` of their own
          """)
    }
  }
}
