import ArgumentParser
import System

extension Twinfunnel {
  struct Completions: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "completions",
      abstract: "Print the completions of a shell: bash, zsh or fish.",
      discussion: """
        For the current shell of bash: source <(twinfunnel completions bash). scripts/install puts \
        them where each shell looks for them.
        """
    )

    enum Shell: String, ExpressibleByArgument, CaseIterable {
      case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.") var shell: Shell

    func run() {
      let name: CompletionShell =
        switch shell {
        case .bash: .bash
        case .zsh: .zsh
        case .fish: .fish
        }
      StandardStream.output.write(Twinfunnel.completionScript(for: name) + "\n")
    }
  }
}
