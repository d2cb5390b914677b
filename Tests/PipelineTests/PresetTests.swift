import EventLog
import Foundation
import Spec
import TestSupport
import Testing

@testable import Pipeline

/// Each preset on rows made after the page that it names.
@Suite struct PresetTests {
  private struct Case: CustomTestStringConvertible {
    var preset: String
    /// Further lines of `source`.
    var more = ""
    var log: String
    /// `user|account|event|time|id|texts|numbers`.
    var rows: [String]
    var rejects: [String: Int] = [:]
    var testDescription: String { preset }
  }

  private static let segmentLog = #"""
    {"type":"page","anonymousId":"a1","userId":null,"name":"Home","messageId":"1","timestamp":"2024-01-02T03:04:05.678Z"}
    {"type":"track","event":"Signed Up","userId":"u1","messageId":"2","timestamp":"2024-01-02T03:05:05.678Z","context":{"groupId":"g1"}}
    {"type":"group","userId":"u1","groupId":"g2","messageId":"3","timestamp":"2024-01-02T03:06:05.678Z"}
    """#
  private static let segmentRows = [
    "a1|-|page|2024-01-02T03:04:05.678Z|1", "u1|g1|Signed Up|2024-01-02T03:05:05.678Z|2",
    "u1|g2|group|2024-01-02T03:06:05.678Z|3",
  ]
  private static let accessTail =
    #"- - [02/Jan/2024:03:04:05 +0100] "GET /a?b=1 HTTP/1.1" 200 512 "https://x.example/" "Mozilla/5.0 (X11)""#
  private static let accessRow =
    "-|request|2024-01-02T02:04:05Z|-|Mozilla/5.0 (X11)|GET|/a?b=1|https://x.example/|200|512"

  private static func snowplow(_ values: [Int: String]) -> String {
    (0...130).map { values[$0] ?? "" }.joined(separator: "\t")
  }

  private static let cases = [
    Case(preset: "segment", log: segmentLog, rows: segmentRows),
    Case(preset: "rudderstack", log: segmentLog, rows: segmentRows),
    Case(
      preset: "amplitude",
      log: #"""
        {"$insert_id":"i1","amplitude_id":1001,"device_id":"d1","user_id":null,"event_id":1,"event_type":"visit","event_time":"2024-01-02 03:04:05.678000","groups":{"company":["acme"]},"uuid":"x1"}
        {"$insert_id":null,"amplitude_id":1001,"device_id":"d2","user_id":"ann","event_id":1,"event_type":"buy","event_time":"2024-01-02 03:04:06","groups":{},"uuid":"x2"}
        """#,
      rows: [
        "1001|acme|visit|2024-01-02T03:04:05.678Z|i1", "1001|-|buy|2024-01-02T03:04:06Z|x2",
      ]),
    Case(
      preset: "mixpanel",
      log: #"""
        {"event":"Signed up","properties":{"time":1704164645,"distinct_id":"p1","$insert_id":"i1","$browser":"Chrome"}}
        {"event":"Signed up","properties":{"time":1704164645678,"distinct_id":"p2","$insert_id":"i2"}}
        """#,
      rows: [
        "p1|-|Signed up|2024-01-02T03:04:05Z|i1", "p2|-|Signed up|2024-01-02T03:04:05.678Z|i2",
      ]),
    Case(
      preset: "posthog", more: "properties: {browser: properties.$browser}",
      log: #"""
        {"uuid":"e1","event":"$pageview","distinct_id":"d1","person_id":"p1","properties":{"$browser":"Chrome"},"timestamp":"2024-01-02T03:04:05.678000Z"}
        {"uuid":"e2","event":"$pageview","distinct_id":"d1","properties":"{\"$browser\":\"Safari\"}","timestamp":"2024-01-02 03:04:05.678"}
        """#,
      rows: [
        "p1|-|$pageview|2024-01-02T03:04:05.678Z|e1|Chrome",
        "d1|-|$pageview|2024-01-02T03:04:05.678Z|e2|Safari",
      ]),
    Case(
      preset: "posthog", more: "format: csv\nproperties: {browser: properties.$browser}",
      log: #"""
        uuid,event,distinct_id,person_id,timestamp,properties
        e1,$pageview,d1,p1,2024-01-02 03:04:05.678000+00:00,"{""$browser"": ""Chrome"", ""n"": 1}"
        """#,
      rows: ["p1|-|$pageview|2024-01-02T03:04:05.678Z|e1|Chrome"]),
    Case(
      preset: "ga4",
      more: #"properties: {page: "event_params[page_location]", number: "event_params[n]"}"#,
      log: #"""
        {"event_date":"20240102","event_timestamp":"1704164645678901","event_name":"page_view","user_pseudo_id":"1.2","event_bundle_sequence_id":"7","event_params":[{"key":"n","value":{"string_value":null,"int_value":"5"}},{"key":"page_location","value":{"string_value":"https://x.example/a"}}]}
        {"event_date":"20240102","event_timestamp":"1704164645678902","event_name":"purchase","user_id":"u","user_pseudo_id":"1.2","event_bundle_sequence_id":"8","event_params":[]}
        """#,
      rows: [
        "1.2|-|page_view|2024-01-02T03:04:05.678901Z|1.2|page_view|1704164645678901|7|5|https://x.example/a",
        "u|-|purchase|2024-01-02T03:04:05.678902Z|1.2|purchase|1704164645678902|8|-|-",
      ]),
    Case(
      preset: "snowplow",
      log: [
        snowplow([
          0: "site", 1: "web", 3: "2024-01-02 03:04:06.000", 5: "page_view", 6: "e1", 15: "d1",
          18: "DE", 35: "/a", 47: "cpc", 48: "google", 51: "spring", 124: "2024-01-02 03:04:05.678",
          126: "page_view",
        ]),
        snowplow([
          3: "2024-01-02 03:04:06.000", 5: "struct", 6: "e2", 12: "u1", 15: "d1", 61: "12.5",
          130: "x",
        ]),
      ].joined(separator: "\n"),
      rows: [
        "d1|-|page_view|2024-01-02T03:04:05.678Z|e1|spring|DE|cpc|/a|google|-",
        "u1|-|struct|2024-01-02T03:04:06Z|e2|-|-|-|-|-|12.5",
      ]),
    Case(
      preset: "snowplow_json",
      log: #"""
        {"event_id":"e1","event":"unstruct","event_name":"add_to_cart","domain_userid":"d1","user_id":null,"derived_tstamp":"2024-01-02T03:04:05.678Z","collector_tstamp":"2024-01-02T03:04:06.000Z","geo_country":"DE"}
        """#,
      rows: ["d1|-|add_to_cart|2024-01-02T03:04:05.678Z|e1|-|DE|-|-|-|-"]),
    Case(
      preset: "sensors",
      log: #"""
        {"_track_id":11,"type":"track","event":"view","distinct_id":"a1","anonymous_id":"a1","time":1704164645678,"properties":{"$os":"iOS"}}
        {"_track_id":12,"type":"track","event":"buy","distinct_id":"u1","login_id":"u1","time":1704164645679}
        {"_track_id":13,"type":"profile_set","distinct_id":"u1","login_id":"u1","time":1704164645680}
        """#,
      rows: [
        "a1|-|view|2024-01-02T03:04:05.678Z|11", "u1|-|buy|2024-01-02T03:04:05.679Z|12",
        "u1|-|profile_set|2024-01-02T03:04:05.68Z|13",
      ]),
    Case(
      preset: "combined", log: "203.0.113.9, 10.0.0.1 \(accessTail)\n192.0.2.1 \(accessTail)\n",
      rows: ["203.0.113.9|\(accessRow)", "192.0.2.1|\(accessRow)"]),
    Case(
      preset: "vhost_combined", log: "example.org:443 192.0.2.1 \(accessTail)",
      rows: [
        "192.0.2.1|-|request|2024-01-02T02:04:05Z|-|Mozilla/5.0 (X11)|GET|/a?b=1|https://x.example/|200|example.org:443|512"
      ]),
    Case(
      preset: "nginx_main",
      log: "10.0.0.1 \(accessTail) \"203.0.113.9, 10.0.0.2\"\n10.0.0.1 \(accessTail) \"-\"\n",
      rows: [
        "203.0.113.9|-|request|2024-01-02T02:04:05Z|-|Mozilla/5.0 (X11)|203.0.113.9, 10.0.0.2|GET|/a?b=1|https://x.example/|200|512",
        "10.0.0.1|-|request|2024-01-02T02:04:05Z|-|Mozilla/5.0 (X11)|-|GET|/a?b=1|https://x.example/|200|512",
      ]),
    Case(
      preset: "common",
      log: #"192.0.2.1 - ann [02/Jan/2024:03:04:05.123 +0000] "GET / HTTP/1.0" 304 -"#,
      rows: ["192.0.2.1|-|request|2024-01-02T03:04:05.123Z|-|GET|/|304|-"]),
    Case(
      preset: "cloudfront",
      log: """
        #Version: 1.0
        #Fields: date time x-edge-location sc-bytes c-ip cs-method cs-uri-stem sc-status cs(Referer) cs(User-Agent) x-edge-request-id
        2024-01-02\t03:04:05\tFRA2-C1\t1045\t192.0.2.1\tGET\t/a\t200\t-\tMozilla/5.0%20(X11;%20Linux)\tabc==
        """,
      rows: [
        "192.0.2.1|-|request|2024-01-02T03:04:05Z|abc==|Mozilla/5.0 (X11; Linux)|GET|/a|-|200|1045"
      ]),
    Case(
      preset: "alb",
      log: #"""
        https 2024-01-02T03:04:05.186641Z app/my-lb/50dc6c 192.0.2.1:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/a HTTP/1.1" "curl/7.46.0 (x)" ECDHE TLSv1.2 arn:x "Root=1" "www.example.com" "arn:y" 1 2024-01-02T03:04:05.1Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1
        http 2024-01-02T03:04:06Z app/my-lb/50dc6c 2001:db8::1:2817 - -1 -1 -1 503 - 34 366 "GET http://www.example.com:80/ HTTP/1.1" "-" - - arn:x "-" "-" "-"
        """#,
      rows: [
        "192.0.2.1|-|request|2024-01-02T03:04:05.186641Z|-|curl/7.46.0 (x)|GET|https://www.example.com:443/a|200|57",
        "2001:db8::1|-|request|2024-01-02T03:04:06Z|-|-|GET|http://www.example.com:80/|503|366",
      ]),
    Case(
      preset: "cloudtrail",
      log: #"""
        {"Records":[{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::1:user/ann"},"eventTime":"2024-01-02T03:04:05Z","eventName":"StartInstances","eventID":"e1","recipientAccountId":"1"},
        {"userIdentity":{"type":"AWSService","invokedBy":"x"},"eventTime":"2024-01-02T03:04:06Z","eventName":"AssumeRole","eventID":"e2","recipientAccountId":"1"}]}
        """#,
      rows: [
        "arn:aws:iam::1:user/ann|1|StartInstances|2024-01-02T03:04:05Z|e1",
        "-|1|AssumeRole|2024-01-02T03:04:06Z|e2",
      ]),
    Case(
      preset: "gharchive",
      log: #"""
        {"id":"1","type":"PushEvent","actor":{"id":665991,"login":"x"},"repo":{"id":2},"created_at":"2024-01-02T03:04:05Z"}
        """#,
      rows: ["665991|-|PushEvent|2024-01-02T03:04:05Z|1"]),
    Case(
      preset: "cloudflare",
      log: #"""
        {"ClientIP":"192.0.2.1","EdgeStartTimestamp":1704164645678000000,"RayID":"r1"}
        {"ClientIP":"192.0.2.1","EdgeStartTimestamp":"2024-01-02T03:04:05Z","RayID":"r2"}
        """#,
      rows: [
        "192.0.2.1|-|request|2024-01-02T03:04:05.678Z|r1",
        "192.0.2.1|-|request|2024-01-02T03:04:05Z|r2",
      ]),
    Case(
      preset: "stripe",
      log: """
        id,Description,Created date (UTC),Amount,Currency,Status,Customer ID
        ch_1,x,2024-01-02 03:04:05,"1,234.56",eur,Paid,cus_1
        ch_2,x,2024-01-02 03:05,20.00,eur,Failed,cus_1
        """,
      rows: [
        "cus_1|cus_1|payment|2024-01-02T03:04:05Z|ch_1|eur|eur|Paid|1234.56",
        "cus_1|cus_1|payment|2024-01-02T03:05:00Z|ch_2|eur|eur|Failed|20",
      ]),
    Case(
      preset: "shopify",
      log: """
        Name,Email,Financial Status,Paid at,Currency,Total,Created at,Lineitem name
        #1001,a@x.example,paid,2024-01-02 03:04:06 -0500,EUR,12.50,2024-01-02 03:04:05 -0500,Shirt
        #1001,a@x.example,,,,,,Hat
        """,
      rows: ["a@x.example|-|order|2024-01-02T08:04:05Z|#1001|EUR|paid|EUR|12.5"]),
  ]

  @Test func everyPresetIsTried() {
    #expect(Set(Self.cases.map(\.preset)) == Set(SourcePreset.all.map(\.name)))
  }

  /// A guess finds each by its rows; RudderStack's are Segment's.
  @Test(arguments: cases)
  private func isRecognised(_ tried: Case) throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("log")
    try Data(tried.log.utf8).write(to: file)
    let sample = try RowSample(InputFile(path: file.path, bytes: tried.log.utf8.count))
    let guess = SourceGuess(sample)
    #expect(guess.preset == (tried.preset == "rudderstack" ? "segment" : tried.preset))
    #expect(guess.problems == [])
  }

  @Test(arguments: cases)
  private func rows(_ tried: Case) throws {
    for chunkBytes in [1, 256 << 10] {
      let read = try ReadRows(
        "preset: \(tried.preset)\n\(tried.more)", tried.log, chunkBytes: chunkBytes)
      #expect(read.problem == nil)
      #expect(read.rows == tried.rows)
      #expect(read.rejects == tried.rejects)
    }
  }
}
