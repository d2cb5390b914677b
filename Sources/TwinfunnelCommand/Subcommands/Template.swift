import ArgumentParser
package import Spec
import System

extension Twinfunnel {
  struct Template: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "A commented spec to start from, for an operating model.",
      discussion: SpecTemplate.allCases.map { template in
        let name = template.rawValue
        return name + String(repeating: " ", count: 15 - name.count) + template.summary
      }.joined(separator: "\n")
    )

    @Argument(help: "Its name, of those above.") var name: SpecTemplate

    func run() { StandardStream.output.write(name.text) }
  }
}

extension SpecTemplate: ExpressibleByArgument {}
