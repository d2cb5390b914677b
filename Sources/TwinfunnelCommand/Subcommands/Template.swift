import ArgumentParser
import Spec
import System

extension Twinfunnel {
  struct Template: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "template",
      abstract: "A commented spec to start from, for an operating model.",
      discussion: SpecTemplate.all.map { template in
        let name = template.name
        return name + String(repeating: " ", count: 15 - name.count) + template.summary
      }.joined(separator: "\n")
        + "\npresets        All presets of `source`, with the pages they come from"
    )

    @Argument(
      help: "Its name; without one, all of them are listed.",
      completion: .list(Name.allValueStrings)) var name: Name?

    func run() {
      StandardStream.output.write(name?.text ?? Self.configuration.discussion + "\n")
    }
  }
}

extension Twinfunnel.Template {
  /// The name of a template that exists, or `presets`.
  struct Name: ExpressibleByArgument {
    var text: String

    init?(argument: String) {
      if argument == "presets" {
        text = SourcePreset.all.map(\.listed).joined(separator: "\n")
      } else if let template = SpecTemplate.all.first(where: { $0.name == argument }) {
        text = template.text
      } else {
        return nil
      }
    }

    static var allValueStrings: [String] { SpecTemplate.all.map(\.name) + ["presets"] }
  }
}
