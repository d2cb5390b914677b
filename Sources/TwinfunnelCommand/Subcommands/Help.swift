import ArgumentParser
import Reports
import Spec
import System
import Values

extension Twinfunnel {
  /// In place of the parser's own, which knows flags only. It stays out of the list of commands, where
  /// the parser adds its own line.
  struct Help: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "help",
      abstract: "The page of a report, or the help of a command.",
      discussion: """
        Pages: \(ManualPage.all.map(\.name).joined(separator: ", ")). The flags of a report are in \
        twinfunnel REPORT --help.
        """,
      shouldDisplay: false
    )

    @Argument(
      help: "A type of report, a page, or a command.",
      completion: .list(ManualPage.all.map(\.name)))
    var words: [String] = []

    func run() throws {
      guard let word = words.first else { throw CleanExit.helpRequest(Twinfunnel.self) }
      if words.count == 1, let type = ReportRegistry.named(word), let page = ManualPage.named(type)
      {
        return show(page, "\nIts flags on logs without a spec: twinfunnel \(word) --help\n")
      }
      let command = Self.command(words)
      if words.count == 1, let page = ManualPage.named(word.lowercased()) {
        return show(page, command == nil ? "" : "\nIts flags: twinfunnel \(word) --help\n")
      }
      if let command { throw CleanExit.helpRequest(command) }
      throw ValidationError(
        "there is no page or command `\(ShownText.escaped(words.joined(separator: " ")))`"
          + NearestName.hint(for: word, among: Self.names))
    }

    private func show(_ page: ManualPage, _ end: String) {
      let stream = StandardStream.output
      let text = ManualText(
        width: stream.terminalWidth ?? 80, isDecorated: ColorMode.auto.isOn && stream.isTerminal)
      stream.write(text.shown(page.text) + end)
    }

    /// The command that words lead to, one below the other.
    private static func command(_ words: [String]) -> (any ParsableCommand.Type)? {
      var place: any ParsableCommand.Type = Twinfunnel.self
      for word in words {
        let next = place.configuration.subcommands.first {
          $0.configuration.aliases.contains(word) || name(of: $0) == word
        }
        guard let next else { return nil }
        place = next
      }
      return place
    }

    /// As the parser has it: a type's name in small letters, unless it says another. All say theirs: to
    /// ask for names of types takes a thousandth of a second or two, at each start.
    private static func name(of command: any ParsableCommand.Type) -> String {
      command.configuration.commandName ?? String(describing: command).lowercased()
    }

    /// Those of commands, one-off reports among them.
    static var commands: [String] {
      let own = Twinfunnel.configuration.subcommands.map(name)
      let reports = ReportRegistry.types.map { $0.type.replacing("_", with: "-") }
      return own + reports.filter { !own.contains($0) }
    }

    private static var names: [String] {
      let commands = commands
      return commands + ManualPage.all.map(\.name).filter { !commands.contains($0) }
    }
  }
}

extension ReportRegistry {
  /// The type that a word names, with hyphens or underscores.
  fileprivate static func named(_ word: String) -> String? {
    let wanted = word.replacing("-", with: "_")
    return types.first { $0.type == wanted }?.type
  }
}
