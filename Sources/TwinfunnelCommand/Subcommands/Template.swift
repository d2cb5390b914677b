import ArgumentParser
import Spec
import System

extension Twinfunnel {
  struct Template: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "A commented spec to start from, for an operating model.",
      discussion: SpecTemplate.all.map { template in
        let name = template.name
        return name + String(repeating: " ", count: 15 - name.count) + template.summary
      }.joined(separator: "\n")
    )

    @Argument(help: "Its name, of those above.") var name: Name

    func run() { StandardStream.output.write(name.template.text) }
  }
}

extension Twinfunnel.Template {
  /// The name of a template that exists.
  struct Name: ExpressibleByArgument {
    var template: SpecTemplate

    init?(argument: String) {
      guard let template = SpecTemplate.all.first(where: { $0.name == argument }) else {
        return nil
      }
      self.template = template
    }

    static var allValueStrings: [String] { SpecTemplate.all.map(\.name) }
  }
}
