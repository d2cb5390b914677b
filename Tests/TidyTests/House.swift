/// The floors of the house, from the ground up: a module uses only what stands before it.
enum House {
  static let floors = [
    "CByteScan", "CSystem", "CZlib", "CIgzip", "CXlsxWriter", "Values", "System", "EventLog",
    "Timelines", "Tables", "Pages", "Spec", "Reports", "Pipeline", "Twinfunnel",
    "TwinfunnelCommand",
  ]

  /// Programs beside the flow, which no module may use.
  static let beside = ["TwinfunnelGenerate", "TwinfunnelBench", "TwinfunnelFuzz"]

  /// The rooms of a module, likewise. A room that is not listed is a mistake of this list.
  static let rooms: [String: [String]] = [
    "EventLog": ["Batch", "Fields", "Source", "Formats"],
    "Timelines": [
      "Keys", "Model", "Matching", "Shards", "Segments", "Identity", "Build", "Store",
    ],
    "Pipeline": ["Ground", "Plan", "Scan", "Store", "Fold", "Outcome", "Publish", "Runs"],
  ]
}
