extension LineFormat {
  /// Those that a spec names, in the order in which guesses try them.
  package static let all: [LineFormat] = [.combined, .w3c]
}

extension LogFormat {
  package static let combined = LogFormat.lines(.combined)
  package static let w3c = LogFormat.lines(.w3c)

  /// All formats that have a name, in the order in which people are told of them.
  package static let named: [(name: String, format: LogFormat)] =
    [("jsonl", .jsonl), ("json", .json), ("csv", .csv()), ("tsv", .tsv)]
    + LineFormat.all.map { ($0.name, .lines($0)) }

  /// As the spec names it.
  package var name: String {
    switch self {
    case .jsonl: "jsonl"
    case .json: "json"
    case .delimited(let format): format.quote == nil ? "tsv" : "csv"
    case .lines(let format): format.name
    }
  }
}
