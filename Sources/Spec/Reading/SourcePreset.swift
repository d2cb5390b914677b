package import EventLog

/// Where well-known exports keep what a spec needs.
package enum SourcePreset: String, CaseIterable {
  /// Segment's and compatible collectors' event objects as JSON lines.
  case segment
  /// Amplitude's Export API: JSON lines, times in UTC as `2021-12-09 00:45:29.430000`.
  case amplitude
  /// Mixpanel's raw event export: JSON lines, everything but the name below `properties`.
  case mixpanel
  /// PostHog's batch exports as JSON lines.
  case posthog
  /// Google Analytics 4's BigQuery export as JSON lines.
  case ga4
  /// Access logs of Apache and nginx in combined format: every row is a `request` by a host.
  case combined
  package static let combinedTime = TimeField(
    paths: [FieldPath("time")], format: .pattern("%d/%b/%Y:%H:%M:%S %z"))

  package var source: SourceSpec {
    func paths(_ names: String...) -> [FieldPath] { names.map { FieldPath($0) } }
    switch self {
    case .segment:
      return SourceSpec(
        format: .jsonl, user: paths("userId", "anonymousId"), account: paths("context.groupId"),
        event: .paths(paths("event")),
        time: TimeField(paths: paths("timestamp"), format: .iso8601), id: paths("messageId"))
    case .amplitude:
      return SourceSpec(
        format: .jsonl, user: paths("user_id", "device_id"), event: .paths(paths("event_type")),
        time: TimeField(paths: paths("event_time"), format: .iso8601),
        id: paths("$insert_id", "uuid"))
    case .mixpanel:
      return SourceSpec(
        format: .jsonl, user: paths("properties.distinct_id"), event: .paths(paths("event")),
        time: TimeField(paths: paths("properties.time"), format: .auto),
        id: paths("properties.$insert_id"))
    case .posthog:
      return SourceSpec(
        format: .jsonl, user: paths("person_id", "distinct_id"), event: .paths(paths("event")),
        time: TimeField(paths: paths("timestamp"), format: .iso8601), id: paths("uuid"))
    case .ga4:
      return SourceSpec(
        format: .jsonl, user: paths("user_id", "user_pseudo_id"),
        event: .paths(paths("event_name")),
        time: TimeField(paths: paths("event_timestamp"), format: .microseconds))
    case .combined:
      return SourceSpec(
        format: .combined, user: paths("host"), event: .constant("request"),
        time: Self.combinedTime,
        properties: ["method", "path", "status", "bytes", "referer", "agent"].map {
          SourceSpec.Property(
            name: $0, paths: [FieldPath($0)], type: $0 == "bytes" ? .number : .text)
        })
    }
  }
}
