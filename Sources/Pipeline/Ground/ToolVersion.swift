import EventLog

/// What `--version` says and `run.json` records.
package enum ToolVersion {
  package static let number = "0.1.0"

  package static var text: String { "twinfunnel \(number) (inflate: \(InflateBackend.name))" }
}
