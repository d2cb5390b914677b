import ArgumentParser

@main
struct Twinfunnel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "twinfunnel",
    abstract: "Growth tables from gzip event logs, exact to the last event.",
    version: "0.1.0"
  )
}
