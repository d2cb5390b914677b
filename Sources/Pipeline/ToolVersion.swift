import EventLog

/// What `--version` says and `run.json` records.
public enum ToolVersion {
  public static let number = "0.1.0"

  public static var text: String { "twinfunnel \(number) (inflate: \(InflateBackend.name))" }
}
