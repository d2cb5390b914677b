import ArgumentParser

@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "twinfunnel-bench",
    abstract: "Parts of a run by themselves, for scripts/bench.",
    subcommands: [Inflate.self, Stages.self]
  )
}
