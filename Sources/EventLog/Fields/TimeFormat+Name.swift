extension TimeFormat {
  /// Formats that have a name, in the order in which messages list them.
  package static let named: [TimeFormat] = [
    .iso8601, .seconds, .milliseconds, .microseconds, .nanoseconds, .excel, .auto,
  ]

  /// As a spec writes it: a name, or the pattern.
  package var name: String {
    switch self {
    case .iso8601: "iso8601"
    case .seconds: "seconds"
    case .milliseconds: "milliseconds"
    case .microseconds: "microseconds"
    case .nanoseconds: "nanoseconds"
    case .excel: "excel"
    case .auto: "auto"
    case .pattern(let pattern): pattern
    }
  }

  /// Whether it counts from 1970, so that no zone is left to say.
  package var isEpoch: Bool {
    switch self {
    case .seconds, .milliseconds, .microseconds, .nanoseconds: true
    case .iso8601, .excel, .auto, .pattern: false
    }
  }
}
