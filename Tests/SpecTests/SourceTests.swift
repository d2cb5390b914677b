import EventLog
import Testing
import Timelines

@testable import Reports
@testable import Spec

@Suite struct SourceTests {
  /// Sources, with one activity report by user unless the source has only accounts.
  private func source(_ section: String) throws -> SourceSpec {
    try AnalysisSpec.parse(
      yaml: "source: \(section)\nreports: {daily: {type: activity}}\n"
    ).source
  }

  @Test func timesAndEvents() throws {
    #expect(
      try source("{user: u, event: {value: purchase}, time: {path: ts, format: seconds}}")
        == SourceSpec(
          format: .jsonl, user: [FieldPath("u")], event: .constant("purchase"),
          time: TimeField(paths: [FieldPath("ts")], format: .seconds)))
    let formats: [(String, TimeFormat)] = [
      ("milliseconds", .milliseconds), ("microseconds", .microseconds), ("iso8601", .iso8601),
      ("auto", .auto), ("\"%d/%b/%Y:%H:%M:%S %z\"", .pattern("%d/%b/%Y:%H:%M:%S %z")),
    ]
    for (text, format) in formats {
      let spec = try source("{user: u, event: e, time: {path: [a, b], format: \(text)}}")
      #expect(spec.time == TimeField(paths: [FieldPath("a"), FieldPath("b")], format: format))
    }
    #expect(
      try source("{user: u, event: [a, b], time: ts}").event
        == .paths([FieldPath("a"), FieldPath("b")]))
  }

  @Test func formats() throws {
    func format(_ text: String) throws -> LogFormat {
      try source("{user: u, event: e, time: t, \(text)}").format
    }
    #expect(try format("format: csv") == .csv(delimiter: UInt8(ascii: ",")))
    #expect(try format("format: csv, delimiter: ;") == .csv(delimiter: UInt8(ascii: ";")))
    #expect(try format("format: csv, delimiter: '|'") == .csv(delimiter: UInt8(ascii: "|")))
    #expect(try format("format: csv, delimiter: tab") == .csv(delimiter: 9))
    #expect(try format("format: csv, delimiter: \"\\t\"") == .csv(delimiter: 9))
    #expect(try format("format: tsv") == .tsv)
    let escaping = DelimitedFormat(
      delimiter: UInt8(ascii: ","), quote: UInt8(ascii: "'"), escape: UInt8(ascii: "'"))
    #expect(try format(#"format: csv, quote: "'", escape: "'""#) == .delimited(escaping))
    #expect(
      try source("{format: combined, user: host, event: {value: hit}}").time
        == TimeField(
          paths: [FieldPath("time")],
          formats: [
            .pattern("%d/%b/%Y:%H:%M:%S %z"), .pattern("%d/%b/%Y:%H:%M:%S.%f %z"),
          ]))
  }

  @Test func presets() throws {
    // The files themselves must be without mistakes: each is read as a user's section.
    for preset in SourcePreset.all {
      let context = SpecContext(reportTypes: [])
      var reader: SourceReader?
      preset.read({ reader = SourceReader(reading: &$0) }, context: context)
      #expect(context.errors.isEmpty, "\(preset.name): \(context.errors)")
      #expect(reader?.time != nil && reader?.event != nil && reader?.user.isEmpty == false)
      #expect(preset.yaml.contains("# https://"), "\(preset.name) names no page")
    }
    func paths(_ names: String...) -> [FieldPath] { names.map { FieldPath($0) } }
    var segment = SourceSpec(
      format: .jsonl, user: paths("userId"), account: paths("context.groupId", "groupId"),
      event: .paths(paths("event", "type")),
      time: TimeField(paths: paths("timestamp"), format: .iso8601), id: paths("messageId"))
    segment.anonymous = paths("anonymousId")
    segment.alias = AliasField(names: ["alias"], from: paths("previousId"))
    segment.passive = PassiveNames(["identify", "group", "alias"])
    #expect(try source("{preset: segment}") == segment)
    var mixpanel = SourceSpec(
      format: .jsonl, user: paths("properties.distinct_id"), event: .paths(paths("event")),
      time: TimeField(paths: paths("properties.time"), format: .auto),
      id: paths("properties.$insert_id"))
    mixpanel.passive = PassiveNames(["$identify", "$create_alias", "$merge"])
    #expect(try source("{preset: mixpanel}") == mixpanel)
    let changed = try source(
      "{preset: amplitude, user: amplitude_id, id: null, time: {format: auto}, "
        + "properties: {plan: user_properties.plan}}")
    #expect(changed.user == [FieldPath("amplitude_id")])
    #expect(changed.id == [])
    // The preset's path and zone stay while the format changes.
    #expect(changed.time.paths == [FieldPath("event_time")])
    #expect(changed.time.formats == [.auto])
    #expect(changed.time.zone == "UTC")
    #expect(changed.event == .paths([FieldPath("event_type")]))
    #expect(changed.properties.map(\.name) == ["plan"])
    // A property of the preset can be declared anew.
    let combined = try source(
      "{preset: combined, properties: {status: {path: status, type: number}}}")
    #expect(
      combined.properties.map(\.name) == ["method", "path", "status", "bytes", "referer", "agent"])
    #expect(combined.properties[2].type == .number)
  }
}
