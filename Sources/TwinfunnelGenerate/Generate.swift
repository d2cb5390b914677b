import ArgumentParser

@main
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "twinfunnel-generate",
    abstract: "Writes seeded, realistic event logs."
  )
}
